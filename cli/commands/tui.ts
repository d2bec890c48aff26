import { type Command, flagOn } from "../command.ts";
import type { Context } from "../context.ts";
import { type Exit, usageError } from "../exit.ts";
import { readPlanFile } from "../planfile.ts";
import { planFor } from "../planning.ts";
import type { Plan } from "../../engine/model/plan.ts";
import { diagnosticsText } from "../views/human/diagnostics.ts";
import { systemClock } from "../wiring/clock.ts";
import { sha256 } from "../wiring/digest.ts";

/** The full-screen interface; React and Ink are loaded here and by nothing else. */
export const command: Command = {
  async run(args, flags, context) {
    const why = cannotShow(context);
    if (why !== undefined) {
      throw usageError(`the full screen needs a terminal: ${why}`, "use vpac plan and vpac apply");
    }
    const found = await planOf(args[0], flags, context);
    if (found.plan === undefined) return found.exit;
    // Ink's colours know FORCE_COLOR but not NO_COLOR: decide before it is loaded.
    if (!context.style.color) process.env["FORCE_COLOR"] = "0";
    const { mountTui } = await import("../tui/mount.tsx");
    const clock = systemClock(context.io.env);
    return mountTui({
      context,
      flags,
      plan: found.plan,
      readOnly: flagOn(flags, "readOnly") || args[0] !== undefined,
      now: () => clock.now(),
    });
  },
};

function cannotShow({ io, options }: Context): string | undefined {
  if (!io.stdinIsTty || !io.stdout.isTty) return "stdin and stdout are not both one";
  if (io.env["TERM"] === "dumb") return "TERM is dumb";
  if (io.env["CI"] !== undefined && io.env["CI"] !== "" && io.env["CI"] !== "false")
    return "CI is set";
  if (options.accessible) return "--accessible asks for append-only text";
  if (options.output.is !== "text") return "machine output was asked for";
  return undefined;
}

interface Found {
  readonly plan: Plan | undefined;
  readonly exit: Exit;
}

async function planOf(
  file: string | undefined,
  flags: Parameters<Command["run"]>[1],
  context: Context,
): Promise<Found> {
  if (file !== undefined) return { plan: readPlanFile(context, file, sha256), exit: OK };
  const { signal } = new AbortController();
  const emit = (): void => undefined;
  const mode = flagOn(flags, "destroy") ? "destroy" : "apply";
  const { outcome, diagnostics, exit } = await planFor(context, { flags, mode, emit, signal });
  if (outcome.plan === undefined) {
    context.io.stderr.write(diagnosticsText(diagnostics, context.errorStyle));
  }
  return { plan: outcome.plan, exit };
}

const OK: Exit = { code: 0, reason: "ok", retryable: false };
