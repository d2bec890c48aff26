/** The steps as a graph of small numbers: who waits for whom, and which order that leaves. */
import { InternalError } from "../diagnostics/assert.ts";

export interface Graph {
  /** By node, the nodes it waits for; without repeats. */
  readonly after: readonly (readonly number[])[];
  /** By node, the length of the longest way to it. */
  readonly wave: readonly number[];
}

/** The first node waits for the second. */
export type Edge = readonly [node: number, waitsFor: number];

/** Collects edges; repeats are dropped when the graph is finished. */
export interface GraphBuilder {
  readonly after: readonly number[][];
  add(node: number, waitsFor: number): void;
  remove(node: number, waitsFor: number): void;
}

export function graphBuilder(size: number): GraphBuilder {
  const after: number[][] = Array.from({ length: size }, () => []);
  return {
    after,
    add: (node, waitsFor) => {
      if (node !== waitsFor) after[node]?.push(waitsFor);
    },
    remove: (node, waitsFor) => {
      after[node] = (after[node] ?? []).filter((other) => other !== waitsFor);
    },
  };
}

const unique = (nodes: readonly number[]): readonly number[] =>
  nodes.length < 2 ? nodes : [...new Set(nodes)].sort((left, right) => left - right);

/** Orders the graph; a cycle is a bug of the planner and names its members. */
export function finishGraph(builder: GraphBuilder, nameOf: (node: number) => string): Graph {
  const after = builder.after.map(unique);
  const { wave, open } = levels(after);
  if (open.size > 0) {
    const names = cycleAmong(open, after).map(nameOf);
    throw new InternalError(`steps wait for each other: ${names.join(" -> ")}`);
  }
  return { after, wave };
}

/** One cycle, first node repeated at its end; empty when there is none. */
export function findCycle(after: readonly (readonly number[])[]): number[] {
  return cycleAmong(levels(after).open, after);
}

/** Kahn's algorithm; `open` holds the nodes that are in a cycle or behind one. */
function levels(after: readonly (readonly number[])[]): { wave: number[]; open: Set<number> } {
  const before: number[][] = after.map(() => []);
  const waiting = after.map((nodes) => nodes.length);
  const wave = after.map(() => 0);
  after.forEach((nodes, node) => {
    for (const other of nodes) before[other]?.push(node);
  });
  const ready = [...after.keys()].filter((node) => waiting[node] === 0);
  for (let index = 0; index < ready.length; index++) {
    const node = ready[index] ?? 0;
    for (const next of before[node] ?? []) {
      wave[next] = Math.max(wave[next] ?? 0, (wave[node] ?? 0) + 1);
      const left = (waiting[next] ?? 0) - 1;
      waiting[next] = left;
      if (left === 0) ready.push(next);
    }
  }
  const open = ready.length === after.length ? [] : after.keys();
  return { wave, open: new Set([...open].filter((node) => (waiting[node] ?? 0) > 0)) };
}

/** Walks back from any node that never becomes ready until a node comes twice. */
function cycleAmong(open: ReadonlySet<number>, after: readonly (readonly number[])[]): number[] {
  const seen = new Map<number, number>();
  const path: number[] = [];
  let node = open.values().next().value;
  while (node !== undefined) {
    const at = seen.get(node);
    if (at !== undefined) return [...path.slice(at), node];
    seen.set(node, path.length);
    path.push(node);
    node = after[node]?.find((other) => open.has(other));
  }
  return [];
}
