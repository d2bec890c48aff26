import { compareText } from "../model/canonical.ts";
import type { Host, NumaNode } from "../model/host.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { arrayAt, isJsonObject, member, numberAt, objectAt, stringAt } from "../model/json.ts";
import type { Taint, TaintEffect } from "../model/scheduling.ts";
import type { Document } from "./document.ts";
import type { QuantityReader } from "./quantities.ts";

/** Cluster of hosts that name none. */
export const CLUSTER_DEFAULT = "default";
/** Largest number of workloads on one host where the document gives none. */
const WORKLOADS_MAX = 1000;
const EPHEMERAL_BYTES_DEFAULT = 2 ** 40;
const CPU_MHZ_DEFAULT = 2400;
const CPU_LIST_MAX = 4096;

/** Indices of a list such as `0-15,32`; also accepts a plain list of numbers. */
export function parseCpuList(value: JsonValue | undefined): number[] {
  if (Array.isArray(value)) return value.filter((item) => typeof item === "number");
  if (typeof value === "number") return [value];
  if (typeof value !== "string") return [];
  const indices: number[] = [];
  for (const part of value.split(",")) {
    const [first, last] = part.trim().split("-");
    const from = Number(first);
    const to = last === undefined ? from : Number(last);
    if (!Number.isInteger(from) || !Number.isInteger(to)) continue;
    for (let index = from; index <= to && indices.length < CPU_LIST_MAX; index++) {
      indices.push(index);
    }
  }
  return indices;
}

function readNuma(spec: JsonObject, read: QuantityReader): NumaNode[] {
  return arrayAt(spec, "numa")
    .filter(isJsonObject)
    .map((node) => ({
      cpus: parseCpuList(node["cpus"]),
      memoryBytes: read.bytes(node["memory"]) ?? 0,
    }));
}

function isEffect(value: JsonValue | undefined): value is TaintEffect {
  return value === "NoSchedule" || value === "PreferNoSchedule" || value === "NoExecute";
}

function readTaint(value: JsonValue): Taint[] {
  if (!isJsonObject(value)) return [];
  const { key, effect } = value;
  if (typeof key !== "string" || !isEffect(effect)) return [];
  return [{ key, value: stringAt(value, "value") ?? "", effect }];
}

const texts = (values: readonly JsonValue[]): string[] =>
  values.filter((value) => typeof value === "string");

/** Names of a list whose items are texts or `{name}`. */
const names = (values: readonly JsonValue[]): string[] =>
  values.flatMap((value) => {
    const name = isJsonObject(value) ? stringAt(value, "name") : value;
    return typeof name === "string" ? [name] : [];
  });

function readRuntimes(spec: JsonObject): Host["runtimes"] {
  if (spec["runtimes"] === undefined) return ["vmx", "crx"];
  return texts(arrayAt(spec, "runtimes")).filter((item) => item === "vmx" || item === "crx");
}

function readConnection(spec: JsonObject): Host["connection"] {
  if (spec["maintenance"] === true) return "maintenance";
  const given = stringAt(spec, "simulated", "state");
  return given === "disconnected" || given === "standby" ? given : "connected";
}

/** Logical CPUs: threads count as CPUs, as a hyperthread is what a CPU request asks for (S01). */
function logicalCpus(spec: JsonObject): number {
  const cpu = member(spec, "cpu");
  if (typeof cpu === "number") return cpu;
  if (typeof cpu === "string") return Number(cpu) || 0;
  const part = (name: string): number => numberAt(cpu, name) ?? 1;
  return part("sockets") * part("coresPerSocket") * part("threadsPerCore");
}

/** The host that a Host document describes; allocatable is capacity minus reserved (row D03). */
export function readHost(document: Document, provider: string, read: QuantityReader): Host {
  const spec = objectAt(document.value, "spec");
  const name = document.spec.name;
  const capacity = {
    cpuMillicores: logicalCpus(spec) * 1000,
    memoryBytes: read.bytes(spec["memory"]) ?? 0,
    ephemeralStorageBytes: read.bytes(spec["ephemeralStorage"]) ?? EPHEMERAL_BYTES_DEFAULT,
  };
  const reserved = objectAt(spec, "reserved");
  const left = (total: number, kept: number | undefined): number =>
    Math.max(0, total - (kept ?? 0));
  const simulated = objectAt(spec, "simulated");
  return {
    name,
    provider,
    cluster: stringAt(spec, "cluster") ?? CLUSTER_DEFAULT,
    connection: readConnection(spec),
    unschedulable: spec["unschedulable"] === true,
    memoryPressure: spec["memoryPressure"] === true,
    labels: { "kubernetes.io/hostname": name, ...document.labels },
    taints: arrayAt(spec, "taints").flatMap(readTaint),
    cpuMhz: numberAt(spec, "cpu", "mhz") ?? CPU_MHZ_DEFAULT,
    capacity,
    allocatable: {
      cpuMillicores: left(capacity.cpuMillicores, read.cpu(reserved["cpu"])),
      memoryBytes: left(capacity.memoryBytes, read.bytes(reserved["memory"])),
      ephemeralStorageBytes: left(
        capacity.ephemeralStorageBytes,
        read.bytes(reserved["ephemeralStorage"]),
      ),
      pods: numberAt(spec, "maxPods") ?? WORKLOADS_MAX,
      extended: read.list(spec["extended"]),
    },
    active: {
      cpuMillicores: read.cpu(simulated["activeCPU"]) ?? 0,
      memoryBytes: read.bytes(simulated["activeMemory"]) ?? 0,
    },
    numa: readNuma(spec, read),
    runtimes: readRuntimes(spec),
    datastores: names(arrayAt(spec, "datastores")).sort(compareText),
    networks: names(arrayAt(spec, "networks")).sort(compareText),
    images: names(arrayAt(spec, "images")).sort(compareText),
    planned: true,
  };
}

/** Lowest frequency of the hosts of a cluster: reservations in MHz must hold everywhere (DEC-2). */
export function lowestMhz(hosts: readonly Host[], cluster: string | undefined): number | undefined {
  let lowest: number | undefined;
  for (const host of hosts) {
    if (cluster !== undefined && host.cluster !== cluster) continue;
    if (lowest === undefined || host.cpuMhz < lowest) lowest = host.cpuMhz;
  }
  return lowest;
}
