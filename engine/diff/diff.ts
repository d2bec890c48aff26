/**
 * Compares what is wished with what is there and with what was last applied.
 *
 * In: the desired, the observed and the recorded state. Out: one change per address and what
 * happened without us. It must never conclude from an incomplete reading that something does not
 * exist, never compare where a workload runs, and never touch what is not ours.
 */
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic, Judged } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/sort.ts";
import type { Address } from "../model/address.ts";
import { compareAddress, matchesAddress } from "../model/address.ts";
import type { Change, DiffResult, Drift } from "../model/change.ts";
import type { JsonObject } from "../model/json.ts";
import { CODES } from "./codes.ts";
import { decideDesired } from "./decide.ts";
import { driftOf, foundDrift } from "./drift.ts";
import { leavingHosts } from "./host-reasons.ts";
import type { DecideContext, DiffInput } from "./inputs.ts";
import { hasFixedHosts } from "../model/holdings.ts";
import { allAddresses, comparisons, observations } from "./inputs.ts";
import { settle } from "./known-outputs.ts";
import { decideFound, decideLeaving, reportFound } from "./leaving.ts";
import { select } from "./selection.ts";
import { indexWorld } from "./world.ts";

export type { DiffInput, Selection } from "./inputs.ts";

function contextOf(input: DiffInput, problems: Diagnostic[]): DecideContext {
  const globs = input.replace ?? [];
  return {
    input,
    world: indexWorld(input.observation, input.recorded, fixedHosts(input.desired)),
    compareFor: comparisons(),
    observedOf: observations(),
    isReplaceAsked: ({ address }) => globs.some((glob) => matchesAddress(address, glob)),
    report: (problem) => problems.push(problem),
    leavingHosts: leavingHosts({ input }),
    remadeClusters: new Set(),
  };
}

/** Providers whose hosts are those of their settings. */
const fixedHosts = ({ environment }: DiffInput["desired"]): ReadonlySet<string> =>
  new Set(environment.providers.filter(({ type }) => hasFixedHosts(type)).map(({ name }) => name));

/** Hosts of different providers that nothing could tell apart. */
function hostsTwice({ observation }: DiffInput): Diagnostic[] {
  const owners = new Map<string, string>();
  return observation.hosts.flatMap(({ name, provider }) => {
    const other = owners.get(name) ?? provider;
    owners.set(name, other);
    if (other === provider) return [];
    const detail = `Providers "${other}" and "${provider}" both report a host called "${name}".`;
    const help = ["give one of the two another name"];
    return [diagnose(CODES.hostTwice, { detail, help })];
  });
}

/** Warns about providers that could not be read, and about wishes to replace what is not there. */
function checkInput(input: DiffInput, problems: Diagnostic[]): void {
  for (const { provider, complete, error } of input.observation.readings) {
    if (complete) continue;
    const why = error === undefined ? "" : `: ${error.message}`;
    const detail = `Provider "${provider}" could not be read completely${why}.`;
    problems.push(diagnose(CODES.providerIncomplete, { detail }));
  }
  problems.push(...hostsTwice(input));
  const { resources } = input.recorded;
  for (const glob of input.replace ?? []) {
    const hits = [...input.desired.resources.keys()].some(
      (address) => matchesAddress(address, glob) && resources.has(address),
    );
    if (hits) continue;
    const detail = `"${glob}" matches nothing that is both declared and recorded.`;
    problems.push(diagnose(CODES.replaceUnknown, { detail }));
  }
}

/** What is decided so far, by address; a wish that takes outputs is decided after its givers. */
interface Deciding {
  readonly context: DecideContext;
  readonly isSelected: (address: Address) => boolean;
  readonly changes: Map<Address, Change | undefined>;
  readonly settled: Record<Address, JsonObject>;
}

function decide(address: Address, deciding: Deciding): Change | undefined {
  const { context, isSelected, changes } = deciding;
  if (changes.has(address)) return changes.get(address);
  if (!isSelected(address)) return undefined;
  // Whoever asks while this is being decided asks in a circle, which has been refused before.
  changes.set(address, undefined);
  const change = changeAt(address, deciding);
  changes.set(address, change);
  if (change?.action === "replace" && isCluster(address)) context.remadeClusters.add(address);
  return change;
}

function changeAt(address: Address, deciding: Deciding): Change | undefined {
  const { context, settled } = deciding;
  const { desired, recorded, mode } = context.input;
  const declared = desired.resources.get(address);
  const record = recorded.resources.get(address);
  if (declared === undefined || mode !== "apply") {
    return record === undefined ? undefined : decideLeaving(record, context);
  }
  const { wish, missing } = settle(declared, (giver) => decide(giver, deciding), context);
  if (wish !== declared) settled[address] = wish.attributes;
  return decideDesired(wish, record, context, missing);
}

const isCluster = (address: Address): boolean => /^(tkc|cluster)\//.test(address);

/** Clusters come before their parts, which are replaced with them. */
const clustersFirst = (addresses: readonly Address[]): readonly Address[] => [
  ...addresses.filter(isCluster),
  ...addresses.filter((address) => !isCluster(address)),
];

export function diff(input: DiffInput): Judged<DiffResult> {
  const problems: Diagnostic[] = [];
  checkInput(input, problems);
  const context = contextOf(input, problems);
  const all = allAddresses(input);
  const { addresses: selected, diagnostics } = select(input, all);
  problems.push(...diagnostics);
  const isSelected = (address: Address): boolean => selected === undefined || selected.has(address);
  const changes: Change[] = [];
  const drift: Drift[] = [];
  const deciding: Deciding = { context, isSelected, changes: new Map(), settled: {} };
  for (const address of clustersFirst(all)) {
    if (!isSelected(address)) continue;
    const change = decide(address, deciding);
    if (change !== undefined) changes.push(change);
    const recorded = input.recorded.resources.get(address);
    if (recorded !== undefined) drift.push(...driftOf(recorded, context));
  }
  for (const address of context.world.ownAddresses) {
    if (selected !== undefined && !selected.has(address)) continue;
    const { changes: removals, found } = decideFound(address, context);
    changes.push(...removals);
    for (const object of found) {
      reportFound(object, context);
      drift.push(foundDrift(object));
    }
  }
  changes.sort((left, right) => compareAddress(left.address, right.address));
  drift.sort((left, right) => compareAddress(left.address, right.address));
  const { settled } = deciding;
  const value =
    Object.keys(settled).length === 0 ? { changes, drift } : { changes, drift, settled };
  return { value, diagnostics: sortDiagnostics(problems) };
}
