import { suggest } from "../../engine/diagnostics/suggest.ts";
import type { PlanOutcome } from "../../engine/index.ts";
import { newestRuns, readRun } from "../applying/run-folder.ts";
import { type Command, type FlagValues, flagOn, flagText } from "../command.ts";
import type { Context } from "../context.ts";
import { usageError } from "../exit.ts";
import { type Answer, tellAnswer } from "../explaining/answer.ts";
import { explainDecision } from "../explaining/card.ts";
import { explainCode } from "../explaining/code.ts";
import { explainField } from "../explaining/field.ts";
import { explainHost } from "../explaining/host.ts";
import { type Explained, explainedAnew, explainedFromPlan } from "../explaining/subject.ts";
import { upkeepOf } from "../explaining/upkeep.ts";
import { hasDocuments } from "../inputs.ts";
import { tellProblems } from "../looking/problems.ts";
import { lookAtWorld } from "../looking/world.ts";
import { readPlanFile } from "../planfile.ts";
import { planFor } from "../planning.ts";
import { cleanLine } from "../views/clean.ts";
import { createStageReporter } from "../views/human/stages.ts";
import { sha256 } from "../wiring/digest.ts";

const FIXES_DEFAULT = 3;
const FIXES_MAX = 20;

/** Explains a code, an address, a field of a kind or a host, by the shape of the argument. */
export const command: Command = {
  async run([what = ""], flags, context) {
    const answer = await answerTo(what, flags, context);
    return tellAnswer(context, answer);
  },
};

async function answerTo(what: string, flags: FlagValues, context: Context): Promise<Answer> {
  if (/^VP\d{4}$/i.test(what)) return explainCode(what, context.style);
  const { kinds } = await import("../../schemas/index.ts");
  if (what.includes("/")) return await answerToAddress(what, flags, context);
  const [word = "", ...path] = what.split(".");
  const found = kinds.byWord(word);
  const kind = found.find((item) => item.kind.toLowerCase() === word.toLowerCase()) ?? found[0];
  if (kind !== undefined) return await explainField(kind, path, context.style);
  return await answerToHost(what, context);
}

async function answerToHost(name: string, context: Context): Promise<Answer> {
  const world = await lookAtWorld(context);
  tellProblems(context, world.diagnostics);
  const { hosts } = world.observation;
  const outcome = hasDocuments(context) ? await outcomeOf(context) : undefined;
  // One that is only declared is known to the plan that makes it.
  const known = [...hosts, ...(outcome?.problem?.hosts ?? [])];
  const host = known.find((each) => each.name === name);
  if (host !== undefined) {
    const upkeep = outcome === undefined ? {} : upkeepOf(outcome, name);
    return explainHost(host, { world, upkeep, style: context.style });
  }
  const near = suggest(
    name,
    known.map((candidate) => candidate.name),
  );
  throw usageError(
    `"${cleanLine(name)}" is no code, address, field or host`,
    near === undefined
      ? "for example VP3004, vm/shop/db-0, vm.spec.className or a name from vpac hosts"
      : `did you mean host ${near}?`,
  );
}

async function answerToAddress(
  address: string,
  flags: FlagValues,
  context: Context,
): Promise<Answer> {
  const file = flagText(flags, "plan");
  if (file === undefined && address.startsWith("host/")) {
    return await answerToHost(address.slice("host/".length), context);
  }
  const explained =
    file === undefined
      ? (lastTold(address, context) ?? (await fresh(address, flags, context)))
      : saved(address, explainedFromPlan(readPlanFile(context, file, sha256), address));
  return explainDecision(explained, {
    style: context.style,
    allHosts: flagOn(flags, "allHosts"),
    whyNot: flagText(flags, "whyNot"),
    columns: context.io.stdout.columns,
  });
}

/** Without documents at hand the last run that decided about the address has the answer. */
function lastTold(address: string, context: Context): Explained | undefined {
  if (hasDocuments(context)) return undefined;
  for (const id of newestRuns(context.dataFolder)) {
    const run = readRun(context.dataFolder, id);
    if (run === undefined) continue;
    const explained = explainedFromPlan(run.plan, address);
    if (explained.decision !== undefined) return explained;
  }
  return undefined;
}

function saved(address: string, explained: Explained): Explained {
  if (explained.decision === undefined && explained.change === undefined) throw unknown(address);
  return explained;
}

async function fresh(address: string, flags: FlagValues, context: Context): Promise<Explained> {
  const outcome = await outcomeOf(context);
  const explained = explainedAnew(outcome, address, fixesMax(flags));
  if (explained !== undefined) return explained;
  const known = [...(outcome.desired?.resources.keys() ?? [])];
  if (known.includes(address as (typeof known)[number])) return explainedResource(address);
  throw unknown(address, suggest(address, known));
}

/** What hinders a workload is the answer; only where there is no plan is it a problem. */
async function outcomeOf(context: Context): Promise<PlanOutcome> {
  const reporter = createStageReporter(context);
  const { signal } = new AbortController();
  const planned = await planFor(context, { flags: {}, mode: "apply", emit: reporter.emit, signal });
  reporter.done();
  const { outcome, diagnostics } = planned;
  if (outcome.plan === undefined) tellProblems(context, diagnostics);
  return outcome;
}

/** A resource that needs no host and that nothing changes. */
const explainedResource = (address: string): Explained => ({
  address,
  decision: undefined,
  change: undefined,
  verdicts: undefined,
  fixes: [],
  gate: undefined,
  standing: true,
  replicas: [],
  moves: [],
  isRecommended: false,
});

function fixesMax(flags: FlagValues): number {
  const text = flagText(flags, "fixes");
  if (text === undefined) return FIXES_DEFAULT;
  if (!/^\d{1,2}$/.test(text) || Number(text) > FIXES_MAX) {
    throw usageError(`--fixes: "${text}" is not a number from 0 to ${FIXES_MAX}`);
  }
  return Number(text);
}

const unknown = (address: string, near?: string): Error =>
  usageError(
    `nothing is declared at ${cleanLine(address)}`,
    near === undefined ? "list what is there: vpac get all" : `did you mean ${near}?`,
  );
