import type { Outcome, Problem } from "../../engine/contract/provider.ts";
import type { WorldObject } from "./world.ts";

/** A refusal: nothing was changed. */
export function failed(type: Problem["type"], code: string, message: string): Outcome {
  return { is: "failed", why: { type, code, message } };
}

/** The object is as asked for. */
export function done(object: WorldObject, changed: boolean): Outcome {
  const { revision, host, reason, message, address, vmId } = object;
  const outputs = {
    ...(address === undefined ? {} : { address }),
    ...(vmId === undefined ? {} : { vmId }),
  };
  return {
    is: "done",
    revision: String(revision),
    changed,
    ...(host === undefined ? {} : { host }),
    ...(Object.keys(outputs).length === 0 ? {} : { outputs }),
    ...(reason === undefined ? {} : { notStarted: { code: reason, message: message ?? reason } }),
  };
}
