import type { Outcome, Problem, ProblemField } from "../../engine/contract/provider.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import { CODES } from "./codes.ts";
import { pointerOfField } from "./kube/fields.ts";
import { KubeError, type KubeFailure } from "./kube/errors.ts";
import type { KubeObject, ObjectRef } from "./kube/types.ts";
import { nameOf, tagOf } from "./objects.ts";

type Meaning = readonly [type: Problem["type"], code: string];

const MEANINGS: Readonly<Record<KubeFailure, Meaning>> = {
  notFound: ["notFound", CODES.notFound],
  unknownKind: ["invalid", CODES.unknownKind],
  alreadyExists: ["conflict", CODES.nameTaken],
  conflict: ["conflict", CODES.staleRevision],
  fieldConflict: ["conflict", CODES.fieldConflict],
  invalid: ["invalid", CODES.invalid],
  forbidden: ["forbidden", CODES.accessMissing],
  unauthorized: ["forbidden", CODES.notAccepted],
  gone: ["transient", CODES.unavailable],
  tooManyRequests: ["transient", CODES.unavailable],
  unavailable: ["transient", CODES.unavailable],
  timeout: ["transient", CODES.timeout],
  cancelled: ["transient", CODES.cancelled],
  webhook: ["invalid", CODES.webhookRefused],
  unreachable: ["transient", CODES.unreachable],
  tls: ["forbidden", CODES.tls],
  credential: ["forbidden", CODES.credential],
  tooLarge: ["invalid", CODES.tooLarge],
  protocol: ["transient", CODES.protocol],
  other: ["transient", CODES.unavailable],
};

/** What a failure of the API means to the engine; fields are pointers into `attributes`. */
export function problemOf(error: KubeError, attributes: JsonObject = {}): Problem {
  const isAway = error.webhook?.reached === false;
  const [type, code]: Meaning = isAway ? ["transient", CODES.webhookAway] : MEANINGS[error.kind];
  const fields = fieldsOf(error, attributes);
  return {
    type,
    code,
    message: messageOf(error),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(fields.length === 0 ? {} : { fields }),
  };
}

function fieldsOf(error: KubeError, attributes: JsonObject): readonly ProblemField[] {
  const conflicts = error.conflicts.map(({ field, manager }) => ({
    pointer: pointerOfField(field, attributes),
    message: `"${manager}" set this field and still owns it`,
  }));
  if (conflicts.length > 0) return conflicts;
  return error.causes
    .filter(({ field }) => field !== "" && field !== "<nil>")
    .map(({ field, message }) => ({ pointer: pointerOfField(field, attributes), message }));
}

/** A missing right is told as a rule of RBAC has it. */
function messageOf(error: KubeError): string {
  const { refusal, webhook } = error;
  if (error.kind === "forbidden" && refusal !== undefined) {
    const { user, verb, resource, group, namespace } = refusal;
    return missingRight({ user, verb, resource, group, namespace });
  }
  return webhook === undefined || !webhook.reached
    ? error.message
    : `webhook ${webhook.name}: ${webhook.message}`;
}

export interface MissingRight {
  /** Undefined where only the kubeconfig knows. */
  readonly user: string | undefined;
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
  readonly namespace: string | undefined;
}

/** Names verb, resource and namespace, so that the rule to add can be written down from it. */
export function missingRight({ user, verb, resource, group, namespace }: MissingRight): string {
  const who = user === undefined ? "the user of the kubeconfig" : `user "${user}"`;
  const what = group === "" ? resource : `${resource}.${group}`;
  const where = namespace === undefined ? "in the whole cluster" : `in namespace "${namespace}"`;
  return `${who} may not ${verb} ${what} ${where}`;
}

/** A server has one object of a name, and it is not the one that shall be made. */
export function nameTaken(ref: ObjectRef, existing: KubeObject, lineage?: string): Problem {
  const owner = tagOf(existing)?.lineage;
  const other = owner === lineage ? "is another object of ours" : "has a mark of vpac";
  const whose = owner === undefined ? "carries no mark of vpac" : other;
  const message = `${nameOf(ref)} is there already and ${whose}`;
  return { type: "conflict", code: CODES.nameTaken, message };
}

/** A refusal: nothing was changed. */
export function failed(type: Problem["type"], code: string, message: string): Outcome {
  return { is: "failed", why: { type, code, message } };
}

export const unknown = (code: string, message: string): Outcome => ({
  is: "unknown",
  why: { type: "transient", code, message },
});

export const CANCELLED: Outcome = failed(
  "transient",
  CODES.cancelled,
  "the call was cancelled before anything was sent",
);

/** How a writing call ended that threw; bugs stay bugs. */
export function outcomeOf(error: unknown, attributes: JsonObject = {}): Outcome {
  if (!(error instanceof KubeError)) throw error;
  const why = problemOf(error, attributes);
  return { is: error.applied === "no" ? "failed" : "unknown", why };
}
