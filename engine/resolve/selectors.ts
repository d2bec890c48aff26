import type { JsonValue } from "../model/json.ts";
import { arrayAt, isJsonObject, objectAt, stringAt } from "../model/json.ts";
import type { LabelSelector, MatchExpression, MatchOperator } from "../model/scheduling.ts";
import { textMap } from "./document.ts";

const OPERATORS: readonly MatchOperator[] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];

/** One of no values matches nothing, as upstream has it where it knows no such operator. */
const UNREADABLE: MatchExpression = { key: "", operator: "In", values: [] };

/** Reads one requirement; what has no key or no known operator is met by nobody. */
export function readExpression(value: JsonValue): MatchExpression {
  const operator = OPERATORS.find((known) => known === stringAt(value, "operator"));
  const key = stringAt(value, "key");
  if (operator === undefined || key === undefined) return UNREADABLE;
  return { key, operator, values: arrayAt(value, "values").map(String) };
}

/** Reads a label selector; undefined when there is none. */
export function readSelector(value: JsonValue | undefined): LabelSelector | undefined {
  if (!isJsonObject(value)) return undefined;
  return {
    matchLabels: textMap(objectAt(value, "matchLabels")),
    matchExpressions: arrayAt(value, "matchExpressions").map(readExpression),
  };
}
