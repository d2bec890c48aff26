import { readFileSync } from "node:fs";
import { type Diagnostic, hasErrors } from "../engine/diagnostics/diagnostic.ts";
import type { EventSink } from "../engine/events/event.ts";
import { makePlan, openStore, type PlanOutcome, type PlanRequest } from "../engine/index.ts";
import type { Observation } from "../engine/model/observation.ts";
import type { Plan } from "../engine/model/plan.ts";
import { type FlagValues, flagList, flagOn, flagText } from "./command.ts";
import { type Context, createPorts } from "./context.ts";
import { type Exit, exitOf, usageError, worstExit } from "./exit.ts";
import { hasDocuments, NO_DOCUMENTS, readSpec } from "./inputs.ts";
import { keepReading, lastReading, readInventory } from "./wiring/readings.ts";
import { resolve } from "node:path";

export interface Planned {
  readonly outcome: PlanOutcome;
  /** Everything found wrong or noteworthy, in order; with `--strict` warnings are errors. */
  readonly diagnostics: readonly Diagnostic[];
  /** Code of the plan itself: 65, 8, 5, 4, 3 or 0; never 2. */
  readonly exit: Exit;
}

export interface PlanningRequest {
  readonly flags: FlagValues;
  readonly mode: "apply" | "destroy";
  readonly emit: EventSink;
  readonly signal: AbortSignal;
  /** An inventory alone will do: nothing is asked of it that documents would have to say. */
  readonly mayLackDocuments?: true;
  /** Changes what is planned over; such a plan leaves no reading behind. */
  readonly overlay?: (request: PlanRequest) => PlanRequest;
}

/** Asks for a plan of which questions are asked, and which nobody carries out. */
export const planToAsk = (flags: FlagValues, emit: EventSink): PlanningRequest => ({
  flags,
  mode: "apply",
  emit,
  signal: new AbortController().signal,
  mayLackDocuments: true,
});

/** Reads the documents and the world and plans; shared by plan, apply, destroy and the TUI. */
export async function planFor(context: Context, request: PlanningRequest): Promise<Planned> {
  const { flags, overlay } = request;
  const hasInventory = flagText(flags, "inventory") !== undefined;
  const isBare = request.mayLackDocuments === true && hasInventory && !hasDocuments(context);
  const input = isBare ? NO_DOCUMENTS : await readSpec(context, []);
  const ports = await createPorts(context, request.emit, request.signal);
  if (overlay !== undefined) {
    const supposed = overlay({ ...input.request, ...wishOf(context, request) });
    return judged(await makePlan(supposed, ports), input.diagnostics, flags);
  }
  const asksWorld = !skipsRefresh(flags) && !hasInventory;
  const serial = asksWorld ? 0 : (await openStore(ports.storage, ports).read()).value.serial;
  const observation = await givenReading(context, flags, serial);
  const asked = { ...input.request, ...wishOf(context, request), observation };
  const outcome = await makePlan(asked, ports);
  await input.remember(outcome.fresh);
  if (asksWorld && outcome.observation !== undefined) {
    keepReading(context, outcome.observation, outcome.recorded?.serial ?? 0);
  }
  return judged(outcome, input.diagnostics, flags);
}

type Wish = Omit<PlanRequest, "texts" | "cache">;

/** What the flags ask of the plan, whatever the documents and the world. */
function wishOf(context: Context, { flags, mode }: PlanningRequest): Wish {
  return {
    mode,
    selection: {
      targets: [...flagList(flags, "target"), ...addressFile(context, flags, "targetFile")],
      excludes: [...flagList(flags, "exclude"), ...addressFile(context, flags, "excludeFile")],
    },
    replace: flagList(flags, "replace"),
    ...(flagOn(flags, "movesOnly") ? { moves: movesWish(flags) } : {}),
    seed: numberFlag(flagText(flags, "seed") ?? context.io.env["VPAC_SEED"], "--seed") ?? 0,
    budgets: {
      allowDestroy: numberFlag(flagText(flags, "allowDestroy"), "--allow-destroy"),
      maxMoves: numberFlag(flagText(flags, "maxMoves"), "--max-moves"),
      maxReplaces: numberFlag(flagText(flags, "maxReplaces"), "--max-replaces"),
    },
    observation: undefined,
  };
}

const THRESHOLDS = [1, 2, 3, 4, 5] as const;

/** What a rebalance is asked for, besides what the documents say. */
function movesWish(flags: FlagValues): NonNullable<PlanRequest["moves"]> {
  const text = flagText(flags, "threshold");
  const threshold = THRESHOLDS.find((known) => String(known) === text);
  if (text !== undefined && threshold === undefined) {
    throw usageError(`--threshold: "${text}" is not a number from 1 to 5`);
  }
  return {
    ...(threshold === undefined ? {} : { threshold }),
    ...(flagOn(flags, "pack") ? { goal: "pack" } : {}),
  };
}

function judged(outcome: PlanOutcome, found: readonly Diagnostic[], flags: FlagValues): Planned {
  const diagnostics = raised([...found, ...outcome.diagnostics], flags);
  return { outcome, diagnostics, exit: planExit(outcome, diagnostics) };
}

