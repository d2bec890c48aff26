import { compareText } from "../../model/canonical.ts";
import type { Amounts } from "../../model/demand.ts";
import type { Host } from "../../model/host.ts";
import type { PlacementWorkload } from "../../model/placement.ts";
import type { SchedulingTerms } from "../../model/scheduling.ts";
import { amountText } from "../basics/amounts.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { matchesRequiredAffinity, untoleratedTaint } from "../classes/selectors.ts";
import { mebibytesUp } from "../basics/units.ts";
import { fromNothing, HOSTNAME, type Made, needsOf } from "./first-host.ts";
import { wholeDevices } from "./devices.ts";
import { hostEdit, type Relaxation } from "./scene.ts";

const MEBIBYTE = 1_048_576;
const COST_NEW_HOST = 90;
/** Places in the topology for which a new host is tried; most workloads care for none. */
const MODELS_MAX = 6;
/** Equal new hosts that are tried together where one leaves the cluster short of spare room. */
const COUNT_MAX = 4;

/** A new host, or several alike. */
export interface NewHosts extends Relaxation {
  /** Name of the first one. */
  readonly host: string;
}

/** New hosts that suit the workload, one of each, those nearest to one that is there first. */
export function newHostRelaxations(
  workloadClass: WorkloadClass,
  ledger: Ledger,
): readonly NewHosts[] {
  return madeFor(workloadClass, ledger).map((host) => added(host, 1));
}

/** Several of the host that differs least, fewest first, where one is not enough. */
export function moreNewHosts(workloadClass: WorkloadClass, ledger: Ledger): readonly NewHosts[] {
  const [nearest] = madeFor(workloadClass, ledger);
  if (nearest === undefined) return [];
  return Array.from({ length: COUNT_MAX - 1 }, (_, more) => added(nearest, more + 2));
}

/** An empty host like the biggest one, for whoever comes; undefined without any host. */
export function biggestHost(ledger: Ledger): NewHosts | undefined {
  const [model] = ledger.hosts.toSorted((left, right) => compareSizes(left, right));
  if (model === undefined) return undefined;
  const host = emptyLike(model, nameAfter(model, ledger));
  return added({ host, like: model.name, differences: {}, words: [] }, 1);
}

const compareSizes = (left: Host, right: Host): number =>
  left.taints.length - right.taints.length ||
  right.capacity.memoryBytes - left.capacity.memoryBytes ||
  right.capacity.cpuMillicores - left.capacity.cpuMillicores ||
  compareText(left.name, right.name);

function madeFor(workloadClass: WorkloadClass, ledger: Ledger): readonly Made[] {
  const models = modelsFor(workloadClass, ledger);
  if (models.length === 0) return [fromNothing(workloadClass)];
  return models.map((model) => suited(model, workloadClass, ledger));
}

function added({ host, like, differences, words }: Made, count: number): NewHosts {
  const hosts = Array.from({ length: count }, (_, index) =>
    index === 0 ? host : renamed(host, `${host.name}-${String(index + 1)}`),
  );
  const what = count === 1 ? "a host" : `${String(count)} hosts`;
  const model = like === undefined ? "" : ` like ${like}`;
  const rest = words.length === 0 ? "" : ` with ${words.join(", ")}`;
  const document = {
    ...(like === undefined ? {} : { like }),
    ...(count === 1 ? {} : { count }),
    ...differences,
  };
  return {
    host: host.name,
    cost: COST_NEW_HOST + count,
    description: `add ${what}${model}${rest}`,
    edit: hostEdit(host, { path: "", from: undefined, to: JSON.stringify(document) }),
    change: (scene) => ({ ...scene, added: [...scene.added, ...hosts] }),
  };
}

const renamed = (host: Host, name: string): Host => ({
  ...host,
  name,
  labels: { ...host.labels, [HOSTNAME]: name },
});

/** A host from which a new one would differ, and in how many ways. */
interface Model {
  readonly host: Host;
  readonly differences: number;
}

