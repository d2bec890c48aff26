/** A plan whose changes differ in risk, and a screen that is told things about it. */
import type { Message } from "../../cli/tui/messages.ts";
import type { Model } from "../../cli/tui/model.ts";
import { update } from "../../cli/tui/update.ts";
import { modelWith, planWith } from "../support/tui.ts";

/** The risk of a change that loses data. */
export const RISKY = { level: "high", downtimeMs: 0, dataLoss: true } as const;

/** Three changes of rising risk, and one that is none. */
export const PLAN = planWith([
  { address: "ns/shop" },
  { address: "vm/shop/a", action: "update", placement: { to: "esx-2" }, wave: 1 },
  { address: "vm/shop/b", action: "delete", wave: 2 },
  { address: "vm/shop/c", action: "noop" },
]);

/** The screen as it opens on that plan, before any key. */
export const start = modelWith(PLAN);

/** The screen after these messages, in their order. */
export const told = (model: Model, ...messages: readonly Message[]): Model =>
  messages.reduce((current, message) => update(current, message).model, model);
