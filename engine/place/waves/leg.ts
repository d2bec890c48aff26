import type { WorkloadClass } from "../classes/classes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Seat } from "../deciding/seating.ts";
import type { ProposedMove } from "../deciding/settled.ts";

/** Who has to be done, or gone, before something starts. */
export interface Waits {
  /** Positions in the order of moves. */
  readonly after: Set<number>;
  /** Keys of workloads that the plan ends. */
  readonly gone: Set<string>;
}

/** Who goes where. */
interface Way {
  readonly key: string;
  readonly workloadClass: WorkloadClass;
  /** -1 where it comes from no host. */
  readonly from: number;
  readonly to: number;
  /** Undefined for newcomers. */
  readonly move: ProposedMove | undefined;
}

/**
 * A workload on its way to a host: a whole move, one half of a move with a stop between, or a
 * newcomer. While it is on its way it takes room on both hosts, and both count for rules.
 */
export interface Leg extends Way {
  readonly waits: Waits;
  readonly copyBytes: number;
  /** Place among what was decided: one by one in this order, all found what they need. */
  readonly rank: number;
  /** The half before this one. */
  readonly follows: Leg | undefined;
  /** Place in the order once it has started; -1 before. */
  position: number;
  /** Round in which it starts; -1 before. */
  round: number;
}

/** A leg that waits for nothing yet. */
export const legOf = (given: Way & Partial<Leg>): Leg => ({
  follows: undefined,
  waits: { after: new Set(), gone: new Set() },
  position: -1,
  round: -1,
  copyBytes: 0,
  rank: 0,
  ...given,
});

/**
 * Says which legs can run beside each other. Legs start in rounds; those of one round may start and
 * end in any order, so a guard admits one only if every such order keeps what it guards.
 */
export interface Guard {
  /** True when the leg can start in this round, beside those that have begun in it. */
  readonly admits: (leg: Leg) => boolean;
  /** Adds what an admitted leg has to wait for. */
  readonly addWaits: (leg: Leg) => void;
  readonly begin: (leg: Leg) => void;
  /** All legs of the round have ended. */
  readonly endRound: (legs: readonly Leg[]) => void;
  /** From now on legs may wait for what the plan ends to be gone. */
  readonly letGo: () => void;
}

/** A workload that the plan ends; it may be there or gone at any time. */
export interface Leaver extends Seat {
  readonly key: string;
}

/** The world before the first leg: the ledger counts what stays and what moves, where it is. */
export interface World {
  readonly ledger: Ledger;
  readonly legs: readonly Leg[];
  /** Not counted in the ledger. */
  readonly leaving: readonly Leaver[];
  /** What stays where it is. */
  readonly seats: () => readonly Seat[];
}

/** Classes of what stays and what moves: what only comes, or ends, asks nothing of these. */
export function runningClasses({ legs, seats }: World): ReadonlySet<WorkloadClass> {
  const classes = new Set<WorkloadClass>();
  for (const { workloadClass } of legs) classes.add(workloadClass);
  for (const { workloadClass } of seats()) classes.add(workloadClass);
  return classes;
}
