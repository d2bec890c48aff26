import { describe, expect, test } from "vitest";
import { eventsOf } from "../../cli/tui/handover.ts";
import { KEYS } from "../../cli/tui/keys.ts";
import type { Message } from "../../cli/tui/messages.ts";
import type { Model } from "../../cli/tui/model.ts";
import type { EngineEvent } from "../../engine/events/event.ts";
import { itemAt } from "../../engine/events/list.ts";
import { reduce, startProgress } from "../../engine/events/reduce.ts";
import { modelWith, planWith, pressed } from "../support/tui.ts";
import { PLAN, start, told } from "./risky-plan.ts";

const addresses = (model: Model): readonly string[] => model.rows.map(({ address }) => address);

const under = (model: Model): string | undefined => model.rows[model.cursor]?.address;

describe("the list", () => {
  test("is sorted by risk, and what does not change is hidden", () => {
    expect(addresses(start)).toEqual(["vm/shop/b", "vm/shop/a", "ns/shop"]);
  });

  test.for([
    { name: "s by kind", keys: "s", rows: ["ns/shop", "vm/shop/a", "vm/shop/b"] },
    { name: "ss by host", keys: "ss", rows: ["vm/shop/a", "ns/shop", "vm/shop/b"] },
    { name: "sss by wave", keys: "sss", rows: ["ns/shop", "vm/shop/a", "vm/shop/b"] },
    { name: "ssss by risk again", keys: "ssss", rows: ["vm/shop/b", "vm/shop/a", "ns/shop"] },
    {
      name: "u with what does not change",
      keys: "u",
      rows: ["vm/shop/b", "vm/shop/a", "ns/shop", "vm/shop/c"],
    },
    { name: "a filter", keys: "/vm", rows: ["vm/shop/b", "vm/shop/a"] },
    { name: "a filter by action", keys: "/DELETE", rows: ["vm/shop/b"] },
    { name: "a filter by host", keys: "/esx-2", rows: ["vm/shop/a"] },
    { name: "a filter turned around", keys: "/!vm", rows: ["ns/shop"] },
    {
      name: "a filter corrected",
      keys: ["/", "x", "😀", "backspace", "backspace", "n", "s", "enter"],
      rows: ["ns/shop"],
    },
    {
      name: "a filter ended",
      keys: ["/", "n", "s", "esc"],
      rows: ["vm/shop/b", "vm/shop/a", "ns/shop"],
    },
  ])("$name", ({ keys, rows }) => {
    expect(addresses(pressed(start, keys).model)).toEqual(rows);
  });

  test("the cursor stays on its address whatever the order", () => {
    const there = pressed(start, "j").model;
    expect(under(there)).toBe("vm/shop/a");
    for (const keys of ["s", "ss", "u", "/vm/shop"]) {
      expect(under(pressed(there, keys).model), keys).toBe("vm/shop/a");
    }
  });

  test.for([
    { keys: ["j"], at: 1 },
    { keys: ["down", "down", "down", "down"], at: 2 },
    { keys: ["G"], at: 2 },
    { keys: ["G", "k"], at: 1 },
    { keys: ["G", "g"], at: 0 },
    { keys: ["end", "home", "up"], at: 0 },
    { keys: ["pagedown"], at: 2 },
    { keys: ["pagedown", "pageup"], at: 0 },
  ])("$keys moves the cursor to line $at and not beyond", ({ keys, at }) => {
    expect(pressed(start, keys).model.cursor).toBe(at);
  });

  test("an empty list is no place for a cursor", () => {
    const empty = pressed(start, "/nothing").model;
    expect(empty.rows).toEqual([]);
    const after = pressed(empty, ["enter", "j", "G", "space", "enter"]).model;
    expect(after.cursor).toBe(0);
    expect(after.marked.size).toBe(0);
  });

  test("scrolling stops with the last line in sight", () => {
    const many = planWith([{ address: "vm/a/b", dependsOn: ["ns/x"] }], {
      placement: { ...PLAN.placement, hosts: [] },
    });
    const low = modelWith(many, { size: { columns: 60, rows: 12 } });
    const bottom = pressed(low, ["enter", "G", "G"]).model;
    expect(pressed(bottom, "j").model.top).toBe(bottom.top);
    expect(pressed(bottom, "k").model.top).toBe(Math.max(0, bottom.top - 1));
  });
});

