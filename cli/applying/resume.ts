import type { Action } from "../../engine/model/change.ts";
import type { Plan, PlannedChange } from "../../engine/model/plan.ts";
import { CLI_CODES } from "../catalogue.ts";
import type { FlagValues } from "../command.ts";
import type { Context } from "../context.ts";
import { CommandError, exitOf, usageError } from "../exit.ts";
import { cleanLine } from "../views/clean.ts";
import { readRun } from "./run-folder.ts";

export interface Resumed {
  readonly context: Context;
  readonly flags: FlagValues;
  readonly mode: "apply" | "destroy";
  /** Throws when the new plan does more than the run was approved for (exit 6). */
  readonly assertApproved: (plan: Plan | undefined) => void;
}

/**
 * `--resume RUN` plans again from the same documents and selection, and applies what is left
 * without asking, as long as that is a part of what the run's own plan showed: what is done already
 * is a no-op of the new plan. A plan that does more needs an approval of its own.
 */
export function resumeRequest(context: Context, run: string): Resumed {
  const stored = readRun(context.dataFolder, run);
  if (stored === undefined) {
    throw new CommandError(exitOf(64), `there is no run ${cleanLine(run)} in this data folder`, {
      code: CLI_CODES.run.code,
      help: ["the run's id is printed when it ends; `vpac apply` needs none to go on"],
    });
  }
  const { plan: approved, request } = stored;
  const { options } = context;
  if (options.workspace !== "default" && options.workspace !== request.workspace) {
    throw usageError(`run ${run} belongs to workspace ${request.workspace}`);
  }
  const file = options.file.length > 0 ? options.file : request.files;
  return {
    context: { ...context, options: { ...options, file, workspace: request.workspace } },
    mode: request.mode,
    flags: {
      target: request.targets,
      exclude: request.excludes,
      allowDestroy: String(approved.changes.length),
    },
    assertApproved: (plan) => {
      const actions = new Map(approved.changes.map(({ address, action }) => [address, action]));
      const first = plan?.changes.find((change) => !isPartOf(actions, change));
      if (first === undefined) return;
      throw new CommandError(
        exitOf(6),
        `resuming run ${stored.run} would ${first.action} ${cleanLine(first.address)}, ` +
          "which its plan did not show",
        { code: CLI_CODES.run.code, help: ["plan and apply anew: vpac apply"] },
      );
    },
  };
}

/** What may be left of an approved action after the run ended half-way. */
const LEFT_OF: Readonly<Record<Action, readonly Action[]>> = {
  create: ["create", "update", "adopt", "move"],
  update: ["update", "move"],
  replace: ["replace", "create", "delete", "update", "adopt", "move"],
  delete: ["delete"],
  move: ["move", "update"],
  adopt: ["adopt", "update"],
  forget: ["forget"],
  noop: [],
  blocked: [],
};

function isPartOf(approved: ReadonlyMap<string, Action>, change: PlannedChange): boolean {
  if (change.action === "noop" || change.action === "blocked") return true;
  const before = approved.get(change.address);
  return before !== undefined && LEFT_OF[before].includes(change.action);
}
