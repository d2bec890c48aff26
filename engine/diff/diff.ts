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
import { CODES } from "./codes.ts";
import { decideDesired } from "./decide.ts";
import { driftOf, foundDrift } from "./drift.ts";
import { leavingHosts } from "./host-reasons.ts";
import type { DecideContext, DiffInput } from "./inputs.ts";
import { allAddresses, comparisons, observations } from "./inputs.ts";
import { decideFound, decideLeaving, reportFound } from "./leaving.ts";
import { select } from "./selection.ts";
import { indexWorld } from "./world.ts";

export type { DiffInput, Selection } from "./inputs.ts";

function contextOf(input: DiffInput, problems: Diagnostic[]): DecideContext {
  const globs = input.replace ?? [];
  return {
    input,
    world: indexWorld(input.observation, input.recorded),
    compareFor: comparisons(),
    observedOf: observations(),
    isReplaceAsked: ({ address }) => globs.some((glob) => matchesAddress(address, glob)),
    report: (problem) => problems.push(problem),
    leavingHosts: leavingHosts({ input }),
    remadeClusters: new Set(),
  };
}

/** Warns about providers that could not be read, and about wishes to replace what is not there. */
function checkInput(input: DiffInput, problems: Diagnostic[]): void {
  for (const { provider, complete, error } of input.observation.readings) {
    if (complete) continue;
    const why = error === undefined ? "" : `: ${error.message}`;
    const detail = `Provider "${provider}" could not be read completely${why}.`;
    problems.push(diagnose(CODES.providerIncomplete, { detail }));
  }
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

function changeAt(address: Address, context: DecideContext): Change | undefined {
  const { desired, recorded, mode } = context.input;
  const wish = desired.resources.get(address);
  const record = recorded.resources.get(address);
  if (wish !== undefined && mode === "apply") return decideDesired(wish, record, context);
  return record === undefined ? undefined : decideLeaving(record, context);
}

const isCluster = (address: Address): boolean => /^(tkc|cluster)\//.test(address);

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
  for (const address of all) {
    if (!isSelected(address)) continue;
    const change = changeAt(address, context);
    if (change !== undefined) changes.push(change);
    // Clusters come before their node VMs in the order of addresses.
    if (change?.action === "replace" && isCluster(address)) context.remadeClusters.add(address);
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
  return { value: { changes, drift }, diagnostics: sortDiagnostics(problems) };
}
