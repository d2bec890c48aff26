import type { Kind, KindRegistry } from "../../engine/contract/kind.ts";
import { apiVersionOf } from "./define.ts";

/** A registry over a fixed list of kinds; look-ups are by hash. */
export function createRegistry(kinds: readonly Kind[]): KindRegistry {
  const byKey = new Map<string, Kind>();
  const byVersion = new Map<string, Kind>();
  const byWord = new Map<string, Kind[]>();
  for (const kind of kinds) {
    byKey.set(kind.key, kind);
    for (const version of kind.versions) {
      byVersion.set(`${apiVersionOf(kind.group, version)}#${kind.kind}`, kind);
    }
    for (const word of wordsOf(kind)) byWord.set(word, [...(byWord.get(word) ?? []), kind]);
  }
  return {
    kinds,
    byKey: (key) => byKey.get(key),
    find: (apiVersion, kind) => byVersion.get(`${apiVersion}#${kind}`),
    byWord: (word) => byWord.get(word.toLowerCase()) ?? [],
  };
}

/** Short kind, kind name and its plain plural, all in lower case. */
function wordsOf(kind: Kind): Set<string> {
  const name = kind.kind.toLowerCase();
  const plural = name.endsWith("s")
    ? `${name}es`
    : name.endsWith("y")
      ? `${name.slice(0, -1)}ies`
      : `${name}s`;
  return new Set([kind.short, name, plural]);
}
