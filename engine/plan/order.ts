/** Which step waits for which: dependencies, hosts, rollout waves and room on the hosts. */
import type { Address } from "../model/address.ts";
import type { Host } from "../model/host.ts";
import type { ArrivalWait } from "../model/placement.ts";
import type { HostOutlook } from "../model/outlook.ts";
import { capacityEdges } from "./capacity.ts";
import { arrivalsOf, type DraftSet, departuresOf } from "./drafts.ts";
import type { Entry } from "./entry.ts";
import {
  type Edge,
  findCycle,
  finishGraph,
  type Graph,
  type GraphBuilder,
  graphBuilder,
} from "./graph.ts";
import { roomEdges } from "./room.ts";
import { rolloutEdges } from "./rollout.ts";

export interface OrderBasis {
  readonly entries: readonly Entry[];
  readonly set: DraftSet;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly outlooks: readonly HostOutlook[];
  /** What newcomers wait for, as placement counted on it. */
  readonly arrivalWaits: readonly ArrivalWait[];
  /** By address, the addresses whose values the step is given at apply. */
  readonly inputs: ReadonlyMap<Address, readonly Address[]>;
}

export interface Ordered extends Graph {
  /** Workloads that could not be put behind the departures they need: moves in a circle. */
  readonly squeezed: ReadonlySet<Address>;
  /** Groups whose replicas cannot change wave by wave, since something they all need changes. */
  readonly atOnce: ReadonlySet<Address>;
  /** Updates that cannot come before the removal of what they let go of. */
  readonly late: ReadonlySet<Address>;
}

/** The finished graph; a cycle is a bug and throws with its members. */
export function order(basis: OrderBasis): Ordered {
  const { entries, set } = basis;
  const byAddress = new Map(entries.map((entry) => [entry.address, entry]));
  const builder = graphBuilder(set.drafts.length);
  for (const entry of entries) {
    addNeeds(builder, entry, basis);
    addRemovals(builder, entry, set);
    addOwnOrder(builder, entry, set);
    addArrival(builder, entry, set, byAddress);
    addLeaving(builder, entry, set, byAddress);
  }
  addMoves(builder, set);
  const dropped = addWishes(builder, wishesOf(basis));
  const nameOf = (node: number): string => {
    const draft = set.drafts[node];
    return draft === undefined ? "?" : `${draft.verb} ${draft.entry.address}`;
  };
  const addresses = (kind: OrderWish["kind"]): Set<Address> =>
    new Set(dropped.filter((wish) => wish.kind === kind).map((wish) => wish.address));
  return {
    ...finishGraph(builder, nameOf),
    squeezed: addresses("room"),
    atOnce: addresses("rollout"),
    late: addresses("letting-go"),
  };
}

/** Edges that make the plan gentler, but that needs may forbid; they stand or fall together. */
interface OrderWish {
  readonly kind: "rollout" | "room" | "letting-go";
  /** The group, the workload that wants the room, or what still speaks of a removed resource. */
  readonly address: Address;
  readonly edges: readonly Edge[];
}

function wishesOf({ entries, set, hosts, outlooks, arrivalWaits }: OrderBasis): OrderWish[] {
  const wishes: OrderWish[] = [];
  for (const [address, edges] of rolloutEdges(entries, set)) {
    wishes.push({ kind: "rollout", address, edges });
  }
  const room = [...roomEdges(arrivalWaits, set), ...capacityEdges(entries, set, hosts, outlooks)];
  for (const edge of room) {
    const address = set.drafts[edge[0]]?.entry.address;
    if (address !== undefined) wishes.push({ kind: "room", address, edges: [edge] });
  }
  for (const entry of entries) {
    const edges = lettingGo(entry, set);
    if (edges.length > 0) wishes.push({ kind: "letting-go", address: entry.address, edges });
  }
  return wishes;
}

/** What a resource no longer needs goes after the update with which it stops speaking of it. */
function lettingGo(entry: Entry, set: DraftSet): Edge[] {
  const up = entry.action === "update" ? set.up.get(entry.address) : undefined;
  if (up === undefined) return [];
  const edges: Edge[] = [];
  for (const address of entry.needed) {
    const removal = set.down.get(address);
    const isLast = !set.up.has(address) || set.createFirst.has(address);
    if (removal !== undefined && isLast) edges.push([removal, up]);
  }
  return edges;
}

/** A step comes after what it needs has come. An object that only moves is there all the time. */
function addNeeds(builder: GraphBuilder, entry: Entry, { set, inputs }: OrderBasis): void {
  const up = set.up.get(entry.address);
  if (up === undefined || entry.action === "move" || entry.action === "forget") return;
  const needs = [...(entry.desired?.dependsOn ?? []), ...(inputs.get(entry.address) ?? [])];
  for (const address of needs) {
    const other = set.up.get(address);
    if (other !== undefined && set.drafts[other]?.mode !== "move") builder.add(up, other);
  }
}

