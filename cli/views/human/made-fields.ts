import {
  isJsonArray,
  isJsonObject,
  type JsonValue,
  pointerToken,
} from "../../../engine/model/json.ts";
import type { Plan, PlannedField } from "../../../engine/model/plan.ts";
import { isUnknown } from "../../../engine/model/unknown.ts";

/** Fields shown of one new object; the rest is counted by nobody, the JSON has all of it. */
const FIELDS_MAX = 200;

/** Every field of the objects that are made anew, as `--full` shows them; by address. */
export function madeFields(plan: Plan): ReadonlyMap<string, readonly PlannedField[]> {
  const fields = new Map<string, readonly PlannedField[]>();
  for (const { verb, address, attributes } of plan.steps) {
    if (verb !== "create") continue;
    const leaves: PlannedField[] = [];
    addLeaves("", attributes, leaves);
    fields.set(address, leaves);
  }
  return fields;
}

function addLeaves(path: string, value: JsonValue | undefined, into: PlannedField[]): void {
  if (value === undefined || into.length >= FIELDS_MAX) return;
  if (isJsonArray(value) && value.length > 0) {
    for (const [index, item] of value.entries()) addLeaves(`${path}/${index}`, item, into);
    return;
  }
  if (isJsonObject(value) && !isUnknown(value) && Object.keys(value).length > 0) {
    for (const key of Object.keys(value)) {
      addLeaves(`${path}/${pointerToken(key)}`, value[key], into);
    }
    return;
  }
  into.push({ path, op: "add", after: value });
}
