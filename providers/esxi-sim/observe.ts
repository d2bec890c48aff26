import type { Inventory } from "../../engine/contract/provider.ts";
import { compareText } from "../../engine/model/canonical.ts";
import type { Amounts } from "../../engine/model/demand.ts";
import { hostFromAttributes } from "../../engine/model/host-spec.ts";
import type { Host } from "../../engine/model/host.ts";
import { arrayAt, type JsonObject, stringAt } from "../../engine/model/json.ts";
import type { ObservedObject } from "../../engine/model/observation.ts";
import { hostsOf, hostView } from "./admission.ts";
import { clusterStatus } from "./guest-clusters.ts";
import { isMachineKind } from "./machines.ts";
import { type World, type WorldObject } from "./world.ts";

/** The whole world as a provider shows it: parts are seen through the status of their owner. */
export function inventoryOf(world: World, provider: string): Inventory {
  const objects: ObservedObject[] = [];
  const active = new Map<string, Amounts>();
  for (const object of world.objects.values()) {
    if (object.owner !== undefined) continue;
    if (object.host !== undefined && object.load !== undefined && object.power === "on") {
      active.set(object.host, sum(active.get(object.host), object.load));
    }
    objects.push(observed(world, object, provider));
  }
  objects.sort((left, right) => compareText(left.id, right.id));
  const hosts = hostsOf(world).map((host) => hostOf(world, host, provider, active));
  return { complete: true, asOf: String(world.revision), hosts, objects };
}

function hostOf(
  world: World,
  object: WorldObject,
  provider: string,
  active: ReadonlyMap<string, Amounts>,
): Host {
  const use = active.get(object.name);
  const { cluster } = hostView(world, object);
  return hostFromAttributes(object.attributes, {
    name: object.name,
    provider,
    planned: false,
    connection: object.connection ?? "connected",
    activeCpuMillicores: use?.cpuMillicores ?? 0,
    activeMemoryBytes: use?.memoryBytes ?? 0,
    images: world.meta.images[cluster] ?? [],
  });
}

function observed(world: World, object: WorldObject, provider: string): ObservedObject {
  return {
    id: object.id,
    provider,
    kind: object.kind,
    namespace: object.namespace,
    name: object.name,
    attributes: object.attributes,
    revision: String(object.revision),
    tag: object.tag,
    host: object.host,
    power: object.power,
    active: isMeasured(object) ? object.load : undefined,
    ...(isMeasured(object) && object.usage !== undefined ? { usage: object.usage } : {}),
    status: statusOf(world, object),
  };
}

const isMeasured = ({ power, load }: WorldObject): boolean => power === "on" && load !== undefined;

/** What a human wants to see; it is never compared. */
function statusOf(world: World, object: WorldObject): JsonObject {
  if (object.kind === "host") return { connection: object.connection ?? "connected" };
  if (object.kind === "tkc" || object.kind === "cluster") return clusterStatus(world, object);
  return isMachineKind(object.kind) ? machineStatus(object) : {};
}

function machineStatus(object: WorldObject): JsonObject {
  const { phase, reason, message, address, vmId, power, start } = object;
  return {
    phase: phase ?? "Unknown",
    ...(reason === undefined ? {} : { reason, message: message ?? "" }),
    ...(address === undefined ? {} : { address }),
    ...(vmId === undefined ? {} : { vmId }),
    vmPower: power ?? "off",
    ...(start === undefined ? {} : { startStep: start.step }),
    ...(object.kind === "pod" ? { containers: containersOf(object) } : {}),
  };
}

function containersOf(pod: WorldObject): readonly JsonObject[] {
  const state = pod.phase === "Running" ? "running" : "waiting";
  return arrayAt(pod.attributes, "spec", "containers").map((container) => ({
    name: stringAt(container, "name") ?? "",
    state,
  }));
}

function sum(left: Amounts | undefined, right: Amounts): Amounts {
  return {
    cpuMillicores: (left?.cpuMillicores ?? 0) + right.cpuMillicores,
    memoryBytes: (left?.memoryBytes ?? 0) + right.memoryBytes,
  };
}
