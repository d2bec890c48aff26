/** The changes as they are shown: ordered, with risk, redacted fields, hosts and source lines. */
import { type Action, ACTIONS_LISTED, type FieldChange } from "../model/change.ts";
import type { SourcePointer } from "../model/document.ts";
import type { JsonPointer } from "../model/json.ts";
import type { PlannedChange, PlannedField } from "../model/plan.ts";
import { compact } from "./compact.ts";
import type { Entry } from "./entry.ts";
import { pointersMatching, shown, type Unknowns } from "./literals.ts";
import { NO_RISK, riskOf } from "./risk.ts";

export type LineOf = (
  source: SourcePointer,
) => { readonly line: number; readonly column: number } | undefined;

export interface ChangeBasis {
  readonly waveOf: (entry: Entry) => number;
  readonly unknownsOf: (entry: Entry) => Unknowns | undefined;
  readonly isCreateFirst: (entry: Entry) => boolean;
  /** What the order of the steps could not spare the workload. */
  readonly orderWarnings: (entry: Entry) => readonly string[];
  readonly lineOf: LineOf;
}

const NOTHING: readonly never[] = [];

/** In listing order, by address within an action; `entries` come in the order of addresses. */
export function plannedChanges(entries: readonly Entry[], basis: ChangeBasis): PlannedChange[] {
  const byAction = new Map<Action, PlannedChange[]>(ACTIONS_LISTED.map((action) => [action, []]));
  for (const entry of entries) {
    const change = entry.action === "noop" ? idle(entry) : planned(entry, basis);
    byAction.get(entry.action)?.push(change);
  }
  return [...byAction.values()].flat();
}

/** Ten thousand of these must stay small and cheap: the lists are shared. */
function idle(entry: Entry): PlannedChange {
  return {
    action: "noop",
    address: entry.address,
    dependsOn: NOTHING,
    diff: NOTHING,
    provider: providerOf(entry),
    reasons: entry.reasons,
    risk: NO_RISK,
    sensitive: NOTHING,
    unknown: NOTHING,
    wave: 0,
    ...(entry.warnings.length === 0 ? {} : { warnings: entry.warnings }),
  };
}

function planned(entry: Entry, basis: ChangeBasis): PlannedChange {
  const { desired, change } = entry;
  const known = desired ?? entry.recorded;
  const patterns = patternsOf(entry);
  return compact<PlannedChange>({
    action: entry.action,
    address: entry.address,
    dependsOn: known?.dependsOn ?? NOTHING,
    diff: change.fields.map((field) => fieldOf(field, patterns)),
    fixes: fixesOf(entry),
    owner: known?.owner,
    placement: placementOf(entry),
    provider: providerOf(entry),
    qos: desired?.workload?.demand.qos,
    reasons: entry.reasons,
    risk: riskOf(entry, basis.isCreateFirst(entry)),
    sensitive: desired === undefined ? NOTHING : pointersMatching(desired.attributes, patterns),
    source: sourceOf(entry, basis.lineOf),
    unknown: basis.unknownsOf(entry)?.pointers ?? NOTHING,
    warnings: warningsOf(entry, basis),
    wave: basis.waveOf(entry),
  });
}

const patternsOf = ({ desired }: Entry): readonly JsonPointer[] =>
  desired?.rules.sensitive ?? NOTHING;

function fixesOf({ action, decision }: Entry): PlannedChange["fixes"] {
  const fixes = action === "blocked" ? decision?.fixes : undefined;
  return fixes === undefined || fixes.length === 0 ? undefined : fixes;
}

function warningsOf(entry: Entry, basis: ChangeBasis): readonly string[] | undefined {
  const warnings = [...entry.warnings, ...basis.orderWarnings(entry)];
  return warnings.length === 0 ? undefined : warnings;
}

const providerOf = ({ desired, recorded, observed }: Entry): string =>
  desired?.provider ?? recorded?.provider ?? observed?.provider ?? "";

/** Sensitive values are left out; `diff` made hashes of them, but those are not shown either. */
function fieldOf(field: FieldChange, patterns: readonly JsonPointer[]): PlannedField {
  return compact<PlannedField>({
    after: shown(field.after, field.path, patterns),
    before: shown(field.before, field.path, patterns),
    forces: field.timing === "live" ? undefined : field.timing,
    op: field.op,
    path: field.path,
  });
}

function placementOf(entry: Entry): PlannedChange["placement"] {
  const { action, from, host, decision } = entry;
  const to = action === "delete" || action === "blocked" ? undefined : host;
  if (from === undefined && to === undefined && decision === undefined) return undefined;
  return compact<NonNullable<PlannedChange["placement"]>>({ decision: decision?.id, from, to });
}

function sourceOf({ change, desired }: Entry, lineOf: LineOf): PlannedChange["source"] {
  const source = change.source ?? desired?.source;
  const at = source === undefined ? undefined : lineOf(source);
  if (source === undefined || at === undefined) return undefined;
  return { column: at.column, file: source.path, line: at.line };
}
