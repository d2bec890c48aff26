import { arrayAt, isJsonObject, objectAt } from "../../engine/model/json.ts";
import type { JsonObject, JsonValue } from "../../engine/model/json.ts";

type Draft = Record<string, JsonValue | undefined>;

/** Time-outs that v1beta1 wrote as durations and v1beta2 as seconds. */
const TIMEOUTS = ["nodeDrainTimeout", "nodeVolumeDetachTimeout", "nodeDeletionTimeout"];

/** Brings a v1beta1 cluster into the v1beta2 form. */
export function upgradeCluster(document: JsonObject): JsonObject {
  const spec = objectAt(document, "spec");
  const topology = spec["topology"];
  if (!isJsonObject(topology)) return document;
  return { ...document, spec: { ...spec, topology: upgradeTopology(topology) } };
}

function upgradeTopology(topology: JsonObject): JsonObject {
  const { class: className, classNamespace, rolloutAfter, ...rest } = topology;
  const result: Draft = { ...rest };
  if (className !== undefined) {
    const namespace = classNamespace === undefined ? {} : { namespace: classNamespace };
    result["classRef"] ??= { name: className, ...namespace };
  }
  if (rolloutAfter !== undefined) result["rollout"] ??= { after: rolloutAfter };
  if (isJsonObject(result["controlPlane"])) {
    result["controlPlane"] = upgradeNodes(result["controlPlane"]);
  }
  if (isJsonObject(result["workers"])) result["workers"] = upgradeWorkers(result["workers"]);
  return result;
}

function upgradeWorkers(workers: JsonObject): JsonObject {
  const result: Draft = { ...workers };
  for (const list of ["machineDeployments", "machinePools"]) {
    if (result[list] === undefined) continue;
    result[list] = arrayAt(result[list]).map((pool) => upgradeNodes(objectAt(pool)));
  }
  return result;
}

function upgradeNodes(nodes: JsonObject): JsonObject {
  const { machineHealthCheck, strategy, ...rest } = nodes;
  const result: Draft = { ...rest };
  const deletion: Draft = { ...objectAt(result["deletion"]) };
  for (const field of TIMEOUTS) {
    const seconds = durationSeconds(result[field]);
    delete result[field];
    if (seconds !== undefined) deletion[`${field}Seconds`] ??= seconds;
  }
  if (Object.keys(deletion).length > 0) result["deletion"] = deletion;
  if (machineHealthCheck !== undefined) result["healthCheck"] ??= machineHealthCheck;
  if (strategy !== undefined) result["rollout"] ??= { strategy };
  return result;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/** Whole seconds of a duration such as 1h30m; undefined for anything else. */
export function durationSeconds(value: JsonValue | undefined): number | undefined {
  if (typeof value !== "string" || value.length > 32) return undefined;
  let seconds = 0;
  let rest = value;
  while (rest !== "") {
    const match = /^([0-9]{1,9})([hms])/.exec(rest);
    if (match === null) return undefined;
    seconds += Number(match[1]) * (UNIT_SECONDS[match[2] ?? ""] ?? 0);
    rest = rest.slice(match[0].length);
  }
  return value === "" ? undefined : seconds;
}
