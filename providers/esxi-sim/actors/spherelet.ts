import { arrayAt, type JsonValue, stringAt } from "../../../engine/model/json.ts";
import { hostView } from "../admission.ts";
import { checksumOf, type TraceEvent } from "../journal.ts";
import { leaseAddress } from "../network.ts";
import type { Entry } from "../transaction.ts";
import { type Change, findByName, hostNamed, type World, type WorldObject } from "../world.ts";
import { agentEvent } from "./spherelet-agent.ts";

const FETCHER_NAMESPACE = "vmware-system-image-fetcher";

/** Owner of the Pods that fetched an image. */
export const IMAGE_STORE = "image-store";

/** Claims of a Pod that have no object in the world (row A06). */
export function missingClaims(world: World, pod: WorldObject): readonly string[] {
  return claimsOf(pod).filter(
    (claim) => findByName(world, "vol", pod.namespace, claim).length === 0,
  );
}

function claimsOf(pod: WorldObject): readonly string[] {
  return arrayAt(pod.attributes, "spec", "volumes").flatMap((volume) => {
    const claim = stringAt(volume, "persistentVolumeClaim", "claimName");
    return claim === undefined ? [] : [claim];
  });
}

const imageOf = (container: JsonValue): string | undefined => stringAt(container, "image");

/** Images of a Pod that the image store of its cluster does not hold yet. */
function coldImages(world: World, pod: WorldObject, cluster: string): readonly string[] {
  const cached = new Set(world.meta.images[cluster] ?? []);
  const wanted = ["initContainers", "containers"].flatMap((list) =>
    arrayAt(pod.attributes, "spec", list).flatMap((container) => imageOf(container) ?? []),
  );
  return [...new Set(wanted)].filter((image) => !cached.has(image)).sort();
}

/**
 * Fetches what the image store lacks: one short-lived native Pod per image, which ends as soon as
 * the image is in the store (C14).
 */
function fetchImages(world: World, pod: WorldObject): { changes: Change[]; events: TraceEvent[] } {
  const host = pod.host === undefined ? undefined : hostNamed(world, pod.host);
  const cluster = host === undefined ? "default" : hostView(world, host).cluster;
  const cold = coldImages(world, pod, cluster);
  if (cold.length === 0) return { changes: [], events: [] };
  const fetchers = cold.map(
    (image): Change => ["put", fetcherOf(`${cluster} ${image}`, image, pod)],
  );
  const stored = [...(world.meta.images[cluster] ?? []), ...cold].sort();
  return {
    changes: [...fetchers, ["meta", { images: { ...world.meta.images, [cluster]: stored } }]],
    events: cold.map((image) => ({
      actor: "image-fetcher",
      event: "image-fetched",
      object: pod.id,
      detail: { image },
    })),
  };
}

/** Fetchers belong to the image store, so that they outlive the Pod that needed them first. */
function fetcherOf(key: string, image: string, pod: WorldObject): WorldObject {
  const name = `image-fetcher-${checksumOf(key)}`;
  return {
    id: `${FETCHER_NAMESPACE}/${name}`,
    kind: "pod",
    kindKey: "core/Pod",
    apiVersion: "v1",
    namespace: FETCHER_NAMESPACE,
    name,
    attributes: { image },
    owner: IMAGE_STORE,
    ...(pod.host === undefined ? {} : { host: pod.host }),
    power: "off",
    phase: "Succeeded",
    revision: 0,
  };
}

/**
 * Step 12: Spherelet and hostd configure Pod, network and storage, and only then may anything
 * start. Undefined when the segment of the namespace has no address left.
 */
export function configurePod(world: World, pod: WorldObject): Entry | undefined {
  const lease =
    pod.address === undefined
      ? leaseAddress(world, pod.namespace)
      : { address: pod.address, cidr: "", changes: [] };
  if (lease === undefined) return undefined;
  const images = fetchImages(world, pod);
  const { address } = lease;
  const network = { actor: "spherelet", event: "network-attach", object: pod.id } as const;
  return {
    changes: [
      ...lease.changes,
      ...images.changes,
      ["note", pod.id, { address, start: { ...pod.start, step: 12 } }],
    ],
    events: [
      { step: 12, actor: "spherelet", event: "configure", object: pod.id },
      { ...network, detail: { address } },
      agentEvent(pod.id, "network-ready"),
      ...claimsOf(pod).flatMap((claim): TraceEvent[] => [
        { actor: "hostd", event: "volume-attach", object: pod.id, detail: { claim } },
        agentEvent(pod.id, "volume-mount", claim),
      ]),
      ...images.events,
    ],
    spendMs: 200,
  };
}

/** Step 14: Spherelet reports the state of the containers; the master stores it as last event. */
export function reportRunning(pod: WorldObject): Entry {
  const containers = arrayAt(pod.attributes, "spec", "containers").map((container) => ({
    name: stringAt(container, "name") ?? "",
    state: "running",
  }));
  const event = { step: 14, actor: "spherelet", event: "report", object: pod.id } as const;
  return {
    changes: [["set", pod.id, { phase: "Running", start: null, reason: null, message: null }]],
    events: [{ ...event, detail: { watch: "MODIFIED", containers } }],
    spendMs: 10,
  };
}
