import { type Claim, divvy, divvyDown } from "./divvy.ts";

/** A workload or a pool as one resource is handed out: workloads are the leaves. */
export interface ShareNode {
  readonly shares: number;
  readonly reservation: number;
  /** Most it may use; undefined: no limit. */
  readonly limit?: number;
  /** What it wants now, and its configured size; of a pool the sums of what is in it. */
  readonly demand: number;
  readonly size: number;
  /** Present for pools. */
  readonly members?: readonly ShareNode[];
}

/** Rounds in which a pool hands out what it has. */
export type Rounds =
  /** Shares decide up to the demand; what nobody wants stays. */
  | "demand"
  /** Then what is left goes by shares up to the size: a reservation is handed out in full. */
  | "reservation"
  /** As `demand`, without units that do not divide: nobody gets more when others come. */
  | "demand-down";

/** A pool whose reservation, limit and sums are those of what is in it and its own. */
export function poolNode(
  own: { readonly shares: number; readonly reservation: number; readonly limit?: number },
  members: readonly ShareNode[],
): ShareNode {
  const limit = own.limit ?? Number.POSITIVE_INFINITY;
  const sum = (of: (member: ShareNode) => number): number =>
    Math.min(
      limit,
      members.reduce((total, member) => total + of(member), 0),
    );
  const size = sum(sizeOf);
  return {
    ...own,
    reservation: Math.min(size, Math.max(own.reservation, sum(reservationOf))),
    demand: sum(demandOf),
    size,
    members,
  };
}

const cap = ({ limit }: ShareNode, amount: number): number =>
  limit === undefined ? amount : Math.min(limit, amount);
const demandOf = (node: ShareNode): number => cap(node, node.demand);
const sizeOf = (node: ShareNode): number => cap(node, Math.max(node.size, node.demand));
const reservationOf = (node: ShareNode): number => cap(node, node.reservation);

/**
 * Hands out an amount down a tree of pools: at every pool first by demand, nobody below the
 * reservation or above the limit, then, with `reservation`, what is left by shares up to the
 * configured size. Returns what the leaves get, from the left to the right.
 */
export function divvyTree(root: ShareNode, amount: number, rounds: Rounds): readonly number[] {
  const { members } = root;
  if (members === undefined) return [amount];
  const share = rounds === "demand-down" ? divvyDown : divvy;
  const wanted = share(
    amount,
    members.map((member) =>
      rounds === "reservation" ? { ...claimOf(member), ceiling: kept(member) } : claimOf(member),
    ),
  );
  const given = rounds === "reservation" ? withRest(amount, members, wanted) : wanted;
  return members.flatMap((member, index) => divvyTree(member, given[index] ?? 0, rounds));
}

/** What a workload or a pool claims: what it wants, no less than its reservation of it. */
export const claimOf = (node: ShareNode): Claim => ({
  shares: node.shares,
  reservation: reservationOf(node),
  ceiling: demandOf(node),
});

/** A pool claims its reservation whatever is wanted in it; a workload what it wants. */
const kept = (node: ShareNode): number =>
  node.members === undefined ? demandOf(node) : Math.max(demandOf(node), reservationOf(node));

function withRest(
  amount: number,
  members: readonly ShareNode[],
  given: readonly number[],
): readonly number[] {
  const rest = amount - given.reduce((sum, each) => sum + each, 0);
  if (rest <= 0) return given;
  const more = divvy(
    rest,
    members.map(
      (member, index): Claim => ({
        shares: member.shares,
        reservation: 0,
        ceiling: Math.max(0, sizeOf(member) - (given[index] ?? 0)),
      }),
    ),
  );
  return given.map((each, index) => each + (more[index] ?? 0));
}
