/**
 * Selectors that kube-scheduler cannot parse. An API server lets few of them through, such as `Gt`
 * of a number below zero; what a scheduler does with the others is told here all the same.
 */
import type { HostVerdict } from "../../../engine/index.ts";
import {
  arrayAt,
  isJsonObject,
  type JsonValue,
  member,
  objectAt,
  stringAt,
} from "../../../engine/model/json.ts";
import type {
  MatchExpression,
  PodAffinity,
  SchedulingTerms,
} from "../../../engine/model/scheduling.ts";
import { isReadable } from "../../../engine/place/classes/selectors.ts";
import { textMap } from "../../../engine/resolve/document.ts";
import { readExpression } from "../../../engine/resolve/selectors.ts";

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

const isFault = (expression: MatchExpression): boolean => !isReadable(expression);

/** True for a label selector with a requirement that nobody can read. */
function isFaulty(selector: JsonValue | undefined): boolean {
  if (!isJsonObject(selector)) return false;
  const labels = Object.entries(textMap(objectAt(selector, "matchLabels")));
  const expressions = arrayAt(selector, "matchExpressions").map(readExpression);
  return (
    labels.some(([key, value]) => isFault({ key, operator: "In", values: [value] })) ||
    expressions.some((each) => ["Gt", "Lt"].includes(each.operator) || isFault(each))
  );
}

const isFaultyTerm = (term: JsonValue | undefined): boolean =>
  isFaulty(member(term, "labelSelector")) || isFaulty(member(term, "namespaceSelector"));

type Side = "podAffinity" | "podAntiAffinity";

const isFaultyList = (pod: JsonValue, side: Side, field: string): boolean =>
  arrayAt(pod, "spec", "affinity", side, field).some((item) =>
    isFaultyTerm(field === REQUIRED ? item : member(item, "podAffinityTerm")),
  );

/** Scheduling terms of a bound Pod: of each list that cannot be read whole nothing is left. */
export function readableTerms(pod: JsonValue, scheduling: SchedulingTerms): SchedulingTerms {
  const ofSide = (side: Side): PodAffinity => ({
    required: isFaultyList(pod, side, REQUIRED) ? [] : scheduling[side].required,
    preferred: isFaultyList(pod, side, PREFERRED) ? [] : scheduling[side].preferred,
  });
  return {
    ...scheduling,
    podAffinity: ofSide("podAffinity"),
    podAntiAffinity: ofSide("podAntiAffinity"),
  };
}

/** True where upstream gives up for a constraint of this action. */
const isFaultySpread = (pod: JsonValue, action: string): boolean =>
  arrayAt(pod, "spec", "topologySpreadConstraints").some(
    (item) =>
      stringAt(item, "whenUnsatisfiable") === action && isFaulty(member(item, "labelSelector")),
  );

/** A field can be compared with one value alone. */
const isFaultyField = ({ operator, values }: MatchExpression): boolean =>
  values.length !== 1 || (operator !== "In" && operator !== "NotIn");

function isFaultyPreference(item: JsonValue): boolean {
  if (member(item, "weight") === 0) return false;
  const listOf = (name: string): readonly MatchExpression[] =>
    arrayAt(item, "preference", name).map(readExpression);
  return listOf("matchExpressions").some(isFault) || listOf("matchFields").some(isFaultyField);
}

const isFaultyWish = (pod: JsonValue): boolean =>
  arrayAt(pod, "spec", "affinity", "nodeAffinity", PREFERRED).some(isFaultyPreference);

const isAffinityFaulty = (pod: JsonValue): boolean =>
  (["podAffinity", "podAntiAffinity"] as const).some(
    (side) => isFaultyList(pod, side, REQUIRED) || isFaultyList(pod, side, PREFERRED),
  );

/** True where the names of hosts that a Pod gives exclude each other, which upstream sees first. */
export const isNowhere = (found: readonly HostVerdict[]): boolean =>
  found.every(
    (verdict) =>
      verdict.is === "rejected" && verdict.code === "node-name" && verdict.plugin !== "PreFilter",
  );

/** What upstream makes of the verdicts on a Pod; undefined where it gives up. */
export function withFaults(
  pod: JsonValue,
  found: readonly HostVerdict[],
): readonly HostVerdict[] | undefined {
  if (isNowhere(found)) return found;
  if (isFaultySpread(pod, "DoNotSchedule")) return undefined;
  if (isAffinityFaulty(pod)) {
    const plugin = "InterPodAffinity";
    const why = { plugin, code: "pod-affinity", message: "a selector is none", curable: false };
    return found.map(({ host }) => ({ host, is: "rejected", ...why }));
  }
  const isScored = found.some(({ is }) => is === "feasible");
  const isLost = isScored && (isFaultyWish(pod) || isFaultySpread(pod, "ScheduleAnyway"));
  return isLost ? undefined : found;
}
