import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Address } from "../model/address.ts";
import { matchesAddress } from "../model/address.ts";
import { CODES } from "./codes.ts";
import type { DiffInput } from "./inputs.ts";

/** Which addresses a run is about; `undefined` is all of them. */
export interface Selected {
  readonly addresses: ReadonlySet<Address> | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

interface Graph {
  /** What has to be there before an address can be worked on. */
  readonly needs: (address: Address) => readonly Address[];
  /** What cannot be worked on without an address. */
  readonly neededBy: (address: Address) => readonly Address[];
}

const NONE: readonly Address[] = Object.freeze([]);

/**
 * Edges in the order of work: a resource comes after what it depends on, and is removed before
 * what it depends on.
 */
function graphOf(input: DiffInput): Graph {
  const needs = new Map<Address, Address[]>();
  const neededBy = new Map<Address, Address[]>();
  const add = (map: Map<Address, Address[]>, key: Address, value: Address): void => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [value]);
    else list.push(value);
  };
  const edge = (waits: Address, first: Address): void => {
    add(needs, waits, first);
    add(neededBy, first, waits);
  };
  const isLeaving = (address: Address): boolean =>
    input.recorded.resources.has(address) &&
    (input.mode === "destroy" || !input.desired.resources.has(address));
  if (input.mode === "apply") {
    for (const { address, dependsOn } of input.desired.resources.values()) {
      for (const target of dependsOn) edge(address, target);
    }
  }
  for (const { address, dependsOn, host } of input.recorded.resources.values()) {
    // A host that goes has to be empty first, whether its workloads leave or move.
    const home: Address = `host/${host ?? ""}`;
    if (home !== address && isLeaving(home)) edge(home, address);
    if (!isLeaving(address)) continue;
    for (const target of dependsOn) if (isLeaving(target)) edge(target, address);
  }
  const homes = unmadeHosts(input);
  return {
    needs: (address) => [...(needs.get(address) ?? NONE), ...homes(address)],
    neededBy: (address) => neededBy.get(address) ?? NONE,
  };
}

/**
 * Declared hosts that do not exist yet and that a workload may be placed on: a selection that
 * leaves them out could put it where nothing is. Excluding one of them is no reason to give up
 * the workload, so these are not edges.
 */
function unmadeHosts(input: DiffInput): (address: Address) => readonly Address[] {
  const { desired, recorded, mode } = input;
  const unmade = [...desired.resources.values()].filter(
    ({ address, host }) => host !== undefined && !recorded.resources.has(address),
  );
  if (mode === "destroy" || unmade.length === 0) return () => NONE;
  return (address) => {
    const wish = desired.resources.get(address);
    if (wish?.workload?.poweredOn !== true) return NONE;
    const { cluster } = wish.workload.scheduling;
    return unmade
      .filter(({ provider }) => provider === wish.provider)
      .filter(({ host }) => cluster === undefined || host?.cluster === cluster)
      .flatMap((home): Address[] => [home.address, `spherelet/${home.name}`])
      .filter((each) => desired.resources.has(each));
  };
}

function closure(
  start: Iterable<Address>,
  next: (address: Address) => readonly Address[],
): Set<Address> {
  const reached = new Set(start);
  const queue = [...reached];
  for (let address = queue.pop(); address !== undefined; address = queue.pop()) {
    for (const other of next(address)) {
      if (reached.has(other)) continue;
      reached.add(other);
      queue.push(other);
    }
  }
  return reached;
}

function matching(
  globs: readonly string[],
  all: readonly Address[],
  found: Diagnostic[],
): Address[] {
  const matches = new Set<Address>();
  for (const glob of globs) {
    const before = matches.size;
    let hits = 0;
    for (const address of all) {
      if (!matchesAddress(address, glob)) continue;
      matches.add(address);
      hits++;
    }
    if (hits === 0 && before === matches.size) {
      const detail = `"${glob}" matches no declared or recorded resource.`;
      found.push(diagnose(CODES.selectionEmpty, { detail }));
    }
  }
  return [...matches];
}

const listed = (addresses: readonly Address[]): string => {
  const shown = [...addresses].sort().slice(0, 5).join(", ");
  return addresses.length > 5 ? `${shown} and ${addresses.length - 5} more` : shown;
};

/**
 * Resolves globs to a set that is closed: `targets` bring what they need, `excludes` take what
 * needs them, and an exclusion wins.
 */
export function select(input: DiffInput, all: readonly Address[]): Selected {
  const { selection } = input;
  const hasTargets = (selection?.targets.length ?? 0) > 0;
  const hasExcludes = (selection?.excludes.length ?? 0) > 0;
  if (selection === undefined || (!hasTargets && !hasExcludes)) {
    return { addresses: undefined, diagnostics: [] };
  }
  const diagnostics: Diagnostic[] = [];
  const graph = graphOf(input);
  const targets = matching(selection.targets, all, diagnostics);
  const wanted = hasTargets ? closure(targets, graph.needs) : new Set(all);
  const excluded = matching(selection.excludes, all, diagnostics);
  const dropped = closure(excluded, graph.neededBy);
  const addresses = new Set([...wanted].filter((address) => !dropped.has(address)));
  const chosen = new Set(targets);
  const added = hasTargets ? [...addresses].filter((address) => !chosen.has(address)) : [];
  if (added.length > 0) {
    const detail = `The selected resources need ${added.length} more: ${listed(added)}.`;
    diagnostics.push(diagnose(CODES.targetsAdded, { detail }));
  }
  const without = new Set(excluded);
  const lost = [...dropped].filter((address) => wanted.has(address) && !without.has(address));
  if (lost.length > 0) {
    const detail = `The excluded resources are needed by ${lost.length} more: ${listed(lost)}.`;
    diagnostics.push(diagnose(CODES.targetsAdded, { detail }));
  }
  return { addresses, diagnostics };
}
