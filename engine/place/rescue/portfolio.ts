import { peakProof } from "../outcome/bounds.ts";
import { decideRounds, pointOf, type Run, takeBack } from "../deciding/deciding.ts";
import type { Draft } from "../deciding/decision.ts";
import type { Preference } from "../deciding/order.ts";
import type { Waiting } from "../deciding/waiting.ts";
import type { Failure } from "./gangs.ts";

/** Batches beyond which one order has to do. */
const PENDING_MAX = 5000;
const OTHERS: readonly Preference[] = ["large", "sum", "small"];

/** Reasons that another order can avoid: others of the same plan took what was there. */
const TAKEN: ReadonlySet<string> = new Set([
  "pods-full",
  "cpu-short",
  "mem-short",
  "storage-short",
  "extended-short",
  "cpu-unreserved",
  "mem-unreserved",
  "cpu-overcommit",
  "cluster-failover",
  "port",
  "anti-affinity",
  "anti-affinity-of-others",
  "spread",
]);

/** What one order led to. */
interface Outcome {
  readonly preference: Preference;
  readonly failed: readonly Failure[];
  /** Priorities of whoever found no host, the highest first. */
  readonly missed: readonly number[];
  readonly peakPpm: number;
}

/**
 * Decides about everybody in one order, and where that leaves somebody without room in other orders
 * as well: the one that leaves fewest without a host, higher priorities first, is kept; then the
 * one with the lowest peak, then the first.
 */
export function decideByPortfolio(run: Run, waiting: Waiting): readonly Failure[] {
  const start = pointOf(run);
  const failed = decideRounds(run, waiting);
  if (!isTight(waiting, failed)) return failed;
  let best = outcomeOf(run, failed);
  for (const preference of OTHERS) {
    takeBack(run, waiting, start);
    const outcome = attempt(run, waiting, preference);
    if (compareOutcomes(outcome, best) < 0) best = outcome;
  }
  if (best.preference === run.preference) return best.failed;
  takeBack(run, waiting, start);
  return attempt(run, waiting, best.preference).failed;
}

function attempt(run: Run, waiting: Waiting, preference: Preference): Outcome {
  run.preference = preference;
  return outcomeOf(run, decideRounds(run, waiting));
}

function outcomeOf(run: Run, failed: readonly Failure[]): Outcome {
  const missed = failed
    .map(({ member }) => member.workloadClass.sample.scheduling.priority)
    .sort((left, right) => right - left);
  const { peakPpm } = peakProof(run.ledger);
  return { preference: run.preference, failed, missed, peakPpm };
}

/** True where somebody may be without a host only because of who came before. */
function isTight(waiting: Waiting, failed: readonly Failure[]): boolean {
  if (failed.length === 0 || waiting.length > PENDING_MAX) return false;
  const [first] = waiting;
  return (
    failed.some(({ draft }) => isTaken(draft)) &&
    waiting.find(({ workloadClass }) => workloadClass !== first?.workloadClass) !== undefined
  );
}

const isTaken = ({ rejectedCounts, gate }: Draft): boolean =>
  gate?.code === "pool-limit" || Object.keys(rejectedCounts).some((code) => TAKEN.has(code));

/** Negative when the left one is better. */
function compareOutcomes(left: Outcome, right: Outcome): number {
  const count = Math.max(left.missed.length, right.missed.length);
  for (let index = 0; index < count; index++) {
    const difference = (left.missed[index] ?? -Infinity) - (right.missed[index] ?? -Infinity);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  return left.peakPpm - right.peakPpm;
}