describe("marks", () => {
  test.for([
    { name: "space marks and goes on", keys: [" space"], marked: ["vm/shop/b"] },
    { name: "space twice marks two", keys: ["space", "space"], marked: ["vm/shop/a", "vm/shop/b"] },
    { name: "space takes back", keys: ["space", "k", "space"], marked: [] },
    { name: "* marks what is shown", keys: [..."/ns", "enter", "*"], marked: ["ns/shop"] },
    { name: "- marks nothing", keys: ["*", "-"], marked: [] },
  ])("$name", ({ keys, marked }) => {
    const after = pressed(
      start,
      keys.map((key) => key.trim()),
    ).model;
    expect([...after.marked].toSorted()).toEqual(marked);
  });
});

describe("the run", () => {
  const [first, second] = PLAN.steps;
  const facts = (found = first) => ({
    step: found?.id ?? "",
    address: found?.address ?? ("vm/a/b" as const),
    action: found?.action ?? "create",
    wave: found?.wave ?? 0,
  });
  const events: readonly EngineEvent[] = [
    { type: "apply_start", ...facts() },
    { type: "apply_complete", ...facts(), elapsedMs: 5 },
    { type: "apply_start", ...facts(second) },
    { type: "apply_progress", ...facts(second), phase: "booting", waitsFor: [], elapsedMs: 3 },
  ];

  test("events move the counts of the screen", () => {
    const applying = told(start, { type: "applying", plan: PLAN, nowMs: 1 });
    const after = told(
      applying,
      ...events.map((event): Message => ({ type: "event", event, nowMs: 9 })),
    );
    expect(after.screen).toBe("apply");
    expect(after.progress.counts).toMatchObject({ done: 1, running: 1, waiting: 2 });
    expect(after.nowMs).toBe(9);
  });

  test("a view that comes later is told the same", () => {
    const before = events.reduce((progress, event) => reduce(progress, event), startProgress(PLAN));
    const after = eventsOf(before).reduce(
      (progress, event) => reduce(progress, event),
      startProgress(PLAN),
    );
    expect(after.counts).toEqual(before.counts);
    expect(itemAt(after.list, 1)?.phase).toBe("booting");
  });
});

describe("the keys", () => {
  test("one meaning each", () => {
    const keys = KEYS.flatMap((entry) => entry.keys);
    expect(keys.length).toBe(new Set(keys).size);
  });

  test.for(KEYS.map((entry) => ({ entry, key: entry.keys[0] ?? "" })))(
    "$key does something or says why not",
    ({ entry, key }) => {
      const base = modelWith(PLAN, { size: { columns: 60, rows: 14 } });
      const from = ["up", "page-up", "top", "back", "mark-none"].includes(entry.action)
        ? pressed({ ...base, marked: new Set(["ns/shop"]) }, "jj").model
        : base;
      const before = { back: "/vm", "plan-screen": "4" }[entry.action as string] ?? "";
      const filtered = pressed(from, before).model;
      const { model, effects } = pressed(filtered, [key]);
      expect(
        effects.length > 0 || JSON.stringify(shown(model)) !== JSON.stringify(shown(filtered)),
      ).toBe(true);
      if (entry.action === "later") expect(model.notice).toContain("comes later");
    },
  );

  test("a key without a meaning does nothing", () => {
    expect(pressed(start, ["€", "ctrl-q"])).toEqual({ model: start, effects: [] });
  });
});

/** What a person could see of a model. */
const shown = ({
  screen,
  pane,
  cursor,
  top,
  rows,
  filter,
  filtering,
  sort,
  marked,
  notice,
}: Model) => [screen, pane, cursor, top, rows.length, filter, filtering, sort, [...marked], notice];
