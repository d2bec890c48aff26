import { parseQuantity } from "./quantity.ts";

/** How an amount is written again: with `k`, `M`, `G`; with `Ki`, `Mi`, `Gi`; or as `1e3`. */
type QuantityFormat = "decimal" | "binary" | "exponent";

/** An amount without any rounding, and how it was written. */
export interface ExactQuantity {
  /** Units of 10^-9. */
  readonly nano: bigint;
  readonly format: QuantityFormat;
  /** The text itself where it is canonical; sums have none. */
  readonly text?: string;
}

/** Exact amounts by resource name. */
export type ExactList = ReadonlyMap<string, ExactQuantity>;

const NANO = 1_000_000_000n;
const INTEGER_MAX = 2n ** 63n - 1n;
const SHORT_DIGITS_MAX = 18;

/** Reads a quantity as k8s.io/apimachinery `resource.Quantity` does; undefined when it is none. */
export function readExact(input: string | number): ExactQuantity | undefined {
  const text = String(input).trim();
  const read = parseQuantity(text);
  if (!read.ok) return undefined;
  const format = formatOf(text);
  const nano = format === "binary" ? capped(read.nano) : read.nano;
  const isReused = format === "binary" ? isCanonicalBinary(text) : isCanonicalDecimal(text);
  if (text === "0" || isReused) return { nano, format, text };
  // Amounts below 1 have no binary form.
  const isFraction = nano < NANO && nano > -NANO && nano !== 0n;
  return { nano, format: format === "binary" && isFraction ? "decimal" : format };
}

function formatOf(text: string): QuantityFormat {
  if (text.endsWith("i")) return "binary";
  return /[eE][+-]?\d+$/.test(text) ? "exponent" : "decimal";
}

/** Amounts with `Ki` and the like end at 2^63 - 1. */
function capped(nano: bigint): bigint {
  const most = INTEGER_MAX * NANO;
  if (nano > most) return most;
  return nano < -most ? -most : nano;
}

/** True for binary texts that upstream prints as given: odd multiples in one machine word. */
function isCanonicalBinary(text: string): boolean {
  const match = /^[+-]?0*(\d+)\.?([KMGTPE])i$/.exec(text);
  const [, digits = "", unit = ""] = match ?? [];
  const bits = 10 * ("KMGTPE".indexOf(unit) + 1);
  const isShort = 15 - digits.length - Math.trunc((bits * 3) / 10) - 1 >= 0;
  return match !== null && isShort && (BigInt(digits) & 7n) !== 0n;
}

/** True for decimal texts that upstream prints as they were given. */
function isCanonicalDecimal(text: string): boolean {
  const match = /^[+-]?0*(\d*)(?:\.(\d*))?([numkMGTPE]?|[eE][+-]?\d+)$/.exec(text);
  if (match === null) return false;
  const [, whole = "", fraction = "", suffix = ""] = match;
  const scale = exponentOf(suffix) - fraction.length;
  const shifted = `${whole === "" ? "0" : whole}${fraction}`;
  const isShort = shifted.length <= SHORT_DIGITS_MAX && scale >= -9;
  return isShort && scale % 3 === 0 && !shifted.endsWith("000") && !shifted.startsWith("0");
}

const SUFFIXES = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

const exponentOf = (suffix: string): number =>
  suffix.length > 1 ? Number(suffix.slice(1)) : 3 * SUFFIXES.indexOf(suffix) - 9;

/** The sum, written as the first amount unless that is zero. */
export const addExact = (left: ExactQuantity, right: ExactQuantity): ExactQuantity => ({
  nano: left.nano + right.nano,
  format: left.nano === 0n ? right.format : left.format,
});

/** Whole units, rounded up; `unitsPerOne` is 1000 for millicores. Inexact beyond 2^53. */
export function roundedUp(amount: ExactQuantity | undefined, unitsPerOne: 1 | 1000): number {
  const scaled = (amount?.nano ?? 0n) * BigInt(unitsPerOne);
  return Number(scaled > 0n ? (scaled + NANO - 1n) / NANO : scaled / NANO);
}
