import { canonicalJson } from "../../../engine/model/canonical.ts";
import type { JsonValue } from "../../../engine/model/json.ts";
import type { Fix } from "../../../engine/model/placement.ts";
import type {
  Plan,
  PlanDecision,
  PlannedChange,
  PlannedField,
} from "../../../engine/model/plan.ts";
import { isUnknown } from "../../../engine/model/unknown.ts";
import { ACTION_LOOKS, actionGlyph, actionWord } from "../actions.ts";
import { cleanLine } from "../clean.ts";
import type { Style } from "../style.ts";
import { truncate } from "../width.ts";
import { decisionLines, reasonText } from "./decision.ts";
import { madeFields } from "./made-fields.ts";
import { movesBlock, powerBlock, proofLines, recommendationsBlock } from "./moves.ts";
import { placementBlock, resultLines } from "./placement.ts";
import { textDiff } from "./text-diff.ts";

export interface PlanViewOptions {
  readonly level: "brief" | "default" | "full";
  /** Show for every placed workload why its host was chosen. */
  readonly explain: boolean;
  readonly style: Style;
  readonly columns: number;
  /** What is said of a plan that changes nothing; absent: that all matches the documents. */
  readonly nothing?: string;
}

interface Facts {
  readonly decisions: ReadonlyMap<string, PlanDecision>;
  /** Fields of what is made anew; empty unless they are wanted. */
  readonly made: ReadonlyMap<string, readonly PlannedField[]>;
}

export const NO_MOVES = "No moves. Nothing is gained by moving what runs.";
export const NO_CHANGES = "No changes. Your infrastructure matches the configuration.";

/** The plan as a person reads it: changes, where everything runs, one summary. */
export function planText(plan: Plan, options: PlanViewOptions): string {
  const lines: string[] = [];
  const real = plan.changes.filter((change) => change.action !== "noop");
  const facts: Facts = {
    decisions: new Map(plan.placement.decisions.map((item) => [item.id, item])),
    made: options.level === "full" ? madeFields(plan) : new Map(),
  };
  lines.push(...driftLines(plan, options));
  if (options.level === "brief") lines.push(...briefLines(real, options));
  else for (const change of real) lines.push(...changeLines(change, facts, options));
  if (options.level === "full") {
    for (const change of plan.changes) {
      if (change.action === "noop") lines.push(headLine(change, options));
    }
  }
  if (real.length > 0) {
    lines.push("", ...movesBlock(plan, options), ...placementBlock(plan, options));
    lines.push(...adviceLines(plan, options), ...resultLines(plan, options));
    lines.push(...proofLines(plan, options));
  } else {
    lines.push(...adviceLines(plan, options), options.nothing ?? NO_CHANGES);
  }
  return `${lines.join("\n")}\n`;
}

/** What is not part of the plan and could be done besides. */
const adviceLines = (plan: Plan, options: PlanViewOptions): readonly string[] => [
  ...recommendationsBlock(plan, options),
  ...powerBlock(plan, options),
];

const DRIFT_SHOWN_MAX = 20;

function driftLines(plan: Plan, { style }: PlanViewOptions): string[] {
  if (plan.drift.length === 0) return [];
  const lines = [style.paint("bold", "Changed outside of vpac since the last apply:")];
  for (const drift of plan.drift.slice(0, DRIFT_SHOWN_MAX)) {
    const mark = style.paint("yellow", style.glyph("≠", "*"));
    // "is gone" needs no "gone" before it.
    const kind = drift.detail.includes(drift.kind) ? "" : `${drift.kind}: `;
    lines.push(`  ${mark} ${cleanLine(drift.address)}  ${kind}${cleanLine(drift.detail)}`);
  }
  const left = plan.drift.length - DRIFT_SHOWN_MAX;
  if (left > 0) lines.push(`    … ${left} more`);
  return [...lines, ""];
}

/** What a change is, in one line: glyph, address, word, host, cause. */
function headLine(change: PlannedChange, { style, columns }: PlanViewOptions, reason = ""): string {
  const glyph = actionGlyph(change.action, style);
  const word = style.paint(ACTION_LOOKS[change.action].tone, actionWord(change.action));
  const parts = [hostPart(change, style), causePart(change, reason)].filter((part) => part !== "");
  const head = `${glyph} ${style.paint("bold", cleanLine(change.address))}  ${word}`;
  const tail = parts.join("  ");
  return tail === ""
    ? head
    : `${head}  ${style.color ? tail : truncate(tail, Math.max(columns, 100))}`;
}

function hostPart({ placement, action }: PlannedChange, style: Style): string {
  const from = placement?.from;
  const to = placement?.to;
  const arrow = style.glyph("→", "->");
  if (action === "delete") return from === undefined ? "" : `on ${cleanLine(from)}`;
  if (to === undefined) return "";
  if (from === undefined || from === to) return `on ${cleanLine(to)}`;
  return `${cleanLine(from)} ${arrow} ${cleanLine(to)}`;
}

