import type { HappinessBins } from "../../model/outlook.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type Claim, divvyDown } from "./divvy.ts";
import { claimOf, divvyTree, type ShareNode } from "./pool-tree.ts";
import type { Seat } from "../deciding/seating.ts";
import {
  leafOf,
  leafSharesOf,
  type SharedResource,
  shareTree,
  type TreeMember,
} from "./share-tree.ts";
import { mebibytesDown, percentOf } from "../basics/units.ts";

const HUNDRED = 100;
const BIN_WIDTH = 20;

/** How content all placed workloads are. */
export interface Contentment {
  /** 0..100; 100 where nothing runs. */
  readonly mean: number;
  readonly bins: HappinessBins;
}

/**
 * Happiness of all placed workloads (row D16): per resource the part of its demand that a workload
 * is entitled to, both multiplied. Two things keep from a workload what it wants: the limit of a
 * pool, handed out over all of the pool, and a host on which more is wanted than it has, handed out
 * by reservations, shares and demand down the pools on it. Whoever wants more makes nobody else
 * happier. `seats` is asked for only where something is contended.
 */
export function contentment(
  ledger: Ledger,
  count: number,
  seats: () => Iterable<Seat>,
): Contentment {
  const bins: [number, number, number, number, number] = [0, 0, 0, 0, 0];
  let sum = 0;
  for (const each of happinessOf(ledger, seats)) {
    sum += each;
    const bin = Math.min(bins.length - 1, Math.max(0, Math.ceil(each / BIN_WIDTH) - 1));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  // Whoever nothing is kept from has all it wants.
  const content = count - bins.reduce((total, each) => total + each, 0);
  bins[4] += content;
  sum += HUNDRED * content;
  return { mean: count === 0 ? HUNDRED : Math.floor(sum / count), bins };
}

/** Happiness of each seat, 0..100; empty where nothing is kept from anybody. */
export function happinessOf(ledger: Ledger, seats: () => Iterable<Seat>): readonly number[] {
  const contended = {
    cpu: contendedHosts(ledger, "cpu"),
    memory: contendedHosts(ledger, "memory"),
  };
  if (contended.cpu.size + contended.memory.size === 0 && !ledger.pools.hasLimits) return [];
  const all = [...seats()];
  const happiness = all.map(() => HUNDRED);
  // Pools are handed out as a whole; without them only contended hosts matter.
  const concerned = all.flatMap(({ host, workloadClass }, index) => {
    const isInPool = workloadClass.sample.pool !== undefined;
    return isInPool || contended.cpu.has(host) || contended.memory.has(host) ? [index] : [];
  });
  const some = concerned.flatMap((index) => all[index] ?? []);
  const cpu = partsOf(ledger, some, { resource: "cpu", contended: contended.cpu });
  const memory = partsOf(ledger, some, { resource: "memory", contended: contended.memory });
  concerned.forEach((seat, index) => {
    happiness[seat] = Math.floor(((cpu[index] ?? HUNDRED) * (memory[index] ?? HUNDRED)) / HUNDRED);
  });
  return happiness;
}

/** Hosts that have less of a resource than is wanted of them. */
function contendedHosts(ledger: Ledger, resource: SharedResource): ReadonlySet<number> {
  const isCpu = resource === "cpu";
  const [load, capacity] = isCpu
    ? [ledger.loadCpu, ledger.capacityCpu]
    : [ledger.loadMemory, ledger.capacityMemory];
  const found = new Set<number>();
  for (let host = 0; host < load.length; host++) {
    if ((load[host] ?? 0) > (capacity[host] ?? 0)) found.add(host);
  }
  return found;
}

interface Contention {
  readonly resource: SharedResource;
  readonly contended: ReadonlySet<number>;
}

/** Per cent of its demand that each seat is entitled to of one resource. */
function partsOf(
  ledger: Ledger,
  seats: readonly Seat[],
  { resource, contended }: Contention,
): readonly number[] {
  const leaves = new Map<WorkloadClass, ShareNode>();
  const wanted = seats.map(({ workloadClass }): TreeMember => {
    const leaf = leaves.get(workloadClass) ?? leafOf(workloadClass, resource);
    leaves.set(workloadClass, leaf);
    return { pool: workloadClass.sample.pool, leaf };
  });
  const bounded = withinPools(ledger, wanted, resource);
  const entitled = bounded.map(({ leaf }) => Math.min(leaf.demand, leaf.limit ?? leaf.demand));
  const leafShares = leafSharesOf(wanted, ledger.pools);
  const byHost = new Map<number, number[]>();
  seats.forEach(({ host }, index) => {
    if (!contended.has(host)) return;
    const members = byHost.get(host);
    if (members === undefined) byHost.set(host, [index]);
    else members.push(index);
  });
  for (const [host, indices] of byHost) {
    const members = indices.flatMap((index) => bounded[index] ?? []);
    const classes = indices.flatMap((index) => seats[index]?.workloadClass ?? []);
    const amount = amountOf(ledger, host, { classes, resource });
    const given = handOut(amount, members, (all) =>
      shareTree(all, ledger.pools, { resource, leafShares }),
    );
    indices.forEach((index, member) => {
      entitled[index] = given[member] ?? 0;
    });
  }
  return wanted.map(({ leaf: { demand } }, index) =>
    demand === 0 ? HUNDRED : percentOf(Math.min(demand, entitled[index] ?? 0), demand),
  );
}

/** What each member gets; without pools among them there is no tree to be made. */
function handOut(
  amount: number,
  members: readonly TreeMember[],
  treeOf: (members: readonly TreeMember[]) => ReturnType<typeof shareTree>,
): readonly number[] {
  if (members.every(({ pool }) => pool === undefined)) {
    // Members of a class share a claim, which is then weighed once.
    const claims = new Map<ShareNode, Claim>();
    for (const { leaf } of members) if (!claims.has(leaf)) claims.set(leaf, claimOf(leaf));
    return divvyDown(
      amount,
      members.flatMap(({ leaf }) => claims.get(leaf) ?? []),
    );
  }
  const { root, order } = treeOf(members);
  const given = divvyTree(root, amount, "demand-down");
  const byMember = members.map(() => 0);
  order.forEach((member, position) => {
    byMember[member] = given[position] ?? 0;
  });
  return byMember;
}

/** The members with what the limits of their pools leave them as their own limit. */
function withinPools(
  { pools }: Ledger,
  members: readonly TreeMember[],
  resource: SharedResource,
): readonly TreeMember[] {
  if (!pools.hasLimits) return members;
  const amount = members.reduce((sum, { leaf }) => sum + leaf.demand, 0);
  const given = handOut(amount, members, (all) => shareTree(all, pools, { resource }));
  return members.map((member, index) => ({
    ...member,
    leaf: { ...member.leaf, limit: given[index] ?? 0 },
  }));
}

/** The host's capacity without what runs on it besides its workloads. */
function amountOf(
  ledger: Ledger,
  host: number,
  members: { readonly classes: readonly WorkloadClass[]; readonly resource: SharedResource },
): number {
  const { classes, resource } = members;
  const isCpu = resource === "cpu";
  const whole = (isCpu ? ledger.capacityCpu : ledger.capacityMemory)[host] ?? 0;
  let others = (isCpu ? ledger.loadCpu : ledger.loadMemory)[host] ?? 0;
  for (const { load } of classes) others -= isCpu ? load.cpuMillicores : load.memoryBytes;
  const left = Math.max(0, whole - Math.max(0, others));
  return isCpu ? left : mebibytesDown(left);
}
