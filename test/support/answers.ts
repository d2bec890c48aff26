/** What diff and place would answer, as small complete values; a test tells what differs. */
import type { Address } from "../../engine/model/address.ts";
import type { Action, Change } from "../../engine/model/change.ts";
import type { HostOutlook } from "../../engine/model/outlook.ts";
import type { Decision, PlacementResult } from "../../engine/model/placement.ts";
import { GIB } from "./builders.ts";

/** What diff says: an object in revision r1, or none yet where it is to be made. */
export function change(address: Address, action: Action, over: Partial<Change> = {}): Change {
  const isNew = action === "create";
  return {
    address,
    action,
    reasons: [],
    fields: [],
    timing: "live",
    objectId: isNew ? undefined : `id-${address}`,
    observedRevision: isNew ? undefined : "r1",
    observedHost: undefined,
    needsHost: false,
    source: undefined,
    ...over,
  };
}

/** What place decides: the host chosen, or none. */
export function decision(
  key: string,
  chosen: string | undefined,
  over: Partial<Decision> = {},
): Decision {
  return {
    id: `d-${key}`,
    key,
    chosen,
    from: undefined,
    decidedBy: "only",
    candidates:
      chosen === undefined ? [] : [{ host: chosen, score: 80, rank: 1, terms: { cpu: 80 } }],
    rejected: [],
    rejectedCounts: {},
    hostsConsidered: 1,
    hostsFeasible: chosen === undefined ? 0 : 1,
    gate: undefined,
    fixes: [],
    ...over,
  };
}

/** Use of a host before and after the plan, each in millicores and bytes. */
export function outlook(
  name: string,
  before: readonly [cpuMillicores: number, memoryBytes: number] = [0, 0],
  after: readonly [cpuMillicores: number, memoryBytes: number] = before,
): HostOutlook {
  const use = ([cpuMillicores, memoryBytes]: readonly [number, number]): HostOutlook["before"] => {
    const amounts = { cpuMillicores, memoryBytes };
    return { reserved: amounts, entitled: amounts, active: amounts, workloads: 0 };
  };
  return { name, before: use(before), after: use(after) };
}

/** An empty result. */
export function placementResult(over: Partial<PlacementResult> = {}): PlacementResult {
  return {
    algorithm: "drs-like/1",
    decisions: [],
    hosts: [],
    scoreBefore: 78,
    scoreAfter: 84,
    resilience: { nPlus: 1, tightest: "memory", spare: 6 * GIB },
    proof: { resource: "memory", peakPpm: 0, boundPpm: 0 },
    happiness: { before: [0, 0, 0, 0, 0], after: [0, 0, 0, 0, 0] },
    moves: [],
    preempted: [],
    power: [],
    findings: [],
    ...over,
  };
}
