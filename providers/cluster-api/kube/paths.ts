import type { ApiResource } from "./types.ts";

const SEGMENT = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Why a name cannot stand in a path; undefined where it can. Rules of the server itself. */
export function nameProblem(name: string): string | undefined {
  if (name === "" || name.length > 253) return "must have 1 to 253 characters";
  if (name === "." || name === "..") return `must not be "${name}"`;
  return /[/%\p{Cc}\p{Cs}]/u.test(name)
    ? 'must not contain "/", "%" or control characters'
    : undefined;
}

export function namespaceProblem(namespace: string): string | undefined {
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace)
    ? undefined
    : "must have 1 to 63 of a-z, 0-9 and -, and must not begin or end with -";
}

/** Group and version of an `apiVersion`; undefined where it cannot be one. */
export function groupVersion(
  apiVersion: string,
): { readonly group: string; readonly version: string } | undefined {
  const parts = apiVersion.split("/");
  const [first = "", second] = parts;
  if (parts.length > 2 || !parts.every((part) => SEGMENT.test(part))) return undefined;
  return second === undefined ? { group: "", version: first } : { group: first, version: second };
}

/** Path of a group version: `/api/v1` or `/apis/GROUP/VERSION`. Both parts are checked already. */
export function groupPath(group: string, version: string): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** Whether the server's own names can stand in paths; what cannot is never asked for. */
export function isPathSafe(resource: Omit<ApiResource, "apiVersion">): boolean {
  const { group, version, resource: plural } = resource;
  return (group === "" || SEGMENT.test(group)) && SEGMENT.test(version) && SEGMENT.test(plural);
}

/** Path of a collection, or of one object in it. Names are checked before. */
export function resourcePath(
  resource: ApiResource,
  namespace: string | undefined,
  name?: string,
): string {
  const base = groupPath(resource.group, resource.version);
  const within =
    resource.namespaced && namespace !== undefined
      ? `/namespaces/${encodeURIComponent(namespace)}`
      : "";
  const object = name === undefined ? "" : `/${encodeURIComponent(name)}`;
  return `${base}${within}/${resource.resource}${object}`;
}

/** A query without its undefined parts; empty where there are none. */
export function query(parts: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(parts).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(wellFormed(String(value)))}`],
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** Half a character, which no request can carry, is shown as what it is: broken. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Cs}/gu, "\ufffd");
}
