/** Moves are carried out as they are shown, each after those that it has to wait for. */
import type { Address } from "../../model/address.ts";
import type { PlanFinding, PlanMove, Step } from "../../model/plan.ts";
import { CODES } from "../codes.ts";
import { type Check, type CheckContext, finding, groupBy } from "./context.ts";
import { waitsFor } from "./order.ts";

export const checkMoves: Check = (context) => {
  const { list } = context.plan.placement.moves;
  if (list.length === 0) return [];
  const stepOf = stepsOfMoves(context, list);
  return [...unmade(context, stepOf), ...tooEarly(context, list, stepOf)];
};

type StepOf = ReadonlyMap<PlanMove, Step>;

/** The steps of a workload in the order in which they follow each other. */
function stepsOfMoves({ stepsAt }: CheckContext, list: readonly PlanMove[]): StepOf {
  const found = new Map<PlanMove, Step>();
  for (const [address, moves] of groupBy(list, (move) => move.address)) {
    const steps = (stepsAt.get(address) ?? []).filter(({ mode }) => mode === "move");
    moves.forEach((move, index) => {
      const step = steps[index];
      if (step?.host === move.to) found.set(move, step);
    });
  }
  return found;
}

/** Every live move of the plan is shown, and every shown one is made. */
function unmade({ plan, changeAt, observation }: CheckContext, stepOf: StepOf): PlanFinding[] {
  const made = new Set(stepOf.values());
  // What does not run is started at its new host: nothing of it moves there.
  const running = new Set(
    observation.objects.flatMap(({ id, power }) => (power === "on" ? [id] : [])),
  );
  const hidden = plan.steps.filter(
    (step) => step.mode === "move" && running.has(step.objectId) && !made.has(step),
  );
  const idle = plan.placement.moves.list.filter(
    (move) => changeAt.get(move.address as Address)?.action === "move" && !stepOf.has(move),
  );
  return [
    ...hidden.map(({ id, address }) =>
      finding(CODES.stepsMismatch, `Step ${id} moves ${address}, which is not shown.`, address),
    ),
    ...idle.map(({ address, to }) =>
      finding(CODES.stepsMismatch, `No step moves ${address} to ${to}.`, address as Address),
    ),
  ];
}

function tooEarly(context: CheckContext, list: readonly PlanMove[], stepOf: StepOf): PlanFinding[] {
  const found: PlanFinding[] = [];
  for (const [move, step] of stepOf) {
    for (const position of move.after) {
      const before = list[position];
      const earlier = before === undefined ? undefined : stepOf.get(before);
      if (earlier === undefined || waitsFor(context, step, earlier)) continue;
      const message = `Step ${step.id} moves ${step.address} before ${earlier.address} has moved.`;
      found.push(finding(CODES.brokenOrder, message, step.address));
    }
  }
  return found;
}
