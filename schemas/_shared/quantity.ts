import {
  cpuMillicores,
  isFinerThanMillicore,
  memoryBytes,
  parseQuantity,
} from "../../engine/model/quantity.ts";

/** The forms nearly every document uses; they need no exact arithmetic to be accepted. */
const USUAL = /^[0-9]{1,9}(?:[mkM]|[KM]i)?$|^[0-9]{1,6}Gi?$|^[0-9]{1,3}Ti?$/;
const USUAL_CPU = /^[0-9]{1,9}m?$/;

/**
 * True when the value is an amount that is not negative and, for CPU, not finer than one millicore
 * (row S01). Values of another type are judged by the `type` keyword, not here.
 */
export function isQuantity(value: unknown, unit: string): boolean {
  if (typeof value !== "string" && typeof value !== "number") return true;
  const text = String(value);
  const isCpu = unit === "cpu";
  if ((isCpu ? USUAL_CPU : USUAL).test(text)) return true;
  const quantity = parseQuantity(text);
  if (!quantity.ok || quantity.nano < 0n) return false;
  if ((isCpu ? cpuMillicores(text) : memoryBytes(text)) === undefined) return false;
  return !isCpu || !isFinerThanMillicore(text);
}