/** The hosts from which a new one differs least, one for each place that the terms tell apart. */
function modelsFor(workloadClass: WorkloadClass, ledger: Ledger): readonly Host[] {
  const keys = topologyKeys(workloadClass.sample.scheduling);
  const needs = needsOf(workloadClass);
  const nearest = new Map<string, Model>();
  for (const host of ledger.hosts) {
    const place = keys.map((key) => host.labels[key] ?? "").join("\u0000");
    const model = { host, differences: differencesOf(host, workloadClass, needs) };
    const known = nearest.get(place);
    if (known === undefined || compareModels(model, known) < 0) nearest.set(place, model);
  }
  return [...nearest.values()]
    .sort((left, right) => compareModels(left, right))
    .slice(0, MODELS_MAX)
    .map(({ host }) => host);
}

const compareModels = (left: Model, right: Model): number =>
  left.differences - right.differences ||
  right.host.capacity.memoryBytes - left.host.capacity.memoryBytes ||
  right.host.capacity.cpuMillicores - left.host.capacity.cpuMillicores ||
  compareText(left.host.name, right.host.name);

const topologyKeys = ({ podAffinity, podAntiAffinity, spread }: SchedulingTerms): string[] => [
  ...new Set(
    [...podAffinity.required, ...podAntiAffinity.required, ...spread]
      .map(({ topologyKey }) => topologyKey)
      .filter((key) => key !== HOSTNAME),
  ),
];

/** In how many ways a copy of the host would have to differ to suit the workload. */
function differencesOf(host: Host, { sample, extended }: WorkloadClass, needs: Amounts): number {
  const { scheduling, provider } = sample;
  const differs = [
    provider !== undefined && provider !== host.provider,
    scheduling.cluster !== undefined && scheduling.cluster !== host.cluster,
    untoleratedTaint(host.taints, scheduling.tolerations) !== undefined,
    !matchesRequiredAffinity(scheduling, host.labels, host.name),
    !host.runtimes.includes(scheduling.runtime),
    scheduling.datastores.some((name) => !host.datastores.includes(name)),
    scheduling.networks.some((name) => !host.networks.includes(name)),
    needs.cpuMillicores > host.allocatable.cpuMillicores,
    needs.memoryBytes > host.allocatable.memoryBytes,
    sample.demand.request.ephemeralStorageBytes > host.allocatable.ephemeralStorageBytes,
    extended.some(([name, amount]) => amount > (host.allocatable.extended[name] ?? 0)),
  ];
  return differs.reduce((count, each) => (each ? count + 1 : count), 0);
}

/** An empty host like the model, changed in no more than what keeps the workload off. */
function suited(model: Host, workloadClass: WorkloadClass, ledger: Ledger): Made {
  const { sample } = workloadClass;
  const { scheduling } = sample;
  const differences: Record<string, unknown> = {};
  const words: string[] = [];
  const differ = (name: string, value: unknown, text: string): void => {
    differences[name] = value;
    words.push(text);
  };
  const taints = model.taints.filter(
    (taint) => untoleratedTaint([taint], scheduling.tolerations) === undefined,
  );
  if (taints.length < model.taints.length) {
    const texts = taints.map(({ key, value, effect }) => `${key}=${value}:${effect}`);
    differ("taints", texts, texts.length === 0 ? "no taints" : `taints ${texts.join(", ")} only`);
  }
  const labels = Object.entries(scheduling.nodeSelector).filter(
    ([key, value]) => key !== HOSTNAME && model.labels[key] !== value,
  );
  if (labels.length > 0) {
    const texts = labels.map(([key, value]) => `${key}=${value}`);
    differ("labels", Object.fromEntries(labels), `label ${texts.join(", ")}`);
  }
  const name = nameFor(model, sample, ledger);
  const host: Host = {
    ...emptyLike(model, name),
    labels: { ...model.labels, ...Object.fromEntries(labels), [HOSTNAME]: name },
    taints,
  };
  const equipped = withEquipment(host, sample, differ);
  const roomy = withDevices(withNeeds(equipped, workloadClass, differ), workloadClass, differ);
  return { host: roomy, like: model.name, differences, words };
}

const emptyLike = (model: Host, name: string): Host => ({
  ...renamed(model, name),
  connection: "connected",
  unschedulable: false,
  memoryPressure: false,
  active: { cpuMillicores: 0, memoryBytes: 0 },
});

type Differ = (name: string, value: unknown, text: string) => void;

