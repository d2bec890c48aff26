import { arrayAt, isJsonObject, objectAt, stringAt } from "../../engine/model/json.ts";
import type { JsonObject, JsonValue } from "../../engine/model/json.ts";

type Draft = Record<string, JsonValue | undefined>;

/** Defaults of the public API, where the document says nothing. */
const PODS: JsonObject = { cidrBlocks: ["192.168.0.0/16"] };
const SERVICES: JsonObject = { cidrBlocks: ["10.96.0.0/12"] };

/** Brings a cluster of any served version into the v1alpha3 form, with its defaults. */
export function upgradeTanzuCluster(document: JsonObject): JsonObject {
  const spec: Draft = { ...objectAt(document, "spec") };
  const release = releaseOf(spec["distribution"]);
  delete spec["distribution"];
  spec["topology"] = upgradeTopology(objectAt(spec["topology"]), release);
  const settings = objectAt(spec["settings"]);
  const network = objectAt(settings["network"]);
  const ranges = { pods: PODS, services: SERVICES };
  spec["settings"] = { ...settings, network: { ...ranges, ...network } };
  return { ...document, spec };
}

/** The release that `distribution` names; the full version is exact, the hint is not. */
function releaseOf(distribution: JsonValue | undefined): string | undefined {
  return stringAt(distribution, "fullVersion") ?? stringAt(distribution, "version");
}

function upgradeTopology(topology: JsonObject, release: string | undefined): JsonObject {
  const { workers, controlPlane, nodePools, ...rest } = topology;
  const pools = arrayAt(nodePools).map((pool) => upgradeNodes(objectAt(pool), release));
  if (isJsonObject(workers)) pools.push({ name: "workers", ...upgradeNodes(workers, release) });
  const first = { replicas: 1, ...upgradeNodes(objectAt(controlPlane), release) };
  return { ...rest, controlPlane: first, nodePools: pools };
}

/** v1alpha1 wrote count and class; later versions name the release per group of nodes. */
function upgradeNodes(nodes: JsonObject, release: string | undefined): JsonObject {
  const { count, class: vmClass, ...rest } = nodes;
  const result: Draft = { ...rest };
  if (count !== undefined) result["replicas"] ??= count;
  if (vmClass !== undefined) result["vmClass"] ??= vmClass;
  if (release !== undefined) result["tkr"] ??= { reference: { name: release } };
  return result;
}
