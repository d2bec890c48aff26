import type { Amounts } from "../../../../engine/model/demand.ts";
import type { PlacementPolicy } from "../../../../engine/model/desired.ts";
import type { Host } from "../../../../engine/model/host.ts";
import type {
  Fix,
  PlacementProblem,
  PlacementResult,
  PlacementWorkload,
} from "../../../../engine/model/placement.ts";
import type { SchedulingTerms, Taint } from "../../../../engine/model/scheduling.ts";
import { worldAfter } from "../any-world.ts";

/**
 * Makes the edits of a fix as a reader would, from their texts alone: it shares no code with what
 * proposes them, so that a fix whose text does not say enough fails.
 */
export function applyEdits(
  problem: PlacementProblem,
  key: string,
  edits: Fix["edits"],
): PlacementProblem {
  return edits.reduce((known, edit) => applyEdit(known, key, edit), problem);
}

/**
 * The same question for one workload or gang in the world as the plan leaves it. Nobody else waits
 * there: others without a host come later, but those of their groups are still without one.
 */
export function afterPlan(
  problem: PlacementProblem,
  result: PlacementResult,
  key: string,
): PlacementProblem {
  const { disruption = [], ...after } = worldAfter(problem, result);
  const own = problem.workloads.find((workload) => workload.key === key);
  const isAsking = ({ key: other, gang, wish }: PlacementWorkload): boolean =>
    other === key ||
    (gang !== undefined && gang === own?.gang && wish === "place" && own.wish === "place");
  const ended = new Set(result.preempted.map((each) => each.key));
  const isDown = (workload: PlacementWorkload): boolean =>
    !isAsking(workload) && (ended.has(workload.key) || workload.wish !== "keep");
  const all = new Map(problem.workloads.map((workload) => [workload.key, workload]));
  for (const workload of after.workloads) all.set(workload.key, workload);
  const down = [...all.values()].filter((workload) => isDown(workload));
  return {
    ...after,
    disruption: disruption.map(({ group, maxUnavailable }) => {
      const count = down.filter((each) => each.group === group).length;
      return { group, maxUnavailable: Math.max(0, maxUnavailable - count) };
    }),
    workloads: after.workloads.flatMap((workload): PlacementWorkload[] => {
      if (isAsking(workload)) return [workload];
      if (workload.wish === "place") return [];
      const { gang: _gang, ...rest } = workload;
      return [{ ...rest, wish: "keep" }];
    }),
  };
}

type Edit = Fix["edits"][number];

function applyEdit(problem: PlacementProblem, key: string, edit: Edit): PlacementProblem {
  const [address, pointer] = edit.path.includes("#") ? edit.path.split("#") : ["", edit.path];
  const owner = address === "" ? key : address;
  if (problem.workloads.some((each) => each.key === owner) && pointer !== "") {
    return onWorkload(problem, owner ?? "", (each) =>
      editWorkload(each, { ...edit, path: pointer ?? "" }),
    );
  }
  if (address?.startsWith("host/") === true) {
    const name = address.slice("host/".length);
    return pointer === ""
      ? { ...problem, hosts: [...problem.hosts, ...newHosts(problem, name, edit.to)] }
      : onHost(problem, name, (host) => editHost(host, { ...edit, path: pointer ?? "" }));
  }
  if (address?.startsWith("policy/") === true) {
    return editPolicy(problem, address.slice("policy/".length), pointer ?? "", edit);
  }
  if (pointer === "") {
    return onAll(problem, (each) => withoutRule(each, edit.from ?? ""));
  }
  return editPool(problem, address ?? "", pointer ?? "", edit.to);
}

const onAll = (
  problem: PlacementProblem,
  change: (workload: PlacementWorkload) => PlacementWorkload,
): PlacementProblem => ({ ...problem, workloads: problem.workloads.map((each) => change(each)) });

const onWorkload = (
  problem: PlacementProblem,
  key: string,
  change: (workload: PlacementWorkload) => PlacementWorkload,
): PlacementProblem => onAll(problem, (each) => (each.key === key ? change(each) : each));

const onHost = (
  problem: PlacementProblem,
  name: string,
  change: (host: Host) => Host,
): PlacementProblem => ({
  ...problem,
  hosts: problem.hosts.map((host) => (host.name === name ? change(host) : host)),
});

function withoutRule(workload: PlacementWorkload, dropped: string): PlacementWorkload {
  const { scheduling } = workload;
  const { podAntiAffinity } = scheduling;
  const required = podAntiAffinity.required.filter(({ rule }) => rule !== dropped);
  return {
    ...workload,
    scheduling: { ...scheduling, podAntiAffinity: { ...podAntiAffinity, required } },
  };
}

const UNITS: Readonly<Record<string, number>> = { Gi: 2 ** 30, Mi: 2 ** 20, "": 1 };

const bytes = (text: string): number =>
  Number.parseInt(text, 10) * (UNITS[text.replace(/^\d+/, "")] ?? Number.NaN);

