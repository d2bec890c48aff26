/** Which step waits for which: dependencies, hosts, rollout waves and room on the hosts. */
import type { Address } from "../model/address.ts";
import type { Host } from "../model/host.ts";
import type { HostOutlook } from "../model/placement.ts";
import { capacityEdges } from "./capacity.ts";
import type { DraftSet } from "./drafts.ts";
import type { Entry } from "./entry.ts";
import { finishGraph, findCycle, type Graph, type GraphBuilder, graphBuilder } from "./graph.ts";
import { addRollouts } from "./rollout.ts";

export interface OrderBasis {
  readonly entries: readonly Entry[];
  readonly set: DraftSet;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly outlooks: readonly HostOutlook[];
  /** By address, the addresses whose values the step is given at apply. */
  readonly inputs: ReadonlyMap<Address, readonly Address[]>;
}

export interface Ordered extends Graph {
  /** Arrivals that could not be put behind the departures they need: moves in a circle. */
  readonly squeezed: ReadonlySet<Address>;
}

/** The finished graph; a cycle is a bug and throws with its members. */
export function order(basis: OrderBasis): Ordered {
  const { entries, set, hosts, outlooks } = basis;
  const byAddress = new Map(entries.map((entry) => [entry.address, entry]));
  const builder = graphBuilder(set.drafts.length);
  for (const entry of entries) {
    addNeeds(builder, entry, basis);
    addRemovals(builder, entry, set, byAddress);
    addOwnOrder(builder, entry, set);
    addHost(builder, entry, set, byAddress);
  }
  addRollouts(builder, entries, set);
  const squeezed = addCapacity(builder, capacityEdges(entries, set, hosts, outlooks));
  const nameOf = (node: number): string => {
    const draft = set.drafts[node];
    return draft === undefined ? "?" : `${draft.verb} ${draft.entry.address}`;
  };
  const graph = finishGraph(builder, nameOf);
  const squeezedAddresses = squeezed.map((node) => set.drafts[node]?.entry.address ?? "/");
  return { ...graph, squeezed: new Set<Address>(squeezedAddresses) };
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

/** What others were recorded to need goes after they are gone, or no longer speak of it. */
function addRemovals(
  builder: GraphBuilder,
  entry: Entry,
  set: DraftSet,
  byAddress: ReadonlyMap<Address, Entry>,
): void {
  const down = set.down.get(entry.address);
  const up = entry.action === "update" ? set.up.get(entry.address) : undefined;
  for (const address of entry.needed) {
    const other = set.down.get(address);
    if (other === undefined) continue;
    if (down !== undefined) builder.add(other, down);
    const stays = byAddress.get(address)?.action === "delete" || set.createFirst.has(address);
    if (up !== undefined && stays) builder.add(other, up);
  }
}

function addOwnOrder(builder: GraphBuilder, entry: Entry, set: DraftSet): void {
  const up = set.up.get(entry.address);
  const down = set.down.get(entry.address);
  if (up === undefined || down === undefined) return;
  if (set.createFirst.has(entry.address)) builder.add(down, up);
  else builder.add(up, down);
}

/** Nobody arrives before the host is ready, and the host does not go before all have left. */
function addHost(
  builder: GraphBuilder,
  entry: Entry,
  set: DraftSet,
  byAddress: ReadonlyMap<Address, Entry>,
): void {
  const up = set.up.get(entry.address);
  const down = set.down.get(entry.address);
  const arrives = entry.host !== undefined && (entry.host !== entry.from || down !== undefined);
  if (up !== undefined && arrives) {
    const ready = set.up.get(`host/${entry.host}`);
    if (ready !== undefined) builder.add(up, ready);
  }
  const leaves = down ?? (entry.host === entry.from ? undefined : up);
  if (leaves === undefined || entry.from === undefined) return;
  const host = byAddress.get(`host/${entry.from}`);
  const closing = host === undefined ? undefined : closingStep(host, set);
  if (closing !== undefined) builder.add(closing, leaves);
}

/** The step after which a host takes nobody any more. */
function closingStep(host: Entry, set: DraftSet): number | undefined {
  const down = set.down.get(host.address);
  if (down !== undefined) return down;
  const wish = host.desired?.host;
  const closes = wish !== undefined && (wish.connection !== "connected" || wish.unschedulable);
  return closes ? set.up.get(host.address) : undefined;
}

/** Adds the edges, and takes back those that would close a circle; gives the nodes they held. */
function addCapacity(
  builder: GraphBuilder,
  edges: readonly (readonly [number, number])[],
): readonly number[] {
  if (edges.length === 0) return [];
  const optional = new Set(edges.map(([node, waitsFor]) => `${node} ${waitsFor}`));
  const firm = builder.after.map((nodes) => new Set(nodes));
  for (const [node, waitsFor] of edges) builder.add(node, waitsFor);
  const squeezed: number[] = [];
  for (let cycle = findCycle(builder.after); cycle.length > 0; cycle = findCycle(builder.after)) {
    const at = cycle.findIndex((node, index) => {
      const next = cycle[index + 1] ?? -1;
      return optional.has(`${node} ${next}`) && firm[node]?.has(next) === false;
    });
    const node = cycle[at];
    if (node === undefined) break;
    const kept = builder.after[node]?.filter((other) => other !== cycle[at + 1]) ?? [];
    builder.after[node]?.splice(0, Number.POSITIVE_INFINITY, ...kept);
    squeezed.push(node);
  }
  return squeezed;
}
