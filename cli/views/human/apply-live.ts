import type { EngineEvent } from "../../../engine/events/event.ts";
import {
  type Progress,
  type ProgressRow,
  reduce,
  rowsOf,
  startProgress,
} from "../../../engine/events/reduce.ts";
import type { Plan } from "../../../engine/model/plan.ts";
import type { Context } from "../../context.ts";
import { ACTION_LOOKS } from "../actions.ts";
import { cleanLine } from "../clean.ts";
import type { Style, Tone } from "../style.ts";
import { durationText } from "../units.ts";
import { truncate } from "../width.ts";
import { type ApplyView, endedRow } from "./apply-lines.ts";

/** Rows at the bottom that are rewritten, the header among them. */
const ROWS_MAX = 12;
const WAITING_ROWS_MAX = 3;
const REPAINT_MS = 100;
const CLEAR_LINE = "\r\u001b[2K";
const UP_ONE = "\u001b[1A";

/**
 * For terminals: ended steps scroll into the history on stdout; what runs and what waits stands
 * below it on stderr, rewritten at most ten times a second.
 */
export function liveView(context: Context, plan: Plan, now: () => number): ApplyView {
  const { io, style, errorStyle } = context;
  const startMs = now();
  let progress = startProgress(plan);
  let drawn = 0;
  let painted = "";
  const clear = (): void => {
    if (drawn > 0) io.stderr.write(CLEAR_LINE + `${UP_ONE}${CLEAR_LINE}`.repeat(drawn));
    drawn = 0;
    painted = "";
  };
  const draw = (): void => {
    const lines = frame({ progress, nowMs: now(), startMs }, errorStyle)
      .slice(0, Math.max(1, Math.min(ROWS_MAX, io.stderr.rows - 2)))
      .map(({ text, tone }) => {
        const cut = truncate(text, io.stderr.columns - 1);
        return tone === undefined ? cut : errorStyle.paint(tone, cut);
      });
    const text = lines.map((line) => `${line}\n`).join("");
    if (text === painted) return;
    clear();
    io.stderr.write(text);
    painted = text;
    drawn = lines.length;
  };
  const timer = setInterval(draw, REPAINT_MS);
  return {
    event: (event: EngineEvent) => {
      progress = reduce(progress, event, now());
      const row = endedRow(event, style);
      if (row === undefined) return;
      clear();
      io.stdout.write(`${row}\n`);
    },
    notice: (text) => {
      clear();
      io.stderr.write(`${text}\n`);
    },
    close: () => {
      clearInterval(timer);
      clear();
    },
  };
}

/** Painted after it is cut, so that no colour code is cut in two. */
interface Line {
  readonly text: string;
  readonly tone?: Tone;
}

interface FrameFacts {
  readonly progress: Progress;
  readonly nowMs: number;
  readonly startMs: number;
}

const isRunning = ({ state }: ProgressRow): boolean => state === "running" || state === "retrying";

function frame({ progress, nowMs, startMs }: FrameFacts, style: Style): Line[] {
  const { counts } = progress;
  const elapsedMs = nowMs - startMs;
  const left = remainingMs(progress, elapsedMs);
  const eta = left === undefined ? "" : `  eta ~${durationText(left)}`;
  const failed = counts.failed > 0 ? `  ${counts.failed} failed` : "";
  const header =
    `${counts.done}/${counts.total} done  ${counts.running} running  ` +
    `${counts.waiting} waiting${failed}  elapsed ${durationText(elapsedMs)}${eta}`;
  const all = rowsOf(progress);
  const waiting = waitingLines(all, style);
  const room = ROWS_MAX - 1 - waiting.length;
  const running = all.filter(isRunning);
  const rows = running.slice(0, running.length > room ? room - 1 : room);
  const hidden = running.length - rows.length;
  return [
    { text: header, tone: "bold" },
    ...rows.map((row) => runningLine(row, nowMs, style)),
    ...(hidden > 0 ? [{ text: `  ${style.glyph("…", "...")} ${hidden} more running` }] : []),
    ...waiting,
  ];
}

/** Time left by the pace so far; undefined before there is one. */
function remainingMs({ counts }: Progress, elapsedMs: number): number | undefined {
  const ended = counts.done + counts.failed + counts.skipped;
  if (ended === 0 || elapsedMs < 1000) return undefined;
  return Math.round((elapsedMs * (counts.total - ended)) / ended);
}

function phaseText({ retry, phase }: ProgressRow): string | undefined {
  if (retry !== undefined) return `${retry.code}, retry ${retry.attempt}/${retry.of}`;
  return phase === undefined || phase === "" ? undefined : cleanLine(phase);
}

function runningLine(row: ProgressRow, nowMs: number, style: Style): Line {
  const { address, action, host, percent, startedAtMs } = row;
  const look = ACTION_LOOKS[action];
  const glyph = style.glyph(look.glyph, look.ascii);
  const parts = [
    `${style.glyph("▸", ">")} ${glyph} ${cleanLine(address)}`,
    phaseText(row) ?? look.word,
    percent === undefined ? "" : `${Math.round(percent)}%`,
    host === undefined ? "" : cleanLine(host),
    startedAtMs === undefined ? "" : durationText(nowMs - startedAtMs),
  ];
  return { text: parts.filter((part) => part !== "").join("  ") };
}

/** The next steps in order, each with the addresses it waits for. */
function waitingLines(rows: readonly ProgressRow[], style: Style): Line[] {
  const lines: Line[] = [];
  const open = new Set<string>();
  for (const row of rows) {
    if (row.state === "waiting" || isRunning(row)) open.add(row.address);
  }
  for (const { state, address, waitsFor } of rows) {
    if (lines.length >= WAITING_ROWS_MAX) break;
    if (state !== "waiting") continue;
    const needs = waitsFor.filter((need) => open.has(need));
    const names = needs.slice(0, 2).map(cleanLine);
    if (names.length === 0) continue;
    const more = needs.length > names.length ? `, ${needs.length - names.length} more` : "";
    const what = `${cleanLine(address)}  waits for ${names.join(", ")}${more}`;
    lines.push({ text: `${style.glyph("·", ".")} ${what}`, tone: "dim" });
  }
  return lines;
}
