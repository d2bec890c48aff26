import type { JsonObject, JsonValue } from "../model/json.ts";
import { isJsonObject } from "../model/json.ts";
import { cpuMillicores, memoryBytes } from "../model/quantity.ts";

/** Amounts by resource name: `cpu` in millicores, everything else in bytes or whole units. */
export type ResourceList = Readonly<Record<string, number>>;

/** Reads quantities of documents; equal texts are parsed once per run. */
export interface QuantityReader {
  /** Millicores; undefined when absent or no quantity. */
  readonly cpu: (value: JsonValue | undefined) => number | undefined;
  /** Bytes or units; undefined when absent or no quantity. */
  readonly bytes: (value: JsonValue | undefined) => number | undefined;
  /** A `requests` or `limits` map; entries that are no quantities are left out. */
  readonly list: (value: JsonValue | undefined) => ResourceList;
}

export const EMPTY_LIST: ResourceList = Object.freeze({});

type Parse = (input: string | number) => number | undefined;

function cached(parse: Parse): QuantityReader["cpu"] {
  const known = new Map<string | number, number | undefined>();
  return (value) => {
    if (typeof value !== "string" && typeof value !== "number") return undefined;
    if (known.has(value)) return known.get(value);
    const amount = parse(value);
    known.set(value, amount);
    return amount;
  };
}

export function quantityReader(): QuantityReader {
  const cpu = cached(cpuMillicores);
  const bytes = cached(memoryBytes);
  const list = (value: JsonValue | undefined): ResourceList => {
    if (!isJsonObject(value)) return EMPTY_LIST;
    const amounts: Record<string, number> = {};
    for (const name of Object.keys(value)) {
      const amount = isCpu(name) ? cpu(value[name]) : bytes(value[name]);
      if (amount !== undefined) amounts[name] = amount;
    }
    return amounts;
  };
  return { cpu, bytes, list };
}

/** True for `cpu` and for its quota names `requests.cpu` and `limits.cpu`. */
export const isCpu = (name: string): boolean => name === "cpu" || name.endsWith(".cpu");

/** Sum per resource name. */
export function addLists(left: ResourceList, right: ResourceList): ResourceList {
  const sum: Record<string, number> = { ...left };
  for (const name of Object.keys(right)) sum[name] = (sum[name] ?? 0) + (right[name] ?? 0);
  return sum;
}

/** The larger amount per resource name. */
export function maxLists(left: ResourceList, right: ResourceList): ResourceList {
  const largest: Record<string, number> = { ...left };
  for (const name of Object.keys(right)) {
    largest[name] = Math.max(largest[name] ?? 0, right[name] ?? 0);
  }
  return largest;
}

/** A human form of an amount, as short as it is exact: `1500m`, `2`, `512Mi`, `7`. */
export function formatAmount(name: string, amount: number): string {
  if (isCpu(name)) return amount % 1000 === 0 ? String(amount / 1000) : `${amount}m`;
  const units: readonly [string, number][] = [
    ["Ti", 2 ** 40],
    ["Gi", 2 ** 30],
    ["Mi", 2 ** 20],
    ["Ki", 2 ** 10],
  ];
  for (const [suffix, size] of units) {
    if (amount >= size && amount % size === 0) return `${amount / size}${suffix}`;
  }
  return String(amount);
}

/** Written form of an amount that a document gets filled in with. */
const quantityText = (name: string, amount: number): string =>
  name === "cpu" && amount % 1000 !== 0 ? `${amount}m` : formatAmount(name, amount);

/** JSON of an amount list in the written form. */
export function quantityTexts(list: ResourceList): JsonObject {
  return Object.fromEntries(
    Object.keys(list).map((name) => [name, quantityText(name, list[name] ?? 0)]),
  );
}
