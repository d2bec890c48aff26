import type { JsonObject } from "../model/json.ts";
import { arrayAt, numberAt, objectAt, stringAt } from "../model/json.ts";
import type { PodAffinity, SchedulingTerms } from "../model/scheduling.ts";
import { CODES } from "./codes.ts";
import type { Context, Supervisor } from "./context.ts";
import { vmDemand } from "./demand.ts";
import type { Document } from "./document.ts";
import { named, problemAt } from "./document.ts";
import type { Draft } from "./draft.ts";
import { childDraft } from "./draft.ts";
import { CLUSTER_DEFAULT } from "./hosts.ts";
import { KEYS } from "./kind-keys.ts";
import type { QuantityReader } from "./quantities.ts";
import { FREE_TERMS } from "../model/scheduling.ts";
import { HOST_TOPOLOGY } from "./scheduling.ts";
import { readSizing, SIZING_DEFAULTS } from "./sizing.ts";
import { attachWorkload } from "./workload.ts";

/** Namespace of the platform's own machines. */
export const SYSTEM_NAMESPACE = "vmware-system";
/** Label that the machines of one group carry; their anti-affinity selects by it. */
const ROLE_LABEL = "vpac.dev/control-plane-of";
const COUNT_DEFAULT = 3;
const GIBIBYTE = 2 ** 30;
const SIZES: Readonly<Record<string, readonly [vcpus: number, memoryGib: number]>> = {
  tiny: [2, 8],
  small: [4, 16],
  medium: [8, 24],
  large: [16, 32],
};
/** What runs in each control-plane VM (row V05); traffic is balanced on the hosts (row W04). */
const COMPONENTS = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "etcd",
  "scheduler-extension",
  "container-network-plugin",
  "container-storage-plugin",
  "authentication-proxy",
];

export function readSupervisor(
  document: Document,
  provider: string,
  read: QuantityReader,
): Supervisor {
  const spec = objectAt(document.value, "spec");
  const cidrs = arrayAt(spec, "networks", "workload", "podCIDRs");
  return {
    document,
    address: document.address,
    name: document.spec.name,
    cluster: stringAt(spec, "cluster") ?? CLUSTER_DEFAULT,
    provider,
    sizing: readSizing(objectAt(spec, "pods"), SIZING_DEFAULTS, read),
    networkProvider: stringAt(spec, "networks", "workload", "provider") ?? "nsx",
    podCidrs: cidrs.filter((cidr) => typeof cidr === "string"),
  };
}

/** Machines carrying the label keep apart: by law, or as far as there are hosts. */
export function apart(
  group: {
    readonly label: string;
    readonly value: string;
    readonly rule: string;
    readonly namespace: string;
  },
  binding: boolean,
): PodAffinity {
  const term = {
    selector: { matchLabels: { [group.label]: group.value }, matchExpressions: [] },
    namespaces: [group.namespace],
    namespaceSelector: undefined,
    topologyKey: HOST_TOPOLOGY,
    rule: group.rule,
  };
  return binding
    ? { required: [term], preferred: [] }
    : { required: [], preferred: [{ weight: 100, term }] };
}

function checkNetworks(supervisor: Supervisor, context: Context): void {
  const networks = objectAt(supervisor.document.value, "spec", "networks");
  for (const name of ["management", "workload"]) {
    if (networks[name] !== undefined) continue;
    context.report(
      problemAt(CODES.supervisorNetworkMissing, supervisor.document, {
        pointer: "/spec/networks",
        detail: `${named(supervisor.document)} has no ${name} network.`,
        help: [`add spec.networks.${name}`],
      }),
    );
  }
}

