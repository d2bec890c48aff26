import { carryOut, Refusal } from "../applying/carry-out.ts";
import type { RunRequest } from "../applying/run-folder.ts";
import { openStream } from "../applying/stream.ts";
import { applyWish } from "../applying/wish.ts";
import { judgeGates } from "../applying/gates.ts";
import type { EngineEvent } from "../../engine/events/event.ts";
import type { Address } from "../../engine/model/address.ts";
import type { Plan } from "../../engine/model/plan.ts";
import type { FlagValues } from "../command.ts";
import type { Context } from "../context.ts";
import { CommandError, type Exit, exitOf } from "../exit.ts";
import { planFor } from "../planning.ts";
import { resultLine } from "../views/human/apply-result.ts";
import type { Message } from "./update.ts";

export interface EffectPorts {
  readonly context: Context;
  readonly flags: FlagValues;
  readonly send: (message: Message) => void;
  readonly now: () => number;
}

const QUIET = (): void => undefined;

/** Plans again; undefined when the documents or the world do not allow a plan. */
export async function planAgain(
  { context, flags, send }: EffectPorts,
  targets: readonly Address[] | undefined,
): Promise<Plan | undefined> {
  const wanted = targets === undefined ? flags : { ...flags, target: targets };
  const { signal } = new AbortController();
  const planned = await planFor(context, { flags: wanted, mode: "apply", emit: QUIET, signal });
  const { plan } = planned.outcome;
  if (plan === undefined) {
    const [first] = planned.diagnostics;
    send({ type: "notice", notice: `${first?.code ?? "VP9001"} ${first?.detail ?? "no plan"}` });
  }
  return plan;
}

/**
 * Applies what was asked for. Marked changes are planned again as targets, so that the set is closed
 * under dependencies; everything else is applied as it was shown.
 */
export async function applyFromScreen(
  ports: EffectPorts,
  shown: Plan,
  addresses: readonly Address[] | undefined,
): Promise<Exit> {
  const { context, send, now } = ports;
  const plan = addresses === undefined ? shown : await planAgain(ports, addresses);
  if (plan === undefined) {
    send({ type: "ended", notice: "nothing was applied" });
    return exitOf(1);
  }
  const wish = applyWish("apply", [], { flags: { ...ports.flags, yes: true }, context });
  const stream = openStream(context, now);
  try {
    // The answer was typed on the screen; protection and budgets still hold.
    judgeGates(plan, wish, true);
    send({ type: "applying", plan, nowMs: now() });
    const carried = await carryOut(context, {
      plan,
      wish,
      request: requestOf(plan, context, addresses),
      stream,
      now,
      view: {
        event: (event: EngineEvent) => send({ type: "event", event, nowMs: now() }),
        notice: (notice) => send({ type: "notice", notice }),
        close: QUIET,
      },
    });
    send({ type: "ended", notice: resultLine(carried.summary) });
    return carried.exit;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const code = error instanceof Refusal ? (error.diagnostics[0]?.code ?? "") : "";
    send({ type: "ended", notice: `${code} ${error.message}`.trim() });
    return error.exit;
  }
}

const requestOf = (
  plan: Plan,
  context: Context,
  addresses: readonly Address[] | undefined,
): RunRequest => ({
  mode: plan.mode,
  workspace: plan.workspace,
  files: context.options.file,
  targets: addresses ?? [],
  excludes: [],
});
