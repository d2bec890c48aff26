/** What-ifs about hosts: the plan as it would be is shown in place of the plan, never applied. */
import type { Updated } from "./messages.ts";
import { busyText } from "./asking.ts";
import { type HostsOut, type Model, whyNot, withPlan } from "./model.ts";

const NOBODY: HostsOut = { drain: [], fail: [] };

/** Supposes that the host is out, or no longer out when it was supposed to be. */
export function suppose(model: Model, how: keyof HostsOut): Updated {
  const why = whyNot(model, how) || heldBy(model);
  const host = hostUnder(model);
  if (why !== "" || host === undefined) {
    const notice = why === "" ? "no host is chosen: p goes to the hosts" : why;
    return { model: { ...model, notice }, effects: [] };
  }
  const { drain, fail } = model.whatIf ?? NOBODY;
  const other = how === "drain" ? "fail" : "drain";
  const before = { drain, fail };
  const out: HostsOut = {
    ...before,
    [how]: toggled(before[how], host),
    [other]: before[other].filter((name) => name !== host),
  };
  if (out.drain.length + out.fail.length === 0) return ended(model);
  return {
    model: { ...model, phase: "planning", notice: "what if ..." },
    effects: [{ type: "suppose", out }],
  };
}

/** Why there is nothing to suppose at this moment. */
function heldBy(model: Model): string {
  if (model.phase !== "idle") return busyText(model);
  return model.spent ? "this plan was applied already: r plans again" : "";
}

const toggled = (names: readonly string[], name: string): readonly string[] =>
  names.includes(name) ? names.filter((known) => known !== name) : [...names, name];

/** The host under the cursor, or that of the change under it. */
function hostUnder({ pane, plan, hostAt, rows, cursor }: Model): string | undefined {
  if (pane === "hosts") return plan.placement.hosts[hostAt]?.name;
  const { to, from } = rows[cursor]?.placement ?? {};
  return to ?? from;
}

/** Shows what would be; the plan as it is comes back when the what-if ends. */
export function supposed(model: Model, plan: Model["plan"], out: HostsOut): Model {
  const real = model.whatIf?.real ?? model.plan;
  const { move, blocked } = plan.summary;
  const notice = `${move} to move, ${blocked} blocked; w ends the what-if`;
  return { ...withPlan({ ...model, phase: "idle", whatIf: { ...out, real } }, plan), notice };
}

export function ended(model: Model): Updated {
  const { whatIf } = model;
  if (whatIf === undefined) {
    const notice = "there is no what-if: x drains a host, f fails it";
    return { model: { ...model, notice }, effects: [] };
  }
  const real = withPlan({ ...model, whatIf: undefined }, whatIf.real);
  return { model: { ...real, notice: "the plan as it is" }, effects: [] };
}
