import type { EngineEvent } from "../../../engine/events/event.ts";
import type { Plan } from "../../../engine/model/plan.ts";
import type { Context } from "../../context.ts";
import { ACTION_LOOKS } from "../actions.ts";
import { cleanLine } from "../clean.ts";
import type { Style, Tone } from "../style.ts";
import { durationText } from "../units.ts";
import { truncate } from "../width.ts";
import { type ApplyView, endedRow } from "./apply-lines.ts";
import {
  progressAfter,
  remainingMs,
  type RunningRow,
  type RunProgress,
  startOfRun,
  waitingCount,
} from "./apply-progress.ts";

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
  const addresses = new Map(plan.steps.map((step) => [step.id, step.address]));
  let progress = startOfRun(plan);
  let drawn = 0;
  let painted = "";
  const clear = (): void => {
    if (drawn > 0) io.stderr.write(CLEAR_LINE + `${UP_ONE}${CLEAR_LINE}`.repeat(drawn));
    drawn = 0;
    painted = "";
  };
  const draw = (): void => {
    const lines = frame({ plan, addresses, progress, nowMs: now(), startMs }, errorStyle)
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
      progress = progressAfter(progress, event, now());
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
  readonly plan: Plan;
  readonly addresses: ReadonlyMap<string, string>;
  readonly progress: RunProgress;
  readonly nowMs: number;
  readonly startMs: number;
}

function frame(facts: FrameFacts, style: Style): Line[] {
  const { progress, nowMs, startMs } = facts;
  const elapsedMs = nowMs - startMs;
  const left = remainingMs(progress, elapsedMs);
  const eta = left === undefined ? "" : `  eta ~${durationText(left)}`;
  const failed = progress.failed > 0 ? `  ${progress.failed} failed` : "";
  const header =
    `${progress.done}/${progress.total} done  ${progress.running.size} running  ` +
    `${waitingCount(progress)} waiting${failed}  elapsed ${durationText(elapsedMs)}${eta}`;
  const waiting = waitingLines(facts, style);
  const room = ROWS_MAX - 1 - waiting.length;
  const running = [...progress.running.values()];
  const rows = running.slice(0, running.length > room ? room - 1 : room);
  const hidden = running.length - rows.length;
  return [
    { text: header, tone: "bold" },
    ...rows.map((row) => runningLine(row, nowMs, style)),
    ...(hidden > 0 ? [{ text: `  ${style.glyph("…", "...")} ${hidden} more running` }] : []),
    ...waiting,
  ];
}

function runningLine(row: RunningRow, nowMs: number, style: Style): Line {
  const { facts, startedMs, phase, percent } = row;
  const look = ACTION_LOOKS[facts.action];
  const glyph = style.glyph(look.glyph, look.ascii);
  const parts = [
    `${style.glyph("▸", ">")} ${glyph} ${cleanLine(facts.address)}`,
    phase === "" ? look.word : cleanLine(phase),
    percent === undefined ? "" : `${Math.round(percent)}%`,
    facts.host === undefined ? "" : cleanLine(facts.host),
    durationText(nowMs - startedMs),
  ];
  return { text: parts.filter((part) => part !== "").join("  ") };
}

/** The next steps in order, each with the addresses it waits for. */
function waitingLines({ plan, addresses, progress }: FrameFacts, style: Style): Line[] {
  const lines: Line[] = [];
  for (const step of plan.steps) {
    if (lines.length >= WAITING_ROWS_MAX) break;
    if (progress.ended.has(step.id) || progress.running.has(step.id)) continue;
    const open = step.after.filter((id) => !progress.ended.has(id));
    const names = open.slice(0, 2).map((id) => cleanLine(addresses.get(id) ?? id));
    if (names.length === 0) continue;
    const more = open.length > names.length ? `, ${open.length - names.length} more` : "";
    const what = `${cleanLine(step.address)}  waits for ${names.join(", ")}${more}`;
    lines.push({ text: `${style.glyph("·", ".")} ${what}`, tone: "dim" });
  }
  return lines;
}
