/** Who has to leave a host before somebody else can come: only where both at once do not fit. */
import type { Address } from "../model/address.ts";
import { compareText } from "../model/canonical.ts";
import type { Amounts } from "../model/demand.ts";
import type { Host } from "../model/host.ts";
import type { HostOutlook } from "../model/outlook.ts";
import { arrivalsOf, type DraftSet, departuresOf } from "./drafts.ts";
import type { Entry } from "./entry.ts";
import type { Edge } from "./graph.ts";

interface Arrival extends Amounts {
  readonly node: number;
  /** Place among all moves; undefined for everything else. */
  readonly position: number | undefined;
}

/** Room that is there, or that the given nodes leave behind when they are done. */
interface Room extends Amounts {
  readonly nodes: readonly number[];
  readonly position?: number | undefined;
}

interface Traffic {
  readonly arrivals: Arrival[];
  readonly departures: Room[];
  readonly deletes: number[];
}

type Resource = keyof Amounts;

const RESOURCES: readonly Resource[] = ["cpuMillicores", "memoryBytes"];

/** What a workload holds of its host while it runs: its reservation and the overhead (row D13). */
function heldBy(entry: Entry): Amounts {
  const workload = entry.desired?.workload;
  if (workload === undefined || !workload.poweredOn) return { cpuMillicores: 0, memoryBytes: 0 };
  const { reservation, overheadBytes } = workload.demand;
  const memoryBytes = reservation.memoryBytes + overheadBytes;
  return { cpuMillicores: reservation.cpuMillicores, memoryBytes };
}

/** True when the new object of a replacement fits beside everything that is on the host now. */
export function roomForBoth(
  entries: readonly Entry[],
  hosts: ReadonlyMap<string, Host>,
  outlooks: readonly HostOutlook[],
): (entry: Entry) => boolean {
  const free = new Map<string, Amounts>();
  for (const { name, before } of outlooks) free.set(name, freeOf(hosts.get(name), before.reserved));
  const coming = new Map<string, Amounts>();
  for (const entry of entries) {
    if (entry.host === undefined || !arrives(entry)) continue;
    const held = heldBy(entry);
    const sum = coming.get(entry.host) ?? { cpuMillicores: 0, memoryBytes: 0 };
    coming.set(entry.host, plus(sum, held));
  }
  return ({ host }) => {
    if (host === undefined) return true;
    const room = free.get(host);
    const sum = coming.get(host);
    if (room === undefined || sum === undefined) return true;
    return RESOURCES.every((resource) => sum[resource] <= room[resource]);
  };
}

const plus = (left: Amounts, right: Amounts): Amounts => ({
  cpuMillicores: left.cpuMillicores + right.cpuMillicores,
  memoryBytes: left.memoryBytes + right.memoryBytes,
});

function freeOf(host: Host | undefined, reserved: Amounts): Amounts {
  const { cpuMillicores = 0, memoryBytes = 0 } = host?.allocatable ?? {};
  return {
    cpuMillicores: Math.max(0, cpuMillicores - reserved.cpuMillicores),
    memoryBytes: Math.max(0, memoryBytes - reserved.memoryBytes),
  };
}

const arrives = (entry: Entry): boolean =>
  entry.legs.length > 0 ||
  entry.action === "create" ||
  entry.action === "replace" ||
  ((entry.action === "move" || entry.action === "update") && entry.from !== entry.host);

const resizes = (entry: Entry): boolean =>
  entry.action === "update" && entry.change.needsHost && entry.from === entry.host;

/** Edges `[node, waitsFor]`; linear in the number of steps but for the deletes of a full host. */
export function capacityEdges(
  entries: readonly Entry[],
  set: DraftSet,
  hosts: ReadonlyMap<string, Host>,
  outlooks: readonly HostOutlook[],
): Edge[] {
  const traffic = trafficOf(entries, set);
  const edges: Edge[] = [];
  for (const { name, before, after } of outlooks) {
    const here = traffic.get(name);
    if (here === undefined || here.departures.length + here.deletes.length === 0) continue;
    const free = freeOf(hosts.get(name), before.reserved);
    const rooms = [
      { ...free, nodes: [] },
      { ...leftByDeletes(here, before.reserved, after.reserved), nodes: here.deletes },
      ...here.departures.toSorted(movesLast),
    ];
    const arrivals = here.arrivals.toSorted(movesFirst);
    for (const resource of RESOURCES) allot(arrivals, rooms, resource, edges);
  }
  return edges;
}

