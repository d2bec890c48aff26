import type { PlannedChange } from "../../../engine/model/plan.ts";
import { ACTION_LOOKS } from "../../views/actions.ts";
import { type Model, visibleChanges, windowStart } from "../model.ts";
import { column, inverse, type Line, panel, seg } from "../paint.ts";

/** The list of changes: glyph, address, action, host. Only the rows in sight are made. */
export function changesPane(model: Model, width: number, height: number): Line[] {
  const changes = visibleChanges(model);
  const rows = Math.max(1, height - 2);
  const start = windowStart(model.cursor, rows, changes.length);
  const focused = model.pane === "changes";
  const lines = changes.slice(start, start + rows).map((change, index) => {
    const line = changeLine(change, model, width - 4);
    return start + index === model.cursor ? inverse(line) : line;
  });
  const all = model.plan.changes.filter(({ action }) => model.unchanged || action !== "noop");
  const filter = model.filter === "" && !model.filtering ? "/filter" : `/${model.filter}`;
  return panel(lines.length === 0 ? [emptyLine(model)] : lines, {
    width,
    height,
    title: `Changes  ${changes.length}/${all.length}   ${filter}${model.filtering ? "_" : ""}  s sort:${model.sort}`,
    footer: "j/k move  space mark  enter open  u unchanged",
    focused,
    ascii: model.ascii,
  });
}

const emptyLine = (model: Model): Line =>
  model.filter === ""
    ? [seg("No changes. Your infrastructure matches the configuration.", "green")]
    : [seg("nothing passes the filter; esc clears it", "dim")];

function changeLine(change: PlannedChange, model: Model, width: number): Line {
  const look = ACTION_LOOKS[change.action];
  const mark = model.marked.has(change.address) ? "*" : " ";
  const glyph = column(model.ascii ? look.ascii : look.glyph, 2);
  const host = hostText(change, model.ascii);
  const addressWidth = Math.max(12, width - 2 - 2 - 10 - Math.min(26, host.length + 1));
  return [
    seg(`${mark}`, "cyan"),
    { text: glyph, tone: look.tone },
    seg(` ${column(change.address, addressWidth)}`),
    seg(` ${column(look.word, 9)}`, look.tone),
    seg(host),
  ];
}

function hostText({ placement, reasons }: PlannedChange, ascii: boolean): string {
  const { from, to } = placement ?? {};
  const arrow = ascii ? "->" : "→";
  if (to !== undefined && from !== undefined && from !== to) return `${from}${arrow}${to}`;
  if (to !== undefined) return `${arrow} ${to}`;
  return reasons[0]?.code ?? "";
}
