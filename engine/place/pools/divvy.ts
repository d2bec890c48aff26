import { compareProducts, multiplyDivide, remainderOf } from "../basics/units.ts";

/**
 * Entitlement under contention: `clamp(level * shares, reservation, ceiling)` with the one level
 * that hands out the whole amount. Shares compare siblings only.
 */
export interface Claim {
  readonly reservation: number;
  /** Smaller of limit and demand. */
  readonly ceiling: number;
  readonly shares: number;
}

/**
 * Hands out `amount` exactly. Nobody gets less than the reservation or more than the ceiling; where
 * even the reservations do not fit they are met as they are, since that is not for shares to
 * decide. Units that do not divide go one each to the largest remainders, then to the first.
 */
export function divvy(amount: number, claims: readonly Claim[]): readonly number[] {
  const level = levelOf(amount, claims);
  const given = claims.map((claim) => entitled(claim, level));
  const rest = amount - given.reduce((sum, each) => sum + each, 0);
  if (rest <= 0 || level.shares === 0) return given;
  for (const index of byRemainder(claims, level).slice(0, rest))
    given[index] = (given[index] ?? 0) + 1;
  return given;
}

/**
 * As `divvy`, without the units that do not divide: nobody gets more when others come or claim
 * more, not even by a unit.
 */
export function divvyDown(amount: number, claims: readonly Claim[]): readonly number[] {
  const level = levelOf(amount, claims);
  return claims.map((claim) => entitled(claim, level));
}

/** What each share gets: `amount / shares`; without any shares everybody gets the ceiling. */
interface Level {
  readonly amount: number;
  readonly shares: number;
}

/** Far above the error of a quotient of doubles, relative to it. */
const ROUNDING = 1e-12;

const NO_BOUND: Level = { amount: 0, shares: 0 };

const floorOf = ({ reservation, ceiling }: Claim): number => Math.min(reservation, ceiling);

function entitled(claim: Claim, level: Level): number {
  if (level.shares === 0) return claim.ceiling;
  const fair = multiplyDivide(level.amount, claim.shares, level.shares);
  return Math.max(floorOf(claim), Math.min(claim.ceiling, fair));
}

/** Where a claim starts to grow with the level, and where it stops. */
interface Turn {
  readonly claim: Claim;
  /** How often the very claim was made. */
  readonly count: number;
  /** The level is `at / claim.shares`, and rounded `level`. */
  readonly at: number;
  readonly level: number;
  readonly isStart: boolean;
}

/** The one level at which the claims add up to the amount, by a sweep over their turns. */
function levelOf(amount: number, claims: readonly Claim[]): Level {
  const ceilings = claims.reduce((sum, { ceiling }) => sum + ceiling, 0);
  if (ceilings <= amount) return NO_BOUND;
  // Amount left for the growing claims, and their shares.
  let rest = claims.reduce((sum, claim) => sum - floorOf(claim), amount);
  let shares = 0;
  if (rest < 0) return { amount: 0, shares: 1 };
  for (const { claim, at, isStart, count } of turnsOf(claims)) {
    // Before this turn the growing claims would take `at / claim.shares * shares`.
    if (shares > 0 && compareProducts(at, shares, rest, claim.shares) >= 0) break;
    rest += isStart ? at * count : -at * count;
    shares += isStart ? claim.shares * count : -claim.shares * count;
  }
  return { amount: rest, shares: Math.max(1, shares) };
}

/** Turns by level; where several coincide, starts come first. Claims without shares never grow. */
function turnsOf(claims: readonly Claim[]): readonly Turn[] {
  const counts = new Map<Claim, number>();
  for (const claim of claims) counts.set(claim, (counts.get(claim) ?? 0) + 1);
  const turns: Turn[] = [];
  for (const [claim, count] of counts) {
    const { shares, ceiling } = claim;
    const floor = floorOf(claim);
    if (shares <= 0 || floor >= ceiling) continue;
    turns.push({ claim, count, at: floor, level: floor / shares, isStart: true });
    turns.push({ claim, count, at: ceiling, level: ceiling / shares, isStart: false });
  }
  return turns.sort(compareTurns);
}

/** Rounded levels tell most turns apart; the others are compared exactly. */
function compareTurns(left: Turn, right: Turn): number {
  const difference = left.level - right.level;
  if (Math.abs(difference) > ROUNDING * left.level) return difference;
  return (
    compareProducts(left.at, right.claim.shares, right.at, left.claim.shares) ||
    Number(right.isStart) - Number(left.isStart)
  );
}

/** Claims that grow with the level, largest remainder first, then in their order. */
function byRemainder(claims: readonly Claim[], level: Level): readonly number[] {
  const remainders = claims.map((claim) => remainderOf(level.amount, claim.shares, level.shares));
  return claims
    .flatMap((claim, index) => {
      const fair = multiplyDivide(level.amount, claim.shares, level.shares);
      const isGrowing = claim.shares > 0 && fair >= floorOf(claim) && fair < claim.ceiling;
      return isGrowing ? [index] : [];
    })
    .sort((left, right) => (remainders[right] ?? 0) - (remainders[left] ?? 0) || left - right);
}
