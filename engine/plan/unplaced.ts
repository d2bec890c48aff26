import { type CodeEntry, diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Address } from "../model/address.ts";
import { compareText } from "../model/canonical.ts";
import type { DesiredState } from "../model/desired.ts";
import type { PlacementResult, RejectedHost } from "../model/placement.ts";
import type { Plan, PlanDecision } from "../model/plan.ts";
import { UNPLACED_CODES } from "./unplaced-codes.ts";

const ENTRIES: Readonly<Record<string, CodeEntry>> = {
  "no-hosts": UNPLACED_CODES.noHosts,
  "pool-limit": UNPLACED_CODES.poolLimit,
  "pool-reservation": UNPLACED_CODES.poolLimit,
  "cluster-failover": UNPLACED_CODES.failover,
  "failover-degradation": UNPLACED_CODES.failover,
  gang: UNPLACED_CODES.gang,
  preempted: UNPLACED_CODES.preempted,
  "limit-exceeds-host": UNPLACED_CODES.limitExceedsHost,
  "move-unordered": UNPLACED_CODES.moveOrder,
};

/** One diagnostic per workload that gets no host: where it is written, why, the cheapest fix. */
export function unplacedDiagnostics(plan: Plan, desired: DesiredState): readonly Diagnostic[] {
  const decisions = new Map(plan.placement.decisions.map((item) => [item.address, item]));
  return plan.placement.unplaced.map(({ address, code, message, fixes }) => {
    const resource = desired.resources.get(address as Address);
    const decision = decisions.get(address);
    const entry = ENTRIES[code] ?? UNPLACED_CODES.noHost;
    const detail = entry === UNPLACED_CODES.noHost ? whyNot(decision, message) : message;
    return diagnose(entry, {
      address,
      detail,
      ...(resource === undefined ? {} : { source: resource.source }),
      help: fixes.map((fix) => `${fix.description}${fix.host === "" ? "" : `: fits ${fix.host}`}`),
    });
  });
}

const NOTES: Readonly<Record<string, CodeEntry>> = {
  "rules-conflict": UNPLACED_CODES.rulesConflict,
  "move-unordered": UNPLACED_CODES.moveOrder,
  "affinity-parted": UNPLACED_CODES.moveOrder,
  "failover-degradation": UNPLACED_CODES.degradation,
};

/** What placement found worth a warning besides, each text once. */
export function placementNotes({ findings }: PlacementResult): readonly Diagnostic[] {
  const texts = new Map(findings.map(({ code, message }) => [`${code} ${message}`, code]));
  return [...texts].flatMap(([text, code]) => {
    const entry = NOTES[code];
    return entry === undefined ? [] : [diagnose(entry, { detail: text.slice(code.length + 1) })];
  });
}

/** How many hosts fell to what, and which came closest. */
function whyNot(decision: PlanDecision | undefined, message: string): string {
  if (decision === undefined) return message;
  const { hostsConsidered: count, rejectedCounts, rejected } = decision;
  const reasons = Object.entries(rejectedCounts)
    .sort(([left], [right]) => compareText(left, right))
    .map(([code, hosts]) => `${hosts} ${code}`);
  const hosts = `${count} ${count === 1 ? "host" : "hosts"} considered, 0 feasible`;
  const fell = reasons.length === 0 ? "" : `: ${reasons.join(", ")}`;
  const closest = closestOf(rejected);
  const near = closest === undefined ? "" : `; closest is ${closest.host}: ${closest.message}`;
  return `${hosts}${fell}${near}`;
}

/** The host that lacks the least of a resource; without such a reason, the first one named. */
function closestOf(rejected: readonly RejectedHost[]): RejectedHost | undefined {
  const short = rejected.filter((host) => host.short !== undefined && host.curable);
  const [nearest] = short.toSorted((left, right) => (left.short ?? 0) - (right.short ?? 0));
  return nearest ?? rejected[0];
}
