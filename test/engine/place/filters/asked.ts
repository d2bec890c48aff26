import type { Host } from "../../../../engine/model/host.ts";
import type { Decision, PlacementWorkload } from "../../../../engine/model/placement.ts";
import type { LabelSelector } from "../../../../engine/model/scheduling.ts";
import { place } from "../../../../engine/place/place.ts";
import { host, pod, problem } from "../builders.ts";

/** The decision about `new`, given the hosts and who runs already. */
export function decide(
  hosts: readonly Host[],
  wanted: Partial<PlacementWorkload>,
  others: readonly PlacementWorkload[] = [],
): Decision | undefined {
  const given = problem({ hosts, workloads: [...others, pod("new", wanted)] });
  return place(given).decisions.find(({ key }) => key === "pod/shop/new");
}

/** Filter and code by which one host rejects `new`; undefined when it takes it. */
export function rejection(
  given: Partial<Host>,
  wanted: Partial<PlacementWorkload>,
  others: readonly PlacementWorkload[] = [],
): { readonly filter: string; readonly code: string; readonly curable: boolean } | undefined {
  const found = decide([host("a", given)], wanted, others)?.rejected[0];
  if (found === undefined) return undefined;
  const { filter, code, curable } = found;
  return { filter, code, curable };
}

export const web: LabelSelector = { matchLabels: { app: "web" }, matchExpressions: [] };
