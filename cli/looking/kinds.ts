import type { KindRegistry } from "../../engine/contract/kind.ts";
import { suggest } from "../../engine/diagnostics/suggest.ts";
import { parseAddress } from "../../engine/model/address.ts";
import { usageError } from "../exit.ts";
import type { Item } from "./items.ts";

/** What `get` was asked for: kinds as in addresses, and perhaps one name. */
export interface Wanted {
  /** Undefined: every kind. */
  readonly kinds: ReadonlySet<string> | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** Reads `pods`, `pod,vm`, `virtualmachine/db-0`, `vm/shop/db-0`; the kind in any of its forms. */
export function parseWanted(
  text: string,
  { kinds, items }: { readonly kinds: KindRegistry; readonly items: readonly Item[] },
): Wanted {
  const [word = "", second, third, ...more] = text.split("/");
  if (more.length > 0 || [second, third].includes("")) {
    throw usageError(`"${text}" is not a kind or an address`, "for example pods or vm/shop/db-0");
  }
  const known = knownKinds(items, kinds);
  const wanted = word === "all" ? undefined : new Set(word.split(",").flatMap(shortOf));
  const [namespace, name] = third === undefined ? [undefined, second] : [second, third];
  return { kinds: wanted, namespace, name };

  function shortOf(asked: string): readonly string[] {
    const lower = asked.toLowerCase();
    const found = kinds.byWord(lower).map((kind) => kind.short);
    if (found.length > 0) return found;
    const singular = known.has(lower) ? lower : lower.replace(/s$/, "");
    if (known.has(singular)) return [singular];
    const near = suggest(lower, known);
    throw usageError(
      `unknown kind "${asked}"`,
      near === undefined ? "for example pods, vms, hosts, ns" : `did you mean ${near}?`,
    );
  }
}

/** Kinds of addresses: those of the registry, and whatever is there besides. */
function knownKinds(items: readonly Item[], registry: KindRegistry): ReadonlySet<string> {
  const known = new Set(registry.kinds.map((kind) => kind.short));
  for (const { address } of items) known.add(parseAddress(address)?.kind ?? "");
  return known;
}

export function isWanted(item: Item, { kinds, namespace, name }: Wanted): boolean {
  const kind = parseAddress(item.address)?.kind ?? "";
  if (kinds !== undefined && !kinds.has(kind)) return false;
  if (namespace !== undefined && item.namespace !== namespace) return false;
  return name === undefined || item.name === name;
}
