import type { SharesLevel } from "../model/demand.ts";
import { multiplyDivide } from "./units.ts";

/**
 * Entitlement under contention: `clamp(lambda * shares, reservation, ceiling)` with the one
 * lambda that hands out the whole amount. Shares compare siblings only.
 */
export interface Claim {
  readonly reservation: number;
  /** Smaller of limit and demand. */
  readonly ceiling: number;
  readonly shares: number;
}

const CPU_SHARES: Readonly<Record<SharesLevel, number>> = { low: 500, normal: 1000, high: 2000 };
const MEMORY_SHARES: Readonly<Record<SharesLevel, number>> = { low: 5, normal: 10, high: 20 };
const LEVEL_WEIGHT: Readonly<Record<SharesLevel, number>> = { low: 1, normal: 2, high: 4 };
/** A resource pool counts as a VM of 4 vCPU and 16 GB. */
const POOL_CPUS = 4;
const POOL_MEBIBYTES = 16_384;

/** CPU shares of a VM (row R06); a custom figure is taken as it is. */
export const cpuShares = (shares: SharesLevel | number, vcpus: number): number =>
  typeof shares === "number" ? shares : CPU_SHARES[shares] * vcpus;

/** Memory shares of a VM by its size in MB (row R06). */
export const memoryShares = (shares: SharesLevel | number, mebibytes: number): number =>
  typeof shares === "number" ? shares : MEMORY_SHARES[shares] * mebibytes;

/** Shares of a pool whose shares do not scale. */
export const poolShares = (
  shares: SharesLevel | number,
): { readonly cpu: number; readonly memory: number } => ({
  cpu: cpuShares(shares, POOL_CPUS),
  memory: memoryShares(shares, POOL_MEBIBYTES),
});

/**
 * Scalable shares (row D20): level weight times the shares of the powered-on children, in units
 * in which a `normal` pool counts what its children hold.
 */
export function scalablePoolShares(
  shares: SharesLevel | number,
  childShares: readonly number[],
): number {
  const sum = childShares.reduce((total, each) => total + each, 0);
  return typeof shares === "number"
    ? multiplyDivide(sum, shares, poolShares("normal").cpu)
    : multiplyDivide(sum, LEVEL_WEIGHT[shares], LEVEL_WEIGHT.normal);
}

/**
 * Hands out `amount`. Nobody gets less than the reservation or more than the ceiling; where even
 * the reservations do not fit they are met as they are, since that is not for shares to decide.
 * Units that do not divide go one each to the claims that got the least for their shares.
 */
export function divvy(amount: number, claims: readonly Claim[]): readonly number[] {
  const floors = claims.map((claim) => Math.min(claim.reservation, claim.ceiling));
  const sum = (values: readonly number[]): number =>
    values.reduce((total, value) => total + value, 0);
  if (sum(claims.map((claim) => claim.ceiling)) <= amount) {
    return claims.map((claim) => claim.ceiling);
  }
  if (sum(floors) >= amount) return floors;
  const given = fillByShares(amount, claims, floors);
  let rest = amount - sum(given);
  for (const index of poorestFirst(claims, given)) {
    if (rest <= 0) break;
    if ((given[index] ?? 0) >= (claims[index]?.ceiling ?? 0)) continue;
    given[index] = (given[index] ?? 0) + 1;
    rest--;
  }
  return given;
}

/** Claims by what they have got for their shares, the least first; then in their order. */
function poorestFirst(claims: readonly Claim[], given: readonly number[]): readonly number[] {
  const perShare = (index: number, other: number): bigint =>
    BigInt(given[index] ?? 0) * BigInt(claims[other]?.shares ?? 0);
  return claims
    .map((_claim, index) => index)
    .sort((left, right) => {
      const one = perShare(left, right);
      const two = perShare(right, left);
      if (one === two) return left - right;
      return one < two ? -1 : 1;
    });
}

/** Fixes claims at their floor or ceiling until the fair share suits all that are left. */
function fillByShares(
  amount: number,
  claims: readonly Claim[],
  floors: readonly number[],
): number[] {
  const given: (number | undefined)[] = claims.map(() => undefined);
  const limitOf = (index: number, fair: number): number =>
    Math.max(floors[index] ?? 0, Math.min(claims[index]?.ceiling ?? 0, fair));
  // Every round fixes at least one claim, so there are at most as many rounds as claims.
  for (let round = 0; round < claims.length; round++) {
    const fair = fairShares(amount, claims, given);
    const excess = fair.reduce<number>(
      (total, share, index) =>
        share === undefined ? total : total + limitOf(index, share) - share,
      0,
    );
    let isSettled = true;
    fair.forEach((share, index) => {
      if (share === undefined) return;
      const bounded = limitOf(index, share);
      const isFixed = excess === 0 || (excess > 0 ? bounded > share : bounded < share);
      if (isFixed) given[index] = bounded;
      else isSettled = false;
    });
    if (isSettled) break;
  }
  return given.map((value, index) => value ?? floors[index] ?? 0);
}

/** Shares of what the fixed claims leave over; undefined for fixed ones. */
function fairShares(
  amount: number,
  claims: readonly Claim[],
  given: readonly (number | undefined)[],
): readonly (number | undefined)[] {
  let rest = amount;
  let shareSum = 0;
  claims.forEach((claim, index) => {
    const fixed = given[index];
    if (fixed === undefined) shareSum += claim.shares;
    else rest -= fixed;
  });
  return claims.map((claim, index) => {
    if (given[index] !== undefined) return undefined;
    return shareSum === 0 ? 0 : multiplyDivide(Math.max(0, rest), claim.shares, shareSum);
  });
}
