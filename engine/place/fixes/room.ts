import type { Amounts } from "../../model/demand.ts";
import type { Host } from "../../model/host.ts";
import type { PlacementWorkload } from "../../model/placement.ts";
import { amountText, memoryText } from "../basics/amounts.ts";
import type { Applicant } from "../classes/applicant.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { ceilingOf } from "../filters/size.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { COST_HOST, deviceRelaxations } from "./devices.ts";
import { askedOf, withAsked, withLimit, withRequest } from "./resize.ts";
import { mebibytesUp, percentOf } from "../basics/units.ts";
import { hostChange, hostEdit, type Relaxation, workloadChange, type Obstacles } from "./scene.ts";

const MEBIBYTE = 1_048_576;
const NAMES: Readonly<Record<keyof Amounts, string>> = {
  memoryBytes: "memory",
  cpuMillicores: "cpu",
};
const RESOURCES = ["memoryBytes", "cpuMillicores"] as const;

/** Too little of something on a host: ask for less, or give the host more. */
export function roomRelaxations(
  index: number,
  { workloadClass }: Applicant,
  ledger: Ledger,
): Obstacles {
  const host = ledger.hosts[index];
  if (host === undefined) return [];
  const { isPod, sample, extended } = workloadClass;
  const pods = ledger.requests.pods.taken[index] ?? 0;
  const isFull = isPod && pods >= host.allocatable.pods;
  const storage = {
    amount: sample.demand.request.ephemeralStorageBytes,
    free: host.allocatable.ephemeralStorageBytes - (ledger.requests.storage.taken[index] ?? 0),
  };
  return [
    ...(isFull ? [[morePods(host, pods)]] : []),
    ...RESOURCES.flatMap((resource) => amountRelaxations(index, resource, workloadClass, ledger)),
    ...(storage.amount > Math.max(0, storage.free) ? [storageRelaxations(host, storage)] : []),
    ...extended.flatMap(([name, amount]): Obstacles => {
      const stock = ledger.extended(name);
      const free = stock.wholeOf(index) - stock.takenOf(index);
      return amount > free ? [deviceRelaxations(host, name, { amount, free })] : [];
    }),
  ];
}

/** CPU or memory: a smaller request, a smaller limit where that is not enough, or more of it. */
function amountRelaxations(
  index: number,
  resource: keyof Amounts,
  workloadClass: WorkloadClass,
  ledger: Ledger,
): Obstacles {
  const host = ledger.hosts[index];
  if (host === undefined) return [];
  const { sample } = workloadClass;
  const room = roomOf(index, resource, { sample, ledger });
  const ceiling = ceilingOf(workloadClass)[resource];
  const lacking = Math.max(room.short, ceiling - host.capacity[resource]);
  if (lacking <= 0) return [];
  const grown = enlarged(host, resource, lacking);
  const cuts = cutsOf(host, resource, { sample, room, ceiling });
  return cuts.length === 0 ? [[grown]] : cuts.map((cut) => [cut, grown]);
}

/** Per cent of CPU and memory that would have to be given up on a host, the larger one. */
export function cutPercent(index: number, sample: PlacementWorkload, ledger: Ledger): number {
  return RESOURCES.reduce((worst, resource) => {
    const { short } = roomOf(index, resource, { sample, ledger });
    return Math.max(worst, percentOf(short, askedOf(sample.demand, resource)));
  }, 0);
}

interface Room {
  /** Most that can be asked for there; not above 0 when nothing can. */
  readonly most: number;
  /** Missing amount; 0 when everything asked for is there. */
  readonly short: number;
}

/** The tighter of free requests and unreserved amounts less overhead. */
function roomOf(
  index: number,
  resource: keyof Amounts,
  { sample, ledger }: { readonly sample: PlacementWorkload; readonly ledger: Ledger },
): Room {
  const isCpu = resource === "cpuMillicores";
  const { request, reservation, overheadBytes } = sample.demand;
  const overhead = isCpu ? 0 : overheadBytes;
  const whole = (isCpu ? ledger.allocatableCpu : ledger.allocatableMemory)[index] ?? 0;
  const requested = (isCpu ? ledger.requestedCpu : ledger.requestedMemory)[index] ?? 0;
  const reserved = (isCpu ? ledger.reservedCpu : ledger.reservedMemory)[index] ?? 0;
  const requestShort = request[resource] > 0 ? request[resource] - (whole - requested) : 0;
  const wanted = reservation[resource] + overhead;
  const reservationShort = wanted > 0 ? wanted - (whole - reserved) : 0;
  const free = Math.min(whole - requested, whole - reserved - overhead);
  return {
    most: isCpu ? free : Math.floor(free / MEBIBYTE) * MEBIBYTE,
    short: Math.max(0, requestShort, reservationShort),
  };
}