const millicores = (text: string): number =>
  text.endsWith("m") ? Number.parseInt(text, 10) : Number.parseInt(text, 10) * 1000;

const amountOf = (name: string, text: string): number =>
  name === "cpu" ? millicores(text) : bytes(text);

const KEYS: Readonly<Record<string, keyof Amounts | undefined>> = {
  cpu: "cpuMillicores",
  memory: "memoryBytes",
};

function editWorkload(workload: PlacementWorkload, { path, from, to }: Edit): PlacementWorkload {
  const [, first = "", second = "", name = ""] = path.split("/");
  if (first === "resources") return editAmounts(workload, { kind: second, name: plain(name), to });
  if (path === "/gang") {
    const { gang: _gang, ...alone } = workload;
    return alone;
  }
  if (path === "/metadata/annotations/vpac.dev~1pin-host") {
    return { ...workload, pinHost: undefined };
  }
  return {
    ...workload,
    scheduling: { ...workload.scheduling, ...termsAfter(workload.scheduling, { path, from, to }) },
  };
}

/** A key as it was before it became part of a pointer. */
const plain = (token: string): string => token.replaceAll("~1", "/").replaceAll("~0", "~");

function editAmounts(
  workload: PlacementWorkload,
  { kind, name, to }: { readonly kind: string; readonly name: string; readonly to: string },
): PlacementWorkload {
  const { demand } = workload;
  const resource = KEYS[name];
  if (resource === undefined) {
    const request =
      name === "ephemeral-storage"
        ? { ...demand.request, ephemeralStorageBytes: bytes(to) }
        : {
            ...demand.request,
            extended: { ...demand.request.extended, [name]: Number(to) },
          };
    return { ...workload, demand: { ...demand, request } };
  }
  const amount = amountOf(name, to);
  const asked = Math.max(demand.request[resource], demand.reservation[resource]);
  const cut = kind === "requests" ? asked - amount : 0;
  const cap = (value: number): number => Math.min(value, amount);
  const lower = (value: number): number =>
    kind === "requests" ? Math.max(amount, value - cut) : cap(value);
  const limit = demand.limit[resource];
  return {
    ...workload,
    demand: {
      ...demand,
      request: { ...demand.request, [resource]: cap(demand.request[resource]) },
      reservation: { ...demand.reservation, [resource]: cap(demand.reservation[resource]) },
      size: { ...demand.size, [resource]: lower(demand.size[resource]) },
      limit: limit === undefined ? demand.limit : { ...demand.limit, [resource]: lower(limit) },
    },
  };
}

const taintOf = (text: string): Taint => {
  const [, key = "", value = "", effect = ""] = /^([^=]*)=(.*):(\w+)$/.exec(text) ?? [];
  return { key, value, effect: effect as Taint["effect"] };
};

function termsAfter(terms: SchedulingTerms, { path, from, to }: Edit): Partial<SchedulingTerms> {
  if (path === "/spec/nodeName") return { nodeName: undefined };
  if (path === "/spec/tolerations/-") {
    const { key, value, effect } = taintOf(to);
    return { tolerations: [...terms.tolerations, { key, operator: "Equal", value, effect }] };
  }
  if (path === "/spec/affinity/nodeAffinity") {
    return { nodeAffinity: { ...terms.nodeAffinity, required: undefined } };
  }
  if (path === "/spec/affinity/podAffinity") {
    return { podAffinity: { ...terms.podAffinity, required: [] } };
  }
  if (path === "/spec/affinity/podAntiAffinity") {
    const kept = terms.podAntiAffinity.required.filter(
      ({ rule }) => `anti-affinity ${rule}` !== from,
    );
    return { podAntiAffinity: { ...terms.podAntiAffinity, required: kept } };
  }
  return termsInLists(terms, { path, from, to });
}

function termsInLists(terms: SchedulingTerms, { path, from, to }: Edit): Partial<SchedulingTerms> {
  const [, , list = "", item = "", field] = path.split("/");
  if (list === "nodeSelector") {
    const dropped = plain(item);
    const { [dropped]: _dropped, ...kept } = terms.nodeSelector;
    return { nodeSelector: kept };
  }
  if (list === "hostPorts") {
    const name = (port: SchedulingTerms["ports"][number]): string =>
      `${port.hostIp}:${String(port.port)}/${port.protocol}`;
    return { ports: terms.ports.filter((port) => name(port) !== from) };
  }
  if (list === "topologySpreadConstraints") {
    return {
      spread: terms.spread.map((each, index) => {
        if (String(index) !== item) return each;
        return field === "maxSkew"
          ? { ...each, maxSkew: Number(to) }
          : { ...each, whenUnsatisfiable: "ScheduleAnyway" };
      }),
    };
  }
  throw new Error(`no such term: ${path}`);
}

