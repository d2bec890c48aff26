/**
 * Integer arithmetic of the placement core. Kubernetes' side counts millicores and bytes, DRS'
 * side millicores of the cluster's slowest core and MiB; all are integers in doubles, and every
 * product stays below 2^53.
 */
const MEBIBYTE = 1_048_576;
const MILLION = 1_000_000;
const HUNDRED = 100;

/** Largest whole number not above `dividend / divisor`; both are whole, the divisor above 0. */
export function floorDivide(dividend: number, divisor: number): number {
  const quotient = Math.floor(dividend / divisor);
  // The rounded quotient of doubles can lie one above the true one.
  return quotient * divisor > dividend ? quotient - 1 : quotient;
}

/** Millicores of the cluster's slowest cores for an amount in those of faster ones. */
export const ofSlowestCores = (millicores: number, mhz: number, slowestMhz: number): number =>
  slowestMhz <= 0 || mhz <= slowestMhz ? millicores : floorDivide(millicores * mhz, slowestMhz);

/** The other way round: millicores of the faster cores. */
export const ofOwnCores = (millicores: number, mhz: number, slowestMhz: number): number =>
  mhz <= slowestMhz ? millicores : floorDivide(millicores * slowestMhz, mhz);

/** Whole MiB, rounded up, so that a reservation is never counted too small. */
export const mebibytesUp = (bytes: number): number => Math.ceil(bytes / MEBIBYTE);

/** Whole MiB, rounded down, so that a capacity is never counted too large. */
export const mebibytesDown = (bytes: number): number => Math.floor(bytes / MEBIBYTE);

/** Parts per million of a whole, rounded down; a whole of 0 counts any part as overfull. */
export function partsPerMillion(part: number, whole: number): number {
  if (whole <= 0) return part > 0 ? 2 * MILLION : 0;
  return floorDivide(part * MILLION, whole);
}

/** True when `partsPerMillion` of it is more than so many ppm; told without a division. */
export function isAbovePpm(part: number, whole: number, ppm: number): boolean {
  if (whole <= 0) return part > 0 ? ppm < 2 * MILLION : ppm < 0;
  return part * MILLION >= (ppm + 1) * whole;
}

/** Per cent of a whole, rounded down; a whole of 0 counts as 0. */
export function percentOf(part: number, whole: number): number {
  return whole <= 0 ? 0 : floorDivide(part * HUNDRED, whole);
}

/** `floor(value * factor / divisor)` exactly, also where the product passes 2^53. */
export function multiplyDivide(value: number, factor: number, divisor: number): number {
  const product = value * factor;
  if (Number.isSafeInteger(product)) return floorDivide(product, divisor);
  return Number((BigInt(value) * BigInt(factor)) / BigInt(divisor));
}

/** What `multiplyDivide` cuts off: `value * factor` modulo the divisor, exactly. */
export function remainderOf(value: number, factor: number, divisor: number): number {
  const product = value * factor;
  if (Number.isSafeInteger(product)) return product % divisor;
  return Number((BigInt(value) * BigInt(factor)) % BigInt(divisor));
}

/** Sign of `a * b - c * d`, exactly, also where the products pass 2^53. */
export function compareProducts(a: number, b: number, c: number, d: number): number {
  const [left, right] = [a * b, c * d];
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return Math.sign(left - right);
  const difference = BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

/** Hosts have numbers below that, so that one fits into a double beside what it is sorted by. */
export const HOSTS_BELOW: number = 2 ** 22;
