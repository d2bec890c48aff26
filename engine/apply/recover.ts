import type { ObservedObject, Observation } from "../model/observation.ts";
import {
  type OpenOperation,
  owedRemoval,
  type RecordedResource,
  type RecordedState,
} from "../model/recorded.ts";

/**
 * Turns operations whose outcome is not known into facts, as far as a reading of the world allows.
 * What is seen is true. What is not seen may still come: a list can be stale and a request late, so
 * an absent object settles nothing but a removal, and that only when the reading is complete. What
 * stays open keeps its object id; the next plan sends it again or takes away what lands late.
 */
export function settleOpen(recorded: RecordedState, observation: Observation): RecordedState {
  if (recorded.openOperations.length === 0) return recorded;
  const complete = new Set<string>();
  for (const reading of observation.readings) {
    if (reading.complete) complete.add(reading.provider);
  }
  const objects = objectsOf(recorded.openOperations, observation);
  const resources = new Map(recorded.resources);
  const openOperations: OpenOperation[] = [];
  for (const operation of recorded.openOperations) {
    const object = objects.get(keyOf(operation.provider, operation.objectId));
    const before = resources.get(operation.address);
    const isComplete = complete.has(operation.provider);
    const verdict = judge(operation, { object, before, isComplete });
    if (verdict.is === "open") openOperations.push(verdict.operation);
    else if (verdict.is === "exists") {
      resources.set(operation.address, verdict.resource);
      const isReplaced = before !== undefined && before.id !== verdict.resource.id;
      if (isReplaced) openOperations.push(owedRemoval(operation, before));
    } else if (verdict.is === "gone") resources.delete(operation.address);
  }
  return { ...recorded, resources, openOperations };
}

type Verdict =
  | { readonly is: "open"; readonly operation: OpenOperation }
  | { readonly is: "exists"; readonly resource: RecordedResource }
  | { readonly is: "gone" }
  /** It had no effect, or its effect is nothing that is recorded. */
  | { readonly is: "nothing" };

interface Evidence {
  readonly object: ObservedObject | undefined;
  readonly before: RecordedResource | undefined;
  readonly isComplete: boolean;
}

function judge(operation: OpenOperation, evidence: Evidence): Verdict {
  const { object, before, isComplete } = evidence;
  if (object !== undefined) return judgeSeen(operation, object, before);
  if (!isComplete) return { is: "open", operation };
  if (operation.verb === "remove") {
    return before?.id === operation.objectId ? { is: "gone" } : { is: "nothing" };
  }
  return { is: "open", operation };
}

function judgeSeen(
  operation: OpenOperation,
  object: ObservedObject,
  before: RecordedResource | undefined,
): Verdict {
  const { verb, wish, objectId, intent } = operation;
  if (verb === "remove") {
    // What a replacement left behind is still owed; a recorded object is planned anew.
    return before?.id === objectId ? { is: "nothing" } : { is: "open", operation };
  }
  if (wish === undefined) return judgeForget(operation, object, before);
  const isDone = object.tag?.intent === intent || (verb === "create" && object.tag !== undefined);
  if (!isDone) return { is: "nothing" };
  const { revision, host } = object;
  const outputs = outputsOf(object, before?.id === objectId ? before : wish);
  return { is: "exists", resource: { ...wish, revision, host: host ?? wish.host, outputs } };
}

/** The answer of the call is lost; what the object gives can perhaps be read again. */
const outputsOf = (
  object: ObservedObject,
  recorded: RecordedResource,
): RecordedResource["outputs"] => object.outputs ?? recorded.outputs;

/** A forget takes our tag off: an object without it was forgotten. */
function judgeForget(
  operation: OpenOperation,
  object: ObservedObject,
  before: RecordedResource | undefined,
): Verdict {
  if (object.tag === undefined && before?.id === operation.objectId) return { is: "gone" };
  return { is: "nothing" };
}

const keyOf = (provider: string, id: string): string => `${provider}\u0000${id}`;

function objectsOf(
  operations: readonly OpenOperation[],
  observation: Observation,
): ReadonlyMap<string, ObservedObject> {
  const wanted = new Set(operations.map(({ provider, objectId }) => keyOf(provider, objectId)));
  const found = new Map<string, ObservedObject>();
  for (const object of observation.objects) {
    const key = keyOf(object.provider, object.id);
    if (wanted.has(key)) found.set(key, object);
  }
  return found;
}
