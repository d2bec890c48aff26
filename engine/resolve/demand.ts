import type { Amounts, Demand, SharesLevel } from "../model/demand.ts";
import type { JsonObject } from "../model/json.ts";
import { member, numberAt, objectAt, stringAt } from "../model/json.ts";
import type { PodAmounts } from "./containers.ts";
import { effectiveRequest, nonZeroRequest, nonZeroReservation, podLimit } from "./containers.ts";
import { overheadBytes } from "./overhead.ts";
import { qosClass } from "./qos.ts";
import type { QuantityReader, ResourceList } from "./quantities.ts";
import { EMPTY_LIST } from "./quantities.ts";
import type { SizingSettings } from "./sizing.ts";
import { podSize } from "./sizing.ts";
import type { VmClass } from "./vm-classes.ts";

const STANDARD = new Set(["cpu", "memory", "ephemeral-storage", "storage"]);

/** Resources counted in whole units, such as GPUs; their amounts were read as plain integers. */
function extendedOf(list: ResourceList): Readonly<Record<string, number>> {
  const names = Object.keys(list).filter((name) => !STANDARD.has(name));
  if (names.length === 0) return EMPTY_LIST;
  return Object.fromEntries(names.map((name) => [name, list[name] ?? 0]));
}

function limitOf(cpu: number | undefined, memory: number | undefined): Demand["limit"] {
  return {
    ...(cpu === undefined ? {} : { cpuMillicores: cpu }),
    ...(memory === undefined ? {} : { memoryBytes: memory }),
  };
}

const amountsOf = (list: ResourceList): Amounts => ({
  cpuMillicores: list["cpu"] ?? 0,
  memoryBytes: list["memory"] ?? 0,
});

/** What a vSphere Pod wants: its request is guaranteed, its size is computed (rows R01-R02). */
export function podDemand(pod: PodAmounts, settings: SizingSettings): Demand {
  const size = podSize(pod, settings);
  return demandOfPod(pod, size);
}

function demandOfPod(pod: PodAmounts, size: Demand["size"]): Demand {
  const request = effectiveRequest(pod);
  const reservation = amountsOf(request);
  return {
    request: {
      ...reservation,
      ephemeralStorageBytes: request["ephemeral-storage"] ?? 0,
      extended: extendedOf(request),
      ...nonZeroRequest(pod),
    },
    limit: limitOf(podLimit(pod, "cpu"), podLimit(pod, "memory")),
    size,
    reservation,
    overheadBytes: overheadBytes(size.vcpus, size.memoryBytes),
    shares: "normal",
    qos: qosClass(pod),
  };
}

const VIRTLET_MEMORY_BYTES = 2 ** 30;
const VIRTLET_CPUS_MAX = 255;

/** A VM written as an annotated Pod: the annotation gives the vCPUs, the limit the memory. */
export function virtletDemand(pod: PodAmounts, cpuCount: string | undefined): Demand {
  const given = Number(cpuCount ?? "1");
  const vcpus = Number.isInteger(given) && given >= 1 ? Math.min(given, VIRTLET_CPUS_MAX) : 1;
  const memoryBytes =
    pod.containers[0]?.limit["memory"] ?? pod.podLevel?.limit["memory"] ?? VIRTLET_MEMORY_BYTES;
  return demandOfPod(pod, { vcpus, cpuMillicores: vcpus * 1000, memoryBytes });
}

/** What a VM is made from: class, overriding resources, and settings that lock the reservation. */
export interface VmAmounts {
  readonly size: Demand["size"];
  readonly reservation: Amounts;
  readonly limit: Demand["limit"];
  readonly shares?: SharesLevel;
  readonly isDedicated?: true;
}

export function vmDemand(amounts: VmAmounts): Demand {
  const { size, reservation, limit } = amounts;
  return {
    request: {
      ...reservation,
      ephemeralStorageBytes: 0,
      extended: EMPTY_LIST,
      nonZero: nonZeroReservation(reservation),
    },
    limit,
    size,
    reservation,
    overheadBytes: overheadBytes(size.vcpus, size.memoryBytes),
    shares: amounts.shares ?? "normal",
    ...(amounts.isDedicated === true ? { isDedicated: true } : {}),
  };
}

/**
 * CPU in `spec.resources` of a VirtualMachine is a plain number of MHz; it becomes millicores of
 * the slowest host of the cluster, so that it holds on each (DEC-2).
 */
function fromMhz(value: number | undefined, hostMhz: number): number | undefined {
  return value === undefined ? undefined : Math.ceil((value * 1000) / hostMhz);
}

/**
 * High latency sensitivity gives each virtual CPU one of the host for itself (row U05). What nobody
 * else may use is reserved, and so is the memory, as vSphere asks for.
 */
function guaranteed(
  spec: JsonObject,
  size: Amounts,
  asked: Amounts,
): Pick<VmAmounts, "reservation" | "isDedicated"> {
  const { cpuMillicores, memoryBytes } = size;
  const sensitivity = stringAt(spec, "cpuAdvanced", "latencySensitivity") ?? "Normal";
  if (sensitivity !== "Normal") {
    return { reservation: { cpuMillicores, memoryBytes }, isDedicated: true };
  }
  const isLocked = member(spec, "memoryAdvanced", "reservationLockedToMax") === true;
  return { reservation: isLocked ? { ...asked, memoryBytes } : asked };
}

/** Amounts of a VirtualMachine: class policies (R01), overridden by its own `resources`. */
export function vmAmounts(
  spec: JsonObject,
  vmClass: VmClass,
  machine: { readonly read: QuantityReader; readonly hostMhz: number },
): VmAmounts {
  const { read, hostMhz } = machine;
  const own = objectAt(spec, "resources");
  const vcpus = numberAt(own, "size", "cpu") ?? read.bytes(member(own, "size", "cpu"));
  const size = {
    vcpus: vcpus ?? vmClass.size.vcpus,
    cpuMillicores: vcpus === undefined ? vmClass.size.cpuMillicores : vcpus * 1000,
    memoryBytes: read.bytes(member(own, "size", "memory")) ?? vmClass.size.memoryBytes,
  };
  const mhz = (field: string): number | undefined =>
    fromMhz(read.bytes(member(own, field, "cpu")), hostMhz);
  const asked = {
    cpuMillicores: mhz("requests") ?? vmClass.requests["cpu"] ?? 0,
    memoryBytes: read.bytes(member(own, "requests", "memory")) ?? vmClass.requests["memory"] ?? 0,
  };
  return {
    size,
    ...guaranteed(spec, size, asked),
    limit: limitOf(
      mhz("limits") ?? vmClass.limits["cpu"],
      read.bytes(member(own, "limits", "memory")) ?? vmClass.limits["memory"],
    ),
  };
}

/** The `sizing` block of a workload's attributes: what a provider needs to make the machine. */
export function sizingAttributes(demand: Demand): JsonObject {
  const { size, reservation, limit } = demand;
  return {
    vcpus: size.vcpus,
    cpuMillicores: size.cpuMillicores,
    memoryBytes: size.memoryBytes,
    reservation: {
      cpuMillicores: reservation.cpuMillicores,
      memoryBytes: reservation.memoryBytes,
    },
    ...(Object.keys(limit).length === 0 ? {} : { limit: { ...limit } }),
    overheadBytes: demand.overheadBytes,
    shares: demand.shares,
    ...(demand.qos === undefined ? {} : { qos: demand.qos }),
  };
}
