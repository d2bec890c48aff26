import { ACTION_LOOKS } from "../../views/actions.ts";
import { cleanLine } from "../../views/clean.ts";
import { causePart } from "../../views/human/plan.ts";
import { reasonText } from "../../views/human/decision.ts";
import { textDiff } from "../../views/human/text-diff.ts";
import { createStyle } from "../../views/style.ts";
import type { PlanDecision, PlannedChange, PlannedField } from "../../../engine/model/plan.ts";
import { type Field, fieldsOf, valueText } from "../facts.ts";
import { detailArea, inside } from "../layout.ts";
import type { Model } from "../model.ts";
import { type Line, panel, seg, wrap } from "../paint.ts";

/** Everything about the change under the cursor: why, fields, host and the reasons for it. */
export function detailPane(model: Model): Line[] {
  const area = detailArea(model);
  const { height } = inside(area);
  const lines = detailLines(model);
  const isFocused = model.pane === "detail";
  const top = isFocused ? Math.max(0, Math.min(model.top, lines.length - height)) : 0;
  const hidden = lines.length - top - height;
  return panel(lines.slice(top, top + height), {
    ...area,
    title: `Detail  ${model.rows[model.cursor]?.address ?? ""}`,
    footer: `tab pane  j/k scroll  esc back${hidden > 0 ? `  ${hidden} more below` : ""}`,
    focused: isFocused,
    ascii: model.ascii,
  });
}

export const detailLength = (model: Model): number => detailLines(model).length;

/** Columns that the later lines of a long one stand to the right. */
const INDENT = 6;

function detailLines(model: Model): Line[] {
  const change = model.rows[model.cursor];
  if (change === undefined) return [];
  const { width } = inside(detailArea(model));
  const decision = model.facts.decisions.get(change.placement?.decision ?? "");
  const lines: Line[] = [
    headLine(change, model.ascii),
    ...(change.warnings ?? []).map((text): Line => [seg("warning  ", "yellow"), seg(text)]),
    [],
    ...fieldLines(change, model),
    ...hostLines(change, decision, model.ascii),
    ...costLines(change),
    ...sourceLines(change),
    ...(change.fixes ?? []).map((fix): Line => [seg("fix   ", "green"), seg(fix.description)]),
  ];
  return lines.flatMap((line) => wrap(line, width, INDENT));
}

function headLine(change: PlannedChange, ascii: boolean): Line {
  const look = ACTION_LOOKS[change.action];
  const glyph = ascii ? look.ascii : look.glyph;
  return [{ text: `${glyph} ${look.word}  `, tone: look.tone }, seg(causePart(change, ""))];
}

/** More of one object is not read on a screen. */
const FIELDS_MAX = 300;

/** What differs, then what does not, or how much of that there is. */
function fieldLines(change: PlannedChange, model: Model): Line[] {
  const differing = change.diff.flatMap((field) => fieldLine(field, model.ascii));
  const same = sameFields(change, model);
  const what = change.action === "create" ? "field" : "unchanged field";
  const count = `${same.length} ${what}${same.length === 1 ? "" : "s"}`;
  const rest = model.unchanged
    ? same
        .slice(0, FIELDS_MAX)
        .map(({ path, text }): Line => [seg(`  ${path}: ${shortened(text)}`, "dim")])
    : same.length > 0
      ? [[seg(`  (${count} hidden, u shows)`, "dim")]]
      : [];
  const lines = [...differing, ...rest];
  return lines.length > 0 ? [...lines, []] : [];
}

function sameFields({ address, action, diff }: PlannedChange, { facts }: Model): Field[] {
  const step = facts.steps.get(address);
  if (step === undefined) return [];
  const fields = fieldsOf(step.attributes);
  if (action === "create") return fields;
  const differing = diff.map(({ path }) => path);
  return fields.filter(
    ({ path }) => !differing.some((other) => path === other || path.startsWith(`${other}/`)),
  );
}

const VALUE_LENGTH_MAX = 600;

