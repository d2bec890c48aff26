import type { EnvironmentSettings, ProviderConfig } from "../model/desired.ts";
import type { JsonValue } from "../model/json.ts";
import { arrayAt, isJsonObject, objectAt, stringAt } from "../model/json.ts";
import type { Document } from "./document.ts";

const DAY_MS = 86_400_000;
const TYPES: readonly ProviderConfig["type"][] = ["esxi-sim", "libvirt", "cluster-api", "vcenter"];
/** Short names that files may use for the types. */
const TYPE_ALIASES: Readonly<Record<string, ProviderConfig["type"]>> = {
  sim: "esxi-sim",
  capi: "cluster-api",
};
const DURATION_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
};

/** The embedded simulator, so that every command works without a project file. */
const SIMULATOR: ProviderConfig = { name: "sim", type: "esxi-sim", settings: {} };

const DEFAULTS: EnvironmentSettings = {
  name: "default",
  providers: [SIMULATOR],
  defaultProvider: SIMULATOR.name,
  statePath: undefined,
  preventDestroy: [],
  budgets: { maxDeletes: undefined, maxReplaces: undefined, maxMoves: undefined },
  planMaxAgeMs: DAY_MS,
};

function providerConfig(value: JsonValue): readonly ProviderConfig[] {
  if (!isJsonObject(value)) return [];
  const { name, type, ...settings } = value;
  const given = typeof type === "string" ? (TYPE_ALIASES[type] ?? type) : "esxi-sim";
  const known = TYPES.find((candidate) => candidate === given);
  return typeof name === "string" && known !== undefined ? [{ name, type: known, settings }] : [];
}

/** Milliseconds of a duration such as `90s`, `24h` or `1h30m`; undefined when it is none. */
function durationMs(value: JsonValue | undefined): number | undefined {
  if (typeof value !== "string" || value.length > 32) return undefined;
  let total = 0;
  let rest = value;
  while (rest !== "") {
    const part = /^(\d{1,12})(ms|s|m|h|d)/.exec(rest);
    if (part === null) return undefined;
    total += Number(part[1]) * (DURATION_MS[part[2] ?? ""] ?? 0);
    rest = rest.slice(part[0].length);
  }
  return value === "" ? undefined : total;
}

const countOrShare = (value: JsonValue | undefined): number | string | undefined =>
  typeof value === "number" || typeof value === "string" ? value : undefined;

/** Settings of the `Environment` document; the embedded simulator where there is none. */
export function readEnvironment(document: Document | undefined): EnvironmentSettings {
  if (document === undefined) return DEFAULTS;
  const spec = objectAt(document.value, "spec");
  const declared = arrayAt(spec, "providers").flatMap(providerConfig);
  const providers = declared.length === 0 ? DEFAULTS.providers : declared;
  const budgets = objectAt(spec, "guards", "budgets");
  const protectedGlobs = arrayAt(spec, "guards", "preventDestroy");
  return {
    name: document.spec.name,
    providers,
    defaultProvider:
      stringAt(spec, "defaults", "provider") ?? providers[0]?.name ?? DEFAULTS.defaultProvider,
    statePath: stringAt(spec, "state", "path"),
    preventDestroy: protectedGlobs.filter((glob) => typeof glob === "string"),
    budgets: {
      maxDeletes: countOrShare(budgets["maxDeletes"]),
      maxReplaces: countOrShare(budgets["maxReplaces"]),
      maxMoves: countOrShare(budgets["maxMoves"]),
    },
    planMaxAgeMs: durationMs(spec["planMaxAge"]) ?? DEFAULTS.planMaxAgeMs,
  };
}
