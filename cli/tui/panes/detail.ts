import type { PlanDecision, PlannedChange, PlannedField } from "../../../engine/model/plan.ts";
import { canonicalJson } from "../../../engine/model/canonical.ts";
import type { JsonValue } from "../../../engine/model/json.ts";
import { ACTION_LOOKS } from "../../views/actions.ts";
import { type Model, visibleChanges } from "../model.ts";
import { type Line, panel, seg } from "../paint.ts";

/** Everything about the change under the cursor: why, fields, host and the reasons for it. */
export function detailPane(model: Model, width: number, height: number): Line[] {
  const change = visibleChanges(model)[model.cursor];
  const lines = change === undefined ? [] : detailLines(change, model);
  const top = model.pane === "detail" ? Math.min(model.top, Math.max(0, lines.length - 1)) : 0;
  return panel(lines.slice(top), {
    width,
    height,
    title: `Detail  ${change?.address ?? ""}`,
    footer: "tab pane  j/k scroll  esc back",
    focused: model.pane === "detail",
    ascii: model.ascii,
  });
}

function detailLines(change: PlannedChange, model: Model): Line[] {
  const look = ACTION_LOOKS[change.action];
  const glyph = model.ascii ? look.ascii : look.glyph;
  const decision = model.plan.placement.decisions.find(
    ({ id }) => id === change.placement?.decision,
  );
  return [
    [{ text: `${glyph} ${look.word}`, tone: look.tone }, seg(reasonText(change))],
    [],
    ...change.diff.map((field) => fieldLine(field, model.ascii)),
    ...(change.diff.length > 0 ? [[]] : []),
    ...hostLines(change, decision, model.ascii),
    ...costLines(change),
    ...sourceLines(change),
    ...(change.fixes ?? []).map((fix): Line => [seg("fix   ", "green"), seg(fix.description)]),
  ];
}

const reasonText = ({ reasons, qos }: PlannedChange): string => {
  const words = reasons.map(({ code, detail }) =>
    detail === undefined ? code : `${code}: ${detail}`,
  );
  if (qos !== undefined) words.push(qos);
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
};

const textOf = (value: JsonValue | undefined): string =>
  typeof value === "string" ? value : value === undefined ? "(unset)" : canonicalJson(value);

function fieldLine(field: PlannedField, ascii: boolean): Line {
  const forced = field.forces === undefined ? [] : [seg(`  forces ${field.forces}`, "magenta")];
  if (field.op === "add") {
    return [seg("+ ", "green"), seg(`${field.path}: ${textOf(field.after)}`), ...forced];
  }
  if (field.op === "remove") {
    return [seg("- ", "red"), seg(`${field.path}: ${textOf(field.before)}`), ...forced];
  }
  const arrow = ascii ? "->" : "→";
  const values = `${textOf(field.before)} ${arrow} ${textOf(field.after)}`;
  return [seg("~ ", "yellow"), seg(`${field.path}: ${values}`), ...forced];
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
  const moved = from !== undefined && from !== to;
  const head: Line[] =
    to === undefined ? [] : [[seg("host  ", "dim"), seg(moved ? `${from} ${arrow} ${to}` : to)]];
  return decision === undefined ? head : [...head, ...cardLines(decision, ascii)];
}

/** The score card: the best hosts, the rejected ones with their reason, how many there were. */
function cardLines(decision: PlanDecision, ascii: boolean): Line[] {
  const { chosen, hostsConsidered, hostsFeasible } = decision;
  const card = decision.candidates.slice(0, CANDIDATES_MAX).map(({ host, score }, index): Line => {
    const isChosen = host === chosen;
    const mark = ascii ? ">" : "▸";
    const text = `      ${isChosen ? mark : " "} ${host}  score ${score.toFixed(2)}`;
    const why = index === 0 && isChosen ? `  decided by ${decision.decidedBy}` : "";
    return [seg(text, isChosen ? "green" : "dim"), seg(why, "dim")];
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

function costLines({ risk, wave, dependsOn }: PlannedChange): Line[] {
  const words = [`risk ${risk.level}`, `wave ${wave}`];
  if (risk.downtimeMs > 0) words.push(`~${Math.round(risk.downtimeMs / 1000)} s off`);
  if (risk.dataLoss) words.push("DATA LOSS");
  const lines: Line[] = [[seg("cost  ", "dim"), seg(words.join("  "))]];
  if (dependsOn.length > 0) lines.push([seg("after ", "dim"), seg(dependsOn.join(", "))]);
  return lines;
}

const sourceLines = ({ source }: PlannedChange): Line[] =>
  source === undefined ? [] : [[seg("yaml  ", "dim"), seg(`${source.file}:${source.line}`)]];
