import { describe, expect, test } from "vitest";
import type { Message } from "../../cli/tui/messages.ts";
import type { Model } from "../../cli/tui/model.ts";
import { update } from "../../cli/tui/update.ts";
import type { Plan, PlanHost } from "../../engine/model/plan.ts";
import { modelWith, planWith, pressed, textOf } from "../support/tui.ts";

function host(name: string): PlanHost {
  const amounts = { cpuMillicores: 100, memoryBytes: 100 };
  const use = { reserved: amounts, entitled: amounts, active: amounts, workloads: 1 };
  return {
    name,
    state: "connected",
    cluster: "c",
    capacity: { cpuMillicores: 200, memoryBytes: 200 },
    before: use,
    after: use,
  };
}

const withHosts = (plan: Plan): Plan => ({
  ...plan,
  placement: { ...plan.placement, hosts: ["esx-1", "esx-2", "esx-3"].map(host) },
});
const PLAN = withHosts(
  planWith([{ address: "vm/shop/a", action: "update", placement: { to: "esx-2" } }]),
);
const SUPPOSED = withHosts(
  planWith([
    { address: "vm/shop/a", action: "update", placement: { to: "esx-2" } },
    {
      address: "vm/shop/b",
      action: "move",
      placement: { from: "esx-1", to: "esx-3" },
    },
  ]),
);
const start = modelWith(PLAN, { size: { columns: 120, rows: 24 } });
const out = (drain: readonly string[], fail: readonly string[] = []) => ({ drain, fail });
const told = (model: Model, message: Message): Model => update(model, message).model;
const supposed = told(
  { ...start, phase: "planning" },
  { type: "supposed", plan: SUPPOSED, out: out(["esx-1"]) },
);

describe("a host that is supposed to be out", () => {
  test("is the one under the cursor of the hosts", () => {
    const { model, effects } = pressed(start, "px");
    expect(effects).toEqual([{ type: "suppose", out: out(["esx-1"]) }]);
    expect(model.phase).toBe("planning");
    expect(pressed(start, "pjjf").effects).toEqual([{ type: "suppose", out: out([], ["esx-3"]) }]);
  });

  test("is that of the change under the cursor elsewhere", () => {
    expect(pressed(start, "x").effects).toEqual([{ type: "suppose", out: out(["esx-2"]) }]);
  });

  test("comes on top of those before, and goes when it is asked for again", () => {
    expect(pressed(supposed, "pjx").effects).toEqual([
      { type: "suppose", out: out(["esx-1", "esx-2"]) },
    ]);
    const { model, effects } = pressed(supposed, "px");
    expect(effects).toEqual([]);
    expect(model.plan).toBe(PLAN);
  });

  test("fails instead of being drained when that is asked for", () => {
    expect(pressed(supposed, "pf").effects).toEqual([{ type: "suppose", out: out([], ["esx-1"]) }]);
  });

  test("is not there to choose where no plan names a host", () => {
    const bare = modelWith(planWith([{ address: "ns/shop" }]));
    expect(pressed(bare, "x")).toMatchObject({ effects: [], model: { phase: "idle" } });
    expect(pressed(bare, "x").model.notice).toContain("no host is chosen");
  });

  test("cannot be supposed where nothing can be planned anew, nor after an apply", () => {
    const refusals = { apply: "", applyMarked: "", replan: "a saved plan stays as it is" };
    const saved = modelWith(PLAN, { refusals });
    expect(pressed(saved, "x").model.notice).toBe("a saved plan stays as it is");
    expect(pressed({ ...start, spent: true }, "x").model.notice).toContain("applied already");
  });
});

describe("while something is supposed", () => {
  test("the screen says so, and shows what would move", () => {
    const shown = textOf(supposed);
    expect(shown).toContain("WHAT IF esx-1 drained");
    expect(shown).toContain("vm/shop/b");
    expect(supposed.notice).toContain("w ends the what-if");
  });

  test.for(["a", "A", "r"])("%s does nothing: nobody would carry that out", (key) => {
    const { model, effects } = pressed(supposed, key);
    expect(effects).toEqual([]);
    expect(model.notice).toBe("this is a what-if: w ends it");
  });

  test("w brings back the plan as it is", () => {
    const { model } = pressed(supposed, "w");
    expect(model).toMatchObject({ plan: PLAN, whatIf: undefined });
    expect(textOf(model)).not.toContain("WHAT IF");
  });
});

test("w without a what-if says what begins one", () => {
  expect(pressed(start, "w").model.notice).toContain("x drains a host");
});

test("the host under the cursor stays in sight", () => {
  const hosts = Array.from({ length: 60 }, (_, index) => host(`esx-${index + 10}`));
  const many = { ...PLAN, placement: { ...PLAN.placement, hosts } };
  const model = modelWith(many, { size: { columns: 100, rows: 24 } });
  expect(textOf(pressed(model, "pG").model)).toContain("esx-69");
  expect(textOf(pressed(model, "pGg").model)).toContain("esx-10");
});
