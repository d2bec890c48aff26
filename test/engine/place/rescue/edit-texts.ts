/** Amounts, keys and taints as the text of an edit writes them. */
import type { Amounts } from "../../../../engine/model/demand.ts";
import type { Fix } from "../../../../engine/model/placement.ts";
import type { Taint } from "../../../../engine/model/scheduling.ts";

/** One edit of a fix. */
export type Edit = Fix["edits"][number];

const UNITS: Readonly<Record<string, number>> = { Gi: 2 ** 30, Mi: 2 ** 20, "": 1 };

/** Bytes of an amount with the unit Gi, Mi or none. */
export const bytes = (text: string): number =>
  Number.parseInt(text, 10) * (UNITS[text.replace(/^\d+/, "")] ?? Number.NaN);

/** Thousandths of a CPU. */
export const millicores = (text: string): number =>
  text.endsWith("m") ? Number.parseInt(text, 10) : Number.parseInt(text, 10) * 1000;

/** An amount of CPU or of memory. */
export const amountOf = (name: string, text: string): number =>
  name === "cpu" ? millicores(text) : bytes(text);

/** The member of amounts, by its name in a document. */
export const KEYS: Readonly<Record<string, keyof Amounts | undefined>> = {
  cpu: "cpuMillicores",
  memory: "memoryBytes",
};

/** A key as it was before it became part of a pointer. */
export const plain = (token: string): string => token.replaceAll("~1", "/").replaceAll("~0", "~");

/** A taint as the text of an edit names it. */
export const taintOf = (text: string): Taint => {
  const [, key = "", value = "", effect = ""] = /^([^=]*)=(.*):(\w+)$/.exec(text) ?? [];
  return { key, value, effect: effect as Taint["effect"] };
};
