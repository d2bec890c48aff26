import { type ExactQuantity, readExact } from "../../../engine/model/exact-quantity.ts";

const NANO = 1_000_000_000n;
/** Where binary amounts end. */
const LARGEST = (2n ** 63n - 1n) * NANO;
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** Kubernetes' canonical text of an amount: `1500m`, `1Gi`, `1e3`. */
export function canonicalText({ nano, format, text }: ExactQuantity): string {
  if (text !== undefined) return text;
  if (nano === 0n) return "0";
  const magnitude = nano < 0n ? -nano : nano;
  const isBinary = format === "binary" && magnitude >= 1024n * NANO && nano % NANO === 0n;
  if (isBinary) {
    const [mantissa, power] = divided(nano / NANO, 1024n);
    return `${mantissa}${BINARY[power] ?? ""}`;
  }
  const [mantissa, power] = divided(nano, 1000n);
  const exponent = power * 3 - 9;
  if (format === "exponent") return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`;
  return `${mantissa}${DECIMAL[power] ?? ""}`;
}

function divided(value: bigint, base: bigint): readonly [mantissa: bigint, power: number] {
  let mantissa = value;
  let power = 0;
  while (mantissa % base === 0n) {
    mantissa /= base;
    power++;
  }
  return [mantissa, power];
}

const SHAPE = /^[+-]?\d*\.?\d*[eEinumkKMGTP]*[+-]?\d*$/;

/** The answer to one quantity, as the oracle gives it. */
export function quantityAnswer(text: string): Record<string, string> {
  const read = text.trim() === text ? readExact(text) : undefined;
  if (read === undefined) {
    const isSuffix = text !== "" && SHAPE.test(text);
    return { error: isSuffix ? "the suffix is none of a quantity" : "this is not a quantity" };
  }
  return { canonical: canonicalText(read), exact: exactText(read.nano, digitsShown(text, read)) };
}

interface Shape {
  /** Digits that a number has after the point when its suffix is written out. */
  readonly scale: number;
  readonly isBinary: boolean;
  /** Few enough digits for one machine integer. */
  readonly isShort: boolean;
}

function shapeOf(text: string): Shape {
  const match = /^[+-]?0*(\d*)(?:\.(\d*))?(.*)$/.exec(text);
  const [, whole = "", fraction = "", suffix = ""] = match ?? [];
  const isBinary = suffix.endsWith("i");
  const exponent = suffix.length > 1 ? Number(suffix.slice(1)) : DECIMAL.indexOf(suffix) * 3 - 9;
  const scale = isBinary ? fraction.length : fraction.length - exponent;
  const length = Math.max(1, whole.length) + fraction.length;
  const bits = 10 * BINARY.indexOf(suffix);
  const isShort = isBinary
    ? fraction === "" && 15 - length - Math.trunc((bits * 3) / 10) - 1 >= 0
    : length <= 18 && scale <= 9;
  return { scale, isBinary, isShort };
}

/** False for a quantity that upstream computes with freely, such as `1.5Gi`. */
export const isMachineInteger = (text: string): boolean => shapeOf(text).isShort;

/** Digits after the point that upstream keeps: those written, or nine once it computes freely. */
function digitsShown(text: string, { nano }: ExactQuantity): number {
  const { scale, isBinary, isShort } = shapeOf(text);
  if (nano === 0n) return Math.max(0, scale);
  if (isBinary && (nano === LARGEST || nano === -LARGEST)) return 0;
  return isShort ? Math.max(0, isBinary ? 0 : scale) : 9;
}

function exactText(nano: bigint, digits: number): string {
  const sign = nano < 0n ? "-" : "";
  const text = String(nano < 0n ? -nano : nano).padStart(10, "0");
  const fraction = text.slice(-9).padEnd(digits, "0").slice(0, digits);
  return `${sign}${text.slice(0, -9)}${fraction === "" ? "" : `.${fraction}`}`;
}
