import type { PlanSummary } from "../../engine/model/plan.ts";
import { countText } from "../views/units.ts";
import type { KeyAction } from "./keys.ts";
import { type Ask, isWide, type Model, whyNot } from "./model.ts";
import { type Line, seg, wrap } from "./paint.ts";

const NOTICE_LINES_MAX = 3;

/** The last lines of the screen: a question, else what was told last, else counts and keys. */
export function footerOf(model: Model): Line[] {
  const { ask, notice, size } = model;
  const room = Math.max(10, size.columns - 1);
  if (ask !== undefined) return wrap(askLine(ask), room, 1);
  if (notice === "") return [keysLine(model)];
  return wrap([seg(` ${notice}`, "yellow")], room, 1).slice(0, NOTICE_LINES_MAX);
}

function askLine({ chosen, total, wanted, typed }: Ask): Line {
  const needed =
    chosen === undefined || chosen >= total ? "" : `, ${total - chosen} for their sake`;
  const what = chosen === undefined ? "all " : "";
  return [
    seg(` apply ${what}${countText(total, "change")}${needed}: `, "yellow"),
    seg(`type "${wanted}" and enter, esc cancels: `, "yellow"),
    seg(`${typed}_`, "bold"),
  ];
}

function keysLine(model: Model): Line {
  const counts = seg(` ${countsText(model.plan.summary, model.ascii)}   `);
  if (model.screen === "apply") return [seg(" 1 plan  4 follow  r plan again  q leave", "dim")];
  if (!isWide(model)) return [counts, seg(`worst host ${model.facts.worst.after}%`, "dim")];
  const off = (action: KeyAction): string => (whyNot(model, action) === "" ? "" : " (off)");
  return [
    counts,
    seg(`a apply marked${off("apply-marked")}  `, "dim"),
    seg(`A apply all${off("apply-all")}  r plan again${off("replan")}  `, "dim"),
    seg("p hosts  4 apply  q quit", "dim"),
  ];
}

function countsText(summary: PlanSummary, ascii: boolean): string {
  const { create, update, replace, delete: deleted, move, blocked } = summary;
  const [turned, arrow] = ascii ? ["+-", "->"] : ["±", "→"];
  return `+${create} ~${update} ${turned}${replace} -${deleted} ${arrow}${move} !${blocked}`;
}
