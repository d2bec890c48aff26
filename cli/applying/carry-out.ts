import { hostname, userInfo } from "node:os";
import type { Diagnostic } from "../../engine/diagnostics/diagnostic.ts";
import { Failure } from "../../engine/diagnostics/failure.ts";
import type { EngineEvent } from "../../engine/events/event.ts";
import { type ApplyOutcome, applyPlan } from "../../engine/index.ts";
import type { Plan } from "../../engine/model/plan.ts";
import type { RunSummary } from "../../engine/model/run.ts";
import { CLI_CODES } from "../catalogue.ts";
import { type Context, createPorts } from "../context.ts";
import { CommandError, type Exit, exitOf, worstExit } from "../exit.ts";
import { wantsJson } from "../output.ts";
import { diagnosticExits } from "../planning.ts";
import { linesView, type ApplyView } from "../views/human/apply-lines.ts";
import { liveView } from "../views/human/apply-live.ts";
import { durationText } from "../views/units.ts";
import { listenForStop, type StopSignals } from "../wiring/signals.ts";
import { exitOfRun } from "./outcome.ts";
import type { RunRequest } from "./run-folder.ts";
import type { EventStream } from "./stream.ts";
import type { ApplyWish } from "./wish.ts";

export interface Carrying {
  readonly plan: Plan;
  readonly wish: ApplyWish;
  readonly request: RunRequest;
  readonly stream: EventStream;
  readonly now: () => number;
  /** Shows the run instead of the line interface. */
  readonly view?: ApplyView;
}

export interface Carried {
  readonly exit: Exit;
  readonly summary: RunSummary;
  /** What went wrong, with the steps it belongs to. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Applies the plan under the lock, shows it, and tells how it ended; refusals are thrown. */
export async function carryOut(context: Context, carrying: Carrying): Promise<Carried> {
  const { plan, stream, request, wish } = carrying;
  const view = carrying.view ?? viewFor(context, carrying);
  const stop = listenForStop(() =>
    view.notice(
      "Stopping: nothing new is started, running operations may finish. Again: stop at once.",
    ),
  );
  const diagnostics: Diagnostic[] = [];
  const emit = (event: EngineEvent): void => {
    if (event.type === "apply_errored" || event.type === "diagnostic") {
      diagnostics.push(event.diagnostic);
    }
    stream.emit(event);
    view.event(event);
  };
  stream.expectRun(plan, request);
  try {
    const ports = await createPorts(context, emit, stop.stop);
    const outcome = await applyPlan(
      {
        plan,
        operation: wish.mode,
        who: whoAmI(),
        lockTimeoutMs: context.options.lockTimeoutMs,
        options: { ...optionsOf(wish), abort: stop.abort },
      },
      ports,
    );
    view.close();
    return carriedFrom(outcome, { plan, stop, diagnostics, now: carrying.now });
  } catch (error) {
    view.close();
    throw error instanceof Failure ? refusal(exitOf(1), [error.diagnostic]) : error;
  } finally {
    stop.dispose();
  }
}

const optionsOf = ({ parallelism, graceMs, failFast }: ApplyWish) => ({
  parallelism,
  graceMs,
  failFast,
});

/** The line interface: rewritten in place on a terminal, append-only everywhere else. */
export function viewFor(
  context: Context,
  { plan, now }: Pick<Carrying, "plan" | "now">,
): ApplyView {
  const { io, options } = context;
  if (wantsJson(context)) {
    return {
      event: () => {},
      notice: (text) => io.stderr.write(`${text}\n`),
      close: () => {},
    };
  }
  const rewrites = io.stderr.isTty && !options.accessible && io.env["TERM"] !== "dumb";
  const isCi = (io.env["CI"] ?? "") !== "" && io.env["CI"] !== "false";
  return rewrites && !options.quiet && !isCi ? liveView(context, plan, now) : linesView(context);
}

interface CarriedFacts {
  readonly plan: Plan;
  readonly stop: StopSignals;
  readonly diagnostics: readonly Diagnostic[];
  readonly now: () => number;
}

function carriedFrom(
  outcome: ApplyOutcome,
  { plan, stop, diagnostics, now }: CarriedFacts,
): Carried {
  const signal = stop.code();
  if (signal !== undefined && outcome.is !== "applied") {
    throw new CommandError(exitOf(signal), "stopped before the first step; nothing was changed", {
      code: CLI_CODES.cancelled.code,
    });
  }
  switch (outcome.is) {
    case "applied": {
      const { summary } = outcome;
      const exit = exitOfRun(plan, summary, { signal, diagnostics });
      return { exit, summary, diagnostics };
    }
    case "busy": {
      const { holder } = outcome;
      const age = durationText(Math.max(0, now() - Date.parse(holder.createdAt)));
      throw new CommandError(
        exitOf(5),
        `the state is locked by ${holder.who} for ${age} (${holder.operation}, ` +
          `process ${holder.processId}, lock ${holder.id})`,
        { code: CLI_CODES.locked.code, help: ["wait for it with --lock-timeout 5m"] },
      );
    }
    case "stale":
      throw refusal(exitOf(6), outcome.diagnostics);
    case "unreachable":
      throw refusal(exitOf(8), outcome.diagnostics);
    case "state-broken":
      throw refusal(exitOf(1), outcome.diagnostics);
    case "refused":
      throw new CommandError(
        exitOf(70),
        `the plan did not pass its own check; this is a bug in vpac: ${outcome.findings
          .filter(({ severity }) => severity === "error")
          .slice(0, 3)
          .map(({ code, message }) => `${code} ${message}`)
          .join("; ")}`,
        { help: ["nothing was changed; report it with the plan"] },
      );
    default:
      return outcome satisfies never;
  }
}

/** A refusal that carries the diagnostics it is made of. */
export class Refusal extends CommandError {
  readonly diagnostics: readonly Diagnostic[];
  constructor(exit: Exit, diagnostics: readonly Diagnostic[]) {
    const [first] = diagnostics;
    const rest = first === undefined ? {} : { code: first.code, help: first.help };
    super(exit, first?.detail ?? "the plan was refused", rest);
    this.diagnostics = diagnostics;
  }
}

const refusal = (exit: Exit, diagnostics: readonly Diagnostic[]): Refusal =>
  new Refusal(worstExit([exit, ...(exit.code === 1 ? diagnosticExits(diagnostics) : [])]), [
    ...diagnostics,
  ]);

/** `user@host`, for the lock and the audit trail; a system without names still gives one. */
function whoAmI(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `${process.getuid?.() ?? 0}@${hostname()}`;
  }
}
