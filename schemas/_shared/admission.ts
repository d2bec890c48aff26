import type { KindIssue } from "../../engine/contract/kind.ts";
import { type JsonObject, numberAt, objectAt, stringAt } from "../../engine/model/json.ts";
import { issue, RULE_BROKEN } from "./issues.ts";

/** Settings that one policy alone reads. */
const OWN: Readonly<Record<string, string>> = {
  cpuPercent: "percentage",
  memoryPercent: "percentage",
  slot: "slots",
  failoverHosts: "dedicated",
};
/** Policies that keep room for a number of failures, and so need the number. */
const COUNTING = ["percentage", "slots", "simulation"];

/**
 * What contradicts itself in an `admission` object. `failures` is where the number of host failures
 * stands, which the Environment keeps outside of it.
 */
export function checkAdmission(
  document: JsonObject,
  at: readonly string[],
  failures: readonly string[],
): KindIssue[] {
  const admission = objectAt(document, ...at);
  const policy = stringAt(admission, "policy") ?? "capacity";
  const strangers = Object.entries(OWN)
    .filter(([field, owner]) => admission[field] !== undefined && owner !== policy)
    .map(([field, owner]) => {
      const detail = `${field} is read with policy ${owner} alone; the policy here is ${policy}.`;
      return issue(RULE_BROKEN, [...at, field], detail);
    });
  return [...strangers, ...checkPolicy(document, policy, { at, admission, failures })];
}

interface Place {
  readonly at: readonly string[];
  readonly admission: JsonObject;
  readonly failures: readonly string[];
}

function checkPolicy(
  document: JsonObject,
  policy: string,
  { at, admission, failures }: Place,
): KindIssue[] {
  if (policy === "dedicated" && admission["failoverHosts"] === undefined) {
    const detail = "The policy dedicated needs failoverHosts: the hosts that are kept free.";
    return [issue(RULE_BROKEN, [...at, "policy"], detail)];
  }
  const isStated =
    admission["cpuPercent"] !== undefined && admission["memoryPercent"] !== undefined;
  const needsCount = COUNTING.includes(policy) && !(policy === "percentage" && isStated);
  if (!needsCount || (numberAt(document, ...failures) ?? 0) > 0) return [];
  const detail = `The policy ${policy} needs hostFailuresToTolerate of at least 1.`;
  return [issue(RULE_BROKEN, [...at, "policy"], detail)];
}
