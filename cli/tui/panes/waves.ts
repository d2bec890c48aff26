import {
  type Progress,
  type ProgressRow,
  type RowState,
  rowsOf,
} from "../../../engine/events/reduce.ts";
import { actionWord } from "../../views/actions.ts";
import type { Tone } from "../../views/style.ts";
import { durationText } from "../../views/units.ts";
import { bodyRows, type Model, windowStart } from "../model.ts";
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
export function wavesPane(model: Model, width: number): Line[] {
  const height = bodyRows(model);
  const logRows = Math.max(4, Math.min(9, Math.floor(height / 3)));
  const upper = height - logRows;
  const lines = waveLines(model);
  const rows = Math.max(1, upper - 2);
  const running = lines.findIndex((line) => line.some((segment) => segment.tone === "cyan"));
  const start =
    model.applyTop === undefined
      ? windowStart(Math.max(0, running), rows, lines.length)
      : Math.min(model.applyTop, Math.max(0, lines.length - rows));
  const { ascii } = model;
  const shape = { width, focused: true, ascii };
  return [
    ...panel(lines.slice(start, start + rows), {
      ...shape,
      height: upper,
      title: "Waves",
      footer: "j/k scroll",
    }),
    ...panel(logLines(model.progress, logRows - 2), {
      ...shape,
      height: logRows,
      title: "Log",
      footer: "ctrl-c once: finish what runs  twice: at once",
      focused: false,
    }),
  ];
}

function waveLines(model: Model): Line[] {
  const byWave = new Map<number, ProgressRow[]>();
  for (const row of rowsOf(model.progress)) {
    const rows = byWave.get(row.wave);
    if (rows === undefined) byWave.set(row.wave, [row]);
    else rows.push(row);
  }
  return [...byWave]
    .toSorted(([left], [right]) => left - right)
    .flatMap(([wave, rows]) => waveBlock(wave, rows, model));
}

/** Done steps of a wave shown by name while they are few; the rest is a number. */
const DONE_SHOWN_MAX = 8;

function waveBlock(wave: number, rows: readonly ProgressRow[], model: Model): Line[] {
  const done = rows.filter((row) => row.state === "done");
  const open = rows.filter((row) => row.state !== "done");
  const tick = model.ascii ? "v" : "✔";
  const names =
    done.length <= DONE_SHOWN_MAX
      ? done.map((row) => `${tick} ${row.address}`).join("  ")
      : `${tick} ${done.length} done`;
  const head: Line = [seg(`wave ${wave}  `, "bold"), seg(names, "green")];
  return [head, ...open.map((row) => rowLine(row, model))];
}

function rowLine(row: ProgressRow, model: Model): Line {
  const look = LOOKS[row.state];
  const since = row.startedAtMs === undefined ? 0 : Math.max(0, model.nowMs - row.startedAtMs);
  const elapsed = row.state === "running" ? since : row.elapsedMs;
  return [
    { text: `   ${model.ascii ? look.ascii : look.glyph} `, tone: look.tone },
    seg(column(row.address, 34)),
    seg(` ${column(actionWord(row.action), 8)}`),
    seg(` ${column(row.host ?? "", 10)}`),
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