const shortened = (text: string): string =>
  text.length <= VALUE_LENGTH_MAX
    ? text
    : `${text.slice(0, VALUE_LENGTH_MAX)} (and ${text.length - VALUE_LENGTH_MAX} characters more)`;

const PLAIN = createStyle({ color: false, ascii: true });

function fieldLine(field: PlannedField, ascii: boolean): Line[] {
  const { path, before, after, op, forces } = field;
  const forced = forces === undefined ? [] : [seg(`  forces ${forces}`, "magenta")];
  if (op === "add") {
    return [[seg("+ ", "green"), seg(`${path}: ${shortened(valueText(after))}`), ...forced]];
  }
  if (op === "remove") {
    return [[seg("- ", "red"), seg(`${path}: ${shortened(valueText(before))}`), ...forced]];
  }
  const patch = textDiff(before, after, PLAIN);
  if (patch !== undefined)
    return [[seg("~ ", "yellow"), seg(path), ...forced], ...patch.map(patched)];
  const arrow = ascii ? "->" : "→";
  const values = `${shortened(valueText(before))} ${arrow} ${shortened(valueText(after))}`;
  return [[seg("~ ", "yellow"), seg(`${path}: ${values}`), ...forced]];
}

function patched(text: string): Line {
  const line = text.trimStart();
  if (line.startsWith("+")) return [seg(`    ${line}`, "green")];
  return [seg(`    ${line}`, line.startsWith("-") ? "red" : "dim")];
}

const CANDIDATES_MAX = 5;
const REJECTED_MAX = 8;

function hostLines(
  { placement }: PlannedChange,
  decision: PlanDecision | undefined,
  ascii: boolean,
): Line[] {
  const { from, to } = placement ?? {};
  const arrow = ascii ? "->" : "→";
  const isMoved = from !== undefined && from !== to;
  const why = reasonText(decision);
  const host = isMoved ? `${from} ${arrow} ${to}` : to;
  const head: Line[] =
    to === undefined
      ? []
      : [[seg("host  ", "dim"), seg(`${host}`), seg(why === "" ? "" : `  (${why})`, "dim")]];
  return decision === undefined ? head : [...head, ...cardLines(decision, ascii)];
}

/** The score card: the best hosts, the rejected ones with their reason, how many there were. */
function cardLines(decision: PlanDecision, ascii: boolean): Line[] {
  const { chosen, hostsConsidered, hostsFeasible } = decision;
  const card = decision.candidates.slice(0, CANDIDATES_MAX).map(({ host, score }): Line => {
    const isChosen = host === chosen;
    const mark = isChosen ? (ascii ? ">" : "▸") : " ";
    return [seg(`      ${mark} ${host}  score ${score.toFixed(2)}`, isChosen ? "green" : "dim")];
  });
  const rejected = decision.rejected
    .slice(0, REJECTED_MAX)
    .map(
      ({ host, code, message }): Line => [
        seg(`      ${ascii ? "x" : "✖"} ${host}  ${code}: ${message}`, "dim"),
      ],
    );
  const count = `      ${hostsConsidered} hosts considered, ${hostsFeasible} feasible`;
  return [...card, ...rejected, [seg(count, "dim")]];
}

const NEEDS_MAX = 10;

function costLines({ risk, wave, dependsOn }: PlannedChange): Line[] {
  const words = [`risk ${risk.level}`, `wave ${wave}`];
  if (risk.downtimeMs > 0) words.push(`~${Math.round(risk.downtimeMs / 1000)} s off`);
  if (risk.dataLoss) words.push("DATA LOSS");
  const cost: Line = [seg("cost  ", "dim"), seg(words.join("  "))];
  if (dependsOn.length === 0) return [cost];
  const left = dependsOn.length - NEEDS_MAX;
  const more = left > 0 ? `, ${left} more` : "";
  return [cost, [seg("after ", "dim"), seg(dependsOn.slice(0, NEEDS_MAX).join(", ") + more)]];
}

const sourceLines = ({ source }: PlannedChange): Line[] =>
  source === undefined
    ? []
    : [[seg("yaml  ", "dim"), seg(`${cleanLine(source.file)}:${source.line}`)]];
