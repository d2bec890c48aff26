import { describe, expect, test } from "vitest";
import type { Message } from "../../cli/tui/messages.ts";
import type { Model } from "../../cli/tui/model.ts";
import { modelWith, planWith, pressed } from "../support/tui.ts";
import { PLAN, RISKY, start, told } from "./risky-plan.ts";

describe("applying", () => {
  const asked = (model: Model, over: Partial<Message> = {}): Model =>
    told(model, {
      type: "asked",
      plan: PLAN,
      chosen: undefined,
      destroys: false,
      ...over,
    } as Message);

  test.for([
    { name: "A asks the gates about all", keys: "A", addresses: undefined },
    { name: "a asks them about what is marked", keys: " a", addresses: ["vm/shop/b"] },
  ])("$name", ({ keys, addresses: wanted }) => {
    const named = [...keys].map((key) => (key === " " ? "space" : key));
    const { model, effects } = pressed(start, named);
    expect(effects).toEqual([{ type: "consider", addresses: wanted }]);
    expect(model.phase).toBe("planning");
  });

  test.for([
    { name: "nothing marked", model: start, key: "a", notice: /nothing is marked/ },
    {
      name: "nothing to do",
      model: modelWith(planWith([{ address: "vm/a/b", action: "noop" }])),
      key: "A",
      notice: /there is nothing to apply/,
    },
    {
      name: "an apply already running",
      model: told(start, { type: "applying", plan: PLAN, nowMs: 1 }),
      key: "A",
      notice: /an apply is running/,
    },
    {
      name: "a plan that was applied",
      model: told(start, { type: "ended", notice: "", nowMs: 1 }),
      key: "A",
      notice: /r plans again/,
    },
    {
      name: "a session that only looks",
      model: modelWith(PLAN, { refusals: { apply: "only looking", applyMarked: "", replan: "" } }),
      key: "A",
      notice: /only looking/,
    },
    {
      name: "a saved plan, in part",
      model: modelWith(PLAN, { refusals: { apply: "", applyMarked: "as a whole", replan: "" } }),
      key: "a",
      notice: /as a whole/,
    },
    {
      name: "documents with errors",
      model: modelWith(PLAN, { refusal: "the documents have errors" }),
      key: "A",
      notice: /the documents have errors/,
    },
  ])("$name: nothing is asked, and the reason is told", ({ model, key, notice }) => {
    const after = pressed(model, key);
    expect(after.effects).toEqual([]);
    expect(after.model.ask).toBeUndefined();
    expect(after.model.notice).toMatch(notice);
  });

  test.for([
    { name: "a harmless plan wants yes", plan: PLAN, destroys: false, wanted: "yes" },
    { name: "gates that ask for it, the workspace", plan: PLAN, destroys: true, wanted: "default" },
    {
      name: "a loss of data, the workspace",
      plan: planWith([{ address: "vol/a/b", action: "update", risk: RISKY }]),
      destroys: false,
      wanted: "default",
    },
  ])("$name", ({ plan, destroys, wanted }) => {
    expect(asked(start, { plan, destroys } as Partial<Message>).ask?.wanted).toBe(wanted);
  });

  test("the answer applies the plan that was asked about", () => {
    const { model, effects } = pressed(asked(start), [..."yes", "enter"]);
    expect(effects).toEqual([{ type: "apply", plan: PLAN }]);
    expect(model.phase).toBe("running");
  });

  test.for([
    { name: "another word", keys: [..."yep", "enter"] },
    { name: "nothing", keys: ["enter"] },
    { name: "esc", keys: [..."yes", "esc"] },
    { name: "ctrl-c", keys: [..."yes", "ctrl-c"] },
  ])("$name applies nothing", ({ keys }) => {
    const { model, effects } = pressed(asked(start), keys);
    expect(effects).toEqual([]);
    expect(model).toMatchObject({ ask: undefined, phase: "idle" });
    expect(model.notice).toContain("nothing was applied");
  });

  test("what is marked and what it needs is marked while the question stands", () => {
    const marked = pressed(start, ["space"]).model;
    const question = asked(marked, { chosen: 1 } as Partial<Message>);
    expect([...question.marked].toSorted()).toEqual(["ns/shop", "vm/shop/a", "vm/shop/b"]);
    expect(question.ask).toMatchObject({ chosen: 1, total: 3 });
    expect([...pressed(question, ["esc"]).model.marked]).toEqual(["vm/shop/b"]);
  });

  test("a refusal of the gates is told, and the screen is free again", () => {
    const after = told(pressed(start, "A").model, { type: "refused", notice: "VP7004 held" });
    expect(after).toMatchObject({ phase: "idle", notice: "VP7004 held" });
  });

  test("r plans again and shows the new plan with the marks that still hold", () => {
    const marked = pressed(start, "*").model;
    const { model, effects } = pressed(marked, "r");
    expect(effects).toEqual([{ type: "replan" }]);
    expect(pressed(model, "r").effects).toEqual([]);
    const plan = planWith([{ address: "vm/shop/a" }]);
    const after = told(model, { type: "planned", plan, refusal: "" });
    expect(after).toMatchObject({ phase: "idle", spent: false, screen: "plan", cursor: 0 });
    expect([...after.marked]).toEqual(["vm/shop/a"]);
  });
});

describe("leaving and stopping", () => {
  const running = told(start, { type: "applying", plan: PLAN, nowMs: 1 });

  test.for([
    {
      name: "q leaves",
      model: start,
      keys: ["q"],
      effects: [{ type: "quit", interrupted: false }],
    },
    {
      name: "ctrl-c leaves where nothing runs",
      model: start,
      keys: ["ctrl-c"],
      effects: [{ type: "quit", interrupted: true }],
    },
    {
      name: "ctrl-c leaves from the filter, too",
      model: start,
      keys: ["/", "ctrl-c"],
      effects: [{ type: "quit", interrupted: true }],
    },
    {
      name: "q leaves a running apply alone",
      model: running,
      keys: ["q"],
      effects: [{ type: "quit", interrupted: false }],
    },
    {
      name: "ctrl-c stops a running apply, once and again",
      model: running,
      keys: ["ctrl-c", "ctrl-c"],
      effects: [{ type: "stop" }, { type: "stop" }],
    },
  ])("$name", ({ model, keys, effects }) => {
    expect(pressed(model, keys).effects).toEqual(effects);
  });
});
