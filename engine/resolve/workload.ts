import type { WorkloadTerms } from "../model/desired.ts";
import { sizingAttributes } from "./demand.ts";
import type { Draft } from "./draft.ts";

/** Makes a draft a workload: its terms, and its size among the attributes. */
export function attachWorkload(draft: Draft, terms: WorkloadTerms): void {
  draft.workload = terms;
  draft.attributes = { ...draft.attributes, sizing: sizingAttributes(terms.demand) };
}