function editHost(host: Host, { path, from, to }: Edit): Host {
  const [, part = "", name = "", item = ""] = path.split("/");
  if (part === "metadata") {
    return { ...host, labels: { ...host.labels, [plain(item)]: to } };
  }
  switch (name) {
    case "connection":
      return { ...host, connection: "connected" };
    case "taints": {
      const text = ({ key, value, effect }: Taint): string => `${key}=${value}:${effect}`;
      return { ...host, taints: host.taints.filter((taint) => text(taint) !== from) };
    }
    case "memoryPressure":
      return { ...host, memoryPressure: false };
    case "unschedulable":
      return { ...host, unschedulable: false };
    case "pods":
      return { ...host, allocatable: { ...host.allocatable, pods: Number(to) } };
    case "extended": {
      const extended = { ...host.allocatable.extended, [plain(item)]: Number(to) };
      return { ...host, allocatable: { ...host.allocatable, extended } };
    }
    case "ephemeral-storage":
      return { ...host, allocatable: { ...host.allocatable, ephemeralStorageBytes: bytes(to) } };
    case "cpu":
    case "memory":
      return grownHost(host, name, to);
    case "runtimes":
    case "datastores":
    case "networks":
      return { ...host, [name]: [...host[name], to] };
    default:
      throw new Error(`no such field of a host: ${path}`);
  }
}

function grownHost(host: Host, name: "cpu" | "memory", to: string): Host {
  const resource = KEYS[name] ?? "memoryBytes";
  const more = amountOf(name, to) - host.capacity[resource];
  return {
    ...host,
    capacity: { ...host.capacity, [resource]: host.capacity[resource] + more },
    allocatable: { ...host.allocatable, [resource]: host.allocatable[resource] + more },
  };
}

interface NewHost {
  readonly like?: string;
  readonly count?: number;
  readonly taints?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly provider?: string;
  readonly cluster?: string;
  readonly runtimes?: readonly Host["runtimes"][number][];
  readonly datastores?: readonly string[];
  readonly networks?: readonly string[];
  readonly extended?: Readonly<Record<string, number>>;
  readonly storage?: string;
  readonly cpu?: string;
  readonly memory?: string;
}

function newHosts(problem: PlacementProblem, name: string, text: string): readonly Host[] {
  const given = JSON.parse(text) as NewHost;
  const model = problem.hosts.find((host) => host.name === given.like);
  if (model === undefined) throw new Error(`no host to copy: ${text}`);
  const grown = [
    ...(given.cpu === undefined ? [] : [["cpu", given.cpu] as const]),
    ...(given.memory === undefined ? [] : [["memory", given.memory] as const]),
  ].reduce((host, [resource, to]) => grownHost(host, resource, to), model);
  return Array.from({ length: given.count ?? 1 }, (_, index): Host => {
    const own = index === 0 ? name : `${name}-${String(index + 1)}`;
    return {
      ...grown,
      name: own,
      connection: "connected",
      unschedulable: false,
      memoryPressure: false,
      active: { cpuMillicores: 0, memoryBytes: 0 },
      labels: { ...model.labels, ...given.labels, "kubernetes.io/hostname": own },
      taints: given.taints?.map((each) => taintOf(each)) ?? model.taints,
      provider: given.provider ?? model.provider,
      cluster: given.cluster ?? model.cluster,
      runtimes: [...model.runtimes, ...(given.runtimes ?? [])],
      datastores: [...model.datastores, ...(given.datastores ?? [])],
      networks: [...model.networks, ...(given.networks ?? [])],
      allocatable: {
        ...grown.allocatable,
        extended: { ...grown.allocatable.extended, ...given.extended },
        ...(given.storage === undefined ? {} : { ephemeralStorageBytes: bytes(given.storage) }),
      },
    };
  });
}

function editPolicy(
  problem: PlacementProblem,
  cluster: string,
  pointer: string,
  { from, to }: Edit,
): PlacementProblem {
  return {
    ...problem,
    policies: problem.policies.map((policy) => {
      if ((policy.cluster ?? "default") !== cluster) return policy;
      const { admission: _admission, ...rest } = policy;
      if (pointer === "/admission/hosts") return withoutDedicated(policy, from);
      if (pointer === "/admission") return { ...rest, hostFailuresToTolerate: 0 };
      return { ...policy, [pointer.slice(1)]: Number(to) };
    }),
  };
}

function withoutDedicated(policy: PlacementPolicy, name = ""): PlacementPolicy {
  const { admission } = policy;
  if (admission?.kind !== "dedicated") throw new Error("no hosts are dedicated");
  const hosts = admission.hosts.filter((each) => each !== name);
  return { ...policy, admission: { kind: "dedicated", hosts } };
}

function editPool(
  problem: PlacementProblem,
  address: string,
  pointer: string,
  to: string,
): PlacementProblem {
  return {
    ...problem,
    pools: problem.pools.map((pool) => {
      if (pool.address !== address) return pool;
      if (pointer === "/spec/reservations/expandable") return { ...pool, isExpandable: true };
      return pointer.endsWith("/cpu")
        ? { ...pool, cpuMillicoresLimit: millicores(to) }
        : { ...pool, memoryBytesLimit: bytes(to) };
    }),
  };
}
