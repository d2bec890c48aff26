/** Documents from YAML text straight to `resolve`, for tests that are not about reading files. */
import { parseAllDocuments } from "yaml";
import { assert } from "../../engine/diagnostics/assert.ts";
import type { SpecDocument } from "../../engine/model/document.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import { objectAt, stringAt } from "../../engine/model/json.ts";
import { resolve, type ResolveResult } from "../../engine/resolve/resolve.ts";
import { kinds } from "../../schemas/index.ts";
import { sha256 } from "./builders.ts";

/** One valid document of a kind that vpac knows; it is the `index`-th of its file. */
export function specDocument(value: JsonObject, index = 0, path = "app.yaml"): SpecDocument {
  const apiVersion = stringAt(value, "apiVersion") ?? "v1";
  const word = stringAt(value, "kind") ?? "";
  const kind = kinds.find(apiVersion, word);
  assert(kind !== undefined, `no kind ${apiVersion} ${word}`);
  const metadata = objectAt(value, "metadata");
  const namespace = stringAt(metadata, "namespace") ?? "default";
  return {
    source: { path, index, startOffset: 0, endOffset: 0, line: 1, column: 1 },
    kindKey: kind.key,
    apiVersion,
    kind: word,
    name: stringAt(metadata, "name") ?? "",
    namespace: kind.scope === "namespaced" ? namespace : undefined,
    value,
    readOnly: false,
  };
}

export function specDocuments(text: string, path = "app.yaml"): SpecDocument[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as JsonObject | null)
    .filter((value) => value !== null)
    .map((value, index) => specDocument(value, index, path));
}

export function resolveSpecs(specs: readonly SpecDocument[]): ResolveResult {
  return resolve(specs, { kinds, workspace: "default", digest: sha256 });
}

/** Resolves YAML text; `prepareKinds` has to be awaited once before. */
export const resolveText = (text: string): ResolveResult => resolveSpecs(specDocuments(text));
