import type { Context } from "../context.ts";
import { isComplete, resultLine } from "../views/human/apply-result.ts";
import { diagnosticsText } from "../views/human/diagnostics.ts";
import type { Carried } from "./carry-out.ts";
import type { EventStream } from "./stream.ts";

/** Counts of a run that changed nothing. */
export const NOTHING = { added: 0, changed: 0, destroyed: 0, failed: 0, skipped: 0 };

/** The last line of the event stream. */
export function endStream(stream: EventStream, { exit, summary }: Carried): void {
  const { added, changed, destroyed } = summary;
  const failed = summary.failed.length + summary.unknown.length;
  const counts = { added, changed, destroyed, failed, skipped: summary.skipped.length };
  stream.end(exit, { message: resultLine(summary), ...counts });
}

/** What went wrong, how it ended, and what to do next. */
export function tellCarried(context: Context, { summary, diagnostics }: Carried): void {
  const { io, errorStyle, hints } = context;
  io.stderr.write(diagnosticsText(diagnostics, errorStyle));
  io.stdout.write(`\n${resultLine(summary)}\n`);
  if (!isComplete(summary) && hints) {
    io.stderr.write(`Finish it with: vpac apply --resume ${summary.run}, or plan again.\n`);
  }
}
