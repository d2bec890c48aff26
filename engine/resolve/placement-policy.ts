import type { Admission, PlacementPolicy } from "../model/desired.ts";
import type { JsonObject } from "../model/json.ts";
import { arrayAt, isJsonObject, member, numberAt, objectAt, stringAt } from "../model/json.ts";
import type { DemandModel } from "../model/usage.ts";
import type { QuantityReader } from "./quantities.ts";

const MODELS: readonly DemandModel[] = ["active", "consumed", "granted", "forecast"];

/** A policy from a `scheduling` block of a Supervisor or a `placement` block of the Environment. */
export function placementPolicy(
  block: JsonObject,
  cluster: string | undefined,
  read: QuantityReader,
): PlacementPolicy {
  const scoring = stringAt(block, "scoring");
  const failures =
    numberAt(block, "admission", "hostFailuresToTolerate") ??
    numberAt(block, "hostFailuresToTolerate");
  return {
    cluster,
    scoring: scoring === "MostAllocated" || scoring === "Balanced" ? scoring : "LeastAllocated",
    chooser: stringAt(block, "chooser") === "kube" ? "kube" : "drs",
    hostFailuresToTolerate: failures ?? 0,
    ...keptFor(objectAt(block, "admission"), read),
    ...countedAs(block),
    ...powerOf(block),
  };
}

function countedAs(block: JsonObject): Pick<PlacementPolicy, "cpuOvercommitPercentMax" | "demand"> {
  const cpuOvercommitPercentMax = numberAt(block, "cpuOvercommitPercentMax");
  const demand = MODELS.find((model) => model === stringAt(block, "demand"));
  return {
    ...(cpuOvercommitPercentMax === undefined ? {} : { cpuOvercommitPercentMax }),
    ...(demand === undefined ? {} : { demand }),
  };
}

function keptFor(
  block: JsonObject,
  read: QuantityReader,
): Pick<PlacementPolicy, "admission" | "degradationPercentMax"> {
  const admission = admissionOf(block, read);
  const degradationPercentMax = numberAt(block, "performanceDegradationToleratedPercent");
  return {
    ...(admission === undefined ? {} : { admission }),
    ...(degradationPercentMax === undefined ? {} : { degradationPercentMax }),
  };
}

/** Undefined where the block names no policy: `capacity` is what `place` assumes. */
function admissionOf(block: JsonObject, read: QuantityReader): Admission | undefined {
  switch (stringAt(block, "policy")) {
    case "capacity":
      return { kind: "capacity" };
    case "percentage": {
      const cpuPercent = numberAt(block, "cpuPercent");
      const memoryPercent = numberAt(block, "memoryPercent");
      return {
        kind: "percentage",
        ...(cpuPercent === undefined ? {} : { cpuPercent }),
        ...(memoryPercent === undefined ? {} : { memoryPercent }),
      };
    }
    case "slots": {
      const cpuMillicores = read.cpu(member(block, "slot", "cpu"));
      const memoryBytes = read.bytes(member(block, "slot", "memory"));
      return {
        kind: "slots",
        ...(cpuMillicores === undefined ? {} : { cpuMillicores }),
        ...(memoryBytes === undefined ? {} : { memoryBytes }),
      };
    }
    case "dedicated": {
      const hosts = arrayAt(block, "failoverHosts");
      return { kind: "dedicated", hosts: hosts.filter((name) => typeof name === "string") };
    }
    case "simulation":
      return { kind: "simulation" };
    default:
      return undefined;
  }
}

const TARGET_PERCENT_DEFAULT = 63;
const BAND_PERCENT_DEFAULT = 18;

/** When hosts may sleep; only a block that is there lets any of them. */
function powerOf(block: JsonObject): Pick<PlacementPolicy, "power"> {
  const power = block["power"];
  if (!isJsonObject(power)) return {};
  return {
    power: {
      targetPercent: numberAt(power, "targetPercent") ?? TARGET_PERCENT_DEFAULT,
      bandPercent: numberAt(power, "bandPercent") ?? BAND_PERCENT_DEFAULT,
      hostsMin: numberAt(power, "hostsMin") ?? 1,
      ...(stringAt(power, "automation") === "full" ? { isAutomatic: true } : {}),
    },
  };
}
