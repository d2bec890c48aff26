import type { HappinessBins } from "../model/placement.ts";
import type { WorkloadClass } from "./classes.ts";
import { divvy } from "./divvy.ts";
import type { Ledger } from "./ledger.ts";
import { cpuShares, memoryShares } from "./shares.ts";
import { percentOf, mebibytesDown, mebibytesUp } from "./units.ts";

const HUNDRED = 100;

/** What a host has left for the workloads in question, and what they are. */
interface HostLoad {
  readonly cpuMillicores: number;
  readonly memoryMebibytes: number;
  readonly members: readonly WorkloadClass[];
}

/**
 * Happiness of each member, 0..100 (row D16): delivered over demanded, both resources multiplied.
 * Delivered is what shares, reservations and demand entitle it to when the host is contended.
 * Monotone: more load on the host never raises it.
 */
function happinessOf(host: HostLoad): readonly number[] {
  const cpu = delivered(host.members, host.cpuMillicores, cpuClaim);
  const memory = delivered(host.members, host.memoryMebibytes, memoryClaim);
  return host.members.map((_member, index) =>
    Math.floor(((cpu[index] ?? 0) * (memory[index] ?? 0)) / HUNDRED),
  );
}

interface Claimed {
  readonly demand: number;
  readonly reservation: number;
  readonly shares: number;
}

function cpuClaim({ sample, load }: WorkloadClass): Claimed {
  const { size, shares, reservation } = sample.demand;
  return {
    demand: load.cpuMillicores,
    reservation: reservation.cpuMillicores,
    shares: cpuShares(shares, Math.max(1, size.vcpus)),
  };
}

function memoryClaim({ sample, load, reserved }: WorkloadClass): Claimed {
  return {
    demand: mebibytesUp(load.memoryBytes),
    reservation: mebibytesUp(reserved.memoryBytes),
    shares: memoryShares(sample.demand.shares, mebibytesUp(sample.demand.size.memoryBytes)),
  };
}

/** Per cent of its demand that each member gets of one resource. */
function delivered(
  members: readonly WorkloadClass[],
  amount: number,
  claimOf: (member: WorkloadClass) => Claimed,
): readonly number[] {
  const claims = members.map((member) => claimOf(member));
  const given = divvy(
    Math.max(0, amount),
    claims.map(({ demand, reservation, shares }) => ({ ceiling: demand, reservation, shares })),
  );
  return claims.map(({ demand }, index) =>
    demand === 0 ? HUNDRED : percentOf(Math.min(demand, given[index] ?? 0), demand),
  );
}

/** How content all placed workloads are. */
export interface Contentment {
  /** 0..100; 100 where nothing runs. */
  readonly mean: number;
  readonly bins: HappinessBins;
}

const BIN_WIDTH = 20;

/** Happiness of all placed workloads; `members` are their classes by host. */
export function contentment(
  ledger: Ledger,
  members: readonly (readonly WorkloadClass[])[],
): Contentment {
  let sum = 0;
  let count = 0;
  const bins: [number, number, number, number, number] = [0, 0, 0, 0, 0];
  members.forEach((classes, host) => {
    count += classes.length;
    const isContended =
      (ledger.loadCpu[host] ?? 0) > (ledger.capacityCpu[host] ?? 0) ||
      (ledger.loadMemory[host] ?? 0) > (ledger.capacityMemory[host] ?? 0);
    if (!isContended) {
      sum += HUNDRED * classes.length;
      bins[4] += classes.length;
      return;
    }
    for (const each of happinessOf(hostLoadOf(ledger, host, classes))) {
      sum += each;
      const bin = Math.min(bins.length - 1, Math.max(0, Math.ceil(each / BIN_WIDTH) - 1));
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
  });
  return { mean: count === 0 ? HUNDRED : Math.floor(sum / count), bins };
}

/** The host's capacity without what runs on it besides its workloads. */
function hostLoadOf(ledger: Ledger, host: number, members: readonly WorkloadClass[]): HostLoad {
  let cpu = ledger.loadCpu[host] ?? 0;
  let memory = ledger.loadMemory[host] ?? 0;
  for (const { load } of members) {
    cpu -= load.cpuMillicores;
    memory -= load.memoryBytes;
  }
  return {
    cpuMillicores: (ledger.capacityCpu[host] ?? 0) - Math.max(0, cpu),
    memoryMebibytes: mebibytesDown((ledger.capacityMemory[host] ?? 0) - Math.max(0, memory)),
    members,
  };
}
