import type { Intent, Outcome } from "../../engine/contract/provider.ts";
import { refusedByFence, refusedByOwner } from "./guards.ts";
import { KubeError } from "./kube/errors.ts";
import type { KubeObject, ObjectRef } from "./kube/types.ts";
import { asNew, idOf, isBeingDeleted, nameOf, refOf, tagOf, wishedObject } from "./objects.ts";
import { nameTaken } from "./problems.ts";
import { inRounds, type Settling, settle, type Written } from "./settle.ts";
import { awaitGone } from "./gone.ts";
import type { Turns } from "./waiting.ts";

/** Makes the object; a repeat finds the first one and waits on for what it began. */
export async function createObject(
  intent: Intent,
  turns: Turns,
  settling: Settling,
): Promise<Outcome> {
  const ref = refOf(intent);
  const made = await turns.take(nameOf(ref), () => make(intent, ref, settling));
  return "is" in made ? made : settle(ref, made, settling);
}

type Made = Outcome | Written;

function make(intent: Intent, ref: ObjectRef, settling: Settling): Promise<Made> {
  const { client, time } = settling;
  return inRounds(ref, time, async (): Promise<Made | undefined> => {
    const existing = await client.get(ref, { signal: time.signal });
    if (existing !== undefined && !isPredecessorLeaving(existing, intent)) {
      return found(existing, intent, ref);
    }
    if (existing !== undefined) {
      const isLate = await awaitGone(ref, existing, settling);
      if (isLate !== undefined) return isLate;
    }
    const object = await apply(intent, settling);
    return object === undefined ? undefined : { object, changed: true };
  });
}

/** Undefined when an object of that name has appeared since we looked. */
async function apply(intent: Intent, settling: Settling): Promise<KubeObject | undefined> {
  const wish = asNew(wishedObject(intent));
  try {
    return await settling.client.apply(wish, { signal: settling.time.signal });
  } catch (error) {
    const isTaken =
      error instanceof KubeError && (error.kind === "conflict" || error.kind === "fieldConflict");
    if (isTaken) return undefined;
    throw error;
  }
}

/** An object of ours that goes away makes room for its replacement, or for a new start. */
const isPredecessorLeaving = (existing: KubeObject, { tag }: Intent): boolean =>
  isBeingDeleted(existing) && tagOf(existing)?.lineage === tag.lineage;

function found(existing: KubeObject, intent: Intent, ref: ObjectRef): Made {
  if (idOf(existing) === intent.objectId) {
    const refusal =
      refusedByOwner(existing, ref, intent.tag.lineage) ??
      refusedByFence(existing, ref, intent.tag);
    return refusal ?? { object: existing, changed: false };
  }
  return { is: "failed", why: nameTaken(ref, existing, intent.tag.lineage) };
}
