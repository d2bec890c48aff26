import { compareText } from "../../engine/model/canonical.ts";
import { type FlagValues, flagText } from "../command.ts";
import { usageError } from "../exit.ts";
import { parsePath, textAt, valuesAt, valueText } from "./paths.ts";

/** What lists can be narrowed by. */
export interface Selectable {
  readonly namespace?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

type Test = (item: Selectable) => boolean;

/** `-n`, `-l` and `--field-selector` together; each may be absent. */
export function selected<Item extends Selectable>(
  items: readonly Item[],
  flags: FlagValues,
): readonly Item[] {
  const namespace = flagText(flags, "namespace");
  const tests: Test[] = [
    ...labelTests(flagText(flags, "selector")),
    ...fieldTests(flagText(flags, "fieldSelector")),
  ];
  if (namespace !== undefined) {
    // Kinds without a namespace are in every one, as for kubectl.
    tests.push((item) => item.namespace === undefined || item.namespace === namespace);
  }
  const kept = items.filter((item) => tests.every((test) => test(item)));
  return sorted(kept, flagText(flags, "sortBy"));
}

function sorted<Item>(items: readonly Item[], by: string | undefined): readonly Item[] {
  if (by === undefined) return items;
  const path = parsePath(by);
  const keyed = items.map((item) => ({ item, key: valuesAt(item, path)[0] }));
  return keyed
    .toSorted((left, right) => compareValues(left.key, right.key))
    .map(({ item }) => item);
}

function compareValues(left: unknown, right: unknown): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  const text = (value: unknown): string => (value === undefined ? "" : valueText(value));
  return compareText(text(left), text(right));
}

/** Splits at commas that are not inside parentheses. */
const parts = (text: string): readonly string[] =>
  text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** Equality and set requirements of Kubernetes' label selectors. */
function labelTests(selector: string | undefined): readonly Test[] {
  return selector === undefined ? [] : parts(selector).map(labelTest);
}

function labelTest(part: string): Test {
  const set = /^(\S+)\s+(in|notin)\s+\(([^()]*)\)$/.exec(part);
  if (set !== null) {
    const [, key = "", operator, list = ""] = set;
    const values = new Set(list.split(",").map((value) => value.trim()));
    const isIn: Test = ({ labels }) => values.has(labels[key] ?? "\u0000");
    return operator === "in" ? isIn : (item) => !isIn(item);
  }
  const equal = /^([^!=\s]+)\s*(!=|==|=)\s*([^!=\s]*)$/.exec(part);
  if (equal !== null) {
    const [, key = "", operator, value = ""] = equal;
    if (operator === "!=") return ({ labels }) => labels[key] !== value;
    return ({ labels }) => labels[key] === value;
  }
  if (/^![^!=\s]+$/.test(part)) return ({ labels }) => !Object.hasOwn(labels, part.slice(1));
  if (/^[^!=\s]+$/.test(part)) return ({ labels }) => Object.hasOwn(labels, part);
  throw usageError(`-l: "${part}" is not a label selector`, "for example app=web,tier!=test");
}

function fieldTests(selector: string | undefined): readonly Test[] {
  if (selector === undefined) return [];
  return parts(selector).map((part) => {
    const match = /^([^!=]+)(!=|==|=)(.*)$/.exec(part);
    if (match === null) {
      throw usageError(`--field-selector: "${part}" is no comparison`, "for example host=esx-01");
    }
    const [, field = "", operator, value = ""] = match;
    const path = parsePath(field);
    return (item) => (textAt(item, path) === value) === (operator !== "!=");
  });
}