function withEquipment(host: Host, sample: PlacementWorkload, differ: Differ): Host {
  const { scheduling, provider = host.provider } = sample;
  const { cluster = host.cluster, runtime } = scheduling;
  if (provider !== host.provider) differ("provider", provider, `provider ${provider}`);
  if (cluster !== host.cluster) differ("cluster", cluster, `cluster ${cluster}`);
  const lacking = (wanted: readonly string[], offered: readonly string[]): readonly string[] => [
    ...new Set(wanted.filter((each) => !offered.includes(each))),
  ];
  const runtimes = host.runtimes.includes(runtime) ? [] : [runtime];
  const datastores = lacking(scheduling.datastores, host.datastores);
  const networks = lacking(scheduling.networks, host.networks);
  if (runtimes.length > 0) differ("runtimes", runtimes, `runtime ${runtime}`);
  if (datastores.length > 0) {
    differ("datastores", datastores, `datastore ${datastores.join(", ")}`);
  }
  if (networks.length > 0) differ("networks", networks, `network ${networks.join(", ")}`);
  return {
    ...host,
    provider,
    cluster,
    runtimes: [...host.runtimes, ...runtimes],
    datastores: [...host.datastores, ...datastores],
    networks: [...host.networks, ...networks],
  };
}

/** As large as the workload needs it; what is kept for the system stays as large as it was. */
function withNeeds(host: Host, workloadClass: WorkloadClass, differ: Differ): Host {
  const needs = needsOf(workloadClass);
  const { capacity, allocatable } = host;
  const more = (resource: keyof Amounts): number =>
    Math.max(0, needs[resource] - allocatable[resource], needs[resource] - capacity[resource]);
  const cpu = more("cpuMillicores");
  const memory = mebibytesUp(more("memoryBytes")) * MEBIBYTE;
  if (cpu > 0) {
    const text = amountText("cpuMillicores", capacity.cpuMillicores + cpu);
    differ("cpu", text, `${text} CPUs`);
  }
  if (memory > 0) {
    const text = amountText("memoryBytes", capacity.memoryBytes + memory);
    differ("memory", text, `${text} memory`);
  }
  return {
    ...host,
    capacity: {
      ...capacity,
      cpuMillicores: capacity.cpuMillicores + cpu,
      memoryBytes: capacity.memoryBytes + memory,
    },
    allocatable: {
      ...allocatable,
      cpuMillicores: allocatable.cpuMillicores + cpu,
      memoryBytes: allocatable.memoryBytes + memory,
    },
  };
}

/** With enough ephemeral storage and devices. */
function withDevices(host: Host, { sample, extended }: WorkloadClass, differ: Differ): Host {
  const { allocatable } = host;
  const { ephemeralStorageBytes: wanted } = sample.demand.request;
  const storage = mebibytesUp(wanted) * MEBIBYTE;
  const isShort = wanted > allocatable.ephemeralStorageBytes;
  if (isShort) {
    const text = amountText("memoryBytes", storage);
    differ("storage", text, `${text} ephemeral storage`);
  }
  const devices = extended
    .filter(([name, amount]) => amount > (allocatable.extended[name] ?? 0))
    .map(([name, amount]) => [name, wholeDevices(name, amount)] as const);
  if (devices.length > 0) {
    const words = devices.map(([name, amount]) => `${String(amount)} ${name}`).join(", ");
    differ("extended", Object.fromEntries(devices), words);
  }
  return {
    ...host,
    allocatable: {
      ...allocatable,
      ...(isShort ? { ephemeralStorageBytes: storage } : {}),
      extended: { ...allocatable.extended, ...Object.fromEntries(devices) },
    },
  };
}

/** The name that the workload asks for where no host has it, else one after the model's. */
function nameFor(model: Host, { pinHost, scheduling }: PlacementWorkload, ledger: Ledger): string {
  const wanted = pinHost ?? scheduling.nodeSelector[HOSTNAME] ?? scheduling.nodeName ?? "";
  return wanted !== "" && !ledger.indexOf.has(wanted) ? wanted : nameAfter(model, ledger);
}

function nameAfter(model: Host, ledger: Ledger): string {
  let name = `${model.name}-new`;
  while (ledger.indexOf.has(name)) name = `${name}-new`;
  return name;
}
