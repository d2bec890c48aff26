import type { Outcome } from "../../engine/contract/provider.ts";
import { arrayAt, stringAt } from "../../engine/model/json.ts";
import { CODES } from "./codes.ts";
import { KubeError } from "./kube/errors.ts";
import type { KubeObject, ObjectRef } from "./kube/types.ts";
import { nameOf, uidOf } from "./objects.ts";
import { problemOf, unknown } from "./problems.ts";
import { onOneLine } from "./readiness.ts";
import { afterWrite, type Settling } from "./settle.ts";

/**
 * Waits until an object that is being deleted is really gone, and tells what holds it. Undefined
 * when it is gone, else `unknown`: the deletion goes on.
 */
export async function awaitGone(
  ref: ObjectRef,
  object: KubeObject,
  { client, time, log }: Settling,
): Promise<Outcome | undefined> {
  const uid = uidOf(object);
  let last = "";
  const gone = await time.until(async (): Promise<true | Outcome | undefined> => {
    try {
      const current = await client.get(ref, { signal: time.signal });
      if (current === undefined || uidOf(current) !== uid) return true;
      const detail = blockedBy(current);
      if (detail !== last) log({ phase: "deleting", detail });
      last = detail;
    } catch (error) {
      const isPassing = error instanceof KubeError && problemOf(error).type === "transient";
      if (!isPassing) return afterWrite(error);
    }
    return undefined;
  });
  if (typeof gone === "object") return gone;
  if (gone === true) return undefined;
  const code = time.isCancelled ? CODES.cancelled : CODES.stillThere;
  return unknown(code, `${nameOf(ref)} is still being deleted: ${last || "no answer yet"}`);
}

/** In the controllers' own words where they have some, else by the finalizers that are left. */
function blockedBy(object: KubeObject): string {
  for (const condition of arrayAt(object, "status", "conditions")) {
    const isTelling =
      /^(?:Deleting|NamespaceContentRemaining|NamespaceFinalizersRemaining)$/.test(
        stringAt(condition, "type") ?? "",
      ) && stringAt(condition, "status") === "True";
    const message = isTelling ? onOneLine(stringAt(condition, "message") ?? "") : "";
    if (message !== "") return message;
  }
  const finalizers = [
    ...arrayAt(object, "metadata", "finalizers"),
    ...arrayAt(object, "spec", "finalizers"),
  ].filter((name) => typeof name === "string");
  return finalizers.length === 0
    ? "the server has not removed it yet"
    : `waits for ${finalizers.join(", ")}`;
}
