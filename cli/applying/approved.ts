import type { EngineEvent } from "../../engine/events/event.ts";
import type { Plan } from "../../engine/model/plan.ts";
import { type FlagValues, flagList, flagOn } from "../command.ts";
import type { Context } from "../context.ts";
import { type Exit, exitOf, usageError } from "../exit.ts";
import { wantsJson } from "../output.ts";
import { readPlanFile } from "../planfile.ts";
import { type Planned, planFor, preventsApply } from "../planning.ts";
import { diagnosticsText } from "../views/human/diagnostics.ts";
import { findingsText } from "../views/human/findings.ts";
import { NO_MOVES, planText } from "../views/human/plan.ts";
import { createStageReporter } from "../views/human/stages.ts";
import { sha256 } from "../wiring/digest.ts";
import { resumeRequest } from "./resume.ts";
import type { RunRequest } from "./run-folder.ts";
import type { EventStream } from "./stream.ts";
import type { ApplyWish } from "./wish.ts";

/** A plan that may be applied once the gates let it through, and how it was come by. */
export interface Approved {
  /** Undefined when there is none to apply; `exit` tells why. */
  readonly plan: Plan | undefined;
  readonly exit: Exit;
  readonly request: RunRequest;
  /** True when the plan was printed already. */
  readonly shown: boolean;
  /** True when an interrupted run left something to be settled even if nothing has to change. */
  readonly mustSettle: boolean;
  /** The context to go on with, where the plan names another workspace than the flags. */
  readonly context?: Context;
}

/** Gets the plan of this apply: from a file, from an interrupted run, or made now and shown. */
export async function approvedPlan(
  context: Context,
  wish: ApplyWish,
  stream: EventStream,
): Promise<Approved> {
  if (wish.planFile !== undefined) return savedPlan(context, wish, wish.planFile);
  if (wish.resume !== undefined) {
    const resumed = resumeRequest(context, wish.resume);
    const { flags, mode } = resumed;
    const planned = await planAndShow(resumed.context, { ...wish, flags, mode }, stream);
    resumed.assertApproved(planned.plan);
    return { ...planned, context: resumed.context };
  }
  return await planAndShow(context, wish, stream);
}

function savedPlan(context: Context, wish: ApplyWish, file: string): Approved {
  const plan = readPlanFile(context, file, sha256);
  const { workspace } = context.options;
  if (workspace !== plan.workspace && workspace !== "default") {
    throw usageError(
      `${file} is a plan for workspace ${plan.workspace}, not ${workspace}`,
      `leave out --workspace, or plan again with it`,
    );
  }
  return {
    plan,
    exit: exitOf(0),
    request: requestOf(context, wish, { plan, files: sourcesOf(plan) }),
    shown: false,
    mustSettle: false,
    context: { ...context, options: { ...context.options, workspace: plan.workspace } },
  };
}

async function planAndShow(
  context: Context,
  wish: ApplyWish,
  stream: EventStream,
): Promise<Approved> {
  const reporter = createStageReporter(context);
  const emit = (event: EngineEvent): void => {
    reporter.emit(event);
    stream.emit(event);
  };
  // A signal while planning ends the command as it ends any other: nothing was begun yet.
  const { signal } = new AbortController();
  const planned = await planFor(context, { flags: wish.flags, mode: wish.mode, emit, signal });
  reporter.done();
  show(context, planned, { stream, flags: wish.flags });
  const { plan, findings, recorded } = planned.outcome;
  const refused = findings.some(({ severity }) => severity === "error");
  // Workloads without a host are the plan's to hold back; the rest of it may be applied.
  const invalid = preventsApply(planned.diagnostics);
  return {
    plan: refused || invalid ? undefined : plan,
    exit: planned.exit,
    request: requestOf(context, wish, { plan, files: context.options.file }),
    shown: true,
    mustSettle: (recorded?.openOperations.length ?? 0) > 0 || recorded?.unfinishedRun !== undefined,
  };
}

interface Showing {
  readonly stream: EventStream;
  readonly flags: FlagValues;
}

function show(context: Context, planned: Planned, { stream, flags }: Showing): void {
  const { plan, findings } = planned.outcome;
  const { diagnostics } = planned;
  for (const diagnostic of diagnostics) stream.emit({ type: "diagnostic", diagnostic });
  for (const drift of plan?.drift ?? []) stream.emit({ type: "resource_drift", drift });
  for (const change of plan?.changes ?? []) {
    if (change.action !== "noop") stream.emit({ type: "planned_change", change });
  }
  if (wantsJson(context)) return;
  const { io, style, errorStyle } = context;
  io.stderr.write(diagnosticsText(diagnostics, errorStyle));
  io.stderr.write(findingsText(findings, errorStyle));
  if (plan === undefined) return;
  const { columns } = io.stdout;
  const nothing = flagOn(flags, "movesOnly") ? { nothing: NO_MOVES } : {};
  io.stdout.write(planText(plan, { level: "default", explain: false, style, columns, ...nothing }));
}

const requestOf = (
  context: Context,
  wish: ApplyWish,
  { plan, files }: { readonly plan: Plan | undefined; readonly files: readonly string[] },
): RunRequest => ({
  mode: plan?.mode ?? wish.mode,
  workspace: plan?.workspace ?? context.options.workspace,
  files,
  targets: flagList(wish.flags, "target"),
  excludes: flagList(wish.flags, "exclude"),
});

/** The files a saved plan was made from, as far as its changes name them. */
const sourcesOf = (plan: Plan): readonly string[] => [
  ...new Set(plan.changes.flatMap(({ source }) => (source === undefined ? [] : [source.file]))),
];