/** True when the control-plane VMs can each have a host of their own. */
function hasHostPerMachine(supervisor: Supervisor, count: number, context: Context): boolean {
  const hosts = context.hosts.filter((host) => host.cluster === supervisor.cluster).length;
  if (hosts === 0 || hosts >= count) return true;
  context.report(
    problemAt(CODES.supervisorHostsFew, supervisor.document, {
      pointer: "/spec/cluster",
      detail:
        `${named(supervisor.document)} wants ${count} control-plane VMs on different hosts, ` +
        `but cluster "${supervisor.cluster}" has ${hosts}.`,
      help: [`declare ${count - hosts} more hosts, or set spec.controlPlane.count to 1`],
    }),
  );
  return false;
}

function machineAttributes(supervisor: Supervisor, spec: JsonObject): JsonObject {
  const management = stringAt(spec, "networks", "management", "segment") ?? "management";
  const workload =
    stringAt(spec, "networks", "workload", "segment") ?? `${supervisor.name}-workload`;
  const version = stringAt(spec, "version");
  return {
    metadata: { labels: { [ROLE_LABEL]: supervisor.name } },
    spec: {
      powerState: "PoweredOn",
      ...(version === undefined ? {} : { version }),
      components: COMPONENTS,
      network: {
        interfaces: [
          { name: "eth0", network: { name: management } },
          { name: "eth1", network: { name: workload } },
        ],
      },
    },
  };
}

/** The control-plane VMs (row V02): as many as asked for, apart from each other. */
function addControlPlane(owner: Draft, supervisor: Supervisor, context: Context): void {
  const spec = objectAt(supervisor.document.value, "spec");
  const count = numberAt(spec, "controlPlane", "count") ?? COUNT_DEFAULT;
  const sizeName = stringAt(spec, "controlPlane", "size")?.toLowerCase() ?? "small";
  const [vcpus, memoryGib] = SIZES[sizeName] ?? [4, 16];
  const size = { vcpus, cpuMillicores: vcpus * 1000, memoryBytes: memoryGib * GIBIBYTE };
  const demand = vmDemand({ size, reservation: { cpuMillicores: 0, memoryBytes: 0 }, limit: {} });
  const binding = hasHostPerMachine(supervisor, count, context);
  const rule = `${supervisor.address}/control-plane-apart`;
  const scheduling: SchedulingTerms = {
    ...FREE_TERMS,
    cluster: supervisor.cluster,
    podAntiAffinity: apart(
      { label: ROLE_LABEL, value: supervisor.name, rule, namespace: SYSTEM_NAMESPACE },
      binding,
    ),
  };
  const kind = context.kinds.byKey(KEYS.virtualMachine);
  const attributes = machineAttributes(supervisor, spec);
  for (let index = 0; index < count; index++) {
    const name = `${supervisor.name}-cp-${index}`;
    const parts = { kind, short: "vm", namespace: SYSTEM_NAMESPACE, name, attributes };
    const draft = childDraft(owner, parts);
    attachWorkload(draft, {
      demand,
      scheduling,
      pinHost: undefined,
      poweredOn: true,
      pool: undefined,
      group: owner.address,
      rolloutWave: index,
      lifetime: "long",
    });
    draft.rules = context.rulesOf(KEYS.virtualMachine);
    context.add(draft);
  }
}

/** One Spherelet per declared host of the cluster (rows A01, A03). */
function addSpherelets(owner: Draft, supervisor: Supervisor, context: Context): void {
  const version = stringAt(supervisor.document.value, "spec", "version");
  for (const host of context.hosts) {
    if (host.cluster !== supervisor.cluster || host.provider !== supervisor.provider) continue;
    const draft = childDraft(owner, {
      kind: undefined,
      short: "spherelet",
      namespace: undefined,
      name: host.name,
      attributes: {
        spec: {
          host: host.name,
          supervisor: supervisor.name,
          ...(version === undefined ? {} : { version }),
        },
      },
    });
    draft.dependsOn.push(`host/${host.name}`);
    context.add(draft);
  }
}

/** Everything a Supervisor brings with it. */
export function expandSupervisor(owner: Draft, supervisor: Supervisor, context: Context): void {
  checkNetworks(supervisor, context);
  addControlPlane(owner, supervisor, context);
  addSpherelets(owner, supervisor, context);
}
