import type { ProposedMove } from "../deciding/settled.ts";

/** One move a workload: where several were proposed, from the first host to the last. */
export function mergeMoves(moves: readonly ProposedMove[]): readonly ProposedMove[] {
  const merged = new Map<string, ProposedMove>();
  for (const move of moves) {
    const known = merged.get(move.key);
    merged.set(move.key, known === undefined ? move : joined(known, move));
  }
  return [...merged.values()].filter(({ from, to }) => from !== to);
}

/** The more urgent of the two says why. */
function joined(first: ProposedMove, second: ProposedMove): ProposedMove {
  const reason = second.priority < first.priority ? second : first;
  return { ...reason, from: first.from, to: second.to };
}
