/** Node selector terms and tolerations, as k8s.io/component-helpers matches them. */
import type {
  MatchExpression,
  MatchOperator,
  NodeAffinity,
  NodeSelectorTerm,
  Taint,
  Toleration,
} from "../../model/scheduling.ts";
import { integerOf, type Labels, labelOf, matchesValue } from "../../model/selector.ts";

const DOMAIN = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const LABEL_KEY = new RegExp(`^(?:${DOMAIN}/)?(?:[A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$`);
const LABEL_VALUE = /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$/;

/** Expressions are asked once per host, and their texts never change. */
const readable = new WeakMap<MatchExpression, boolean>();

/** False for a requirement that upstream cannot parse: its whole term matches nothing. */
export function isReadable(expression: MatchExpression): boolean {
  const known = readable.get(expression);
  if (known !== undefined) return known;
  const { key, operator, values } = expression;
  const isLabel = LABEL_KEY.test(key) && values.every((value) => LABEL_VALUE.test(value));
  const answer = isLabel && hasFittingValues(operator, values);
  readable.set(expression, answer);
  return answer;
}

function hasFittingValues(operator: MatchOperator, values: readonly string[]): boolean {
  switch (operator) {
    case "In":
    case "NotIn":
      return values.length > 0;
    case "Exists":
    case "DoesNotExist":
      return values.length === 0;
    case "Gt":
    case "Lt":
      return values.length === 1 && integerOf(values[0]) !== undefined;
    default:
      return false;
  }
}

/** One requirement of a term against the value of its label; false where it is not readable. */
export const matchesLabel = (expression: MatchExpression, value: string | undefined): boolean =>
  isReadable(expression) && matchesValue(expression, value);

/** One requirement of a term against the field that it names, of which there is one. */
export function matchesField(expression: MatchExpression, hostName: string): boolean {
  if (expression.values.length !== 1) return false;
  const actual = expression.key === "metadata.name" ? hostName : "";
  if (expression.operator === "In") return actual === expression.values[0];
  return expression.operator === "NotIn" && actual !== expression.values[0];
}

/** A node selector term: all its requirements must hold; an empty term matches nothing. */
export function matchesTerm(term: NodeSelectorTerm, labels: Labels, hostName: string): boolean {
  if (term.matchExpressions.length === 0 && term.matchFields.length === 0) return false;
  return (
    term.matchExpressions.every((expression) =>
      matchesLabel(expression, labelOf(labels, expression.key)),
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
