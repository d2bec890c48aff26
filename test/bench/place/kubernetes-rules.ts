/** Random rules of where a Pod may run and with whom, as members of its spec. */
import type { JsonObject } from "../../../engine/model/json.ts";
import type { Draw } from "./kubernetes-amounts.ts";

/** `constructor` is a label like any other, and `gone` is on no node. */
const NODE_KEYS = ["zone", "rack", "disk", "num", "gone", "constructor", "kubernetes.io/hostname"];
const VALUES = ["a", "b", "c", "1", "5", "10", "007", "x", "node-1", ""];
const HOSTNAME = "kubernetes.io/hostname";
const TOPOLOGIES = ["zone", "rack", HOSTNAME, HOSTNAME, "disk", "gone", "constructor"];
/** Namespaces of Pods; the last one is never listed. */
export const NAMESPACES = ["red", "green", "blue", "ghost"];
export const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
export const TAINT_KEYS = ["k1", "k2", "node.kubernetes.io/unschedulable"];
const POD_KEYS = ["app", "tier", "gone"];
const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

const LARGEST = "9223372036854775807";
const NUMBERS = ["0", "5", "9", "007", "9223372036854775806", LARGEST];
/** Integers that are no label values, and texts that are no integers: nothing matches them. */
const ODD_NUMBERS = ["-1", "+5", "x", "", "1.5", "1e1", "9223372036854775808"];

/** The peer gives no answer to a preference that it cannot parse: strict ones can be parsed. */
function requirement(draw: Draw, operators: readonly string[], isStrict: boolean): JsonObject {
  const operator = draw.one(operators);
  const key = draw.one(NODE_KEYS);
  if (operator === "Exists" || operator === "DoesNotExist") {
    return { key, operator, ...draw.maybe(10, () => ({ values: [] })) };
  }
  if (operator === "Gt" || operator === "Lt") {
    const value = draw.one(isStrict ? NUMBERS : [...NUMBERS, ...ODD_NUMBERS]);
    return { key: draw.chance(60) ? "num" : key, operator, values: [value] };
  }
  const values = isStrict ? VALUES : [...VALUES, "a b", "-a", "x".repeat(64)];
  if (!isStrict && draw.chance(3)) return { key, operator, values: [] };
  return { key, operator, values: [draw.one(values), ...draw.some(2, () => draw.one(values))] };
}

