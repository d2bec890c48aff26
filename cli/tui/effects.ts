import { carryOut, type Carried } from "../applying/carry-out.ts";
import { judgeGates } from "../applying/gates.ts";
import type { RunRequest } from "../applying/run-folder.ts";
import { openStream } from "../applying/stream.ts";
import { endStream, NOTHING } from "../applying/tell.ts";
import { type ApplyWish, applyWish } from "../applying/wish.ts";
import type { Address } from "../../engine/model/address.ts";
import type { Plan } from "../../engine/model/plan.ts";
import { type FlagValues, flagList } from "../command.ts";
import type { Context } from "../context.ts";
import { CommandError } from "../exit.ts";
import { type Planned, planFor, refusalOf } from "../planning.ts";
import type { ApplyView } from "../views/human/apply-lines.ts";
import { resultLine } from "../views/human/apply-result.ts";
import { overlayOf } from "../supposing/overlay.ts";
import type { Message } from "./messages.ts";
import type { HostsOut } from "./model.ts";

/** What was asked for when the interface was opened. */
export interface Opening {
  readonly context: Context;
  readonly flags: FlagValues;
  readonly mode: "apply" | "destroy";
  /** The saved plan that is shown; undefined when it was made from the documents. */
  readonly file: string | undefined;
  readonly now: () => number;
}

export interface EffectPorts extends Opening {
  readonly send: (message: Message) => void;
  /** Fires when the interface is left: nobody waits for a plan any more. */
  readonly signal: AbortSignal;
}

const QUIET = (): void => undefined;

/** The plan as it is now; only of the targets and what they need, where there are any. */
function planNow(ports: EffectPorts, targets?: readonly Address[]): Promise<Planned> {
  const { context, flags, mode, signal } = ports;
  const wanted = targets === undefined ? flags : { ...flags, target: targets };
  return planFor(context, { flags: wanted, mode, emit: QUIET, signal });
}

function whyNone({ diagnostics }: Planned): string {
  const first = diagnostics.find(({ severity }) => severity === "error") ?? diagnostics[0];
  return first === undefined ? "there is no plan" : `${first.code} ${first.detail}`;
}

/** A refusal is told on the screen; anything else is a bug and ends the interface. */
async function orRefused(ports: EffectPorts, message: Promise<Message>): Promise<void> {
  try {
    ports.send(await message);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    ports.send({ type: "refused", notice: refusalText(error) });
  }
}

const refusalText = ({ code, message, help }: CommandError): string =>
  [code, `${message};`, help[0]]
    .filter((part) => part !== undefined)
    .join(" ")
    .replace(/;$/, "");

export const replan = (ports: EffectPorts): Promise<void> => orRefused(ports, replanned(ports));

async function replanned(ports: EffectPorts): Promise<Message> {
  const planned = await planNow(ports);
  const { plan } = planned.outcome;
  if (plan === undefined) return { type: "refused", notice: whyNone(planned) };
  return { type: "planned", plan, refusal: refusalOf(planned) };
}

/** Plans once more over the same reading of the world, with hosts that are out. */
export const suppose = (ports: EffectPorts, out: HostsOut): Promise<void> =>
  orRefused(ports, supposed(ports, out));

async function supposed(ports: EffectPorts, out: HostsOut): Promise<Message> {
  const { context, flags, mode, signal } = ports;
  const before = await planNow(ports);
  if (before.outcome.plan === undefined) return { type: "refused", notice: whyNone(before) };
  const wanted = { ...out, add: [], edits: [], places: [], added: [] };
  const overlay = overlayOf(wanted, before.outcome);
  const after = await planFor(context, { flags, mode, emit: QUIET, signal, overlay });
  const { plan } = after.outcome;
  if (plan === undefined) return { type: "refused", notice: whyNone(after) };
  return { type: "supposed", plan, out };
}

/**
 * Asks the gates before anybody types. Marked changes are planned as targets, so that what
 * is asked about is closed under dependencies; everything else is applied as it is shown.
 */
export const consider = (
  ports: EffectPorts,
  shown: Plan,
  addresses: readonly Address[] | undefined,
): Promise<void> => orRefused(ports, considered(ports, shown, addresses));

async function considered(
  ports: EffectPorts,
  shown: Plan,
  addresses: readonly Address[] | undefined,
): Promise<Message> {
  let plan = shown;
  if (addresses !== undefined) {
    const planned = await planNow(ports, addresses);
    const refusal = refusalOf(planned);
    if (planned.outcome.plan === undefined) return { type: "refused", notice: whyNone(planned) };
    if (refusal !== "") return { type: "refused", notice: refusal };
    plan = planned.outcome.plan;
  }
  const consent = judgeGates(plan, wishOf(ports), true);
  if (plan.steps.length === 0) return { type: "refused", notice: "there is nothing to apply" };
  return { type: "asked", plan, chosen: addresses?.length, destroys: consent === "workspace" };
}

/** The answer is typed on the screen, so `--yes` says nothing here. */
const wishOf = ({ mode, file, flags, context }: EffectPorts): ApplyWish =>
  applyWish(mode, file === undefined ? [] : [file], {
    flags: { ...flags, yes: false },
    context,
  });

/** How an apply from the screen ended: it was carried out, or refused before its first step. */
export type Applied = Carried | CommandError;

/** Applies what was answered for, shown by `view`. */
export async function applyFromScreen(
  ports: EffectPorts,
  plan: Plan,
  view: ApplyView,
): Promise<Applied> {
  const { context, send, now } = ports;
  send({ type: "applying", plan, nowMs: now() });
  const stream = openStream(context, now);
  try {
    const request = requestOf(plan, ports);
    const wish = wishOf(ports);
    const carried = await carryOut(context, { plan, wish, request, stream, now, view });
    endStream(stream, carried);
    send({ type: "ended", notice: resultLine(carried.summary), nowMs: now() });
    return carried;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    stream.end(error.exit, { message: "nothing was applied", ...NOTHING });
    send({ type: "ended", notice: refusalText(error), nowMs: now() });
    return error;
  }
}

const requestOf = (plan: Plan, { context, flags }: EffectPorts): RunRequest => ({
  mode: plan.mode,
  workspace: plan.workspace,
  files: context.options.file,
  targets: plan.base.selection?.targets ?? flagList(flags, "target"),
  excludes: plan.base.selection?.excludes ?? flagList(flags, "exclude"),
});
