import type { DestroyPermit, Outcome } from "../../engine/contract/provider.ts";
import { awaitGone } from "./gone.ts";
import { refusedByFence, refusedByOwner, refusedByRevision } from "./guards.ts";
import { KubeError } from "./kube/errors.ts";
import type { KubeObject, ObjectRef } from "./kube/types.ts";
import { refusedByContents } from "./namespace-contents.ts";
import { idOf, isBeingDeleted, nameOf, refOf, uidOf, versionOf } from "./objects.ts";
import { inRounds, type Settling, type Written } from "./settle.ts";
import type { Turns } from "./waiting.ts";

/** Removes one object of ours and waits until it is really gone. */
export async function removeObject(
  permit: DestroyPermit,
  turns: Turns,
  settling: Settling,
): Promise<Outcome> {
  const ref = await servedRef(refOf(permit), settling);
  if (ref === undefined) return NOTHING_LEFT;
  const removal = await turns.take(nameOf(ref), () => start(permit, ref, settling));
  if ("is" in removal) return removal;
  const blocked = await awaitGone(ref, removal.object, settling);
  return blocked ?? { is: "done", revision: "", changed: removal.changed };
}

type Removal = Outcome | Written;

const NOTHING_LEFT: Outcome = { is: "done", revision: "", changed: false };

function start(permit: DestroyPermit, ref: ObjectRef, settling: Settling): Promise<Removal> {
  return inRounds(ref, settling.time, async (): Promise<Removal | undefined> => {
    const object = await settling.client.get(ref, { signal: settling.time.signal });
    if (object === undefined || !isMeant(object, permit)) return NOTHING_LEFT;
    const guarded =
      refusedByOwner(object, ref, permit.tag.lineage) ?? refusedByFence(object, ref, permit.tag);
    if (guarded !== undefined) return guarded;
    // Its owner, the garbage collector or an earlier call has begun: there is nothing to add.
    if (isBeingDeleted(object)) return { object, changed: false };
    const refusal =
      refusedByRevision(object, ref, permit.fromRevision) ??
      (await refusedByContents(ref, settling));
    return refusal ?? sendDelete(object, ref, settling);
  });
}

/** Undefined when the object was written to since we read it. */
async function sendDelete(
  object: KubeObject,
  ref: ObjectRef,
  { client, time }: Settling,
): Promise<Written | undefined> {
  const preconditions = { uid: uidOf(object), resourceVersion: versionOf(object) };
  try {
    await client.delete(ref, { ...preconditions, signal: time.signal });
    return { object, changed: true };
  } catch (error) {
    if (error instanceof KubeError && error.kind === "conflict") return undefined;
    throw error;
  }
}

const isMeant = (object: KubeObject, { objectId }: DestroyPermit): boolean =>
  idOf(object) === objectId || uidOf(object) === objectId;

/**
 * The object in a version that the server serves: the one it was made with may have been retired
 * since. Undefined where the server has no such kind at all, and so no object of it.
 */
async function servedRef(
  ref: ObjectRef,
  { client, time: { signal } }: Settling,
): Promise<ObjectRef | undefined> {
  try {
    await client.resource(ref, { signal });
    return ref;
  } catch (error) {
    if (!(error instanceof KubeError) || error.kind !== "unknownKind") throw error;
    const { resources, missing } = await client.resources({ signal });
    const group = groupOf(ref.apiVersion);
    const other = resources.find((type) => type.kind === ref.kind && type.group === group);
    if (other !== undefined) return { ...ref, apiVersion: other.apiVersion };
    // What nobody can tell about now is not gone.
    if (missing.some((apiVersion) => groupOf(apiVersion) === group)) throw error;
    return undefined;
  }
}

const groupOf = (apiVersion: string): string =>
  apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
