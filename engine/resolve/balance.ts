import {
  type Automation,
  type BalanceSettings,
  type BalanceThreshold,
  DEFAULT_MIGRATION,
  type MigrationLimits,
  type NamespaceBalance,
} from "../model/desired.ts";
import type { JsonObject } from "../model/json.ts";
import { arrayAt, numberAt, objectAt, stringAt } from "../model/json.ts";
import type { Context } from "./context.ts";
import { KEYS } from "./kind-keys.ts";

const AUTOMATIONS: Readonly<Record<string, Automation>> = {
  off: "off",
  disabled: "off",
  manual: "manual",
  partial: "partial",
  full: "full",
};

const THRESHOLDS: readonly BalanceThreshold[] = [1, 2, 3, 4, 5];
const THRESHOLD_DEFAULT: BalanceThreshold = 3;

/** Who decides on moves, from the Environment and from the policies of namespaces (row N05). */
export function balanceOf(context: Context): BalanceSettings {
  const [environment] = context.documentsOf(KEYS.environment);
  const spec = objectAt(environment?.value, "spec", "placement");
  const namespaces = new Map<string, NamespaceBalance>();
  for (const { settings } of context.namespacePlans) {
    const drs = objectAt(settings.spec, "policies", "drs");
    const own = {
      automation: AUTOMATIONS[stringAt(drs, "automation") ?? ""],
      threshold: thresholdOf(drs),
    };
    if (own.automation !== undefined || own.threshold !== undefined) {
      namespaces.set(settings.name, own);
    }
  }
  return {
    automation: AUTOMATIONS[stringAt(spec, "balance") ?? ""] ?? "off",
    threshold: thresholdOf(spec) ?? THRESHOLD_DEFAULT,
    movesMax: numberAt(spec, "movesMax"),
    goal: stringAt(spec, "goal") === "pack" ? "pack" : "spread",
    namespaces,
  };
}

/** How many live moves may run at once; undefined where the Environment says nothing of it. */
export function migrationOf(context: Context): MigrationLimits | undefined {
  const [environment] = context.documentsOf(KEYS.environment);
  const limits = objectAt(environment?.value, "spec", "placement", "migration");
  if (Object.keys(limits).length === 0) return undefined;
  const { movesPerHostMax, movesPerDatastoreMax } = DEFAULT_MIGRATION;
  return {
    movesPerHostMax: numberAt(limits, "movesPerHostMax") ?? movesPerHostMax,
    movesPerDatastoreMax: numberAt(limits, "movesPerDatastoreMax") ?? movesPerDatastoreMax,
  };
}

const thresholdOf = (spec: JsonObject): BalanceThreshold | undefined =>
  THRESHOLDS.find((known) => known === numberAt(spec, "threshold"));

/** True when the namespace lets the rule apply: all rules do, unless it names those that do. */
export function isRuleApplied(name: string, namespace: string, context: Context): boolean {
  const drs = objectAt(context.namespaceOf(namespace).spec, "policies", "drs");
  return drs["rules"] === undefined || arrayAt(drs, "rules").includes(name);
}
