import { parseAllDocuments } from "yaml";
import type { SourceDocument } from "../../engine/model/document.ts";
import type { JsonObject } from "../../engine/model/json.ts";

/** The documents of a YAML text as `load` hands them on, without positions. */
export function documentsOf(text: string, path = "spec.yaml"): SourceDocument[] {
  return parseAllDocuments(text).flatMap((parsed, index) => {
    const [error] = parsed.errors;
    if (error !== undefined) throw new Error(error.message);
    const value = parsed.toJS() as JsonObject | null;
    return value === null ? [] : [documentOf(value, path, index)];
  });
}

export function documentOf(value: JsonObject, path = "spec.yaml", index = 0): SourceDocument {
  const source = { path, index, startOffset: 0, endOffset: 0, line: index * 10 + 1, column: 1 };
  return { source, value, readOnly: false };
}
