import type { Decision, PlacementWorkload } from "../../model/placement.ts";
import { PlacedDecision } from "./placed-decision.ts";
import type { Rejections } from "./explain.ts";
import type { Gate } from "../judging/gates.ts";

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

/** A decision at a place in the order of decisions, from 1; a number it had before gives way. */
export const withNumber = (draft: Draft, number: number): Decision =>
  draft instanceof PlacedDecision ? draft.numbered(number) : withId(draft, `d-${String(number)}`);

const withId = ({ id: _before, ...rest }: Partial<Decision> & Draft, id: string): Decision => ({
  id,
  ...rest,
});
