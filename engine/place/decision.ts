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

/** Numbers decisions in the order of the list, whatever numbers they had before; it is changed. */
export function numbered(drafts: Draft[]): readonly Decision[] {
  for (let index = 0; index < drafts.length; index++) {
    const draft = drafts[index];
    if (draft instanceof PlacedDecision) draft.number = index + 1;
    else if (draft !== undefined) drafts[index] = withId(draft, `d-${String(index + 1)}`);
  }
  return drafts as Decision[];
}

/** A number that it had before gives way. */
const withId = ({ id: _before, ...rest }: Partial<Decision> & Draft, id: string): Decision => ({
  id,
  ...rest,
});
