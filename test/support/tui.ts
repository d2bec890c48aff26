import type { Plan, PlannedChange } from "../../engine/model/plan.ts";
import { plainText } from "../../cli/tui/paint.ts";
import { frameOf } from "../../cli/tui/frame.ts";
import type { Effect } from "../../cli/tui/messages.ts";
import { type Model, type Start, startModel } from "../../cli/tui/model.ts";
import { update } from "../../cli/tui/update.ts";
import { planOf, step, type StepSketch } from "./plans.ts";

export type ChangeSketch = Partial<PlannedChange> & Pick<PlannedChange, "address">;

const NO_REFUSALS = { apply: "", applyMarked: "", replan: "" };

/** A plan with exactly these changes, creates unless told otherwise, and a step for each. */
export function planWith(changes: readonly ChangeSketch[], over: Partial<Plan> = {}): Plan {
  const sketches = changes.map(
    ({ address, wave = 0, action = "create" }, index): StepSketch => ({
      id: `s-${index}`,
      address,
      wave,
      action,
    }),
  );
  const plan = planOf({ id: "0123456789abcdef", steps: sketches.map(step) });
  const [example] = planOf({ steps: [step({ id: "s", address: "vm/a/b" })] }).changes;
  if (example === undefined) throw new Error("a plan of one step has one change");
  return {
    ...plan,
    changes: changes.map((change) => ({ ...example, action: "create", ...change })),
    ...over,
  };
}

export const modelWith = (plan: Plan, over: Partial<Start> = {}): Model =>
  startModel({
    plan,
    size: { columns: 100, rows: 24 },
    refusals: NO_REFUSALS,
    refusal: "",
    ascii: false,
    nowMs: 0,
    ...over,
  });

export interface Pressed {
  readonly model: Model;
  readonly effects: readonly Effect[];
}

/** The model after these keys, and every effect on the way; single characters need no list. */
export function pressed(model: Model, keys: string | readonly string[]): Pressed {
  const effects: Effect[] = [];
  let current = model;
  for (const key of keys) {
    const updated = update(current, { type: "key", key });
    current = updated.model;
    effects.push(...updated.effects);
  }
  return { model: current, effects };
}

export const textOf = (model: Model): string => frameOf(model).map(plainText).join("\n");
