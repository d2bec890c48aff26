/**
 * Kubernetes quantities (`500m`, `64Mi`, `1e3`) as exact integers; no floating point is involved.
 * Grammar and suffixes: k8s.io/apimachinery `resource.Quantity`. Rows S01, S02, X12.
 */
const SUFFIXES: ReadonlyMap<string, readonly [base: bigint, exponent: number]> = new Map([
  ["n", [10n, -9]],
  ["u", [10n, -6]],
  ["m", [10n, -3]],
  ["", [10n, 0]],
  ["k", [10n, 3]],
  ["M", [10n, 6]],
  ["G", [10n, 9]],
  ["T", [10n, 12]],
  ["P", [10n, 15]],
  ["E", [10n, 18]],
  ["Ki", [2n, 10]],
  ["Mi", [2n, 20]],
  ["Gi", [2n, 30]],
  ["Ti", [2n, 40]],
  ["Pi", [2n, 50]],
  ["Ei", [2n, 60]],
]);

/** Longer texts cannot be a sensible amount; the cap keeps the arithmetic small. */
const LENGTH_MAX = 64;
const NANO = 1_000_000_000n;
/** Powers beyond these are read another way upstream, which misses the digits. */
const TEN_EXPONENT_MIN = -9;
const TWO_EXPONENT_MAX = 40;

export type Quantity =
  | { readonly ok: true; readonly nano: bigint }
  | { readonly ok: false; readonly why: string };

const isDigit = (char: string | undefined): boolean =>
  char !== undefined && char >= "0" && char <= "9";

interface SplitNumber {
  readonly digits: string;
  readonly scale: number;
  readonly rest: string;
  readonly hasDigits: boolean;
}

/** Splits off the leading number: sign, digits, optional fraction. Upstream reads none as 0. */
function splitNumber(text: string): SplitNumber {
  let index = text[0] === "-" || text[0] === "+" ? 1 : 0;
  const start = index;
  while (isDigit(text[index])) index++;
  const whole = text.slice(start, index);
  let fraction = "";
  if (text[index] === ".") {
    const from = ++index;
    while (isDigit(text[index])) index++;
    fraction = text.slice(from, index);
  }
  const hasDigits = whole !== "" || fraction !== "";
  const sign = text[0] === "-" ? "-" : "";
  const digits = hasDigits ? `${sign}${whole}${fraction}` : "0";
  return { digits, scale: fraction.length, rest: text.slice(index), hasDigits };
}

/** The power that a suffix stands for: a unit, or a decimal exponent such as `e3`. */
function suffixPower(rest: string): readonly [base: bigint, exponent: number] | undefined {
  const known = SUFFIXES.get(rest);
  if (known !== undefined) return known;
  if (rest[0] !== "e" && rest[0] !== "E") return undefined;
  const digits = rest.slice(1);
  const unsigned = digits[0] === "-" || digits[0] === "+" ? digits.slice(1) : digits;
  if (unsigned === "" || unsigned.length > 3 || ![...unsigned].every(isDigit)) return undefined;
  return [10n, Number(digits)];
}

const isNearOne = ([base, exponent]: readonly [bigint, number]): boolean =>
  base === 2n ? exponent <= TWO_EXPONENT_MAX : exponent >= TEN_EXPONENT_MIN;

const ceilDivide = (value: bigint, divisor: bigint): bigint =>
  value > 0n ? (value + divisor - 1n) / divisor : value / divisor;

/** Rounds away from 0. */
const divideOutwards = (value: bigint, divisor: bigint): bigint =>
  value < 0n ? -ceilDivide(-value, divisor) : ceilDivide(value, divisor);

/** Reads a quantity exactly, in units of 10^-9; what is finer counts as a whole unit upstream. */
export function parseQuantity(input: string | number): Quantity {
  const text = String(input).trim();
  if (text.length > LENGTH_MAX) return { ok: false, why: "is longer than 64 characters" };
  const number = splitNumber(text);
  const power = suffixPower(number.rest);
  if (!number.hasDigits && (text === "" || power === undefined || !isNearOne(power))) {
    return { ok: false, why: "is not a quantity such as 500m or 64Mi" };
  }
  if (power === undefined) return { ok: false, why: `has an unknown suffix "${number.rest}"` };
  const [base, exponent] = power;
  const scaled = BigInt(number.digits) * NANO;
  const divisor = 10n ** BigInt(number.scale);
  const nano =
    exponent >= 0
      ? divideOutwards(scaled * base ** BigInt(exponent), divisor)
      : divideOutwards(scaled, divisor * base ** BigInt(-exponent));
  return { ok: true, nano };
}

function toSafeInteger(nano: bigint, unitsPerOne: bigint): number | undefined {
  const value = ceilDivide(nano * unitsPerOne, NANO);
  return value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}

/** Millicores, rounded up; undefined when the text is no quantity or is out of range. */
export function cpuMillicores(input: string | number): number | undefined {
  const quantity = parseQuantity(input);
  return quantity.ok ? toSafeInteger(quantity.nano, 1000n) : undefined;
}

/** True when a CPU amount is finer than one millicore, which Kubernetes refuses (row S01). */
export function isFinerThanMillicore(input: string | number): boolean {
  const quantity = parseQuantity(input);
  return quantity.ok && quantity.nano % 1_000_000n !== 0n;
}

/** Bytes, rounded up; undefined when the text is no quantity or is out of range. */
export function memoryBytes(input: string | number): number | undefined {
  const quantity = parseQuantity(input);
  return quantity.ok ? toSafeInteger(quantity.nano, 1n) : undefined;
}

/** True when both texts are quantities of the same amount (`1Gi` and `1024Mi`). */
export function isSameQuantity(left: string | number, right: string | number): boolean {
  const leftQuantity = parseQuantity(left);
  const rightQuantity = parseQuantity(right);
  return leftQuantity.ok && rightQuantity.ok && leftQuantity.nano === rightQuantity.nano;
}

/** Whole MiB, rounded up: the unit of vSphere's reservations (row R01). */
export const mebibytes = (bytes: number): number => Math.ceil(bytes / 1_048_576);

/** MHz for millicores at a host frequency, rounded up (row F13, DEC-2). */
export const cpuMhz = (millicores: number, hostMhz: number): number =>
  Math.ceil((millicores * hostMhz) / 1000);
