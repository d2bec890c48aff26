import type { ChangeReason } from "../model/change.ts";
import type { PlannedChange } from "../model/plan.ts";
import type { Entry } from "./entry.ts";

type Risk = PlannedChange["risk"];

export const NO_RISK: Risk = { level: "none", downtimeMs: 0, dataLoss: false };
const LOW_RISK: Risk = { level: "low", downtimeMs: 0, dataLoss: false };

/** How long one stop and start of a kind takes: estimates for the reader, not deadlines. */
const RESTART_MS: Readonly<Record<string, number>> = {
  pod: 15_000,
  vm: 90_000,
  tkc: 600_000,
  cluster: 600_000,
  host: 600_000,
  supervisor: 900_000,
};

/** Deleting one of these loses what only the object holds. */
const HOLDS_DATA: ReadonlySet<string> = new Set(["vol", "vm", "tkc", "cluster", "ns"]);

/** A replaced VM keeps its claims, so what is in it comes back; these do not come back. */
const LOSES_DATA_WHEN_REPLACED: ReadonlySet<string> = new Set(["vol", "tkc", "cluster", "ns"]);

const isForced = (reason: ChangeReason): boolean => reason.code === "host-failed";

/** What a change puts at risk, by action and kind. Blocked changes and no-ops risk nothing. */
export function riskOf(entry: Entry, createFirst: boolean): Risk {
  const { action, kind, from, host } = entry;
  const stops: Risk = { level: "medium", downtimeMs: RESTART_MS[kind] ?? 0, dataLoss: false };
  if (action === "noop" || action === "blocked") return NO_RISK;
  if (action === "delete") {
    return { level: "high", downtimeMs: 0, dataLoss: HOLDS_DATA.has(kind) };
  }
  if (action === "replace") {
    const downtimeMs = createFirst ? 0 : stops.downtimeMs;
    return { level: "high", downtimeMs, dataLoss: LOSES_DATA_WHEN_REPLACED.has(kind) };
  }
  if (action === "move") return entry.reasons.some(isForced) ? stops : LOW_RISK;
  const isLive = action !== "update" || (entry.change.timing === "live" && from === host);
  return isLive ? LOW_RISK : stops;
}
