import { isFinerThanMillicore, parseQuantity } from "../../engine/model/quantity.ts";

/** The forms nearly every document uses; they need no exact arithmetic to be accepted. */
const USUAL = /^[0-9]{1,9}(?:[mkMGT]|[KMGT]i)?$/;

/**
 * True when the value is an amount that is not negative and, for CPU, not finer than one
 * millicore (row S01). Values of another type are judged by the `type` keyword, not here.
 */
export function isQuantity(value: unknown, unit: string): boolean {
  if (typeof value !== "string" && typeof value !== "number") return true;
  const text = String(value);
  if (USUAL.test(text)) return true;
  const quantity = parseQuantity(text);
  if (!quantity.ok || quantity.nano < 0n) return false;
  return unit !== "cpu" || !isFinerThanMillicore(text);
}
