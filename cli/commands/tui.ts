import { readPlanFile } from "../planfile.ts";
import { type Command, type FlagValues, flagOn, flagText } from "../command.ts";
import type { Context } from "../context.ts";
import { type Exit, exitOf, usageError } from "../exit.ts";
import { planFor, refusalOf } from "../planning.ts";
import type { Plan } from "../../engine/model/plan.ts";
import { diagnosticsText } from "../views/human/diagnostics.ts";
import { systemClock } from "../wiring/clock.ts";
import { sha256 } from "../wiring/digest.ts";

/** The command whose plan is shown; `plan` only looks. */
type TuiFor = "tui" | "plan" | "apply" | "destroy";

/** The full-screen interface by its own name. */
export const command: Command = {
  run: (args, flags, context) => openTui({ command: "tui", file: args[0] }, flags, context),
};

interface Wanted {
  readonly command: TuiFor;
  readonly file: string | undefined;
}

/** Opens the full-screen interface; React and Ink are loaded here and by nothing else. */
export async function openTui(wanted: Wanted, flags: FlagValues, given: Context): Promise<Exit> {
  refuseWithoutScreen(given);
  refuseContradictions(flags);
  const isDestroy = wanted.command === "destroy" || flagOn(flags, "destroy");
  const mode = isDestroy ? "destroy" : "apply";
  const { file } = wanted;
  const found = file === undefined ? await planNow(given, flags, mode) : savedPlan(given, file);
  if (found.plan === undefined) return found.exit;
  const { plan, refusal, context } = found;
  const { mountTui } = await import("../tui/mount.tsx");
  const clock = systemClock(context.io.env);
  return await mountTui({
    context,
    flags,
    mode,
    file,
    plan,
    refusal,
    refusals: {
      apply: whyOnlyLook(wanted, flags, context),
      applyMarked: file === undefined ? "" : "a saved plan is applied as a whole",
      replan: file === undefined ? "" : "the plan was read from a file",
    },
    now: () => clock.now(),
  });
}

function refuseWithoutScreen(context: Context): void {
  const why = whyNoScreen(context);
  if (why === undefined) return;
  throw usageError(`the full screen needs a terminal: ${why}`, "use vpac plan and vpac apply");
}

const isOn = (value: string | undefined): boolean =>
  value !== undefined && value !== "" && value !== "0" && value !== "false";

function whyNoScreen({ io, options }: Context): string | undefined {
  if (!io.stdinIsTty || !io.stdout.isTty) return "stdin and stdout are not both one";
  if (io.env["TERM"] === "dumb") return "TERM is dumb";
  if (isOn(io.env["CI"])) return "CI is set";
  if (options.accessible) return "--accessible asks for append-only text";
  if (options.output.is !== "text") return "machine output was asked for";
  return undefined;
}

function refuseContradictions(flags: FlagValues): void {
  if (flagText(flags, "out") !== undefined) {
    throw usageError("--out contradicts --ui", "save the plan with vpac plan --out FILE first");
  }
  if (flagText(flags, "resume") !== undefined) {
    throw usageError("--resume contradicts --ui", "resume the run with vpac apply --resume RUN");
  }
  for (const [name, flag] of LATER) {
    if (flagText(flags, name) !== undefined) {
      throw usageError(`${flag} comes in a later version`, `leave out ${flag}`);
    }
  }
}

const LATER = [
  ["replay", "--replay"],
  ["theme", "--theme"],
] as const;

function whyOnlyLook(wanted: Wanted, flags: FlagValues, { options }: Context): string {
  if (flagOn(flags, "readOnly")) return "--read-only: nothing can be applied from here";
  if (wanted.command === "plan") return "vpac plan only looks: vpac tui and vpac apply --ui apply";
  if (wanted.command === "tui" && wanted.file !== undefined) {
    return "a saved plan is only looked at here: vpac apply --ui FILE applies it";
  }
  if (flagOn(flags, "requireSignature")) return "--require-signature: the plan carries none";
  return options.input ? "" : "--no-input: nobody may be asked whether to apply";
}

interface Found {
  readonly plan: Plan | undefined;
  readonly refusal: string;
  readonly exit: Exit;
  /** The plan's own workspace counts. */
  readonly context: Context;
}

function savedPlan(context: Context, file: string): Found {
  const plan = readPlanFile(context, file, sha256);
  const options = { ...context.options, workspace: plan.workspace };
  return { plan, refusal: "", exit: exitOf(0), context: { ...context, options } };
}

async function planNow(
  context: Context,
  flags: FlagValues,
  mode: "apply" | "destroy",
): Promise<Found> {
  const { signal } = new AbortController();
  const emit = (): void => undefined;
  const planned = await planFor(context, { flags, mode, emit, signal });
  const { outcome, diagnostics, exit } = planned;
  if (outcome.plan === undefined) {
    context.io.stderr.write(diagnosticsText(diagnostics, context.errorStyle));
  }
  return { plan: outcome.plan, refusal: refusalOf(planned), exit, context };
}
