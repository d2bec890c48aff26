import type { Amounts } from "../../model/demand.ts";

const GIBIBYTE = 1_073_741_824;
const MEBIBYTE = 1_048_576;

/** A quantity as people write it, with the largest unit that divides it. */
export function memoryText(bytes: number): string {
  if (bytes !== 0 && bytes % GIBIBYTE === 0) return `${String(bytes / GIBIBYTE)}Gi`;
  return bytes % MEBIBYTE === 0 ? `${String(bytes / MEBIBYTE)}Mi` : String(bytes);
}

/** Bytes that are wanted, in whole MiB, so that they can be told from what is free. */
export const memoryWanted = (bytes: number): string =>
  memoryText(Math.ceil(bytes / MEBIBYTE) * MEBIBYTE);

/** Bytes that are free, in whole MiB. */
export const memoryFree = (bytes: number): string =>
  memoryText(Math.floor(bytes / MEBIBYTE) * MEBIBYTE);

/** CPUs where they are whole, else millicores. */
export const cpuText = (millicores: number): string =>
  millicores % 1000 === 0 ? String(millicores / 1000) : `${String(millicores)}m`;

/** An amount of a resource in its unit, exactly. */
export const amountText = (resource: keyof Amounts, amount: number): string =>
  resource === "cpuMillicores" ? cpuText(amount) : memoryText(amount);

/** What is used, wanted and there, and by how much that is too little, as texts that add up. */
export interface SumTexts {
  readonly used: string;
  readonly wanted: string;
  readonly left: string;
  readonly excess: string;
}

/** Texts of a sum that is refused; memory in whole MiB, since overheads are odd amounts. */
export function sumTexts(
  resource: keyof Amounts,
  sum: { readonly used: number; readonly wanted: number; readonly left: number },
): SumTexts {
  const isCpu = resource === "cpuMillicores";
  const unit = isCpu ? 1 : MEBIBYTE;
  const [used, wanted] = [Math.ceil(sum.used / unit), Math.ceil(sum.wanted / unit)];
  const left = Math.floor(sum.left / unit);
  const text = (units: number): string => amountText(resource, units * unit);
  return {
    used: text(used),
    wanted: text(wanted),
    left: text(left),
    excess: text(used + wanted - left),
  };
}
