import type { EngineEvent } from "../../engine/events/event.ts";
import type { Address } from "../../engine/model/address.ts";
import type { Plan } from "../../engine/model/plan.ts";
import type { HostsOut, Model, Size } from "./model.ts";

/** What the gates let through once somebody answers. */
export interface Question {
  readonly plan: Plan;
  /** How many changes were marked; undefined when it is about all of them. */
  readonly chosen: number | undefined;
  /** True when the gates want the name of the workspace typed. */
  readonly destroys: boolean;
}

export type Message =
  /** One key: a printable character, or a name such as `enter`, `esc`, `ctrl-c`. */
  | { readonly type: "key"; readonly key: string }
  | { readonly type: "size"; readonly size: Size }
  | { readonly type: "tick"; readonly nowMs: number }
  | { readonly type: "event"; readonly event: EngineEvent; readonly nowMs: number }
  | { readonly type: "planned"; readonly plan: Plan; readonly refusal: string }
  /** The plan as it would be without these hosts; never applied. */
  | { readonly type: "supposed"; readonly plan: Plan; readonly out: HostsOut }
  | (Question & { readonly type: "asked" })
  /** There is no plan, or a gate holds it. */
  | { readonly type: "refused"; readonly notice: string }
  | { readonly type: "applying"; readonly plan: Plan; readonly nowMs: number }
  | { readonly type: "ended"; readonly notice: string; readonly nowMs: number }
  /** Nothing new is started any more. */
  | { readonly type: "stopping"; readonly notice: string };

/** What the world outside the model shall do. */
export type Effect =
  | { readonly type: "quit"; readonly interrupted: boolean }
  | { readonly type: "replan" }
  | { readonly type: "suppose"; readonly out: HostsOut }
  /** Asks the gates; undefined means all changes. */
  | { readonly type: "consider"; readonly addresses: readonly Address[] | undefined }
  | { readonly type: "apply"; readonly plan: Plan }
  | { readonly type: "stop" };

export interface Updated {
  readonly model: Model;
  readonly effects: readonly Effect[];
}
