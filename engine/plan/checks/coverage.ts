/** What is carried out is what is shown: steps and changes agree, nothing hidden is destroyed. */
import { type Address, matchesAddress } from "../../model/address.ts";
import type { Action } from "../../model/change.ts";
import type { PlanFinding, Step } from "../../model/plan.ts";
import { CODES } from "../codes.ts";
import { type Check, type CheckContext, finding } from "./context.ts";

/** Verb and mode of the steps each action has to have, in any order. */
const STEPS_OF: Readonly<Record<Action, readonly string[]>> = {
  create: ["create live"],
  update: ["update live|update power-off|update wake|update standby"],
  replace: ["create live", "remove live"],
  delete: ["remove live"],
  move: ["update move"],
  adopt: ["update adopt"],
  forget: ["update forget"],
  noop: [],
  blocked: [],
};

export const checkCoverage: Check = (context) => [
  ...changesWithoutSteps(context),
  ...stepsWithoutChange(context),
  ...destroysNotShown(context),
  ...protectedTouched(context),
];

const isMove = ({ verb, mode }: Step): boolean => verb === "update" && mode === "move";

const shapeOf = (step: Step): string => `${step.verb} ${step.mode}`;

function changesWithoutSteps({ plan, stepsAt, changeAt }: CheckContext): PlanFinding[] {
  const found: PlanFinding[] = [];
  if (changeAt.size < plan.changes.length) {
    found.push(finding(CODES.stepsMismatch, "One address has two changes."));
  }
  for (const { address, action } of plan.changes) {
    const steps = stepsAt.get(address) ?? [];
    const wanted = STEPS_OF[action];
    // Something that stops on its way moves more than once.
    const isEnough =
      action === "move" ? steps.length > 0 && steps.every(isMove) : steps.length === wanted.length;
    const isComplete =
      isEnough &&
      wanted.every((shape) => steps.some((step) => shape.split("|").includes(shapeOf(step))));
    if (isComplete && steps.every((step) => step.action === action)) continue;
    const has = steps.length === 0 ? "none" : steps.map(shapeOf).sort().join(", ");
    const message = `The ${action} of ${address} needs other steps than it has (${has}).`;
    found.push(finding(CODES.stepsMismatch, message, address));
  }
  return found;
}

function stepsWithoutChange({ plan, changeAt }: CheckContext): PlanFinding[] {
  return plan.steps
    .filter((step) => !changeAt.has(step.address))
    .map(({ id, address }) =>
      finding(CODES.stepsMismatch, `Step ${id} on ${address} belongs to no change.`, address),
    );
}

/** I7: the destroyed set is a subset of what the plan shows as destroyed. */
function destroysNotShown({ plan, changeAt }: CheckContext): PlanFinding[] {
  const shown: ReadonlySet<Action | undefined> = new Set<Action>(["delete", "replace"]);
  return plan.steps
    .filter((step) => step.verb === "remove" && !shown.has(changeAt.get(step.address)?.action))
    .map(({ id, address }) =>
      finding(CODES.undeclaredDestroy, `Step ${id} removes ${address} unannounced.`, address),
    );
}

function protectedTouched(context: CheckContext): PlanFinding[] {
  return context.plan.steps
    .filter((step) => step.verb === "remove" && isProtected(context, step.address))
    .map(({ id, address }) =>
      finding(CODES.protectedTouched, `Step ${id} removes ${address}, a protected one.`, address),
    );
}

/** The wish decides where it is known, else what the plan would record, else the record. */
function isProtected({ desired, recorded, stepsAt }: CheckContext, address: Address): boolean {
  const globs = desired?.environment.preventDestroy ?? [];
  if (globs.some((glob) => matchesAddress(address, glob))) return true;
  const wish = desired?.resources.get(address);
  if (wish !== undefined) return wish.behaviour.preventDestroy;
  const remade = stepsAt.get(address)?.find((step) => step.verb === "create")?.record;
  if (remade !== undefined) return remade.preventDestroy;
  return recorded.resources.get(address)?.preventDestroy === true;
}
