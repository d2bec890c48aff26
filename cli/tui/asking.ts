import type { Address } from "../../engine/model/address.ts";
import type { Question, Updated } from "./messages.ts";
import { type Model, whyNot } from "./model.ts";

const stay = (model: Model, notice = model.notice): Updated => ({
  model: { ...model, notice },
  effects: [],
});

/** What one key adds to a line that is typed; undefined when it is no character. */
export function typedInto(text: string, key: string): string | undefined {
  if (key === "backspace") return [...text].slice(0, -1).join("");
  const typed = key === "space" ? " " : key;
  return [...typed].length === 1 ? text + typed : undefined;
}

/** Why there is nothing to apply at this moment. */
function heldBy(model: Model): string {
  if (model.phase !== "idle") return busyText(model);
  if (model.spent) return "this plan was applied already: r plans again";
  return model.facts.changes === 0 ? "there is nothing to apply" : "";
}

export const busyText = ({ phase }: Model): string =>
  phase === "planning" ? "planning is not done yet" : "an apply is running";

/** Has the gates asked before anybody types; they see what is marked closed under dependencies. */
export function askToApply(model: Model, addresses: readonly Address[] | undefined): Updated {
  const action = addresses === undefined ? "apply-all" : "apply-marked";
  const why = whyNot(model, action) || heldBy(model);
  if (why !== "") return stay(model, why);
  if (addresses?.length === 0) {
    return stay(model, "nothing is marked: space marks a line, * all of them");
  }
  return {
    model: { ...model, phase: "planning", notice: "planning ..." },
    effects: [{ type: "consider", addresses }],
  };
}

/** The gates let the plan through once somebody answers; what will be applied is marked. */
export function asking(model: Model, { plan, chosen, destroys }: Question): Model {
  const real = plan.changes.filter(({ action }) => action !== "noop");
  const losesData = real.some(({ risk }) => risk.dataLoss);
  const wanted = destroys || losesData ? plan.workspace : "yes";
  const { marked } = model;
  return {
    ...model,
    phase: "idle",
    notice: "",
    marked: chosen === undefined ? marked : new Set(real.map(({ address }) => address)),
    ask: { plan, chosen, total: real.length, wanted, typed: "", marked },
  };
}

/** Typing the answer to a question; only the wanted one goes on. */
export function onAnswer(model: Model, key: string): Updated {
  const { ask } = model;
  if (ask === undefined) return stay(model);
  const closed = { ...model, ask: undefined, marked: ask.marked };
  if (key === "esc" || key === "ctrl-c") return stay(closed, "nothing was applied");
  if (key !== "enter") {
    const typed = typedInto(ask.typed, key);
    return stay(typed === undefined ? model : { ...model, ask: { ...ask, typed } });
  }
  if (ask.typed !== ask.wanted) {
    return stay(closed, `nothing was applied: only "${ask.wanted}" applies it`);
  }
  const effects = [{ type: "apply", plan: ask.plan }] as const;
  return { model: { ...closed, phase: "running" }, effects };
}
