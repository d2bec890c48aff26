import { type PlanOutcome, type PowerReason, powerReason, seatsAfter } from "../../engine/index.ts";
import type { DesiredResource } from "../../engine/model/desired.ts";
import type { PlannedChange } from "../../engine/model/plan.ts";
import { stayingOf } from "./staying.ts";

/** What a plan does about one host: whether it sleeps, and who keeps it from being emptied. */
export interface Upkeep {
  /** Absent for a host that can neither sleep nor wake. */
  readonly power?: PowerReason;
  /** What stays on a host that is to be empty; absent for every other host. */
  readonly left?: readonly Left[];
}

/** Something that does not leave: a constant code, and words. */
interface Left {
  readonly address: string;
  readonly code: "no-host" | "paused" | "foreign" | "blocked" | "stays";
  readonly message: string;
}

/** Without a plan there is nothing to tell. */
export function upkeepOf(outcome: PlanOutcome, name: string): Upkeep {
  const { problem, placement } = outcome;
  if (problem === undefined || placement === undefined) return {};
  const host = problem.hosts.find((each) => each.name === name);
  if (host?.connection === "maintenance" || host?.connection === "disconnected") {
    const seats = [...seatsAfter({ problem, placement })];
    const running = new Set(problem.workloads.flatMap(({ key, at }) => (at === name ? [key] : [])));
    const stays = seats.filter(
      ([key, to]) => to === name || (to === undefined && running.has(key)),
    );
    return { left: stays.map(([address]) => leftFor(outcome, address)) };
  }
  const power = powerReason({ problem, placement }, name);
  return power === undefined ? {} : { power };
}

function leftFor(outcome: PlanOutcome, address: string): Left {
  const change = outcome.plan?.changes.find((each) => each.address === address);
  if (change?.action === "blocked") return { address, ...blockedBy(change.reasons) };
  const resource = outcome.desired?.resources.get(address as DesiredResource["address"]);
  if (resource === undefined) {
    const message = "no document declares it: whoever made it has to move it";
    return { address, code: "foreign", message };
  }
  if (resource.behaviour.paused) return { address, code: "paused", message: "it is paused" };
  return { address, code: "stays", message: stayingOf(outcome, address)?.message ?? "it stays" };
}

function blockedBy([reason]: PlannedChange["reasons"]): Omit<Left, "address"> {
  if (reason === undefined) return { code: "blocked", message: "it is blocked" };
  const { code, detail = code } = reason;
  return { code: code === "no-host" || code === "paused" ? code : "blocked", message: detail };
}
