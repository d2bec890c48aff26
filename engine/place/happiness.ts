import type { HappinessBins } from "../model/placement.ts";
import type { WorkloadClass } from "./classes.ts";
import { divvy } from "./divvy.ts";
import type { Ledger } from "./ledger.ts";
import { cpuShares, memoryShares } from "./shares.ts";
import type { Seat } from "./seating.ts";
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

/** Happiness of all placed workloads; `seats` is asked for only where some host is contended. */
export function contentment(
  ledger: Ledger,
  count: number,
  seats: () => Iterable<Seat>,
): Contentment {
  const bins: [number, number, number, number, number] = [0, 0, 0, 0, 0];
  let sum = 0;
  for (const [host, members] of contended(ledger, seats)) {
    for (const each of happinessOf(hostLoadOf(ledger, host, members))) {
      sum += each;
      const bin = Math.min(bins.length - 1, Math.max(0, Math.ceil(each / BIN_WIDTH) - 1));
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
  }
  // Whoever is on a host that nobody contends for has all it wants.
  const content = count - bins.reduce((total, each) => total + each, 0);
  bins[4] += content;
  sum += HUNDRED * content;
  return { mean: count === 0 ? HUNDRED : Math.floor(sum / count), bins };
}

/** Members of each host that has less than is wanted of it. */
function contended(
  ledger: Ledger,
  seats: () => Iterable<Seat>,
): ReadonlyMap<number, readonly WorkloadClass[]> {
  const members = new Map<number, WorkloadClass[]>();
  for (let host = 0; host < ledger.hosts.length; host++) {
    const isContended =
      (ledger.loadCpu[host] ?? 0) > (ledger.capacityCpu[host] ?? 0) ||
      (ledger.loadMemory[host] ?? 0) > (ledger.capacityMemory[host] ?? 0);
    if (isContended) members.set(host, []);
  }
  if (members.size === 0) return members;
  for (const { workloadClass, host } of seats()) members.get(host)?.push(workloadClass);
  return members;
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
