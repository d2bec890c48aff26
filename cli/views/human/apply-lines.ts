import type { EngineEvent } from "../../../engine/events/event.ts";
import type { Context } from "../../context.ts";
import { actionWord, actionGlyph } from "../actions.ts";
import { cleanLine } from "../clean.ts";
import type { Style } from "../style.ts";
import { durationText } from "../units.ts";

/** Something that shows a run while it goes on. */
export interface ApplyView {
  event(event: EngineEvent): void;
  /** One line for the user between the rows, for example what Ctrl-C does. */
  notice(text: string): void;
  /** Takes back whatever is rewritten in place; nothing more comes after it. */
  close(): void;
}

/** How a step ended, as one row of the history; undefined for everything else. */
export function endedRow(event: EngineEvent, style: Style): string | undefined {
  if (event.type === "apply_complete") {
    const on = event.host === undefined ? "" : `  ${cleanLine(event.host)}`;
    const mark = style.paint("green", style.glyph("✔", "ok"));
    return `${mark} ${stepText(event, style)}${on}  ${durationText(event.elapsedMs)}`;
  }
  if (event.type === "apply_errored") {
    const mark = style.paint("red", style.glyph("✖", "failed"));
    const { code, detail } = event.diagnostic;
    return `${mark} ${stepText(event, style)}  ${code} ${cleanLine(detail)}`;
  }
  if (event.type === "apply_skipped") {
    const mark = style.paint("yellow", style.glyph("·", "skipped"));
    const waits = event.waitsFor.map(cleanLine).join(", ");
    const why = waits === "" ? "" : `, waits for ${waits}`;
    return `${mark} ${stepText(event, style)}  skipped${why}`;
  }
  return undefined;
}

type Step = Extract<EngineEvent, { readonly type: "apply_start" }>;
type StepLike = Pick<Step, "address" | "action">;

const stepText = ({ address, action }: StepLike, style: Style): string =>
  `${actionGlyph(action, style)} ${cleanLine(address)}  ${actionWord(action)}`;

/** Append-only: one line per event. For pipes, CI and screen readers. */
export function linesView({ io, style, errorStyle, options }: Context): ApplyView {
  const words: Style = options.accessible ? { ...style, glyph: (_rich, ascii) => ascii } : style;
  const tell = (text: string): void => {
    if (!options.quiet) io.stderr.write(`${text}\n`);
  };
  return {
    event: (event) => {
      const row = endedRow(event, words);
      if (row !== undefined) {
        if (!options.quiet || event.type !== "apply_complete") io.stdout.write(`${row}\n`);
        return;
      }
      const line = runningLine(event, errorStyle);
      if (line !== undefined) tell(line);
    },
    notice: (text) => io.stderr.write(`${text}\n`),
    close: () => {},
  };
}

function runningLine(event: EngineEvent, style: Style): string | undefined {
  switch (event.type) {
    case "apply_start": {
      const on = event.host === undefined ? "" : ` on ${cleanLine(event.host)}`;
      return `  ${stepText(event, style)} started${on}`;
    }
    case "apply_progress": {
      const percent = event.percent === undefined ? "" : ` ${Math.round(event.percent)}%`;
      const phase = `${cleanLine(event.phase)}${percent}`;
      return `  ${stepText(event, style)}: ${phase} [${durationText(event.elapsedMs)} elapsed]`;
    }
    case "apply_retry": {
      const again = `retry ${event.attempt} of ${event.of} in ${durationText(event.delayMs)}`;
      return `  ${stepText(event, style)}: ${cleanLine(event.code)}, ${again}`;
    }
    default:
      return undefined;
  }
}