/**
 * Moves come in an order that has room for each of them, so they are dealt room first and in that
 * order, out of what is there and what others leave, before they draw on each other.
 */
const movesFirst = (left: Arrival, right: Arrival): number =>
  (left.position ?? BEHIND_ALL) - (right.position ?? BEHIND_ALL);

const BEHIND_ALL = Number.MAX_SAFE_INTEGER;

const movesLast = (left: Room, right: Room): number =>
  (left.position ?? -1) - (right.position ?? -1);

/** Amounts of removed workloads are not known one by one, but follow from the host's totals. */
function leftByDeletes(here: Traffic, before: Amounts, after: Amounts): Amounts {
  const left = (resource: Resource): number => {
    let amount = before[resource] - after[resource];
    for (const arrival of here.arrivals) amount += arrival[resource];
    for (const departure of here.departures) amount -= departure[resource];
    return Math.max(0, amount);
  };
  return { cpuMillicores: left("cpuMillicores"), memoryBytes: left("memoryBytes") };
}

/**
 * Deals the rooms out to the arrivals in order: each waits for those it draws from. Whatever part
 * of the steps is done, those that came then never hold more than was free or has been left.
 */
function allot(
  arrivals: readonly Arrival[],
  rooms: readonly Room[],
  resource: Resource,
  edges: Edge[],
): void {
  const open = rooms.map((room) => ({ nodes: room.nodes, left: room[resource] }));
  let index = 0;
  for (const arrival of arrivals) {
    let need = arrival[resource];
    for (let room = open[index]; need > 0 && room !== undefined; room = open[index]) {
      const taken = Math.min(need, room.left);
      const waitsFor = taken > 0 ? room.nodes : [];
      waitsFor.forEach((node) => edges.push([arrival.node, node]));
      need -= taken;
      room.left -= taken;
      if (room.left === 0) index++;
    }
  }
}

/** Who comes to which host and who leaves it; earlier rollout waves come first on both sides. */
function trafficOf(entries: readonly Entry[], set: DraftSet): Map<string, Traffic> {
  const traffic = new Map<string, Traffic>();
  const at = (host: string): Traffic => {
    const known = traffic.get(host) ?? { arrivals: [], departures: [], deletes: [] };
    traffic.set(host, known);
    return known;
  };
  for (const entry of [...entries].sort(byWave)) {
    if (isSwapInPlace(entry, set.createFirst)) continue;
    const held = heldBy(entry);
    const isDelete = entry.action === "delete";
    for (const { node, host, leg } of comings(entry, set)) {
      at(host).arrivals.push({ node, position: leg?.position, ...held });
    }
    for (const { node, host, leg } of isDelete || arrives(entry) ? departuresOf(entry, set) : []) {
      if (isDelete) at(host).deletes.push(node);
      else at(host).departures.push({ nodes: [node], position: leg?.position, ...held });
    }
  }
  return traffic;
}

/** Steps with which it takes room on a host: by coming, or by growing where it is. */
function comings(entry: Entry, set: DraftSet): ReturnType<typeof arrivalsOf> {
  const up = set.up.get(entry.address);
  if (resizes(entry) && up !== undefined && entry.host !== undefined) {
    return [{ node: up, host: entry.host, leg: undefined }];
  }
  return arrives(entry) ? arrivalsOf(entry, set) : [];
}

/** A replacement that takes away first and stays on its host needs no other to leave. */
const isSwapInPlace = (entry: Entry, createFirst: ReadonlySet<Address>): boolean =>
  entry.action === "replace" && entry.from === entry.host && !createFirst.has(entry.address);

const byWave = (left: Entry, right: Entry): number =>
  (left.desired?.workload?.rolloutWave ?? 0) - (right.desired?.workload?.rolloutWave ?? 0) ||
  compareText(left.address, right.address);
