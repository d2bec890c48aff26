import { compareText } from "./canonical.ts";
import type { Host, HostConnection, NumaNode } from "./host.ts";
import {
  arrayAt,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  numberAt,
  objectAt,
  stringAt,
} from "./json.ts";
import { cpuMillicores, memoryBytes } from "./quantity.ts";
import type { Taint, TaintEffect } from "./scheduling.ts";

/** Workloads one host takes at most when its spec says nothing. */
const PODS_MAX_DEFAULT = 1000;
const EPHEMERAL_BYTES_DEFAULT = 2 ** 40;
/** Frequency of a core when the spec says nothing. */
const MHZ_DEFAULT = 2400;
const CPU_INDEX_MAX = 4096;

/** What is known of a host besides its spec; a declared one that is not there yet is `planned`. */
export interface HostFacts {
  readonly name: string;
  readonly provider: string;
  readonly planned: boolean;
  readonly connection?: HostConnection;
  readonly memoryPressure?: boolean;
  /** Measured use of the workloads; the spec's `simulated` background is added to it. */
  readonly activeCpuMillicores?: number;
  readonly activeMemoryBytes?: number;
  readonly images?: readonly string[];
  readonly datastores?: readonly string[];
  readonly networks?: readonly string[];
}

/**
 * The host that the attributes of a `Host` resource describe: `{metadata: {labels}, spec}` with
 * the spec as declared. Both the desired and the simulated host are made by this one function, so
 * that a host looks the same before and after it is created. Amounts that cannot be read count as
 * zero; the schema refuses them before.
 */
export function hostFromAttributes(attributes: JsonObject, facts: HostFacts): Host {
  const spec = objectAt(attributes, "spec");
  const capacity = capacityOf(spec);
  const reserved = objectAt(spec, "reserved");
  const simulated = objectAt(spec, "simulated");
  const taints = arrayAt(spec, "taints").flatMap((item) => taintOf(item));
  return {
    name: facts.name,
    provider: facts.provider,
    cluster: stringAt(spec, "cluster") ?? "default",
    connection: facts.connection ?? connectionOf(attributes),
    unschedulable: spec["unschedulable"] === true,
    memoryPressure: facts.memoryPressure ?? spec["memoryPressure"] === true,
    labels: { "kubernetes.io/hostname": facts.name, ...textMap(attributes) },
    taints,
    cpuMhz: numberAt(spec, "cpu", "mhz") ?? MHZ_DEFAULT,
    capacity,
    allocatable: {
      cpuMillicores: atLeastZero(capacity.cpuMillicores - cpuAt(reserved, "cpu")),
      memoryBytes: atLeastZero(capacity.memoryBytes - memoryAt(reserved, "memory")),
      ephemeralStorageBytes: atLeastZero(
        capacity.ephemeralStorageBytes - memoryAt(reserved, "ephemeralStorage"),
      ),
      pods: numberAt(spec, "maxPods") ?? PODS_MAX_DEFAULT,
      extended: extendedOf(spec),
    },
    active: {
      cpuMillicores: cpuAt(simulated, "activeCPU") + (facts.activeCpuMillicores ?? 0),
      memoryBytes: memoryAt(simulated, "activeMemory") + (facts.activeMemoryBytes ?? 0),
    },
    numa: arrayAt(spec, "numa").flatMap((item) => numaNodeOf(item)),
    runtimes: runtimesOf(spec),
    datastores: union(textList(spec, "datastores"), facts.datastores),
    networks: union(textList(spec, "networks"), facts.networks),
    images: union(textList(spec, "images"), facts.images),
    planned: facts.planned,
  };
}

/** The state that the spec asks for: maintenance, or what `simulated.state` pretends. */
export function connectionOf(attributes: JsonObject): HostConnection {
  if (objectAt(attributes, "spec")["maintenance"] === true) return "maintenance";
  const state = stringAt(attributes, "spec", "simulated", "state");
  return state === "disconnected" || state === "standby" ? state : "connected";
}

/** CPU numbers of a list such as `0-15,32`; undefined when it is not such a list. */
function cpuListOf(text: string): readonly number[] | undefined {
  const cpus: number[] = [];
  for (const part of text.split(",")) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim());
    if (match === null) return undefined;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last < first || last >= CPU_INDEX_MAX) return undefined;
    for (let cpu = first; cpu <= last; cpu++) cpus.push(cpu);
  }
  return cpus;
}

/** One hyperthread is one CPU (row S01). */
function capacityOf(spec: JsonObject): Host["capacity"] {
  const cpu = objectAt(spec, "cpu");
  const threads =
    (numberAt(cpu, "sockets") ?? 1) *
    (numberAt(cpu, "coresPerSocket") ?? 1) *
    (numberAt(cpu, "threadsPerCore") ?? 1);
  return {
    cpuMillicores: threads * 1000,
    memoryBytes: memoryAt(spec, "memory"),
    ephemeralStorageBytes:
      spec["ephemeralStorage"] === undefined
        ? EPHEMERAL_BYTES_DEFAULT
        : memoryAt(spec, "ephemeralStorage"),
  };
}

function taintOf(item: JsonValue): readonly Taint[] {
  const key = stringAt(item, "key");
  const effect = stringAt(item, "effect");
  if (key === undefined || effect === undefined) return [];
  return [{ key, value: stringAt(item, "value") ?? "", effect: effect as TaintEffect }];
}

function numaNodeOf(item: JsonValue): readonly NumaNode[] {
  const text = stringAt(item, "cpus") ?? numberAt(item, "cpus");
  const cpus = text === undefined ? undefined : cpuListOf(String(text));
  return cpus === undefined ? [] : [{ cpus, memoryBytes: memoryAt(item, "memory") }];
}

function runtimesOf(spec: JsonObject): readonly ("crx" | "vmx")[] {
  if (spec["runtimes"] === undefined) return ["vmx", "crx"];
  return textList(spec, "runtimes").filter((runtime) => runtime === "vmx" || runtime === "crx");
}

function extendedOf(spec: JsonObject): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [name, amount] of Object.entries(objectAt(spec, "extended"))) {
    const count = Number(amount);
    if (Number.isSafeInteger(count) && count >= 0) found[name] = count;
  }
  return found;
}

function textMap(attributes: JsonObject): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const [key, value] of Object.entries(objectAt(attributes, "metadata", "labels"))) {
    if (typeof value === "string") labels[key] = value;
  }
  return labels;
}

/** Entries of a list of names, or of objects that carry a `name`. */
function textList(spec: JsonObject, key: string): readonly string[] {
  return arrayAt(spec, key).flatMap((item) => {
    const name = isJsonObject(item) ? stringAt(item, "name") : item;
    return typeof name === "string" ? [name] : [];
  });
}

const union = (left: readonly string[], right: readonly string[] = []): readonly string[] =>
  [...new Set([...left, ...right])].sort(compareText);

const atLeastZero = (value: number): number => Math.max(0, value);

function cpuAt(object: JsonValue, key: string): number {
  const value = stringAt(object, key) ?? numberAt(object, key);
  return value === undefined ? 0 : (cpuMillicores(value) ?? 0);
}

function memoryAt(object: JsonValue, key: string): number {
  const value = stringAt(object, key) ?? numberAt(object, key);
  return value === undefined ? 0 : (memoryBytes(value) ?? 0);
}
