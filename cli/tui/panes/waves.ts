import { itemAt } from "../../../engine/events/list.ts";
import type { Progress, ProgressRow, RowState } from "../../../engine/events/reduce.ts";
import { actionWord } from "../../views/actions.ts";
import type { Tone } from "../../views/style.ts";
import { durationText } from "../../views/units.ts";
import { applyAreas, inside } from "../layout.ts";
import { type Model, windowStart } from "../model.ts";
import { column, type Line, panel, seg } from "../paint.ts";

interface StateLook {
  readonly glyph: string;
  readonly ascii: string;
  readonly tone: Tone;
}

const LOOKS: Readonly<Record<RowState, StateLook>> = {
  waiting: { glyph: "·", ascii: ".", tone: "dim" },
  running: { glyph: "▸", ascii: ">", tone: "cyan" },
  retrying: { glyph: "↻", ascii: "r", tone: "yellow" },
  done: { glyph: "✔", ascii: "v", tone: "green" },
  failed: { glyph: "✖", ascii: "x", tone: "red" },
  skipped: { glyph: "-", ascii: "-", tone: "dim" },
};

/** The live tree: waves with what is done folded, and every step that runs, waits or failed. */
export function wavesPane(model: Model): Line[] {
  const { waves, log } = applyAreas(model);
  const { height } = inside(waves);
  const tree = treeOf(model);
  const start = startIn(tree, model, height);
  const { ascii } = model;
  const hidden = tree.length - start - height;
  const follows = model.applyTop === undefined ? "" : "  4 follow";
  return [
    ...panel(linesIn(tree, { start, height, model }), {
      ...waves,
      title: "Waves",
      footer: `j/k scroll${follows}${hidden > 0 ? `  ${hidden} more below` : ""}`,
      focused: true,
      ascii,
    }),
    ...panel(logLines(model.progress, inside(log).height), {
      ...log,
      title: "Log",
      footer: "ctrl-c once: finish what runs  twice: at once",
      focused: false,
      ascii,
    }),
  ];
}

export const waveLineCount = (model: Model): number => treeOf(model).length;

/** First line of the tree that is shown. */
export const wavesStart = (model: Model): number =>
  startIn(treeOf(model), model, inside(applyAreas(model).waves).height);

function startIn(tree: Tree, { applyTop }: Model, height: number): number {
  if (applyTop === undefined) return windowStart(tree.running, height, tree.length);
  return Math.max(0, Math.min(applyTop, tree.length - height));
}

interface WaveBlock {
  readonly wave: number;
  readonly done: readonly number[];
  readonly open: readonly number[];
}

/** Positions only: the text of a step is made when its line is in sight. */
interface Tree {
  readonly blocks: readonly WaveBlock[];
  readonly length: number;
  /** Line of the first step that runs, else of the first that is not done. */
  readonly running: number;
}

function treeOf({ facts, progress }: Model): Tree {
  const stateAt = (position: number): RowState | undefined =>
    itemAt(progress.list, position)?.state;
  const blocks = facts.waves.map(({ wave, positions }): WaveBlock => {
    const done: number[] = [];
    const open: number[] = [];
    for (const position of positions) (stateAt(position) === "done" ? done : open).push(position);
    return { wave, done, open };
  });
  const length = blocks.reduce((sum, { open }) => sum + 1 + open.length, 0);
  const lineOf = (states: readonly RowState[]): number | undefined => {
    let at = 0;
    for (const { open } of blocks) {
      const found = open.findIndex((position) => states.includes(stateAt(position) ?? "done"));
      if (found >= 0) return at + 1 + found;
      at += 1 + open.length;
    }
    return undefined;
  };
  const running = lineOf(["running", "retrying"]) ?? lineOf(["waiting"]);
  return { blocks, length, running: running ?? 0 };
}

interface Sight {
  readonly start: number;
  readonly height: number;
  readonly model: Model;
}

function linesIn({ blocks }: Tree, { start, height, model }: Sight): Line[] {
  const lines: Line[] = [];
  let at = 0;
  for (const block of blocks) {
    const size = 1 + block.open.length;
    const from = Math.max(0, start - at);
    const to = Math.min(size, start + height - at);
    for (let index = from; index < to; index++) lines.push(blockLine(block, index, model));
    at += size;
  }
  return lines;
}

function blockLine(block: WaveBlock, index: number, model: Model): Line {
  if (index === 0) return waveLine(block, model);
  const row = itemAt(model.progress.list, block.open[index - 1] ?? -1);
  return row === undefined ? [] : rowLine(row, model);
}

/** Done steps of a wave shown by name while they are few; the rest is a number. */
const DONE_SHOWN_MAX = 8;

function waveLine({ wave, done }: WaveBlock, { ascii, progress }: Model): Line {
  const tick = ascii ? "v" : "✔";
  const isFolded = done.length > DONE_SHOWN_MAX;
  const names = isFolded ? [] : done.map((position) => itemAt(progress.list, position)?.address);
  const text = isFolded
    ? `${tick} ${done.length} done`
    : names.map((name) => `${tick} ${name}`).join("  ");
  return [seg(`wave ${wave}  `, "bold"), seg(text, "green")];
}

function rowLine(row: ProgressRow, model: Model): Line {
  const look = LOOKS[row.state];
  const since = row.startedAtMs === undefined ? 0 : Math.max(0, model.nowMs - row.startedAtMs);
  const elapsed = row.state === "running" ? since : row.elapsedMs;
  return [
    { text: `   ${model.ascii ? look.ascii : look.glyph} `, tone: look.tone },
    seg(column(row.address, Math.max(16, Math.floor(model.size.columns / 3)))),
    seg(` ${column(actionWord(row.action), 8)}`),
    seg(row.host === undefined ? " " : ` ${column(row.host, 10)} `),
    seg(elapsed > 0 ? `${durationText(elapsed)}  ` : ""),
    seg(rowNote(row), look.tone),
  ];
}

function rowNote(row: ProgressRow): string {
  if (row.diagnostic !== undefined) return `${row.diagnostic.code} ${row.diagnostic.detail}`;
  if (row.retry !== undefined && row.state === "retrying") {
    const { attempt, of, delayMs, code } = row.retry;
    return `${code}  retry ${attempt}/${of} in ${durationText(delayMs)}`;
  }
  if (row.state === "waiting" && row.waitsFor.length > 0)
    return `waits for ${row.waitsFor.join(", ")}`;
  const percent = row.percent === undefined ? "" : `  ${row.percent}%`;
  return row.phase === undefined ? "" : `${row.phase}${percent}`;
}

const logLines = (progress: Progress, rows: number): Line[] =>
  progress.log
    .slice(-Math.max(1, rows))
    .map(({ address, text }): Line => [seg(`${address ?? ""}  `, "dim"), seg(text)]);
