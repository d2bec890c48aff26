import type { PlannedChange } from "../../../engine/model/plan.ts";
import { ACTION_LOOKS } from "../../views/actions.ts";
import { changesArea, inside } from "../layout.ts";
import { isWide, type Model, windowStart } from "../model.ts";
import { column, inverse, type Line, panel, seg, wrap } from "../paint.ts";

/** The list of changes: glyph, address, action, host. Only the rows in sight are made. */
export function changesPane(model: Model): Line[] {
  const area = changesArea(model);
  const { width, height } = inside(area);
  const { rows, filter, filtering, sort, cursor, ascii } = model;
  const start = windowStart(cursor, height, rows.length);
  const isFocused = model.pane === "changes" && model.screen === "plan";
  const lines = rows.slice(start, start + height).map((change, index) => {
    const line = changeLine(change, { model, width, isUnder: start + index === cursor });
    return start + index === cursor ? inverse(line) : line;
  });
  const total = model.unchanged ? model.plan.changes.length : model.facts.changes;
  const typed = filter === "" && !filtering ? "/filter" : `/${filter}${filtering ? "_" : ""}`;
  return panel(lines.length === 0 ? wrap(emptyLine(model), width, 0) : lines, {
    ...area,
    title: `Changes  ${rows.length}/${total}   ${typed}  s sort:${sort}`,
    footer: isWide(model)
      ? "space mark  enter open  u unchanged"
      : "enter detail  p hosts  a, A apply",
    focused: isFocused,
    ascii,
  });
}

const emptyLine = ({ filter }: Model): Line =>
  filter === ""
    ? [seg("No changes. Your infrastructure matches the configuration.", "green")]
    : [seg("nothing passes the filter; esc clears it", "dim")];

interface Row {
  readonly model: Model;
  readonly width: number;
  readonly isUnder: boolean;
}

const WORD_COLUMNS = 9;
/** Where it is narrower the glyph alone tells what is done. */
const WORD_WIDTH_MIN = 50;
const HOST_COLUMNS_MAX = 24;
/** Room for a move between two hosts of six letters, where the address can spare it. */
const HOST_COLUMNS_MIN = 14;
const HOST_WIDTH_MIN = 44;

/** The cursor has a mark of its own, since without colour nothing is inverted. */
function changeLine(change: PlannedChange, { model, width, isUnder }: Row): Line {
  const { ascii } = model;
  const look = ACTION_LOOKS[change.action];
  const cursor = isUnder ? (ascii ? ">" : "▸") : " ";
  const mark = model.marked.has(change.address) ? "*" : " ";
  const fewest = width < HOST_WIDTH_MIN ? 0 : HOST_COLUMNS_MIN;
  const hostColumns = Math.min(HOST_COLUMNS_MAX, Math.max(fewest, Math.floor(width / 4)));
  const word = width < WORD_WIDTH_MIN ? "" : ` ${column(look.word, WORD_COLUMNS)}`;
  const addressColumns = width - 2 - 3 - word.length - hostColumns - 1;
  return [
    seg(cursor),
    seg(mark, "cyan"),
    { text: `${column(ascii ? look.ascii : look.glyph, 2)} `, tone: look.tone },
    seg(column(change.address, addressColumns)),
    seg(word, look.tone),
    seg(` ${hostText(change, ascii)}`),
  ];
}

/** Where it goes; a change without a host shows the field that differs instead. */
function hostText({ placement, diff }: PlannedChange, ascii: boolean): string {
  const { from, to } = placement ?? {};
  const arrow = ascii ? "->" : "→";
  if (to !== undefined && from !== undefined && from !== to) return `${from}${arrow}${to}`;
  if (to !== undefined) return from === undefined ? `${arrow} ${to}` : to;
  const [first, ...rest] = diff.map(({ path }) => path.slice(path.lastIndexOf("/") + 1));
  return first === undefined ? "" : `${first}${rest.length > 0 ? ` +${rest.length}` : ""}`;
}
