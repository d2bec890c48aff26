/** Matching of labels by the letter of the Kubernetes API; written for the checker alone. */
import type {
  LabelSelector,
  MatchExpression,
  NodeSelectorTerm,
  SchedulingTerms,
  Taint,
} from "../../model/scheduling.ts";

export type Labels = Readonly<Record<string, string>>;

const valueOf = (labels: Labels, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined;

const WHOLE_NUMBER = /^[+-]?\d{1,18}$/;

function holds({ key, operator, values }: MatchExpression, labels: Labels): boolean {
  const value = valueOf(labels, key);
  if (operator === "Exists") return value !== undefined;
  if (operator === "DoesNotExist") return value === undefined;
  if (operator === "In") return value !== undefined && values.includes(value);
  if (operator === "NotIn") return value === undefined || !values.includes(value);
  const bound = values[0] ?? "";
  if (value === undefined || !WHOLE_NUMBER.test(value) || !WHOLE_NUMBER.test(bound)) return false;
  return operator === "Gt" ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound);
}

/** Undefined selects nothing, an empty selector everything. */
export function selects(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  return (
    Object.entries(selector.matchLabels).every(([key, value]) => valueOf(labels, key) === value) &&
    selector.matchExpressions.every((expression) => holds(expression, labels))
  );
}

/** A node selector term without any requirement matches no host. */
export function termHolds(term: NodeSelectorTerm, labels: Labels, name: string): boolean {
  const fields = { "metadata.name": name };
  return (
    term.matchExpressions.length + term.matchFields.length > 0 &&
    term.matchExpressions.every((expression) => holds(expression, labels)) &&
    term.matchFields.every((expression) => holds(expression, fields))
  );
}

/** True when one of the tolerations covers the taint, or the taint keeps nobody away. */
export function tolerated(taint: Taint, { tolerations }: SchedulingTerms): boolean {
  if (taint.effect === "PreferNoSchedule") return true;
  return tolerations.some(
    ({ key, operator, value, effect }) =>
      (effect === "" || effect === taint.effect) &&
      (key === taint.key || (key === "" && operator === "Exists")) &&
      (operator === "Exists" || (operator === "Equal" && value === taint.value)),
  );
}
