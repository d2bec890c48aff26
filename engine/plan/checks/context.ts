/** What every check of a finished plan looks at; built from the plan itself and the world. */
import type { CodeEntry } from "../../diagnostics/catalogue.ts";
import type { Address } from "../../model/address.ts";
import type { DesiredState } from "../../model/desired.ts";
import type { Digest } from "../../model/digest.ts";
import type { Host } from "../../model/host.ts";
import type { Observation } from "../../model/observation.ts";
import type { Plan, PlanFinding, PlannedChange, Step } from "../../model/plan.ts";
import type { RecordedState } from "../../model/recorded.ts";

export interface CheckWorld {
  /** Undefined before a saved plan is applied: the documents are not at hand then. */
  readonly desired?: DesiredState;
  readonly observation: Observation;
  readonly recorded: RecordedState;
  readonly digest: Digest;
}

export interface CheckContext extends CheckWorld {
  readonly plan: Plan;
  readonly indexOf: ReadonlyMap<string, number>;
  readonly stepsAt: ReadonlyMap<string, readonly Step[]>;
  readonly changeAt: ReadonlyMap<Address, PlannedChange>;
  readonly hosts: ReadonlyMap<string, Host>;
}

export type Check = (context: CheckContext) => readonly PlanFinding[];

export function contextOf(plan: Plan, world: CheckWorld): CheckContext {
  return {
    ...world,
    plan,
    indexOf: new Map(plan.steps.map((step, index) => [step.id, index])),
    stepsAt: groupBy(plan.steps, (step) => step.address),
    changeAt: new Map(plan.changes.map((change) => [change.address, change])),
    hosts: new Map(world.observation.hosts.map((host) => [host.name, host])),
  };
}

export function finding(entry: CodeEntry, message: string, address?: Address): PlanFinding {
  const severity = entry.severity === "error" ? "error" : "note";
  return {
    severity,
    code: entry.code,
    ...(address === undefined ? {} : { address }),
    message,
  };
}

/** The items in lists by key, each list in the order of the items. */
export function groupBy<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** True for steps after which the object exists as wished; `forget` only lets go of it. */
export const brings = (step: Step): boolean => step.verb !== "remove" && step.mode !== "forget";
