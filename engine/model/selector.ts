/** Label selectors against labels, as k8s.io/apimachinery matches them. */
import type { LabelSelector, MatchExpression } from "./scheduling.ts";

export type Labels = Readonly<Record<string, string>>;

const INTEGER = /^[+-]?\d+$/;
const INTEGER_MIN = -(2n ** 63n);
const INTEGER_MAX = 2n ** 63n - 1n;

/** Labels are data: `constructor` is no label unless somebody wrote it. */
export const labelOf = (labels: Labels, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined;

/** A 64-bit integer as Go's ParseInt reads it; undefined where it refuses. */
export function integerOf(text: string | undefined): bigint | undefined {
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
export const matchesExpression = (expression: MatchExpression, labels: Labels): boolean =>
  matchesValue(expression, labelOf(labels, expression.key));

/** The same of the value that its label has, undefined where there is none. */
export function matchesValue(expression: MatchExpression, value: string | undefined): boolean {
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
