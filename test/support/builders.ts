/** Small complete values for tests: every builder fills in what a test does not care about. */
import { createHash } from "node:crypto";
import { type Address, parseAddress } from "../../engine/model/address.ts";
import type { Demand } from "../../engine/model/demand.ts";
import type {
  Behaviour,
  ChangeRules,
  DesiredResource,
  DesiredState,
  EnvironmentSettings,
  WorkloadTerms,
} from "../../engine/model/desired.ts";
import type { Host } from "../../engine/model/host.ts";
import type { Observation, ObservedObject } from "../../engine/model/observation.ts";
import type { RecordedResource, RecordedState } from "../../engine/model/recorded.ts";
import type { SchedulingTerms } from "../../engine/model/scheduling.ts";

export const GIB = 1_073_741_824;
export const LINEAGE = "0b5e1f4e-6c11-8a55-9d2c-5c1c6a6f4a01";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A connected host of 16 cores and 64 GiB. */
export function host(over: Partial<Host> & { readonly name: string }): Host {
  const amounts = { cpuMillicores: 16_000, memoryBytes: 64 * GIB };
  return {
    provider: "sim",
    cluster: "cluster-1",
    connection: "connected",
    unschedulable: false,
    memoryPressure: false,
    labels: { "kubernetes.io/hostname": over.name },
    taints: [],
    cpuMhz: 2600,
    capacity: { ...amounts, ephemeralStorageBytes: 100 * GIB },
    allocatable: { ...amounts, ephemeralStorageBytes: 100 * GIB, pods: 110, extended: {} },
    active: { cpuMillicores: 0, memoryBytes: 0 },
    numa: [],
    runtimes: ["crx", "vmx"],
    datastores: [],
    networks: [],
    images: [],
    planned: false,
    ...over,
  };
}

/** A request and reservation of these amounts, without overhead. */
export function demand(cpuMillicores: number, memoryBytes: number): Demand {
  const amounts = { cpuMillicores, memoryBytes };
  return {
    request: { ...amounts, ephemeralStorageBytes: 0, extended: {}, nonZero: amounts },
    limit: {},
    size: { ...amounts, vcpus: Math.max(1, Math.ceil(cpuMillicores / 1000)) },
    reservation: amounts,
    overheadBytes: 0,
    shares: "normal",
    qos: "Burstable",
  };
}

export function scheduling(over: Partial<SchedulingTerms> = {}): SchedulingTerms {
  return {
    nodeName: undefined,
    nodeSelector: {},
    nodeAffinity: { required: undefined, preferred: [] },
    podAffinity: { required: [], preferred: [] },
    podAntiAffinity: { required: [], preferred: [] },
    tolerations: [],
    spread: [],
    ports: [],
    images: [],
    priority: 0,
    runtime: "crx",
    datastores: [],
    networks: [],
    cluster: undefined,
    ...over,
  };
}

export function workload(over: Partial<WorkloadTerms> = {}): WorkloadTerms {
  return {
    demand: demand(500, GIB),
    scheduling: scheduling(),
    pinHost: undefined,
    poweredOn: true,
    pool: undefined,
    group: undefined,
    rolloutWave: 0,
    lifetime: "long",
    ...over,
  };
}

const RULES: ChangeRules = {
  timing: [],
  lists: [],
  sensitive: [],
  replaceOrder: "delete-first",
};

const BEHAVIOUR: Behaviour = {
  preventDestroy: false,
  adopt: undefined,
  paused: false,
  allowPowerOff: "always",
  balance: true,
};

type ResourceOver = Partial<Omit<DesiredResource, "behaviour" | "rules">> & {
  readonly behaviour?: Partial<Behaviour>;
  readonly rules?: Partial<ChangeRules>;
};

/** A declared resource at an address; kinds are named by their short word. */
export function resource(address: Address, over: ResourceOver = {}): DesiredResource {
  const { kind, namespace, name } = parseAddress(address) ?? { kind: "", namespace: "", name: "" };
  return {
    address,
    kindKey: `test/${kind}`,
    apiVersion: "v1",
    kind,
    namespace,
    name,
    provider: "sim",
    attributes: { spec: { name } },
    dependsOn: namespace === undefined ? [] : [`ns/${namespace}`],
    owner: undefined,
    workload: undefined,
    host: undefined,
    source: { path: "app.yaml", document: 0, pointer: "" },
    readOnly: false,
    ...over,
    rules: { ...RULES, ...over.rules },
    behaviour: { ...BEHAVIOUR, ...over.behaviour },
  };
}

/** A Pod of half a core and 1 GiB. */
export const pod = (address: Address, over: ResourceOver = {}): DesiredResource =>
  resource(address, { workload: workload(), ...over });

export function recordedOf(
  wish: DesiredResource,
  over: Partial<RecordedResource> = {},
): RecordedResource {
  const { address, provider, kindKey, apiVersion, kind, namespace, name } = wish;
  return {
    address,
    provider,
    kindKey,
    apiVersion,
    kind,
    namespace,
    name,
    id: `id-${address}`,
    attributes: wish.attributes,
    host: undefined,
    revision: "r1",
    dependsOn: wish.dependsOn,
    owner: wish.owner,
    condition: "ok",
    preventDestroy: wish.behaviour.preventDestroy,
    outputs: {},
    ...over,
  };
}

/** The object behind a record, tagged as ours. */
export function observedOf(
  record: RecordedResource,
  over: Partial<ObservedObject> = {},
): ObservedObject {
  const { address, id, provider, namespace, name, attributes, revision, host: at } = record;
  return {
    id,
    provider,
    namespace,
    name,
    attributes,
    revision,
    host: at,
    kind: parseAddress(address)?.kind ?? "",
    tag: { lineage: LINEAGE, address, fence: 1, intent: "i-1" },
    power: "on",
    active: undefined,
    status: {},
    ...over,
  };
}

export function environment(over: Partial<EnvironmentSettings> = {}): EnvironmentSettings {
  return {
    name: "default",
    providers: [{ name: "sim", type: "esxi-sim", settings: {} }],
    defaultProvider: "sim",
    statePath: undefined,
    preventDestroy: [],
    budgets: { maxDeletes: undefined, maxReplaces: undefined, maxMoves: undefined },
    planMaxAgeMs: 86_400_000,
    ...over,
  };
}

export function desiredState(
  resources: readonly DesiredResource[],
  over: Partial<DesiredState> = {},
): DesiredState {
  return {
    resources: new Map(resources.map((item) => [item.address, item])),
    pools: [],
    policies: [],
    disruption: [],
    environment: environment(),
    digest: "desired",
    ...over,
  };
}

export function recordedState(
  resources: readonly RecordedResource[],
  over: Partial<RecordedState> = {},
): RecordedState {
  return {
    lineage: LINEAGE,
    serial: 7,
    fence: 3,
    workspace: "default",
    resources: new Map(resources.map((item) => [item.address, item])),
    consumedPlans: [],
    openOperations: [],
    unfinishedRun: undefined,
    digest: "recorded",
    ...over,
  };
}

export function observation(
  objects: readonly ObservedObject[],
  hosts: readonly Host[] = [],
  over: Partial<Observation> = {},
): Observation {
  return {
    readings: [{ provider: "sim", complete: true, asOf: "1", error: undefined }],
    hosts,
    objects,
    digest: "inventory",
    ...over,
  };
}
