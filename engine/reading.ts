/** Readings of the world as text: what `--inventory` takes and what the last plan left behind. */
import { faultOfList } from "./cluster-faults.ts";
import { isKubernetes, readCluster } from "./cluster-inventory.ts";
import type { Digest } from "./model/digest.ts";
import type { JsonValue } from "./model/json.ts";
import type { Observation } from "./model/observation.ts";
import {
  anything,
  flag,
  list,
  mapOf,
  members,
  natural,
  object,
  oneOf,
  optional,
  type Shape,
  text,
} from "./plan/shape.ts";

const texts = list(text);
const amounts = members({ cpuMillicores: natural, memoryBytes: natural });
const taint = members({
  key: text,
  value: text,
  effect: oneOf("NoSchedule", "PreferNoSchedule", "NoExecute"),
});
const host = members({
  name: text,
  provider: text,
  cluster: text,
  connection: oneOf("connected", "maintenance", "disconnected", "standby"),
  unschedulable: flag,
  memoryPressure: flag,
  labels: mapOf(text),
  taints: list(taint),
  cpuMhz: natural,
  capacity: members({
    cpuMillicores: natural,
    memoryBytes: natural,
    ephemeralStorageBytes: natural,
  }),
  allocatable: members({
    cpuMillicores: natural,
    memoryBytes: natural,
    ephemeralStorageBytes: natural,
    pods: natural,
    extended: mapOf(natural),
  }),
  active: amounts,
  numa: list(members({ cpus: list(natural), memoryBytes: natural })),
  runtimes: list(oneOf("crx", "vmx")),
  datastores: texts,
  networks: texts,
  images: texts,
  imageBytes: optional(mapOf(natural)),
  planned: flag,
});
const tag = members({ lineage: text, address: text, fence: natural, intent: text });
const held = members({
  id: text,
  provider: text,
  kind: text,
  namespace: optional(text),
  name: text,
  attributes: object,
  revision: text,
  tag: optional(tag),
  host: optional(text),
  power: optional(oneOf("on", "off", "suspended")),
  active: optional(amounts),
  usage: optional(
    members({
      consumedBytes: optional(natural),
      grantedBytes: optional(natural),
      forecast: optional(amounts),
    }),
  ),
  status: object,
});
const reading = members({
  provider: text,
  complete: flag,
  asOf: text,
  movesLive: optional(flag),
  powersHosts: optional(flag),
  error: optional(members({ code: text, message: text })),
});
const observation: Shape = members({
  readings: list(reading),
  hosts: list(host),
  objects: list(held),
  digest: optional(anything),
});

export type ReadReading =
  | { readonly is: "read"; readonly observation: Observation }
  /** `where` is the path of the first member that is not as it should be. */
  | { readonly is: "wrong"; readonly where: string };

/**
 * Reads an observation, bare or as the value of `vpac plan --stage observe`, or a cluster as
 * kubectl lists it. Anybody may have written it, so every member is looked at; the digest is made
 * anew.
 */
export function readReading(source: string, digest: Digest): ReadReading {
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(source) as JsonValue;
  } catch (error) {
    return { is: "wrong", where: `it is not JSON: ${(error as Error).message}` };
  }
  if (isKubernetes(parsed)) {
    const fault = faultOfList(parsed);
    if (fault !== undefined) return { is: "wrong", where: fault };
    return { is: "read", observation: { ...readCluster(parsed), digest: digest(source) } };
  }
  const found = valueOf(parsed);
  const wrong = observation(found);
  if (wrong !== undefined) return { is: "wrong", where: wrong === "" ? NO_OBJECT : wrong };
  const given = found as unknown as Observation;
  return { is: "read", observation: { ...given, digest: digest(source) } };
}

const NO_OBJECT = "it is no JSON object";

const valueOf = (parsed: JsonValue): JsonValue | undefined => {
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
  return "value" in parsed ? (parsed as { readonly value: JsonValue }).value : parsed;
};
