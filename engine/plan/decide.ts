/** Corrects what `diff` found by what `place` chose, by protection, and by blocked neighbours. */
import type { Address } from "../model/address.ts";
import type { Action, ChangeReason } from "../model/change.ts";
import type { Host } from "../model/host.ts";
import type { Decision, PowerAdvice } from "../model/placement.ts";
import { type Entry, exists, isProtected } from "./entry.ts";
import type { Leg } from "./legs.ts";

export interface DecideBasis {
  /** Globs of addresses that may not be destroyed, from the `Environment`. */
  readonly preventDestroy: readonly string[];
  readonly hosts: ReadonlyMap<string, Host>;
}

const LIMIT_GATE = "limit-exceeds-host";

/** The action of every change as it will be shown and carried out. */
export function decide(entries: readonly Entry[], basis: DecideBasis): Entry[] {
  const judged = entries.map((entry) => protect(placed(entry, basis), basis.preventDestroy));
  return blockNeighbours(judged);
}

const block = (entry: Entry, ...reasons: readonly ChangeReason[]): Entry => ({
  ...entry,
  action: "blocked",
  reasons: [...reasons, ...entry.reasons],
  host: entry.from,
  legs: [],
});

/** Actions that no choice of a host can turn into another. */
const SETTLED: ReadonlySet<Action> = new Set<Action>(["delete", "forget", "blocked"]);

const NOT_CONSIDERED: ChangeReason = { code: "no-host", detail: "No host was considered for it." };

function placed(entry: Entry, basis: DecideBasis): Entry {
  const { action, decision } = entry;
  if (SETTLED.has(action)) return { ...entry, host: entry.from, legs: [] };
  if (entry.power !== undefined) return powered(entry, entry.power);
  if (entry.preempted !== undefined) return preempted(entry, entry.preempted.for);
  if (decision === undefined) return undecided(entry);
  if (decision.gate?.code === LIMIT_GATE) return limited(entry, decision.gate.message);
  if (decision.chosen === undefined) return unplaced(entry, decision);
  if (action === "move" || action === "noop") return moved(entry, basis);
  return { ...entry, legs: [] };
}

/** Placement was not asked about it, but may have moved it all the same. */
function undecided(entry: Entry): Entry {
  const { action, legs, change, desired } = entry;
  if (action === "noop" && legs.length > 0) return shifted(entry);
  const mustRun = change.needsHost && desired?.workload?.poweredOn === true;
  return mustRun ? block(entry, NOT_CONSIDERED) : entry;
}

/** It is ours and still wished for: the next plan looks for another host. */
const preempted = (entry: Entry, whom: string): Entry => ({
  ...entry,
  action: "delete",
  reasons: [{ code: "preempted", detail: `Its room goes to ${whom}.` }],
  host: entry.from,
  legs: [],
});

/** A host wakes or goes to sleep, whatever else differs in it. */
const powered = (entry: Entry, { to, message }: PowerAdvice): Entry => ({
  ...entry,
  action: "update",
  reasons: [...entry.reasons, { code: to === "on" ? "wakes" : "sleeps", detail: message }],
});

const REASONS: Readonly<Record<Leg["reason"], ChangeReason["code"]>> = {
  repair: "rule-violated",
  prerequisite: "makes-room",
  balance: "balance",
  consolidate: "consolidate",
  bounce: "balance",
};

/** Something that could stay and moves all the same: to make room, or for a more even load. */
function shifted(entry: Entry): Entry {
  const last = entry.legs.findLast(({ reason }) => reason !== "bounce") ?? entry.legs.at(-1);
  if (last === undefined) return entry;
  const reason: ChangeReason = { code: REASONS[last.reason], detail: last.message };
  return { ...entry, action: "move", reasons: [reason] };
}

/** A limit above every host: a new object is registered all the same, but it will not start. */
function limited(entry: Entry, message: string): Entry {
  const reason: ChangeReason = { code: LIMIT_GATE, detail: message };
  const warnings = [...entry.warnings, `WillNotDeploy: ${message}`];
  const stands = entry.recorded?.condition === "failed-start";
  const isEmpty = entry.change.fields.length === 0;
  if (entry.action === "noop" || (entry.action === "update" && stands && isEmpty)) {
    return { ...entry, action: "noop", reasons: [reason], warnings, host: entry.from };
  }
  if (entry.action === "create" || (entry.action === "update" && stands)) {
    const willNotStart = { code: "LimitExceedsHost", message };
    return { ...entry, reasons: [...entry.reasons, reason], warnings, willNotStart };
  }
  return block(entry, reason);
}

