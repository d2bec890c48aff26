/** Provider calls before they are ordered, and in which order the two calls of a replace stand. */
import type { Address } from "../model/address.ts";
import type { DisruptionGroup } from "../model/desired.ts";
import type { StepMode, StepVerb } from "../model/plan.ts";
import type { Entry } from "./entry.ts";
import type { Leg } from "./legs.ts";

export interface Draft {
  readonly entry: Entry;
  readonly verb: StepVerb;
  readonly mode: StepMode;
  /** Set for moves, with the draft of the leg before it where there is one. */
  readonly leg?: Leg & { readonly previous: number | undefined };
}

/** The drafts of a plan, with the one that brings and the one that takes away by address. */
export interface DraftSet {
  readonly drafts: readonly Draft[];
  readonly up: ReadonlyMap<Address, number>;
  readonly down: ReadonlyMap<Address, number>;
  /** Drafts of moves by their place in the order of all moves. */
  readonly moves: ReadonlyMap<number, number>;
  /** Replacements whose new object is made while the old one stands. */
  readonly createFirst: ReadonlySet<Address>;
}

export function draftSteps(entries: readonly Entry[], createFirst: ReadonlySet<Address>): DraftSet {
  const drafts: Draft[] = [];
  const up = new Map<Address, number>();
  const down = new Map<Address, number>();
  const moves = new Map<number, number>();
  for (const entry of entries) {
    if (entry.action === "move" && entry.legs.length > 0) {
      up.set(entry.address, draftLegs(entry, drafts, moves));
      continue;
    }
    const remove = removalOf(entry);
    if (remove !== undefined) down.set(entry.address, drafts.push(remove) - 1);
    const bring = bringingOf(entry);
    if (bring !== undefined) up.set(entry.address, drafts.push(bring) - 1);
  }
  return { drafts, up, down, moves, createFirst };
}

/** One draft per leg; returns the one that arrives. */
function draftLegs(entry: Entry, drafts: Draft[], moves: Map<number, number>): number {
  let previous: number | undefined;
  for (const leg of entry.legs) {
    const draft: Draft = { entry, verb: "update", mode: "move", leg: { ...leg, previous } };
    previous = drafts.push(draft) - 1;
    moves.set(leg.position, previous);
  }
  return previous ?? 0;
}

/** A step and the host that it brings a workload to, or takes one from. */
interface Passage {
  readonly node: number;
  readonly host: string;
  readonly leg: Leg | undefined;
}

/** Steps that bring the workload to a host where it is not yet. */
export function arrivalsOf(entry: Entry, set: DraftSet): readonly Passage[] {
  const up = set.up.get(entry.address);
  if (up === undefined || entry.host === undefined) return [];
  if (entry.legs.length > 0) return legPassages(entry, set, (leg) => leg.to);
  const stays = entry.host === entry.from && !set.down.has(entry.address);
  return stays ? [] : [{ node: up, host: entry.host, leg: undefined }];
}

/** Steps after which the workload is no longer on a host. */
export function departuresOf(entry: Entry, set: DraftSet): readonly Passage[] {
  if (entry.legs.length > 0) return legPassages(entry, set, (leg) => leg.from);
  const moves = entry.host === entry.from ? undefined : set.up.get(entry.address);
  const leaves = set.down.get(entry.address) ?? moves;
  if (leaves === undefined || entry.from === undefined) return [];
  return [{ node: leaves, host: entry.from, leg: undefined }];
}

function legPassages(entry: Entry, { moves }: DraftSet, hostOf: (leg: Leg) => string): Passage[] {
  return entry.legs.flatMap((leg) => {
    const node = moves.get(leg.position);
    return node === undefined ? [] : [{ node, host: hostOf(leg), leg }];
  });
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
      return { entry, verb: "update", mode: updateMode(entry) };
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

function updateMode({ power, change }: Entry): StepMode {
  if (power !== undefined) return power.to === "on" ? "wake" : "standby";
  return change.timing === "live" ? "live" : "power-off";
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