const NODE_OPERATORS = ["In", "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];
const LABEL_OPERATORS = ["In", "NotIn", "Exists", "DoesNotExist"];
const NAMES = ["node-0", "node-1", "node-2", "node-x", ""];

const matchField = (draw: Draw, isStrict: boolean): JsonObject => ({
  key: isStrict || draw.chance(95) ? "metadata.name" : "metadata.namespace",
  operator: draw.one(["In", "In", "NotIn"]),
  values: isStrict || draw.chance(92) ? [draw.one(NAMES)] : draw.some(3, () => draw.one(NAMES)),
});

const nodeTerm = (draw: Draw, isStrict: boolean): JsonObject => ({
  ...draw.maybe(85, () => ({
    matchExpressions: draw.chance(2)
      ? null
      : draw.some(2, () => requirement(draw, NODE_OPERATORS, isStrict)),
  })),
  ...draw.maybe(18, () => ({ matchFields: draw.some(2, () => matchField(draw, isStrict)) })),
});

const weight = (draw: Draw): number => draw.one([1, 7, 50, 100, 1 + draw.dice(100)]);

const nodeAffinity = (draw: Draw): JsonObject => ({
  ...draw.maybe(50, () => ({
    [REQUIRED]: {
      nodeSelectorTerms: draw.chance(3)
        ? draw.one([[], null])
        : [nodeTerm(draw, false), ...draw.some(2, () => nodeTerm(draw, false))],
    },
  })),
  ...draw.maybe(60, () => ({
    [PREFERRED]: draw.some(3, () => ({ weight: weight(draw), preference: nodeTerm(draw, true) })),
  })),
});

/** Labels of a Pod; rarely there are none at all. */
export const podLabels = (draw: Draw): JsonObject => ({
  ...draw.maybe(80, () => ({ app: draw.one(["web", "db", "job", ""]) })),
  ...draw.maybe(40, () => ({ tier: draw.one(["1", "2"]) })),
  ...draw.maybe(4, () => ({ constructor: "web" })),
});

function podRequirement(draw: Draw): JsonObject {
  const key = draw.one(POD_KEYS);
  const operator = draw.one([...LABEL_OPERATORS, "In", "In"]);
  if (operator === "Exists" || operator === "DoesNotExist") return { key, operator };
  return { key, operator, values: [draw.one(["web", "1", ""]), ...draw.some(2, () => "db")] };
}

const selector = (draw: Draw): JsonObject =>
  draw.one<JsonObject>([
    { matchLabels: { app: draw.one(["web", "db", "job", ""]) } },
    { matchLabels: { tier: "1" }, matchExpressions: null },
    { matchExpressions: [podRequirement(draw)] },
    { matchLabels: { app: "web" }, matchExpressions: [podRequirement(draw), podRequirement(draw)] },
    {},
  ]);

const namespaceSelector = (draw: Draw): JsonObject =>
  draw.one<JsonObject>([
    {},
    { matchLabels: { team: draw.one(["x", "y"]) } },
    { matchExpressions: [{ key: "team", operator: draw.one(["Exists", "DoesNotExist"]) }] },
    { matchExpressions: [{ key: "team", operator: "NotIn", values: ["x"] }] },
  ]);

const podTerm = (draw: Draw): JsonObject => ({
  topologyKey: draw.one(TOPOLOGIES),
  ...draw.maybe(94, () => ({ labelSelector: draw.chance(2) ? null : selector(draw) })),
  ...draw.maybe(30, () => ({ namespaces: draw.some(2, () => draw.one(NAMESPACES)) })),
  ...draw.maybe(25, () => ({ namespaceSelector: namespaceSelector(draw) })),
  // A server has put these into the selector already, so nobody reads them again.
  ...draw.maybe(8, () => ({ matchLabelKeys: [draw.one(POD_KEYS)] })),
  ...draw.maybe(5, () => ({ mismatchLabelKeys: [draw.one(POD_KEYS)] })),
});

const podTerms = (draw: Draw): JsonObject => ({
  ...draw.maybe(48, () => ({ [REQUIRED]: draw.some(2, () => podTerm(draw)) })),
  ...draw.maybe(55, () => ({
    [PREFERRED]: draw.some(2, () => ({ weight: weight(draw), podAffinityTerm: podTerm(draw) })),
  })),
});

const affinity = (draw: Draw, nodePercent: number): JsonObject => ({
  ...draw.maybe(nodePercent, () => ({ nodeAffinity: nodeAffinity(draw) })),
  ...draw.maybe(40, () => ({ podAffinity: podTerms(draw) })),
  ...draw.maybe(40, () => ({ podAntiAffinity: podTerms(draw) })),
});

const toleration = (draw: Draw): JsonObject => ({
  ...draw.maybe(88, () => ({ key: draw.one(TAINT_KEYS) })),
  ...draw.maybe(80, () => ({
    operator: draw.one(["Exists", "Exists", "Equal", "Equal", "", "Gt", "Lt", "Always"]),
  })),
  ...draw.maybe(70, () => ({ value: draw.one(["", "v1", "v2", "5", "10"]) })),
  ...draw.maybe(60, () => ({ effect: draw.one([...EFFECTS, ""]) })),
});

const constraint = (draw: Draw): JsonObject => ({
  maxSkew: 1 + draw.dice(3),
  topologyKey: draw.one(TOPOLOGIES),
  whenUnsatisfiable: draw.chance(55) ? "DoNotSchedule" : "ScheduleAnyway",
  ...draw.maybe(92, () => ({ labelSelector: selector(draw) })),
  ...draw.maybe(20, () => ({ minDomains: 1 + draw.dice(5) })),
  ...draw.maybe(35, () => ({ nodeAffinityPolicy: draw.one(["Honor", "Ignore"]) })),
  ...draw.maybe(35, () => ({ nodeTaintsPolicy: draw.one(["Honor", "Ignore"]) })),
  ...draw.maybe(15, () => ({ matchLabelKeys: draw.some(2, () => draw.one(POD_KEYS)) })),
});

/** Members of a spec that say where a Pod may run; in a calm world fewer nodes are ruled out. */
export const rules = (draw: Draw, isCalm: boolean): JsonObject => ({
  ...draw.maybe(45, () => ({ affinity: affinity(draw, isCalm ? 20 : 45) })),
  ...draw.maybe(40, () => ({ tolerations: draw.some(3, () => toleration(draw)) })),
  ...draw.maybe(32, () => ({ topologySpreadConstraints: draw.some(3, () => constraint(draw)) })),
  ...draw.maybe(isCalm ? 5 : 15, () => ({
    nodeSelector: { [draw.one(NODE_KEYS)]: draw.one([...VALUES, "a b"]) },
  })),
  ...draw.maybe(2, () => ({ affinity: null, tolerations: null, nodeSelector: null })),
});
