import type { Reference } from "../../engine/contract/kind.ts";
import { arrayAt, pointerOf, stringAt } from "../../engine/model/json.ts";
import type { JsonObject, JsonValue } from "../../engine/model/json.ts";

type Path = readonly (string | number)[];

/** Namespace a document lives in; `default` where it names none. */
export const namespaceOf = (document: JsonObject): string =>
  stringAt(document, "metadata", "namespace") ?? "default";

/** How a reference is judged; `at` is where its text stands. */
export interface ReferenceRule {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly missing?: "error" | "warn";
  readonly order?: boolean;
}

/** The reference whose name stands at `path`; none when there is no text. */
export function referenceAt(document: JsonObject, path: Path, rule: ReferenceRule): Reference[] {
  const name = stringAt(document, ...path);
  if (name === undefined || name === "") return [];
  return [
    {
      pointer: pointerOf(...path),
      kind: rule.kind,
      namespace: rule.namespace,
      name,
      missing: rule.missing ?? "error",
      order: rule.order ?? true,
    },
  ];
}

/** One reference for every text of the list at `path`. */
export function referencesIn(document: JsonObject, path: Path, rule: ReferenceRule): Reference[] {
  return arrayAt(document, ...path).flatMap((_item, index) =>
    referenceAt(document, [...path, index], rule),
  );
}

/** Calls `visit` for every item of the list at `path` that is an object. */
export function eachAt<T>(
  document: JsonObject,
  path: Path,
  visit: (item: JsonObject, path: Path) => readonly T[],
): T[] {
  return arrayAt(document, ...path).flatMap((item: JsonValue, index) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? visit(item as JsonObject, [...path, index])
      : [],
  );
}

export const storageClass = (missing: "error" | "warn" = "error"): ReferenceRule => ({
  kind: "policy",
  missing,
});