/** A running workload that may stay is left alone; whatever must get a host is blocked. */
function unplaced(entry: Entry, decision: Decision): Entry {
  const detail = decision.gate?.message ?? rejectionText(decision);
  const staysPut = entry.action === "noop" && decision.from === undefined;
  if (staysPut) return { ...entry, warnings: [...entry.warnings, detail], host: entry.from };
  return block(entry, { code: "no-host", detail });
}

function rejectionText(decision: Decision): string {
  const counts = Object.entries(decision.rejectedCounts)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([code, count]) => `${count} ${code}`);
  const considered = `${decision.hostsConsidered} hosts considered, none feasible`;
  return counts.length === 0 ? `${considered}.` : `${considered}: ${counts.join(", ")}.`;
}

/** `place` may leave a workload where it is, or move one that `diff` saw no difference in. */
function moved(entry: Entry, basis: DecideBasis): Entry {
  if (entry.host === entry.from && entry.legs.length === 0) {
    return entry.action === "move" ? { ...entry, action: "noop", reasons: [] } : entry;
  }
  if (entry.action === "move") return entry;
  if (entry.from === undefined) return { ...entry, host: undefined };
  return {
    ...entry,
    action: "move",
    reasons: [leavingReason(entry.from, basis), ...entry.reasons],
  };
}

function leavingReason(from: string, { hosts }: DecideBasis): ChangeReason {
  const host = hosts.get(from);
  if (host === undefined || host.connection === "disconnected") {
    return { code: "host-failed", detail: `Host ${from} is not connected.` };
  }
  if (host.connection !== "connected" || host.unschedulable) {
    return { code: "host-leaving", detail: `Host ${from} is being emptied.` };
  }
  return { code: "rule-violated", detail: `It may not stay on host ${from}.` };
}

function protect(entry: Entry, globs: readonly string[]): Entry {
  if (entry.action !== "delete" && entry.action !== "replace") return entry;
  if (!isProtected(entry, globs)) return entry;
  const verb = entry.action === "delete" ? "destroyed" : "replaced";
  return block(entry, { code: "protected", detail: `It is protected from being ${verb}.` });
}

/**
 * What needs something that will not be there is blocked with it, and what a staying object still
 * needs is not destroyed. A blocked change whose object exists blocks nothing that builds on it.
 */
function blockNeighbours(entries: readonly Entry[]): Entry[] {
  const queue = entries.filter((entry) => entry.action === "blocked");
  if (queue.length === 0) return [...entries];
  const byAddress = new Map(entries.map((entry) => [entry.address, entry]));
  const above = dependentsOf(entries);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const neighbour of neighboursToBlock(next, byAddress, above)) {
      const detail = `${next.address} is blocked.`;
      const blocked = block(neighbour, { code: "dependency-blocked", detail });
      byAddress.set(blocked.address, blocked);
      queue.push(blocked);
    }
  }
  return entries.map((entry) => byAddress.get(entry.address) ?? entry);
}

function neighboursToBlock(
  blocked: Entry,
  byAddress: ReadonlyMap<Address, Entry>,
  above: ReadonlyMap<Address, readonly Address[]>,
): Entry[] {
  const stands = exists(blocked);
  const addresses = stands ? blocked.needed : above.get(blocked.address);
  const held = stands ? TAKES_AWAY : NEEDS_OTHERS;
  return (addresses ?? [])
    .map((address) => byAddress.get(address))
    .filter((entry) => entry !== undefined)
    .filter((entry) => held.has(entry.action));
}

const TAKES_AWAY: ReadonlySet<Action> = new Set<Action>(["delete", "replace"]);
const NEEDS_OTHERS: ReadonlySet<Action> = new Set<Action>(["create", "update", "replace", "adopt"]);

function dependentsOf(entries: readonly Entry[]): Map<Address, Address[]> {
  const above = new Map<Address, Address[]>();
  for (const { address, desired } of entries) {
    if (desired === undefined) continue;
    for (const dependency of desired.dependsOn) {
      const list = above.get(dependency);
      if (list === undefined) above.set(dependency, [address]);
      else list.push(address);
    }
  }
  return above;
}
