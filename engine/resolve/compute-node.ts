import type { JsonObject } from "../model/json.ts";
import { arrayAt, objectAt, stringAt } from "../model/json.ts";
import type { Context } from "./context.ts";
import { vmDemand } from "./demand.ts";
import type { Document } from "./document.ts";
import type { Draft } from "./draft.ts";
import { childDraft } from "./draft.ts";
import { KEYS } from "./kind-keys.ts";
import { classOf } from "./machines.ts";
import { powerAttributes } from "./pods.ts";
import { FREE_TERMS, type SchedulingTerms } from "../model/scheduling.ts";
import { onHosts } from "./placement-rules.ts";
import { SYSTEM_NAMESPACE } from "./supervisor.ts";
import { attachWorkload } from "./workload.ts";

const VM_IMAGE_PREFIX = "virtlet.cloud/";

/** Where an availability zone leads to: its only cluster, or the hosts of several (row M01). */
function termsOf(zone: string | undefined, context: Context): SchedulingTerms {
  const clusters = clustersOf(zone, context);
  if (clusters.size <= 1) return { ...FREE_TERMS, cluster: [...clusters][0] };
  const hosts = context.hosts.filter(({ cluster }) => clusters.has(cluster));
  const names = hosts.map(({ name }) => name);
  return { ...FREE_TERMS, nodeAffinity: onHosts(FREE_TERMS.nodeAffinity, names) };
}

function clustersOf(zone: string | undefined, context: Context): ReadonlySet<string> {
  const document = context.documentsOf(KEYS.zone).find((item) => item.spec.name === zone);
  const spec = objectAt(document?.value, "spec");
  const named = arrayAt(spec, "clusters").filter((name) => typeof name === "string");
  const supervised = arrayAt(spec, "supervisors").flatMap((name) =>
    typeof name === "string" ? (context.supervisors.get(name)?.cluster ?? []) : [],
  );
  return new Set([...named, ...supervised]);
}

function machineAttributes(document: Document, machine: JsonObject): JsonObject {
  const image = stringAt(machine, "imageName") ?? "";
  const bootstrap = stringAt(machine, "bootstrap") ?? "configDrive";
  return {
    metadata: {
      annotations: {
        "kubernetes.io/target-runtime": "virtlet.cloud",
        VirtletCloudInitImageType:
          bootstrap.toLowerCase() === "configdrive" ? "configdrive" : "nocloud",
      },
    },
    spec: {
      hostname: stringAt(document.value, "spec", "hostname") ?? document.spec.name,
      containers: [{ name: "vm", image: `${VM_IMAGE_PREFIX}${image}` }],
    },
  };
}

/** A ComputeNode is a hidden VM Pod in a cluster of its zone (rows M01-M03). */
export function expandComputeNode(owner: Draft, document: Document, context: Context): void {
  const machine = objectAt(document.value, "spec", "vm");
  const zone = stringAt(document.value, "spec", "zone");
  const { size, requests } = classOf(stringAt(machine, "className"), SYSTEM_NAMESPACE, context);
  const isStopped = stringAt(document.value, "spec", "power", "request") === "stopped";
  const draft = childDraft(owner, {
    kind: context.kinds.byKey(KEYS.pod),
    short: "pod",
    namespace: SYSTEM_NAMESPACE,
    name: document.spec.name,
    attributes: {
      ...machineAttributes(document, machine),
      ...powerAttributes(isStopped ? "off" : "on"),
    },
  });
  attachWorkload(draft, {
    demand: vmDemand({
      size,
      reservation: { cpuMillicores: requests["cpu"] ?? 0, memoryBytes: requests["memory"] ?? 0 },
      limit: {},
    }),
    scheduling: termsOf(zone, context),
    pinHost: document.annotations["vpac.dev/pin-host"],
    poweredOn: !isStopped,
    pool: undefined,
    group: undefined,
    rolloutWave: 0,
    lifetime: "long",
  });
  draft.rules = context.rulesOf(KEYS.pod);
  context.add(draft);
}
