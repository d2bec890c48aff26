import type { WorkloadClass } from "../classes/classes.ts";
import { poolNode, type ShareNode } from "./pool-tree.ts";
import type { PoolTable, PoolUse } from "./pools.ts";
import { cpuShares, memoryShares, poolShares, scalablePoolShares } from "./shares.ts";
import { mebibytesDown, mebibytesUp, multiplyDivide } from "../basics/units.ts";

/** Resources that are handed out by shares: CPU in millicores, memory in MiB. */
export type SharedResource = "cpu" | "memory";

/**
 * What a workload of the class claims of one resource; running ones claim what they want now. What
 * its own limit keeps from it, it does not want: measured use is below it.
 */
export function leafOf(workloadClass: WorkloadClass, resource: SharedResource): ShareNode {
  const { sample, load, reserved } = workloadClass;
  const { size, shares } = sample.demand;
  if (resource === "cpu") {
    return {
      shares: cpuShares(shares, Math.max(1, size.vcpus)),
      reservation: reserved.cpuMillicores,
      demand: load.cpuMillicores,
      size: size.cpuMillicores,
    };
  }
  const mebibytes = mebibytesUp(size.memoryBytes);
  return {
    shares: memoryShares(shares, mebibytes),
    reservation: mebibytesUp(reserved.memoryBytes),
    demand: mebibytesUp(load.memoryBytes),
    size: mebibytes,
  };
}

/** A workload in a pool, or outside of every pool. */
export interface TreeMember {
  readonly pool: string | undefined;
  readonly leaf: ShareNode;
}

/** How pools count in a tree. */
export interface PoolTerms {
  readonly resource: SharedResource;
  /** Undefined: the tree of a whole cluster, with limits and reservations of pools. */
  readonly leafShares?: ReadonlyMap<PoolUse, number>;
}

/** The tree of pools over the members, and the numbers of the members as its leaves follow. */
export function shareTree(
  members: readonly TreeMember[],
  pools: PoolTable,
  terms: PoolTerms,
): { readonly root: ShareNode; readonly order: readonly number[] } {
  const branches = new Map<PoolUse | undefined, Branch>();
  const branchOf = (pool: PoolUse | undefined): Branch => {
    let branch = branches.get(pool);
    if (branch === undefined) {
      branch = { members: [], pools: [] };
      branches.set(pool, branch);
      if (pool !== undefined) {
        branchOf(pools.chainOf(pool.limits.address)[1]).pools.push(pool);
      }
    }
    return branch;
  };
  branchOf(undefined);
  members.forEach(({ pool }, index) => branchOf(pools.chainOf(pool)[0]).members.push(index));
  const order: number[] = [];
  const grow = (pool: PoolUse | undefined): ShareNode => {
    const branch = branchOf(pool);
    for (const index of branch.members) order.push(index);
    const nodes = branch.members.flatMap((index) => members[index]?.leaf ?? []);
    const inner = branch.pools.map((each) => grow(each));
    return poolNode(ownTerms(pool, [...nodes, ...inner], terms), [...nodes, ...inner]);
  };
  const root = grow(undefined);
  return { root, order };
}

interface Branch {
  readonly members: number[];
  readonly pools: PoolUse[];
}

type OwnTerms = Parameters<typeof poolNode>[0];

function ownTerms(
  pool: PoolUse | undefined,
  children: readonly ShareNode[],
  { resource, leafShares }: PoolTerms,
): OwnTerms {
  if (pool === undefined) return { shares: 1, reservation: 0 };
  const { limits } = pool;
  const childShares = children.map(({ shares }) => shares);
  const full = limits.hasScalableShares
    ? scalablePoolShares(limits.shares, childShares)
    : poolShares(limits.shares)[resource];
  if (leafShares === undefined) return { shares: full, ...boundsOf(pool, resource) };
  if (limits.hasScalableShares) return { shares: full, reservation: 0 };
  // A host has the part of the pool's shares that its workloads have of all in the pool.
  const part = multiplyDivide(full, sumOfLeaves(children), Math.max(1, leafShares.get(pool) ?? 0));
  return { shares: Math.max(1, part), reservation: 0 };
}

function boundsOf(
  { limits }: PoolUse,
  resource: SharedResource,
): Pick<OwnTerms, "reservation" | "limit"> {
  const isCpu = resource === "cpu";
  const limit = isCpu ? limits.cpuMillicoresLimit : limits.memoryBytesLimit;
  const kept = isCpu ? limits.reservation?.cpuMillicores : limits.reservation?.memoryBytes;
  const amount = (value: number): number => (isCpu ? value : mebibytesDown(value));
  return {
    reservation: amount(kept ?? 0),
    ...(limit === undefined ? {} : { limit: amount(limit) }),
  };
}

const sumOfLeaves = (nodes: readonly ShareNode[]): number =>
  nodes.reduce(
    (sum, { members, shares }) => sum + (members === undefined ? shares : sumOfLeaves(members)),
    0,
  );

/** Shares of all workloads in and below each pool. */
export function leafSharesOf(
  members: readonly TreeMember[],
  pools: PoolTable,
): ReadonlyMap<PoolUse, number> {
  const sums = new Map<PoolUse, number>();
  for (const { pool, leaf } of members) {
    for (const each of pools.chainOf(pool)) sums.set(each, (sums.get(each) ?? 0) + leaf.shares);
  }
  return sums;
}
