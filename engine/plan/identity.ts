/**
 * Ids that the plan gives out: objects, lineages and the plan itself. All are digests of what they
 * stand for, so that equal input gives equal ids and a repeat of a call meets the first object.
 */
import type { Address } from "../model/address.ts";
import type { Digest } from "../model/digest.ts";
import type { Observation } from "../model/observation.ts";
import type { RecordedState } from "../model/recorded.ts";

const HEX_VARIANT = "89ab";

/** The first 128 bits of a SHA-256 in uuid form; version 8 means custom bits (RFC 9562). */
function uuidOf(hash: string): string {
  const variant = HEX_VARIANT[Number.parseInt(hash[16] ?? "0", 16) % 4];
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join("-");
}

/** The recorded lineage; before the first apply one that follows from the wish alone. */
export function lineageOf(
  recorded: RecordedState,
  wish: { readonly workspace: string; readonly seed: number; readonly desiredDigest: string },
  digest: Digest,
): string {
  if (recorded.lineage !== "") return recorded.lineage;
  return uuidOf(digest(`lineage|${wish.workspace}|${wish.seed}|${wish.desiredDigest}`));
}

function idsIn(recorded: RecordedState, observation: Observation): Set<string> {
  const ids = new Set<string>(observation.objects.map((object) => object.id));
  for (const resource of recorded.resources.values()) ids.add(resource.id);
  return ids;
}

export interface IdentityBasis {
  readonly lineage: string;
  readonly seed: number;
  readonly recorded: RecordedState;
  readonly observation: Observation;
  readonly digest: Digest;
}

/**
 * Gives the id of the object to be made at an address. A create whose outcome is not known keeps
 * its id, so that sending it again cannot double the object.
 */
export function objectIds(
  basis: IdentityBasis,
): (address: Address, replaces: string | undefined) => string {
  const { lineage, seed, recorded, observation, digest } = basis;
  let taken: Set<string> | undefined;
  const open = new Map<Address, string>();
  for (const operation of recorded.openOperations) {
    if (operation.verb === "create") open.set(operation.address, operation.objectId);
  }
  return (address, replaces) => {
    const unfinished = open.get(address);
    if (unfinished !== undefined && unfinished !== replaces) return unfinished;
    taken ??= idsIn(recorded, observation);
    const text = `object|${lineage}|${address}|${recorded.serial}|${recorded.fence}|${seed}`;
    let id = uuidOf(digest(text));
    for (let attempt = 1; taken.has(id); attempt++) id = uuidOf(digest(`${text}|${attempt}`));
    taken.add(id);
    return id;
  };
}
