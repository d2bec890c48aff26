import type { Outcome } from "../../engine/contract/provider.ts";
import type { OwnershipTag } from "../../engine/model/observation.ts";
import { failed } from "./answers.ts";
import { CODES } from "./codes.ts";
import { type Change, findByName, type World, type WorldObject } from "./world.ts";

/** A writer with an older fence than one we have seen is a zombie: it may change nothing. */
export function refusedByFence(world: World, tag: OwnershipTag): Outcome | undefined {
  const seen = world.meta.fences[tag.lineage] ?? 0;
  if (tag.fence >= seen) return undefined;
  const why = `writer ${tag.fence} is fenced off: writer ${seen} of the same lineage came after it`;
  return failed("conflict", CODES.staleFence, why);
}

/** Change that remembers a newer fence; goes into the same record as the write. */
export function fenceChanges(world: World, tag: OwnershipTag): readonly Change[] {
  if ((world.meta.fences[tag.lineage] ?? 0) >= tag.fence) return [];
  return [["meta", { fences: { ...world.meta.fences, [tag.lineage]: tag.fence } }]];
}

/** Only objects of the writer's own lineage may be touched (I14). */
export function refusedByOwner(object: WorldObject, lineage: string): Outcome | undefined {
  if (object.owner === undefined && object.tag?.lineage === lineage) return undefined;
  const whose =
    object.tag === undefined ? "carries no ownership tag" : "belongs to another lineage";
  return failed("forbidden", CODES.foreign, `${object.kind} "${object.name}" ${whose}`);
}

/** A name may be taken only by the predecessor that this object replaces. */
export function refusedByName(
  world: World,
  wish: {
    readonly id: string;
    readonly kind: string;
    readonly namespace: string | undefined;
    readonly name: string;
  },
  tag: OwnershipTag,
): Outcome | undefined {
  for (const other of findByName(world, wish.kind, wish.namespace, wish.name)) {
    const isPredecessor = other.tag?.lineage === tag.lineage && other.tag.address === tag.address;
    if (other.id === wish.id || isPredecessor) continue;
    const why = `another ${wish.kind} is named "${wish.name}" already`;
    return failed("conflict", CODES.nameTaken, why);
  }
  return undefined;
}

/** The object must still be what the plan was made from. */
export function refusedByRevision(
  object: WorldObject,
  fromRevision: string | undefined,
): Outcome | undefined {
  if (fromRevision === undefined || fromRevision === String(object.revision)) return undefined;
  const { kind, name, revision } = object;
  const why = `${kind} "${name}" is at revision ${revision}, not ${fromRevision}`;
  return failed("conflict", CODES.staleRevision, why);
}
