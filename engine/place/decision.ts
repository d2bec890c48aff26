import type { Decision, PlacementWorkload } from "../model/placement.ts";
import { PlacedDecision } from "./decision-log.ts";
import type { Rejections } from "./explain.ts";
import type { Gate } from "./gates.ts";

/** A decision before it has its number. */
export type Draft = Omit<Decision, "id">;

/** A decision that found no host. */
export function unplacedDraft(
  { key, at }: PlacementWorkload,
  hostsConsidered: number,
  why: { readonly gate: Gate | undefined; readonly rejections?: Rejections },
): Draft {
  const { rejected = [], rejectedCounts = {} } = why.rejections ?? {};
  return {
    key,
    chosen: undefined,
    from: at,
    decidedBy: "none",
    candidates: [],
    rejected,
    rejectedCounts,
    hostsConsidered,
    hostsFeasible: 0,
    gate: why.gate,
    fixes: [],
  };
}

/** Decisions numbered in the order of the list, whatever numbers they had before. */
export const numbered = (drafts: readonly Draft[]): readonly Decision[] =>
  drafts.map((draft, index): Decision => {
    if (draft instanceof PlacedDecision) {
      draft.number = index + 1;
      return draft;
    }
    const { id: _before, ...rest }: Partial<Pick<Decision, "id">> & Draft = draft;
    return { id: `d-${String(index + 1)}`, ...rest };
  });
