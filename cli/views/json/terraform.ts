import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  pointerKeys,
} from "../../../engine/model/json.ts";
import type { Plan, PlannedChange, PlannedField, Step } from "../../../engine/model/plan.ts";

const FORMAT_VERSION = "1.2";
/** The version whose shape is followed. */
const TERRAFORM_VERSION = "1.11.4";

type Members = Record<string, JsonValue | undefined>;

/**
 * The plan in the JSON form of `terraform show -json`, for tools that only read that: enough for
 * summaries, policies and reviews; it is not a plan Terraform could apply.
 */
export function terraformPlan(plan: Plan): object {
  const steps = new Map<string, Step>();
  for (const step of plan.steps) {
    if (step.verb !== "remove" || !steps.has(step.address)) steps.set(step.address, step);
  }
  return {
    format_version: FORMAT_VERSION,
    terraform_version: TERRAFORM_VERSION,
    planned_values: { root_module: {} },
    resource_drift: plan.drift.map(({ address, kind, fields }) => ({
      ...naming(address),
      change: {
        actions: kind === "gone" ? ["delete"] : ["update"],
        before: valuesOf(fields, "before"),
        after: kind === "gone" ? null : valuesOf(fields, "after"),
        after_unknown: {},
        before_sensitive: {},
        after_sensitive: {},
      },
    })),
    resource_changes: plan.changes.map((change) => ({
      ...naming(change.address),
      change: changeOf(change, steps.get(change.address)),
    })),
    timestamp: plan.createdAt,
    applyable: plan.steps.length > 0,
    complete: plan.summary.blocked === 0,
    errored: false,
  };
}

function naming(address: string): object {
  const [type = "", ...rest] = address.split("/");
  return { address, mode: "managed", type, name: rest.join("/"), provider_name: "vpac" };
}

function actionsOf(change: PlannedChange, step: Step | undefined): readonly string[] {
  switch (change.action) {
    case "create":
      return ["create"];
    case "update":
    case "move":
      return ["update"];
    case "replace":
      // The step that makes the new object waits for the removal, or the removal waits for it.
      return step !== undefined && step.expect !== "absent"
        ? ["create", "delete"]
        : ["delete", "create"];
    case "delete":
      return ["delete"];
    case "forget":
      return ["forget"];
    default:
      return ["no-op"];
  }
}

const EXISTS_BEFORE = new Set(["update", "move", "replace", "delete", "forget", "adopt", "noop"]);
const EXISTS_AFTER = new Set(["create", "update", "move", "replace", "adopt", "noop", "forget"]);

function changeOf(change: PlannedChange, step: Step | undefined): object {
  const { action, sensitive } = change;
  const hidden = marks(sensitive);
  return {
    actions: actionsOf(change, step),
    ...sidesOf(change, step),
    after_unknown: marks(change.unknown),
    before_sensitive: EXISTS_BEFORE.has(action) ? hidden : false,
    after_sensitive: EXISTS_AFTER.has(action) ? hidden : false,
    ...(action === "adopt" ? { importing: { id: step?.objectId ?? change.address } } : {}),
  };
}

/** Both values as far as the plan holds them; null on the side where there is no object. */
function sidesOf({ action, diff, placement }: PlannedChange, step: Step | undefined): object {
  const wished: JsonObject = step?.verb === "remove" ? {} : (step?.attributes ?? {});
  return {
    before: EXISTS_BEFORE.has(action) ? withHost(undone(wished, diff), placement?.from) : null,
    after: EXISTS_AFTER.has(action) ? withHost(wished, placement?.to) : null,
  };
}

const withHost = (value: JsonObject, host: string | undefined): JsonObject =>
  host === undefined ? value : { ...value, host };

/** The value before the change, from the value after it and the fields that differ. */
function undone(after: JsonObject, diff: readonly PlannedField[]): JsonObject {
  const value = structuredClone(after) as Members;
  for (const { path, op, before } of diff) setAt(value, path, op === "add" ? undefined : before);
  return value;
}

function valuesOf(
  fields: readonly Pick<PlannedField, "path" | "before" | "after">[],
  side: "before" | "after",
): JsonObject {
  const value: Members = {};
  for (const field of fields) setAt(value, field.path, field[side]);
  return value;
}

function marks(paths: readonly string[]): JsonObject {
  const value: Members = {};
  for (const path of paths) setAt(value, path, true);
  return value;
}

/** Sets or removes the member at a pointer; missing parents are made as objects. */
function setAt(root: Members, path: string, value: JsonValue | undefined): void {
  const keys = pointerKeys(path);
  const last = keys.pop();
  if (last === undefined || keys.includes("__proto__") || last === "__proto__") return;
  let parent: Members = root;
  for (const key of keys) {
    const name = keyIn(parent, key);
    const child = parent[name];
    const isContainer = isJsonObject(child) || isJsonArray(child);
    if (!isContainer) parent[name] = {};
    parent = parent[name] as Members;
  }
  const name = keyIn(parent, last);
  if (value === undefined) delete parent[name];
  else parent[name] = value;
}

/** Items of keyed lists are named by their key: `/spec/containers/main/image`. */
function keyIn(parent: Members, key: string): string {
  const list: unknown = parent;
  if (!Array.isArray(list) || /^\d+$/.test(key)) return key;
  const items = list as readonly JsonValue[];
  const index = items.findIndex(
    (item) => isJsonObject(item) && Object.values(item).some((member) => member === key),
  );
  return String(index < 0 ? items.length : index);
}
