/** Replicas of one group change wave by wave, so that never more are down than the group allows. */
import type { Address } from "../model/address.ts";
import type { DraftSet } from "./drafts.ts";
import type { Entry } from "./entry.ts";
import type { Edge } from "./graph.ts";

/** Above this many edges between two waves each replica waits for its share of the wave alone. */
const BARRIER_EDGES_MAX = 10_000;

/** The first and the last step that one replica's change takes. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/** Edges `[node, waitsFor]` of each group whose replicas change in more than one wave. */
export function rolloutEdges(
  entries: readonly Entry[],
  set: DraftSet,
): Map<Address, readonly Edge[]> {
  const edges = new Map<Address, Edge[]>();
  for (const [group, waves] of wavesOf(entries, set)) {
    const numbers = [...waves.keys()].sort((left, right) => left - right);
    const found: Edge[] = [];
    for (let index = 1; index < numbers.length; index++) {
      const before = waves.get(numbers[index - 1] ?? 0) ?? [];
      const after = waves.get(numbers[index] ?? 0) ?? [];
      addBarrier(found, before, after);
    }
    if (found.length > 0) edges.set(group, found);
  }
  return edges;
}

/**
 * Every step of the later wave waits for every step of the earlier one. Of very large waves each
 * replica waits for a share: no more are down at once, but a failure holds back fewer.
 */
function addBarrier(edges: Edge[], before: readonly Span[], after: readonly Span[]): void {
  if (before.length * after.length <= BARRIER_EDGES_MAX) {
    for (const { first } of after) for (const { last } of before) edges.push([first, last]);
    return;
  }
  const pairs = Math.max(before.length, after.length);
  for (let index = 0; index < pairs; index++) {
    const later = after[index % after.length];
    const earlier = before[index % before.length];
    if (later !== undefined && earlier !== undefined) edges.push([later.first, earlier.last]);
  }
}

function wavesOf(entries: readonly Entry[], set: DraftSet): Map<Address, Map<number, Span[]>> {
  const groups = new Map<Address, Map<number, Span[]>>();
  for (const entry of entries) {
    const workload = entry.desired?.workload;
    if (workload?.group === undefined) continue;
    const span = spanOf(entry, set);
    if (span === undefined) continue;
    const waves = groups.get(workload.group) ?? new Map<number, Span[]>();
    groups.set(workload.group, waves);
    const spans = waves.get(workload.rolloutWave);
    if (spans === undefined) waves.set(workload.rolloutWave, [span]);
    else spans.push(span);
  }
  return groups;
}

/** Only changes that take a replica down count; a new or a moved replica takes none down. */
function spanOf(entry: Entry, set: DraftSet): Span | undefined {
  const up = set.up.get(entry.address);
  const down = set.down.get(entry.address);
  if (up === undefined) return undefined;
  if (down !== undefined) {
    return set.createFirst.has(entry.address)
      ? { first: up, last: down }
      : { first: down, last: up };
  }
  return set.drafts[up]?.mode === "power-off" ? { first: up, last: up } : undefined;
}
