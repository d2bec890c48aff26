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

/** The limits that a version is beyond; found once per version, since documents are many. */
export type LimitIndex = (version: string) => readonly Breach[];

interface Breach {
  readonly keys: readonly string[];
  readonly params: JsonObject;
}

export function indexLimits(limits: readonly VersionLimit[]): LimitIndex {
  const byVersion = new Map<string, readonly Breach[]>();
  return (version) => {
    const known = byVersion.get(version);
    if (known !== undefined) return known;
    const breaches = limits
      .filter((limit) => isBeyond(limit, version))
      .map(({ path, ...limit }) => ({ keys: pointerKeys(path), params: { ...limit, version } }));
    byVersion.set(version, breaches);
    return breaches;
  };
}

function isBeyond({ since, until }: VersionLimit, version: string): boolean {
  const isEarly = since !== undefined && compareVersions(version, since) < 0;
  const isLate = until !== undefined && compareVersions(version, until) > 0;
  return isEarly || isLate;
}

/** One issue with the keyword `x-version` for every field that the document's version has not. */
export function versionIssues(document: JsonObject, limits: LimitIndex): SchemaIssue[] {
  const apiVersion = document["apiVersion"];
  if (typeof apiVersion !== "string") return [];
  const issues: SchemaIssue[] = [];
  for (const { keys, params } of limits(apiVersion.slice(apiVersion.indexOf("/") + 1))) {
    if (!mayHave(document, keys)) continue;
    find(document, { keys, at: 0, pointer: "" }, (instancePath) => {
      issues.push({ instancePath, keyword: "x-version", params, message: "x-version" });
    });
  }
  return issues;
}

/** Most documents have none of the limited fields: a look at the first two keys tells so. */
function mayHave(document: JsonObject, keys: readonly string[]): boolean {
  const [first = "", second = ""] = keys;
  const value = document[first];
  if (first === "*" || second === "*" || !isJsonObject(value)) return true;
  return keys.length < 2 || value[second] !== undefined;
}

interface Search {
  readonly keys: readonly string[];
  readonly at: number;
  readonly pointer: JsonPointer;
}

/** Tells the pointers of all values that the keys mean; `*` is any key or index. */
function find(
  value: JsonValue | undefined,
  { keys, at, pointer }: Search,
  tell: (pointer: JsonPointer) => void,
): void {
  if (value === undefined) return;
  const key = keys[at];
  if (key === undefined) return tell(pointer);
  if (isJsonArray(value)) {
    if (key !== "*") return;
    value.forEach((item, index) => {
      find(item, { keys, at: at + 1, pointer: `${pointer}/${index}` }, tell);
    });
  } else if (isJsonObject(value)) {
    for (const name of key === "*" ? Object.keys(value) : [key]) {
      if (!Object.hasOwn(value, name)) continue;
      find(value[name], { keys, at: at + 1, pointer: `${pointer}/${pointerToken(name)}` }, tell);
    }
  }
}
