import { carryOut, Refusal } from "../applying/carry-out.ts";
import { confirmPlan } from "../applying/confirm.ts";
import { judgeGates } from "../applying/gates.ts";
import { approvedPlan, type Approved } from "../applying/approved.ts";
import { type EventStream, openStream } from "../applying/stream.ts";
import { endStream, NOTHING, tellCarried } from "../applying/tell.ts";
import { type ApplyWish, applyWish } from "../applying/wish.ts";
import { CLI_CODES, entryOfExit } from "../catalogue.ts";
import { type Command, flagOn } from "../command.ts";
import type { Context } from "../context.ts";
import { CommandError, type Exit, exitOf } from "../exit.ts";
import { wantsJson } from "../output.ts";
import { completeLine } from "../views/human/apply-result.ts";
import { diagnosticsText } from "../views/human/diagnostics.ts";
import { NO_CHANGES } from "../views/human/plan.ts";
import { systemClock } from "../wiring/clock.ts";

const commandFor = (mode: ApplyWish["mode"]): Command => ({
  async run(args, flags, context) {
    if (flagOn(flags, "ui")) {
      const { openTui } = await import("./tui.ts");
      return await openTui({ command: mode, file: args[0] }, flags, context);
    }
    return await runApply(applyWish(mode, args, { flags, context }), context);
  },
});

/** Makes the world match the documents, or carries out a saved plan exactly. */
export const command: Command = commandFor("apply");

/** Removes everything the workspace made. */
export const destroyCommand: Command = commandFor("destroy");

async function runApply(wish: ApplyWish, context: Context): Promise<Exit> {
  const clock = systemClock(context.io.env);
  const now = (): number => clock.now();
  const stream = openStream(context, now);
  try {
    const approved = await approvedPlan(context, wish, stream);
    if (approved.plan === undefined) {
      stream.end(approved.exit, { message: "nothing was applied", ...NOTHING });
      return approved.exit;
    }
    return await applyApproved(context, approved, { wish, stream, now });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return refuse(context, stream, error);
  }
}

interface Applying {
  readonly wish: ApplyWish;
  readonly stream: EventStream;
  readonly now: () => number;
}

async function applyApproved(
  given: Context,
  approved: Approved,
  { wish, stream, now }: Applying,
): Promise<Exit> {
  const { plan, request, context = given } = approved;
  if (plan === undefined) return approved.exit;
  if (flagOn(wish.flags, "requireSignature")) throw unsigned();
  const human = !context.unattended && !wantsJson(context);
  const consent = judgeGates(plan, wish, human);
  if (plan.steps.length === 0 && !approved.mustSettle)
    return nothingToDo(context, stream, approved);
  await confirmPlan(context, plan, consent);
  if (!wantsJson(context)) context.io.stderr.write(`Applying plan ${plan.id} (${plan.digest})\n`);
  const carried = await carryOut(context, { plan, wish, request, stream, now });
  endStream(stream, carried);
  if (!wantsJson(context)) tellCarried(context, carried);
  return carried.exit;
}

function nothingToDo(context: Context, stream: EventStream, { plan, shown }: Approved): Exit {
  const exit = exitOf(0);
  const line = completeLine(NOTHING);
  if (plan !== undefined) stream.emit({ type: "change_summary", summary: plan.summary });
  stream.end(exit, { message: line, ...NOTHING });
  if (!wantsJson(context)) context.io.stdout.write(`${shown ? "" : `${NO_CHANGES}\n`}${line}\n`);
  return exit;
}

/** In the event stream a refusal is a diagnostic before the last line; as text it is thrown on. */
function refuse(context: Context, stream: EventStream, error: CommandError): Exit {
  const entry = entryOfExit(error.exit.code);
  const diagnostics =
    error instanceof Refusal
      ? error.diagnostics
      : [
          {
            severity: "error" as const,
            code: error.code ?? entry.code,
            summary: entry.summary,
            detail: error.message,
            help: error.help,
          },
        ];
  for (const diagnostic of diagnostics) stream.emit({ type: "diagnostic", diagnostic });
  stream.end(error.exit, { message: "nothing was applied", ...NOTHING });
  if (wantsJson(context)) return error.exit;
  if (!(error instanceof Refusal)) throw error;
  context.io.stderr.write(diagnosticsText(diagnostics, context.errorStyle));
  return error.exit;
}

const unsigned = (): CommandError =>
  new CommandError(exitOf(4, "refused", "signature"), "the plan carries no valid signature", {
    code: CLI_CODES.signature.code,
    help: ["apply it without --require-signature"],
  });