/** `--no-refresh`, or `--refresh=false` as Terraform's users type it. */
function skipsRefresh(flags: FlagValues): boolean {
  const refresh = flags["refresh"];
  if (refresh === undefined || refresh === true || refresh === "true") return false;
  if (refresh === false || refresh === "false") return true;
  throw usageError(`--refresh: "${String(refresh)}" is not true or false`);
}

/** The reading to plan from instead of asking the providers; undefined asks them. */
async function givenReading(
  context: Context,
  flags: FlagValues,
  serial: number,
): Promise<Observation | undefined> {
  const inventory = flagText(flags, "inventory");
  if (inventory !== undefined) return await readInventory(context, inventory);
  return skipsRefresh(flags) ? lastReading(context, serial) : undefined;
}

/** `--strict`: what was a warning is an error. */
export function raised(diagnostics: readonly Diagnostic[], flags: FlagValues): Diagnostic[] {
  if (!flagOn(flags, "strict")) return [...diagnostics];
  return diagnostics.map((diagnostic) =>
    diagnostic.severity === "warning" ? { ...diagnostic, severity: "error" } : diagnostic,
  );
}

/** What a plan means for the exit code, with or without `--detailed-exitcode`. */
function planExit(outcome: PlanOutcome, diagnostics: readonly Diagnostic[]): Exit {
  const exits: Exit[] = diagnosticExits(diagnostics);
  const { plan, findings } = outcome;
  if (findings.some((finding) => finding.severity === "error")) exits.push(exitOf(70));
  if (plan !== undefined) exits.push(...planExits(plan));
  return exits.length === 0 ? exitOf(0) : worstExit(exits);
}

/** A workload without a host is told as an error, but the plan is whole and can be applied. */
const isPlacement = (code: string): boolean => code.startsWith("VP3");

/** A provider that cannot be read blocks what it holds; the gates stop the rest unless asked. */
const isReading = (code: string): boolean => /^VP610[1-5]$/.test(code);

/** What a platform says to a plan: access that is missing, objects that it would refuse. */
const isReview = (code: string): boolean => code === ACCESS_MISSING || code === WOULD_REFUSE;
const ACCESS_MISSING = "VP6106";
const WOULD_REFUSE = "VP6107";

/** True when nothing may be applied because of what was found before there was a plan. */
export const preventsApply = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(
    ({ severity, code }) => severity === "error" && !isPlacement(code) && !isReading(code),
  );

/** Why a plan may be looked at but not applied; empty when it may be. */
export function refusalOf({ outcome, diagnostics }: Planned): string {
  if (outcome.findings.some(({ severity }) => severity === "error")) {
    return "the plan did not pass its own check: see vpac plan";
  }
  if (diagnostics.some(({ code }) => isReview(code))) {
    return "a platform would refuse the plan: see vpac plan";
  }
  return preventsApply(diagnostics) ? "the documents have errors: see vpac plan" : "";
}

/** The room a code belongs to tells how a command that fails with it ends. */
export function diagnosticExits(diagnostics: readonly Diagnostic[]): Exit[] {
  if (!hasErrors(diagnostics)) return [];
  return diagnostics
    .filter((diagnostic) => diagnostic.severity === "error")
    .map(({ code }) => {
      const number = Number(code.slice(2));
      if (number < 3000) return exitOf(65);
      if (isPlacement(code)) return exitOf(3);
      if (isReading(code) || code === ACCESS_MISSING) return exitOf(8);
      if (code === WOULD_REFUSE) return exitOf(65);
      return exitOf(1);
    });
}

export function planExits(plan: Plan): Exit[] {
  const exits = blockedExits(plan);
  if (plan.placement.unplaced.length > 0) exits.push(exitOf(3));
  for (const gate of plan.policy) {
    if (gate.holds === "plan") exits.push(exitOf(4, "refused", gate.gate));
  }
  return exits;
}

/** Why apply stops before its first step: what is blocked, and by what. */
export function blockedExits(plan: Plan): Exit[] {
  const exits: Exit[] = [];
  const blockedBy = (code: string): boolean =>
    plan.changes.some(
      (change) =>
        change.action === "blocked" && change.reasons.some((reason) => reason.code === code),
    );
  if (blockedBy("no-host")) exits.push(exitOf(3));
  // An object that is not ours is protected from us.
  if (blockedBy("protected") || blockedBy("foreign-object")) {
    exits.push(exitOf(4, "refused", "protection"));
  }
  if (blockedBy("provider-unreachable")) exits.push(exitOf(8));
  return exits;
}

export const hasChanges = (plan: Plan): boolean =>
  plan.changes.some((change) => change.action !== "noop");

function numberFlag(value: string | undefined, flag: string): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!/^\d{1,10}$/.test(value) || !Number.isSafeInteger(number)) {
    throw usageError(`${flag}: "${value}" is not a whole number`);
  }
  return number;
}

function addressFile(context: Context, flags: FlagValues, name: string): string[] {
  const file = flagText(flags, name);
  if (file === undefined) return [];
  let text: string;
  try {
    text = readFileSync(resolve(context.io.cwd, file), "utf8");
  } catch {
    throw usageError(`cannot read ${file}`, "name a file with one address per line");
  }
  return text
    .split("\n")
    .map((line) => line.replace(/#.*$/, "").trim())
    .filter((line) => line !== "");
}
