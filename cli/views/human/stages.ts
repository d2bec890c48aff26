import type { EngineEvent, EventSink } from "../../../engine/events/event.ts";
import type { Context } from "../../context.ts";
import { durationText } from "../units.ts";

/** Stages faster than this are not worth a line. */
const TELL_AFTER_MS = 1000;

/** Tells on stderr what a long planning is doing: one line that is rewritten on a terminal. */
export function createStageReporter(context: Context): {
  readonly emit: EventSink;
  readonly done: () => void;
} {
  const { io, options } = context;
  const machine = options.output.is === "json" || options.output.is === "ndjson";
  const silent = options.quiet || machine;
  const rewrites = io.stderr.isTty && !options.accessible && io.env["TERM"] !== "dumb";
  let shown = false;
  const tell = (text: string): void => {
    if (silent) return;
    io.stderr.write(rewrites ? `\r\u001b[2K${text}` : `${text}\n`);
    shown = rewrites;
  };
  const emit = (event: EngineEvent): void => {
    if (event.type === "refresh_start" && rewrites) tell(`Reading ${event.provider} …`);
    if (event.type === "stage" && (options.verbose || event.elapsedMs >= TELL_AFTER_MS)) {
      tell(`${event.stage}: ${durationText(event.elapsedMs)}`);
    }
  };
  const done = (): void => {
    if (shown) io.stderr.write("\r\u001b[2K");
    shown = false;
  };
  return { emit, done };
}