/** A smaller request, and a smaller limit where the request alone does not bring the size down. */
function cutsOf(
  host: Host,
  resource: keyof Amounts,
  {
    sample,
    room,
    ceiling,
  }: { readonly sample: PlacementWorkload; readonly room: Room; readonly ceiling: number },
): readonly Relaxation[] {
  const asked = askedOf(sample.demand, resource);
  const cuts: Relaxation[] = [];
  const cut = (kind: "requests" | "limits", from: number, to: number): void => {
    const name = kind === "limits" ? `${NAMES[resource]} limit` : NAMES[resource];
    const texts = { from: amountText(resource, from), to: amountText(resource, to) };
    cuts.push({
      cost: Math.max(1, percentOf(from - to, from)),
      description: `${name} ${texts.from} -> ${texts.to}`,
      edit: { path: `/resources/${kind}/${NAMES[resource]}`, ...texts },
      change: workloadChange((workload) =>
        (kind === "limits" ? withLimit : withRequest)(workload, resource, to),
      ),
    });
  };
  const capacity = host.capacity[resource];
  let left = ceiling;
  if (room.short > 0) {
    const to = Math.min(room.most, capacity);
    if (to <= 0 || asked <= to) return [];
    cut("requests", asked, to);
    left = Math.max(to, ceiling - (asked - to));
  }
  if (left > capacity) cut("limits", ceiling, capacity);
  return cuts;
}

function enlarged(host: Host, resource: keyof Amounts, short: number): Relaxation {
  const more = resource === "memoryBytes" ? mebibytesUp(short) * MEBIBYTE : short;
  const before = host.capacity[resource];
  const texts = {
    from: amountText(resource, before),
    to: amountText(resource, before + more),
  };
  return {
    cost: COST_HOST + Math.min(30, percentOf(more, before)),
    description:
      `give host ${host.name} ${amountText(resource, more)} more ` +
      (resource === "memoryBytes" ? "memory" : "CPU"),
    edit: hostEdit(host, { path: `/spec/${NAMES[resource]}`, ...texts }),
    change: hostChange(host, (known) => ({
      ...known,
      capacity: { ...known.capacity, [resource]: known.capacity[resource] + more },
      allocatable: { ...known.allocatable, [resource]: known.allocatable[resource] + more },
    })),
  };
}

function morePods(host: Host, pods: number): Relaxation {
  const to = String(pods + 1);
  return {
    cost: COST_HOST,
    description: `let host ${host.name} run ${to} Pods`,
    edit: hostEdit(host, { path: "/spec/pods", from: String(host.allocatable.pods), to }),
    change: hostChange(host, (known) => ({
      ...known,
      allocatable: { ...known.allocatable, pods: pods + 1 },
    })),
  };
}

function storageRelaxations(
  host: Host,
  { amount: wanted, free }: { readonly amount: number; readonly free: number },
): readonly Relaxation[] {
  const before = host.allocatable.ephemeralStorageBytes;
  const grown = before + mebibytesUp(wanted - free) * MEBIBYTE;
  const less = Math.floor(free / MEBIBYTE) * MEBIBYTE;
  const more: Relaxation = {
    cost: COST_HOST,
    description: `give host ${host.name} ${memoryText(grown - before)} more ephemeral storage`,
    edit: hostEdit(host, {
      path: "/spec/ephemeral-storage",
      from: memoryText(before),
      to: memoryText(grown),
    }),
    change: hostChange(host, (known) => ({
      ...known,
      allocatable: { ...known.allocatable, ephemeralStorageBytes: grown },
    })),
  };
  if (less <= 0) return [more];
  const texts = { from: memoryText(wanted), to: memoryText(less) };
  const cut: Relaxation = {
    cost: Math.max(1, percentOf(wanted - less, wanted)),
    description: `ephemeral storage ${texts.from} -> ${texts.to}`,
    edit: { path: "/resources/requests/ephemeral-storage", ...texts },
    change: workloadChange((workload) => withAsked(workload, { ephemeralStorageBytes: less })),
  };
  return [cut, more];
}
