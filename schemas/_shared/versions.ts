import type { SchemaIssue } from "../../engine/contract/kind.ts";
import { isJsonArray, isJsonObject, pointerKeys, pointerToken } from "../../engine/model/json.ts";
import type { JsonObject, JsonPointer, JsonValue } from "../../engine/model/json.ts";

/** A field that only some served versions of a kind have. */
export interface VersionLimit {
  /** Pointer; `*` stands for any key or index. */
  readonly path: JsonPointer;
  readonly name: string;
  /** First version that has the field. */
  readonly since?: string;
  /** Last version that has it. */
  readonly until?: string;
}

const VERSION = /^v([0-9]{1,4})(?:(alpha|beta)([0-9]{1,4}))?$/;

/** Kubernetes' order of versions: v1alpha1 < v1alpha2 < v1beta1 < v1 < v2. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [versionRank(left), versionRank(right)];
  return a - b;
}

function versionRank(version: string): number {
  const match = VERSION.exec(version);
  if (match === null) return -1;
  const stage = match[2] === "alpha" ? 0 : match[2] === "beta" ? 1 : 2;
  return Number(match[1]) * 1e6 + stage * 1e5 + Number(match[3] ?? 0);
}

/** One issue with the keyword `x-version` for every field that the document's version has not. */
export function versionIssues(
  document: JsonObject,
  limits: readonly VersionLimit[],
): SchemaIssue[] {
  const apiVersion = document["apiVersion"];
  const version = typeof apiVersion === "string" ? (apiVersion.split("/").at(-1) ?? "") : "";
  const issues: SchemaIssue[] = [];
  for (const limit of limits) {
    const early = limit.since !== undefined && compareVersions(version, limit.since) < 0;
    const late = limit.until !== undefined && compareVersions(version, limit.until) > 0;
    if (!early && !late) continue;
    const params = { ...limit, version } as unknown as JsonObject;
    for (const instancePath of pointersAt(document, limit.path)) {
      issues.push({ instancePath, keyword: "x-version", params, message: "x-version" });
    }
  }
  return issues;
}

/** Pointers of all values in the document that a path with `*` means. */
export function pointersAt(document: JsonValue, path: JsonPointer): JsonPointer[] {
  let found: { readonly pointer: JsonPointer; readonly value: JsonValue }[] = [
    { pointer: "", value: document },
  ];
  for (const key of pointerKeys(path)) {
    found = found.flatMap(({ pointer, value }) =>
      membersAt(value, key).map(([name, member]) => ({
        pointer: `${pointer}/${pointerToken(name)}`,
        value: member,
      })),
    );
  }
  return found.map(({ pointer }) => pointer);
}

function membersAt(value: JsonValue, key: string): [string | number, JsonValue][] {
  if (isJsonArray(value)) return key === "*" ? value.map((item, index) => [index, item]) : [];
  if (!isJsonObject(value)) return [];
  const names = key === "*" ? Object.keys(value) : Object.hasOwn(value, key) ? [key] : [];
  return names.flatMap((name): [string, JsonValue][] => {
    const member = value[name];
    return member === undefined ? [] : [[name, member]];
  });
}
