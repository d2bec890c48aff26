import type { XmlElement } from "./element.ts";

/** The child elements of that name, in order. */
export function childrenOf(parent: XmlElement | undefined, name: string): readonly XmlElement[] {
  return elementsOf(parent).filter((child) => child.name === name);
}

/** The child elements, without the texts between them. */
export function elementsOf(parent: XmlElement | undefined): readonly XmlElement[] {
  return (parent?.children ?? []).filter((node) => typeof node === "object");
}

/** The first element at that path below `parent`; undefined where a step is missing. */
export function childAt(
  parent: XmlElement | undefined,
  ...path: readonly string[]
): XmlElement | undefined {
  let current = parent;
  for (const name of path) current = childrenOf(current, name)[0];
  return current;
}

/** The text directly in the element at that path, trimmed; undefined where it is not there. */
export function textAt(
  parent: XmlElement | undefined,
  ...path: readonly string[]
): string | undefined {
  const found = childAt(parent, ...path);
  return found?.children
    .filter((node) => typeof node === "string")
    .join("")
    .trim();
}

/** The text at that path as a whole number; undefined where there is none. */
export function integerAt(
  parent: XmlElement | undefined,
  ...path: readonly string[]
): number | undefined {
  return integerOf(textAt(parent, ...path));
}

/** A decimal text as a safe integer from 0; undefined for anything else. */
export function integerOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Factor of each unit that libvirt scales by; no unit means KiB for memory, bytes for disks. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ["b", 1],
  ["bytes", 1],
  ["KB", 1e3],
  ["k", 1024],
  ["KiB", 1024],
  ["MB", 1e6],
  ["M", 1024 ** 2],
  ["MiB", 1024 ** 2],
  ["GB", 1e9],
  ["G", 1024 ** 3],
  ["GiB", 1024 ** 3],
  ["TB", 1e12],
  ["T", 1024 ** 4],
  ["TiB", 1024 ** 4],
]);

/** The amount at that path in bytes, by its `unit`; undefined where it is missing or unreadable. */
export function bytesAt(
  parent: XmlElement | undefined,
  unitDefault: "bytes" | "KiB",
  ...path: readonly string[]
): number | undefined {
  const amount = integerAt(parent, ...path);
  const unit = childAt(parent, ...path)?.attributes.get("unit") ?? unitDefault;
  const factor = UNITS.get(unit);
  return amount === undefined || factor === undefined ? undefined : amount * factor;
}
