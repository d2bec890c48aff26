import type { Demand } from "../model/demand.ts";
import type { WorkloadTerms } from "../model/desired.ts";
import type { JsonObject } from "../model/json.ts";
import { sizingAttributes } from "./demand.ts";
import type { Draft } from "./draft.ts";

/** One `sizing` for all resources that share a demand. */
const SIZINGS = new WeakMap<Demand, JsonObject>();

function sizingOf(demand: Demand): JsonObject {
  const sizing = SIZINGS.get(demand) ?? sizingAttributes(demand);
  SIZINGS.set(demand, sizing);
  return sizing;
}

/** Makes a draft a workload: its terms, and its size among the attributes. */
export function attachWorkload(draft: Draft, terms: WorkloadTerms): void {
  draft.workload = terms;
  draft.attributes = { ...draft.attributes, sizing: sizingOf(terms.demand) };
}