/** What was recorded to be needed by a removed resource goes after it. */
function addRemovals(builder: GraphBuilder, entry: Entry, set: DraftSet): void {
  const down = set.down.get(entry.address);
  if (down === undefined) return;
  for (const address of entry.needed) {
    const other = set.down.get(address);
    if (other !== undefined) builder.add(other, down);
  }
}

function addOwnOrder(builder: GraphBuilder, entry: Entry, set: DraftSet): void {
  const up = set.up.get(entry.address);
  const down = set.down.get(entry.address);
  if (up === undefined || down === undefined) return;
  if (set.createFirst.has(entry.address)) builder.add(down, up);
  else builder.add(up, down);
}

/** Nobody arrives before the host is ready. */
function addArrival(
  builder: GraphBuilder,
  entry: Entry,
  set: DraftSet,
  byAddress: ReadonlyMap<Address, Entry>,
): void {
  for (const { node, host: name } of arrivalsOf(entry, set)) {
    const host = byAddress.get(`host/${name}`);
    const ready = host === undefined ? undefined : openingStep(host, set);
    if (ready !== undefined) builder.add(node, ready);
  }
}

/** The host does not go, or close, before all have left. */
function addLeaving(
  builder: GraphBuilder,
  entry: Entry,
  set: DraftSet,
  byAddress: ReadonlyMap<Address, Entry>,
): void {
  for (const { node, host: name } of departuresOf(entry, set)) {
    const host = byAddress.get(`host/${name}`);
    const closing = host === undefined ? undefined : closingStep(host, set);
    if (closing !== undefined) builder.add(closing, node);
  }
}

/** Moves go in the order that keeps every host and every rule safe. */
function addMoves(builder: GraphBuilder, { drafts, moves }: DraftSet): void {
  drafts.forEach(({ leg }, node) => {
    if (leg?.previous !== undefined) builder.add(node, leg.previous);
    for (const position of leg?.after ?? []) {
      const other = moves.get(position);
      if (other !== undefined) builder.add(node, other);
    }
  });
}

/** The step from which on a host is ready; one that only closes is ready before. */
const openingStep = (host: Entry, set: DraftSet): number | undefined =>
  host.action === "update" && closes(host) ? undefined : set.up.get(host.address);

/** The step after which a host takes nobody any more. */
const closingStep = (host: Entry, set: DraftSet): number | undefined =>
  set.down.get(host.address) ?? (closes(host) ? set.up.get(host.address) : undefined);

function closes({ desired, power }: Entry): boolean {
  if (power !== undefined) return power.to === "standby";
  const wish = desired?.host;
  return wish !== undefined && (wish.connection !== "connected" || wish.unschedulable);
}

/** Adds the wishes, and takes back those that would close a circle, in the order of `VICTIMS`. */
function addWishes(builder: GraphBuilder, wishes: readonly OrderWish[]): readonly OrderWish[] {
  if (wishes.length === 0) return [];
  const size = builder.after.length;
  const keyOf = ([node, waitsFor]: Edge): number => node * size + waitsFor;
  const firm = new Set(
    builder.after.flatMap((nodes, node) => nodes.map((other) => keyOf([node, other]))),
  );
  const owners = new Map<number, OrderWish[]>();
  for (const wish of wishes) {
    for (const edge of wish.edges) {
      const key = keyOf(edge);
      if (firm.has(key)) continue;
      builder.add(...edge);
      owners.set(key, [...(owners.get(key) ?? []), wish]);
    }
  }
  const dropped = new Set<OrderWish>();
  const drop = (wish: OrderWish): void => {
    dropped.add(wish);
    for (const edge of wish.edges) {
      const left = owners.get(keyOf(edge))?.filter((other) => other !== wish);
      if (left === undefined) continue;
      owners.set(keyOf(edge), left);
      if (left.length === 0) builder.remove(...edge);
    }
  };
  let victim = wishInCycle(builder, (edge) => owners.get(keyOf(edge)) ?? []);
  while (victim !== undefined) {
    drop(victim);
    victim = wishInCycle(builder, (edge) => owners.get(keyOf(edge)) ?? []);
  }
  return [...dropped];
}

/** What is given up first: a step that finds no room fails, so room is dearer than gentleness. */
const VICTIMS: readonly OrderWish["kind"][] = ["rollout", "room", "letting-go"];

/** The wish to give up for a circle there is; undefined when there is none, or no wish in it. */
function wishInCycle(
  builder: GraphBuilder,
  ownersOf: (edge: Edge) => readonly OrderWish[],
): OrderWish | undefined {
  const cycle = findCycle(builder.after);
  const wishes = cycle.slice(1).flatMap((next, index) => ownersOf([cycle[index] ?? -1, next]));
  return VICTIMS.map((kind) => wishes.find((wish) => wish.kind === kind)).find(
    (wish) => wish !== undefined,
  );
}
