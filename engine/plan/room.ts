/** Who waits for whom because placement counted on the room that the other leaves. */
import type { Address } from "../model/address.ts";
import type { ArrivalWait } from "../model/placement.ts";
import type { DraftSet } from "./drafts.ts";
import type { Edge } from "./graph.ts";

/** Edges of moves that need room of what goes, and of newcomers that need room of either. */
export function roomEdges(waits: readonly ArrivalWait[], set: DraftSet): Edge[] {
  const { drafts, up, down, moves } = set;
  const edges: Edge[] = [];
  const goneAfter = (key: string): number | undefined =>
    down.get(key as Address) ?? up.get(key as Address);
  const add = (node: number | undefined, waitsFor: number | undefined): void => {
    if (node !== undefined && waitsFor !== undefined) edges.push([node, waitsFor]);
  };
  drafts.forEach(({ entry, leg }, node) => {
    for (const key of leg?.afterGone ?? []) add(node, goneAfter(key));
    const taker = leg?.for ?? entry.preempted?.for;
    if (taker !== undefined) add(up.get(taker as Address), node);
  });
  for (const { key, after, afterGone } of waits) {
    const newcomer = up.get(key as Address);
    for (const position of after) add(newcomer, moves.get(position));
    for (const gone of afterGone) add(newcomer, goneAfter(gone));
  }
  return edges;
}
