import type { Amounts } from "../model/demand.ts";

const GIBIBYTE = 1_073_741_824;
const MEBIBYTE = 1_048_576;

/** A quantity as people write it, with the largest unit that divides it. */
export function memoryText(bytes: number): string {
  if (bytes !== 0 && bytes % GIBIBYTE === 0) return `${String(bytes / GIBIBYTE)}Gi`;
  return bytes % MEBIBYTE === 0 ? `${String(bytes / MEBIBYTE)}Mi` : String(bytes);
}

/** CPUs where they are whole, else millicores. */
export const cpuText = (millicores: number): string =>
  millicores % 1000 === 0 ? String(millicores / 1000) : `${String(millicores)}m`;

/** An amount of a resource in its unit, exactly. */
export const amountText = (resource: keyof Amounts, amount: number): string =>
  resource === "cpuMillicores" ? cpuText(amount) : memoryText(amount);
