import { isJsonArray, isJsonObject, pointerOf } from "../model/json.ts";
import type { JsonObject, JsonPointer, JsonValue } from "../model/json.ts";

/** One value that stands for a resource, and where it is in the value of its document. */
export interface Entry {
  readonly value: JsonValue;
  /** Empty for the document itself. */
  readonly pointer: JsonPointer;
}

/** True when the text cannot be without a list: saves a parse where only counting is wanted. */
export function mayBeList(text: string): boolean {
  return text.includes("List") && text.includes("items");
}

/**
 * The entries of a document: itself, or the items where its kind ends in `List` and it has some.
 * A list inside a list is flattened too. Items of a typed list such as `PodList` may leave out
 * their kind, as the Kubernetes API does; they get it from the list.
 */
export function entriesOf(value: JsonValue): readonly Entry[] {
  const entries: Entry[] = [];
  collect({ value, pointer: "" }, entries);
  return entries;
}

function collect(entry: Entry, entries: Entry[]): void {
  const items = itemsOf(entry.value);
  if (items === undefined) {
    entries.push(entry);
    return;
  }
  for (const [index, item] of items.entries()) {
    const pointer = `${entry.pointer}${pointerOf("items", index)}`;
    collect({ value: completed(item, entry.value), pointer }, entries);
  }
}

function itemsOf(value: JsonValue): readonly JsonValue[] | undefined {
  if (!isJsonObject(value)) return undefined;
  const { kind, items } = value;
  return typeof kind === "string" && kind.endsWith("List") && isJsonArray(items)
    ? items
    : undefined;
}

function completed(item: JsonValue, list: JsonValue): JsonValue {
  if (!isJsonObject(item) || !isJsonObject(list)) return item;
  const { kind, apiVersion } = list as JsonObject & { readonly kind: string };
  if (kind === "List" || item["kind"] !== undefined || item["apiVersion"] !== undefined)
    return item;
  return { apiVersion, kind: kind.slice(0, -"List".length), ...item };
}
