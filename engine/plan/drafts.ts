/** Provider calls before they are ordered, and in which order the two calls of a replace stand. */
import type { Address } from "../model/address.ts";
import type { DisruptionGroup } from "../model/desired.ts";
import type { StepMode, StepVerb } from "../model/plan.ts";
import type { Entry } from "./entry.ts";

export interface Draft {
  readonly entry: Entry;
  readonly verb: StepVerb;
  readonly mode: StepMode;
}

/** The drafts of a plan, with the one that brings and the one that takes away by address. */
export interface DraftSet {
  readonly drafts: readonly Draft[];
  readonly up: ReadonlyMap<Address, number>;
  readonly down: ReadonlyMap<Address, number>;
  /** Replacements whose new object is made while the old one stands. */
  readonly createFirst: ReadonlySet<Address>;
}

export function draftSteps(entries: readonly Entry[], createFirst: ReadonlySet<Address>): DraftSet {
  const drafts: Draft[] = [];
  const up = new Map<Address, number>();
  const down = new Map<Address, number>();
  for (const entry of entries) {
    const remove = removalOf(entry);
    if (remove !== undefined) down.set(entry.address, drafts.push(remove) - 1);
    const bring = bringingOf(entry);
    if (bring !== undefined) up.set(entry.address, drafts.push(bring) - 1);
  }
  return { drafts, up, down, createFirst };
}

function removalOf(entry: Entry): Draft | undefined {
  if (entry.action !== "delete" && entry.action !== "replace") return undefined;
  return { entry, verb: "remove", mode: "live" };
}

function bringingOf(entry: Entry): Draft | undefined {
  switch (entry.action) {
    case "create":
    case "replace":
      return { entry, verb: "create", mode: "live" };
    case "update":
      return { entry, verb: "update", mode: entry.change.timing === "live" ? "live" : "power-off" };
    case "move":
    case "adopt":
    case "forget":
      return { entry, verb: "update", mode: entry.action };
    case "delete":
    case "noop":
    case "blocked":
      return undefined;
  }
}

/**
 * Which replacements make the new object first: the kind's wish, or that of a group that may have
 * none down. What builds on something taken away first must itself be taken away first.
 */
export function createFirstOf(
  entries: readonly Entry[],
  groups: readonly DisruptionGroup[],
  hasRoom: (entry: Entry) => boolean,
): Set<Address> {
  const surging = new Set<Address>();
  for (const { group, maxUnavailable, maxSurge } of groups) {
    if (maxUnavailable === 0 && maxSurge > 0) surging.add(group);
  }
  const replaced = entries.filter((entry) => entry.action === "replace");
  const wishes = (entry: Entry): boolean =>
    entry.desired?.rules.replaceOrder === "create-first" ||
    surging.has(entry.desired?.workload?.group ?? "/");
  const first = new Set<Address>();
  const queue: Address[] = [];
  for (const entry of replaced) {
    if (wishes(entry) && hasRoom(entry)) first.add(entry.address);
    else queue.push(entry.address);
  }
  const above = dependents(replaced);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const address of above.get(next) ?? []) {
      if (first.delete(address)) queue.push(address);
    }
  }
  return first;
}

function dependents(entries: readonly Entry[]): Map<Address, Address[]> {
  const above = new Map<Address, Address[]>();
  for (const { address, desired, needed, from } of entries) {
    for (const need of [...(desired?.dependsOn ?? []), ...needed, `host/${from}` as const]) {
      const list = above.get(need);
      if (list === undefined) above.set(need, [address]);
      else list.push(address);
    }
  }
  return above;
}