const CAUSES: Readonly<Record<string, string>> = {
  drift: "changed outside of vpac",
  gone: "its object is gone",
  "left-documents": "left the documents",
  "replace-asked": "replacement asked for",
  "found-own": "found, carries our tag",
  unfinished: "finishes an interrupted operation",
  "host-failed": "its host failed",
  "host-leaving": "its host is in maintenance",
  "rule-violated": "breaks a must rule where it is",
  "pin-changed": "pinned to another host",
  balance: "evens the load",
  consolidate: "empties a host",
  "makes-room": "makes room",
  preempted: "preempted",
  wakes: "wakes",
  sleeps: "goes to sleep",
  "no-host": "no host takes it",
  "limit-exceeds-host": "larger than every host",
  protected: "protected from destruction",
  paused: "paused",
  "foreign-object": "the name is taken by an object that is not ours",
  "provider-unreachable": "its provider could not be read",
  "dependency-blocked": "waits for something blocked",
  "power-off-needed": "needs a power-off",
};

/** Why no host takes it is told host by host, what a move is for in the list of moves. */
const TOLD_BELOW: ReadonlySet<string> = new Set([
  "no-host",
  "balance",
  "consolidate",
  "makes-room",
]);

export function causePart(change: PlannedChange, hostReason: string): string {
  const words: string[] = [];
  if (change.qos !== undefined) words.push(change.qos);
  for (const { code, detail } of change.reasons) {
    const cause = CAUSES[code];
    if (cause === undefined) continue;
    const tells = detail !== undefined && !TOLD_BELOW.has(code);
    words.push(tells ? `${cause} (${cleanLine(detail)})` : cause);
  }
  if (hostReason !== "") words.push(hostReason);
  if (change.risk.dataLoss) words.push("DATA LOSS");
  if (change.risk.downtimeMs > 0) words.push(`~${Math.round(change.risk.downtimeMs / 1000)} s off`);
  return words.length === 0 ? "" : `(${words.join(", ")})`;
}

function changeLines(change: PlannedChange, facts: Facts, options: PlanViewOptions): string[] {
  const decision = facts.decisions.get(change.placement?.decision ?? "");
  const warning = options.style.paint("yellow", "warning:");
  return [
    headLine(change, options, reasonText(decision)),
    ...(change.warnings ?? []).map((text) => `    ${warning} ${cleanLine(text)}`),
    ...shownFields(change, facts).flatMap((field) => fieldLines(field, options)),
    ...(wantsCard(change, options) ? decisionLines(decision, options) : []),
    ...(change.fixes ?? []).map(fixLine),
  ];
}

/** A create shows its fields in full only: all of them are new. */
const shownFields = (change: PlannedChange, { made }: Facts): readonly PlannedField[] =>
  change.action === "create" ? (made.get(change.address) ?? []) : change.diff;

const wantsCard = (change: PlannedChange, { explain }: PlanViewOptions): boolean =>
  explain || change.action === "blocked";

function fixLine({ description, host }: Fix): string {
  const fits = host === "" ? "" : ` (fits ${cleanLine(host)})`;
  return `    fix: ${cleanLine(description)}${fits}`;
}

const VALUE_COLUMNS_MAX = 60;

function valueText(value: JsonValue | undefined): string {
  if (value === undefined) return "(unset)";
  if (isUnknown(value)) return "(known after apply)";
  const text = typeof value === "string" ? value : canonicalJson(value);
  return truncate(cleanLine(text), VALUE_COLUMNS_MAX);
}

function fieldLines(field: PlannedField, options: PlanViewOptions): string[] {
  const { style } = options;
  const forced =
    field.forces === undefined ? "" : style.paint("magenta", `  # forces ${field.forces}`);
  const path = cleanLine(field.path);
  if (field.op === "add") {
    return [`    ${style.paint("green", "+")} ${path}: ${valueText(field.after)}${forced}`];
  }
  if (field.op === "remove") {
    return [`    ${style.paint("red", "-")} ${path}: ${valueText(field.before)}${forced}`];
  }
  const patch = textDiff(field.before, field.after, style);
  if (patch !== undefined) return [`    ${style.paint("yellow", "~")} ${path}:${forced}`, ...patch];
  const arrow = style.glyph("→", "->");
  const values = `${valueText(field.before)} ${arrow} ${valueText(field.after)}`;
  return [`    ${style.paint("yellow", "~")} ${path}: ${values}${forced}`];
}

/** Equal changes as one line: `+ 40 pods create  pod/shop/web-* …`. */
function briefLines(changes: readonly PlannedChange[], options: PlanViewOptions): string[] {
  const groups = new Map<string, PlannedChange[]>();
  for (const change of changes) {
    const [kind = "", namespace = ""] = change.address.split("/");
    const scope = change.address.split("/").length === 3 ? `/${namespace}` : "";
    const key = `${change.action} ${kind}${scope}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [change]);
    else group.push(change);
  }
  const lines: string[] = [];
  const shown = [...groups.values()].slice(0, BRIEF_GROUPS_MAX);
  for (const group of shown) {
    const [first] = group;
    if (first === undefined) continue;
    if (group.length === 1) lines.push(headLine(first, options));
    else lines.push(groupLine(first, group.length, options));
  }
  if (groups.size > shown.length) lines.push(`  … ${groups.size - shown.length} more groups`);
  return lines;
}

/** Leaves room for the placement block in the 60 lines that `--brief` may take. */
const BRIEF_GROUPS_MAX = 30;

function groupLine(first: PlannedChange, count: number, { style }: PlanViewOptions): string {
  const parts = first.address.split("/");
  const scope = parts.slice(0, -1).join("/");
  const word = actionWord(first.action);
  const all = style.paint("bold", cleanLine(`${scope}/*`));
  return `${actionGlyph(first.action, style)} ${all}  ${word}  ${count} objects`;
}
