import type { Plan } from "../../engine/model/plan.ts";
import { CLI_CODES } from "../catalogue.ts";
import type { Context } from "../context.ts";
import { CommandError, exitOf } from "../exit.ts";
import { planText } from "../views/human/plan.ts";
import type { Consent } from "./gates.ts";

const ASKED_MAX = 5;

interface Question {
  readonly lead: string;
  readonly text: string;
  /** The one answer that allows the plan. */
  readonly wanted: string;
}

const questionOf = (plan: Plan, consent: Consent): Question =>
  consent === "workspace"
    ? {
        lead: `\nThis destroys objects of workspace ${plan.workspace}. Type its name to go on.\n`,
        text: "Workspace (or no, details): ",
        wanted: plan.workspace,
      }
    : {
        lead: "\nOnly yes applies the plan; details shows all of it.\n",
        text: "Apply this plan? yes / no / details: ",
        wanted: "yes",
      };

const REFUSALS = new Set<string | undefined>([undefined, "no", "n", ""]);

/** Asks what has to be asked; returns when the answer allows the plan, throws otherwise. */
export async function confirmPlan(context: Context, plan: Plan, consent: Consent): Promise<void> {
  if (consent === "none") return;
  const { io } = context;
  const question = questionOf(plan, consent);
  io.stderr.write(question.lead);
  for (let asked = 0; asked < ASKED_MAX; asked++) {
    const answer = (await io.prompt(question.text))?.trim();
    if (answer === question.wanted) return;
    if (REFUSALS.has(answer)) break;
    if (answer === "details" || answer === "d") showDetails(context, plan);
    else io.stderr.write(`Answer ${question.wanted}, no or details.\n`);
  }
  throw new CommandError(exitOf(10), "cancelled; nothing was changed", {
    code: CLI_CODES.cancelled.code,
  });
}

function showDetails({ io, style }: Context, plan: Plan): void {
  const columns = io.stdout.columns;
  io.stdout.write(planText(plan, { level: "full", explain: true, style, columns }));
}
