import type { JsonValue } from "../model/json.ts";
import { arrayAt, isJsonObject, objectAt, stringAt } from "../model/json.ts";
import type { LabelSelector, MatchExpression, MatchOperator } from "../model/scheduling.ts";
import type { TextMap } from "./document.ts";
import { textMap } from "./document.ts";

const OPERATORS: readonly MatchOperator[] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];

export function readExpression(value: JsonValue): MatchExpression[] {
  const operator = OPERATORS.find((known) => known === stringAt(value, "operator"));
  const key = stringAt(value, "key");
  if (operator === undefined || key === undefined) return [];
  return [{ key, operator, values: arrayAt(value, "values").map(String) }];
}

/** Reads a label selector; undefined when there is none. */
export function readSelector(value: JsonValue | undefined): LabelSelector | undefined {
  if (!isJsonObject(value)) return undefined;
  return {
    matchLabels: textMap(objectAt(value, "matchLabels")),
    matchExpressions: arrayAt(value, "matchExpressions").flatMap(readExpression),
  };
}

function fits(expression: MatchExpression, labels: TextMap): boolean {
  const value = Object.hasOwn(labels, expression.key) ? labels[expression.key] : undefined;
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
      return value !== undefined && Number(value) > Number(expression.values[0]);
    case "Lt":
      return value !== undefined && Number(value) < Number(expression.values[0]);
  }
}

/** True when the labels fit the selector; an empty selector fits everything. */
export function selects(selector: LabelSelector, labels: TextMap): boolean {
  for (const key of Object.keys(selector.matchLabels)) {
    if (!Object.hasOwn(labels, key) || labels[key] !== selector.matchLabels[key]) return false;
  }
  return selector.matchExpressions.every((expression) => fits(expression, labels));
}
