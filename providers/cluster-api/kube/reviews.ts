import { arrayAt, type JsonValue, member, stringAt } from "../../../engine/model/json.ts";
import type { Calls } from "./calls.ts";
import type { CallScope } from "./scope.ts";
import type { AccessAnswer, AccessQuery, AccessRules } from "./types.ts";

const API_VERSION = "authorization.k8s.io/v1";

/** SelfSubjectAccessReview: may we? Everybody who is logged in may ask. */
export async function accessReview(
  calls: Calls,
  asked: AccessQuery,
  scope: CallScope,
): Promise<AccessAnswer> {
  const [resource, subresource] = asked.resource.split("/", 2);
  const { verb, group, namespace, name } = asked;
  const resourceAttributes = { verb, group, resource, subresource, namespace, name };
  const body = await review(calls, "SelfSubjectAccessReview", { resourceAttributes }, scope);
  return {
    allowed: member(body, "status", "allowed") === true,
    reason: stringAt(body, "status", "reason") ?? "",
  };
}

/** SelfSubjectRulesReview: what may we do in this namespace? */
export async function rulesReview(
  calls: Calls,
  namespace: string,
  scope: CallScope,
): Promise<AccessRules> {
  const body = await review(calls, "SelfSubjectRulesReview", { namespace }, scope);
  return {
    incomplete: member(body, "status", "incomplete") === true,
    rules: arrayAt(body, "status", "resourceRules").map((rule) => ({
      verbs: textsAt(rule, "verbs"),
      groups: textsAt(rule, "apiGroups"),
      resources: textsAt(rule, "resources"),
      names: textsAt(rule, "resourceNames"),
    })),
  };
}

function review(calls: Calls, kind: string, spec: object, scope: CallScope): Promise<JsonValue> {
  const path = `/apis/${API_VERSION}/${kind.toLowerCase()}s`;
  const body = JSON.stringify({ apiVersion: API_VERSION, kind, spec });
  return calls.read({ method: "POST", path, body, harmless: true }, scope);
}

function textsAt(value: JsonValue, key: string): readonly string[] {
  return arrayAt(value, key).filter((text) => typeof text === "string");
}
