import type { PlacementProblem } from "../../model/placement.ts";
import { whatIf } from "../ledger/overlay.ts";
import type { Settled } from "../deciding/settled.ts";
import { type Attempt, attemptMoves } from "./attempt.ts";
import type { Preference } from "./rounds.ts";
import type { Intent } from "./world.ts";

/** Moves up to which more than one order is tried where the first leaves something to wish for. */
const MOVES_MAX = 500;

/** The longest go first, so that short ones fill the gaps in the end. */
const LONGEST_FIRST: Preference = {
  isStrict: false,
  compare: (left, right) => right.copyBytes - left.copyBytes,
};

const OTHERS: readonly Preference[] = [
  // One by one, that is how they found their hosts.
  { isStrict: true, compare: (left, right) => left.rank - right.rank },
  { isStrict: false, compare: (left, right) => left.copyBytes - right.copyBytes },
  { isStrict: false, compare: (left, right) => right.from - left.from || right.to - left.to },
];

/** Carries out an intent in several orders, and tells of the one that does most in least time. */
export function bestAttempt(problem: PlacementProblem, settled: Settled, intent: Intent): Attempt {
  const attempt = (prefer: Preference): Attempt =>
    whatIf(settled.ledger, () => attemptMoves(problem, settled, intent, prefer));
  let best = attempt(LONGEST_FIRST);
  if (intent.moves.length > MOVES_MAX) return best;
  for (const prefer of OTHERS) {
    if (isPerfect(best)) break;
    const other = attempt(prefer);
    if (compare(other, best) < 0) best = other;
  }
  return best;
}

const isPerfect = (attempt: Attempt): boolean =>
  attempt.rounds <= attempt.roundsFewest && failuresOf(attempt) === 0;

const failuresOf = ({ stuck, homeless }: Attempt): number => stuck.length + homeless.length;

/** Below 0 where the left one is better. */
const compare = (left: Attempt, right: Attempt): number =>
  mandatory(left) - mandatory(right) ||
  failuresOf(left) - failuresOf(right) ||
  left.moves.length - right.moves.length ||
  left.rounds - right.rounds;

/** What must move and does not. */
const mandatory = ({ stuck }: Attempt): number =>
  stuck.filter(({ priority }) => priority === 1).length;
