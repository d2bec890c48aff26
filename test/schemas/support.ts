import { globSync, readFileSync } from "node:fs";
import type { JsonObject, JsonValue } from "../../engine/model/json.ts";
import { isJsonObject } from "../../engine/model/json.ts";
import { documentsOf } from "../support/documents.ts";

/** Folders of schemas/ that hold a kind. */
export const folders: readonly string[] = globSync("schemas/*/schema.json")
  .map((path) => path.replaceAll("\\", "/").split("/")[1] ?? "")
  .sort();

export const schemaOf = (folder: string): JsonObject =>
  JSON.parse(readFileSync(`schemas/${folder}/schema.json`, "utf8")) as JsonObject;

export function exampleOf(folder: string): JsonObject {
  const [document] = documentsOf(readFileSync(`schemas/${folder}/example.yaml`, "utf8"));
  if (document === undefined) throw new Error(`schemas/${folder}/example.yaml is empty`);
  return document.value;
}

/** Calls `visit` for every schema inside a schema, with a path for messages. */
export function eachSchema(
  schema: JsonValue | undefined,
  visit: (schema: JsonObject, path: string, isField: boolean) => void,
  path = "",
  isField = false,
): void {
  if (!isJsonObject(schema)) return;
  visit(schema, path, isField);
  for (const group of ["properties", "$defs"]) {
    const members = schema[group];
    if (!isJsonObject(members)) continue;
    for (const [name, child] of Object.entries(members)) {
      eachSchema(child, visit, `${path}/${name}`, group === "properties");
    }
  }
  eachSchema(schema["items"], visit, `${path}/*`);
  eachSchema(schema["additionalProperties"], visit, `${path}/*`);
}
