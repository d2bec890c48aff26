import type { Outcome, UpdateIntent } from "../../engine/contract/provider.ts";
import { CODES } from "./codes.ts";
import { refusedByDeletion, refusedByFence, refusedByOwner, refusedByRevision } from "./guards.ts";
import { KubeError } from "./kube/errors.ts";
import type { KubeClient, KubeObject, ObjectRef } from "./kube/types.ts";
import {
  idOf,
  nameOf,
  refOf,
  tagOf,
  uidOf,
  untagging,
  versionOf,
  wishedObject,
} from "./objects.ts";
import { failed } from "./problems.ts";
import { done, inRounds, type Settling, settle, type Written } from "./settle.ts";
import type { Turns } from "./waiting.ts";

/** Brings an object to the attributes of the intent and waits until its controllers have, too. */
export async function updateObject(
  intent: UpdateIntent,
  turns: Turns,
  settling: Settling,
): Promise<Outcome> {
  const ref = refOf(intent);
  const written = await turns.take(nameOf(ref), () => write(intent, ref, settling));
  if ("is" in written || intent.mode === "forget") {
    return "is" in written ? written : done(written.object, written.changed);
  }
  return settle(ref, written, settling);
}

function write(
  intent: UpdateIntent,
  ref: ObjectRef,
  { client, time }: Settling,
): Promise<Outcome | Written> {
  return inRounds(ref, time, async (): Promise<Outcome | Written | undefined> => {
    const existing = await client.get(ref, { signal: time.signal });
    const isAbsent = existing === undefined || !isMeant(existing, intent);
    if (isAbsent) return failed("notFound", CODES.notFound, `there is no ${nameOf(ref)} of ours`);
    const refusal = refused(existing, ref, intent);
    if (refusal !== undefined) return refusal;
    if (isFinished(existing, intent)) return { object: existing, changed: false };
    const object = await send(existing, { intent, ref, client, signal: time.signal });
    return object === undefined ? undefined : { object, changed: true };
  });
}

/** Foreign objects are known by their uid, and keep it as id when they become ours. */
const isMeant = (object: KubeObject, { objectId }: UpdateIntent): boolean =>
  idOf(object) === objectId || uidOf(object) === objectId;

function refused(object: KubeObject, ref: ObjectRef, intent: UpdateIntent): Outcome | undefined {
  const mayBeUntagged = intent.mode === "adopt" || intent.mode === "forget";
  const isUntagged = tagOf(object) === undefined;
  const foreign =
    isUntagged && mayBeUntagged ? undefined : refusedByOwner(object, ref, intent.tag.lineage);
  const guarded = foreign ?? refusedByFence(object, ref, intent.tag);
  if (guarded !== undefined || isFinished(object, intent)) return guarded;
  return refusedByDeletion(object, ref) ?? refusedByRevision(object, ref, intent.fromRevision);
}

/** An earlier sending of the same intent has written already; only the waiting is left. */
function isFinished(object: KubeObject, { mode, tag }: UpdateIntent): boolean {
  const before = tagOf(object);
  return mode === "forget" ? before === undefined : before?.intent === tag.intent;
}

interface Sending {
  readonly intent: UpdateIntent;
  readonly ref: ObjectRef;
  readonly client: KubeClient;
  readonly signal: AbortSignal;
}

/** Undefined when the object was written to since we read it. */
async function send(existing: KubeObject, sending: Sending): Promise<KubeObject | undefined> {
  const { intent, ref, client, signal } = sending;
  const resourceVersion = versionOf(existing);
  try {
    if (intent.mode === "forget") {
      return await client.patch(ref, untagging(resourceVersion), { type: "merge", signal });
    }
    const wish = wishedObject(intent);
    const metadata = { ...(wish["metadata"] as KubeObject), resourceVersion };
    // The plan showed what it overwrites when the revision is still the plan's; only then is it
    // right to take fields from other managers.
    const force = intent.fromRevision !== undefined;
    return await client.apply({ ...wish, metadata }, { force, signal });
  } catch (error) {
    if (error instanceof KubeError && error.kind === "conflict") return undefined;
    throw error;
  }
}
