import type {
  LabelSelector,
  MatchExpression,
  NodeAffinity,
  NodeSelectorTerm,
  Taint,
  Toleration,
} from "../model/scheduling.ts";

/** Matching of labels, node selector terms and tolerations as k8s.io/apimachinery does it. */
export type Labels = Readonly<Record<string, string>>;

const INTEGER = /^[+-]?\d{1,19}$/;
const INTEGER_MIN = -(2n ** 63n);
const INTEGER_MAX = 2n ** 63n - 1n;

const labelOf = (labels: Labels, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined;

/** A 64-bit integer as Go's ParseInt reads it; undefined where it refuses. */
function integerOf(text: string | undefined): bigint | undefined {
  if (text === undefined || !INTEGER.test(text)) return undefined;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return value >= INTEGER_MIN && value <= INTEGER_MAX ? value : undefined;
}

function compares(expression: MatchExpression, value: string | undefined): boolean {
  const actual = integerOf(value);
  const bound = integerOf(expression.values[0]);
  if (actual === undefined || bound === undefined || expression.values.length !== 1) return false;
  return expression.operator === "Gt" ? actual > bound : actual < bound;
}

/** One requirement against a set of labels; `NotIn` and `DoesNotExist` accept a missing key. */
export function matchesExpression(expression: MatchExpression, labels: Labels): boolean {
  const value = labelOf(labels, expression.key);
  switch (expression.operator) {
    case "In":
      return value !== undefined && expression.values.includes(value);
    case "NotIn":
      return value === undefined || !expression.values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
    case "Lt":
      return compares(expression, value);
    default:
      return false;
  }
}

/** A selector against labels: undefined matches nothing, an empty selector everything. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  for (const [key, value] of Object.entries(selector.matchLabels)) {
    if (labelOf(labels, key) !== value) return false;
  }
  return selector.matchExpressions.every((expression) => matchesExpression(expression, labels));
}

/** True for a selector without any requirement; upstream counts no Pods for it in spread. */
export const isEmptySelector = (selector: LabelSelector): boolean =>
  selector.matchExpressions.length === 0 && Object.keys(selector.matchLabels).length === 0;

/** Requirements that upstream cannot parse make their whole term match nothing. */
function isReadable(expression: MatchExpression): boolean {
  switch (expression.operator) {
    case "In":
    case "NotIn":
      return expression.values.length > 0;
    case "Exists":
    case "DoesNotExist":
      return expression.values.length === 0;
    case "Gt":
    case "Lt":
      return expression.values.length === 1 && integerOf(expression.values[0]) !== undefined;
    default:
      return false;
  }
}

function matchesField(expression: MatchExpression, hostName: string): boolean {
  if (expression.values.length !== 1) return false;
  const actual = expression.key === "metadata.name" ? hostName : "";
  if (expression.operator === "In") return actual === expression.values[0];
  return expression.operator === "NotIn" && actual !== expression.values[0];
}

/** A node selector term: all its requirements must hold; an empty term matches nothing. */
export function matchesTerm(term: NodeSelectorTerm, labels: Labels, hostName: string): boolean {
  if (term.matchExpressions.length === 0 && term.matchFields.length === 0) return false;
  return (
    term.matchExpressions.every(
      (expression) => isReadable(expression) && matchesExpression(expression, labels),
    ) && term.matchFields.every((expression) => matchesField(expression, hostName))
  );
}

/** Node selector and required node affinity together, as the filter and the spread counts use. */
export function matchesRequiredAffinity(
  terms: { readonly nodeSelector: Labels; readonly nodeAffinity: NodeAffinity },
  labels: Labels,
  hostName: string,
): boolean {
  for (const [key, value] of Object.entries(terms.nodeSelector)) {
    if (labelOf(labels, key) !== value) return false;
  }
  const required = terms.nodeAffinity.required;
  if (required === undefined) return true;
  return required.some((term) => matchesTerm(term, labels, hostName));
}

/** Whether one toleration covers a taint; `Gt` and `Lt` are switched off upstream by default. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== "" && toleration.effect !== taint.effect) return false;
  if (toleration.key !== "" && toleration.key !== taint.key) return false;
  if (toleration.operator === "Exists") return true;
  return toleration.operator === "Equal" && toleration.value === taint.value;
}

/** First taint that keeps a workload off (NoSchedule, NoExecute) and that it does not tolerate. */
export function untoleratedTaint(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
): Taint | undefined {
  return taints.find(
    (taint) =>
      taint.effect !== "PreferNoSchedule" &&
      !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
}
