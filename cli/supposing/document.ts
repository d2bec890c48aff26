import type { Comparison, Move } from "./compared.ts";

/** The body of `whatif.v1`: amounts in base units, scores from 0 to 1. */
export function comparisonJson(comparison: Comparison): object {
  const { supposed, before, after, hosts, moves, arrived, gone, unplaced } = comparison;
  const { drain, fail, add, edits } = supposed;
  return {
    overlay: { drain, fail, addHosts: add, edits },
    before,
    after,
    hosts,
    moves: moves.map(moveJson),
    arrived,
    gone,
    unplaced: unplaced.map(({ decision, ...item }) => ({
      ...item,
      rejectedCounts: decision?.rejectedCounts ?? {},
      rejected: decision?.rejected ?? [],
    })),
    stranded: comparison.stranded,
    ending: comparison.ending,
  };
}

function moveJson({ decision, wave, ...move }: Move): object {
  const runnerUp = decision?.candidates.find(({ host }) => host !== move.to);
  return {
    ...move,
    ...(wave === undefined ? {} : { wave }),
    ...(decision === undefined ? {} : { decidedBy: decision.decidedBy }),
    ...(runnerUp === undefined ? {} : { runnerUp: runnerUp.host }),
  };
}
