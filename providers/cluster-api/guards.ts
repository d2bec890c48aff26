import type { Outcome } from "../../engine/contract/provider.ts";
import type { OwnershipTag } from "../../engine/model/observation.ts";
import { CODES } from "./codes.ts";
import type { KubeObject, ObjectRef } from "./kube/types.ts";
import { isBeingDeleted, nameOf, revisionOf, tagOf } from "./objects.ts";
import { failed } from "./problems.ts";

/** Only objects of the writer's own lineage may be touched (I14). */
export function refusedByOwner(
  object: KubeObject,
  ref: ObjectRef,
  lineage: string,
): Outcome | undefined {
  const tag = tagOf(object);
  if (tag?.lineage === lineage) return undefined;
  const whose = tag === undefined ? "carries no mark of vpac" : "belongs to another lineage";
  return failed("forbidden", CODES.foreign, `${nameOf(ref)} ${whose}`);
}

/** A writer with an older fence than the one on the object is a zombie: it may change nothing. */
export function refusedByFence(
  object: KubeObject,
  ref: ObjectRef,
  { fence }: OwnershipTag,
): Outcome | undefined {
  const seen = tagOf(object)?.fence ?? 0;
  if (fence >= seen) return undefined;
  const why = `writer ${fence} is fenced off: writer ${seen} has written to ${nameOf(ref)} since`;
  return failed("conflict", CODES.staleFence, why);
}

/** The object must still be what the plan was made from. */
export function refusedByRevision(
  object: KubeObject,
  ref: ObjectRef,
  fromRevision: string | undefined,
): Outcome | undefined {
  if (fromRevision === undefined || fromRevision === revisionOf(object)) return undefined;
  const why = `${nameOf(ref)} has been changed since the plan was made`;
  return failed("conflict", CODES.staleRevision, why);
}

/** What is on its way out is no ground to build on. */
export function refusedByDeletion(object: KubeObject, ref: ObjectRef): Outcome | undefined {
  if (!isBeingDeleted(object)) return undefined;
  return failed("conflict", CODES.beingDeleted, `${nameOf(ref)} is being deleted`);
}
