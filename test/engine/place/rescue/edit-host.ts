import type { Host } from "../../../../engine/model/host.ts";
import type { PlacementProblem } from "../../../../engine/model/placement.ts";
import type { Taint } from "../../../../engine/model/scheduling.ts";
import { amountOf, bytes, type Edit, KEYS, plain, taintOf } from "./edit-texts.ts";

/** The host after an edit of one of its fields. */
export function editHost(host: Host, { path, from, to }: Edit): Host {
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

/** Hosts that an edit adds: copies of one that is there, with what the text says of them. */
export function newHosts(problem: PlacementProblem, name: string, text: string): readonly Host[] {
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
