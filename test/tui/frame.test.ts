import { describe, expect, test } from "vitest";
import type { Model } from "../../cli/tui/model.ts";
import { update } from "../../cli/tui/update.ts";
import { modelWith, planWith, pressed, textOf } from "../support/tui.ts";
import { PLACED } from "./placed-hosts.ts";

const PLAN = planWith(
  [
    {
      address: "vm/shop/db-0",
      action: "replace",
      reasons: [{ code: "immutable-field", path: "/spec/firmware" }],
      risk: { level: "high", downtimeMs: 90_000, dataLoss: false },
      diff: [
        { path: "/spec/firmware", op: "replace", before: "bios", after: "efi", forces: "replace" },
        { path: "/spec/tags/tier", op: "add", after: "gold" },
        { path: "/spec/notes", op: "remove", before: "old" },
      ],
      dependsOn: ["ns/shop"],
      wave: 2,
      source: { file: "db.yaml", line: 41, column: 1 },
    },
    {
      address: "vm/shop/cache",
      action: "move",
      placement: { from: "esx-02", to: "esx-04", decision: "d-1" },
    },
    { address: "vm/shop/web-3", placement: { to: "esx-01" } },
    { address: "ns/shop", action: "noop" },
  ],
  {
    placement: PLACED,
    summary: { ...planWith([]).summary, create: 1, replace: 1, move: 1 },
  },
);

const at = (columns: number, rows: number): Model => modelWith(PLAN, { size: { columns, rows } });

describe("exact frames", () => {
  test("the plan on a wide screen", () => {
    expect(textOf(at(100, 20))).toMatchInlineSnapshot(`
      " vpac  default  plan 0123456                                                                 ? help 
      ┌─ Changes  3/3   /filter  s sort:risk ──────────┐┌─ Detail  vm/shop/db-0 ─────────────────────────┐
      │ ▸ ±  vm/shop/db-0               firmware +2    ││ ± replace  (~90 s off)                         │
      │   →  vm/shop/cache              esx-02→esx-04  ││                                                │
      │   +  vm/shop/web-3              → esx-01       ││ ~ /spec/firmware: bios → efi  forces replace   │
      │                                                ││ + /spec/tags/tier: gold                        │
      │                                                ││ - /spec/notes: old                             │
      │                                                ││   (1 unchanged field hidden, u shows)          │
      │                                                ││                                                │
      │                                                ││ cost  risk high  wave 2  ~90 s off             │
      │                                                ││ after ns/shop                                  │
      │                                                ││ yaml  db.yaml:41                               │
      └─ space mark  enter open  u unchanged ──────────┘└─ tab pane  j/k scroll  esc back ───────────────┘
      ┌─ Placement  4 hosts   before → after, worst of cpu and memory ───────────────────────────────────┐
      │ esx-01       ███░░    58→63     esx-02       ████░    93→81     esx-03       MAINTENANCE         │
      │ esx-04       █████    64→92                                                                      │
      │ worst 93→92%   N+1 ok (tightest: memory, 6 GiB spare)   moves 1/5                                │
      └─ p hosts ────────────────────────────────────────────────────────────────────────────────────────┘
       +1 ~0 ±1 -0 →1 !0   a apply marked  A apply all  r plan again  p hosts  4 apply  q quit            "
    `);
  });

  test("the plan on a narrow screen: one pane", () => {
    expect(textOf(at(60, 12))).toMatchInlineSnapshot(`
      " vpac  default  plan 0123456                         ? help 
      ┌─ Changes  3/3   /filter  s sort:risk ────────────────────┐
      │ ▸ ±  vm/shop/db-0               replace   firmware +2    │
      │   →  vm/shop/cache              move      esx-02→esx-04  │
      │   +  vm/shop/web-3              create    → esx-01       │
      │                                                          │
      │                                                          │
      │                                                          │
      │                                                          │
      └─ enter detail  p hosts  a, A apply ──────────────────────┘
       +1 ~0 ±1 -0 →1 !0   worst host 92%                         "
    `);
  });

  test("the detail of a move: why that host", () => {
    expect(textOf(pressed(at(60, 18), ["j", "enter"]).model)).toMatchInlineSnapshot(`
      " vpac  default  plan 0123456                         ? help 
      ┌─ Detail  vm/shop/cache ──────────────────────────────────┐
      │ → move                                                   │
      │                                                          │
      │   (1 unchanged field hidden, u shows)                    │
      │                                                          │
      │ host  esx-02 → esx-04  (best of 2: lower load, next      │
      │       esx-01)                                            │
      │       ▸ esx-04  score 0.86                               │
      │         esx-01  score 0.71                               │
      │       ✖ esx-03  maintenance: in maintenance mode         │
      │       4 hosts considered, 2 feasible                     │
      │ cost  risk none  wave 0                                  │
      │                                                          │
      │                                                          │
      └─ tab pane  j/k scroll  esc back ─────────────────────────┘
       +1 ~0 ±1 -0 →1 !0   worst host 92%                         "
    `);
  });

  test("the hosts, in ASCII", () => {
    const ascii = modelWith(PLAN, { size: { columns: 80, rows: 12 }, ascii: true });
    expect(textOf(pressed(ascii, "p").model)).toMatchInlineSnapshot(`
      " vpac  default  plan 0123456                                             ? help 
      +- Placement  4 hosts   before -> after, worst of cpu and memory --------------+
      | esx-01       [###..]  58->63    esx-02       [####.]  93->81                 |
      | esx-03       MAINTENANCE        esx-04       [#####]  64->92                 |
      | worst 93->92%   N+1 ok (tightest: memory, 6 GiB spare)   moves 1/5           |
      |                                                                              |
      |                                                                              |
      |                                                                              |
      |                                                                              |
      +- j/k host  x drain  f fail  esc back ----------------------------------------+
       +1 ~0 +-1 -0 ->1 !0   worst host 92%                                           "
    `);
  });

  test("an apply under way", () => {
    const [first, second, third] = PLAN.steps;
    let model = update(at(80, 20), { type: "applying", plan: PLAN, nowMs: 0 }).model;
    const facts = (step = first) => ({
      step: step?.id ?? "",
      address: step?.address ?? ("vm/a/b" as const),
      action: step?.action ?? "create",
      wave: step?.wave ?? 0,
    });
    const failure = { severity: "error", code: "VP6012", help: [] } as const;
    for (const event of [
      { type: "apply_start", ...facts(second) },
      { type: "apply_complete", ...facts(second), elapsedMs: 900 },
      { type: "apply_start", ...facts(third), host: "esx-01" },
      {
        type: "apply_progress",
        ...facts(third),
        host: "esx-01",
        phase: "cloning disk",
        percent: 62,
        waitsFor: [],
        elapsedMs: 2000,
      },
      { type: "apply_start", ...facts() },
      {
        type: "apply_errored",
        ...facts(),
        elapsedMs: 10,
        diagnostic: { ...failure, summary: "no room", detail: "the datastore is full" },
      },
    ] as const) {
      model = update(model, { type: "event", event, nowMs: 3000 }).model;
    }
    expect(textOf(model)).toMatchInlineSnapshot(`
      " apply  default  applying  1/4 done  1 running  1 waiting  1 failed  3s… ? help 
      ┌─ Waves ──────────────────────────────────────────────────────────────────────┐
      │ wave 0  ✔ vm/shop/cache                                                      │
      │    ▸ vm/shop/web-3              create   esx-01     2s  cloning disk  62%    │
      │    · ns/shop                    no chan…                                     │
      │ wave 2                                                                       │
      │    ✖ vm/shop/db-0               replace  10ms  VP6012 the datastore is full  │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      └─ j/k scroll ─────────────────────────────────────────────────────────────────┘
      ┌─ Log ────────────────────────────────────────────────────────────────────────┐
      │ vm/shop/web-3  cloning disk                                                  │
      │ vm/shop/db-0  replace started                                                │
      │ vm/shop/db-0  VP6012 no room                                                 │
      └─ ctrl-c once: finish what runs  twice: at once ──────────────────────────────┘
       1 plan  4 follow  r plan again  q leave                                        "
    `);
  });

  test("too small a terminal", () => {
    expect(textOf(at(39, 11))).toBe("terminal too small: 39x11, needs 40x12 ");
    expect(textOf(at(12, 3))).toBe("terminal to…");
  });

  test("a question and a refusal stand at the foot, over several lines where they are long", () => {
    const asked = update(at(60, 14), {
      type: "asked",
      plan: PLAN,
      chosen: 1,
      destroys: true,
    }).model;
    expect(textOf(asked).split("\n").slice(-2)).toEqual([
      ' apply 3 changes, 2 for their sake: type "default" and      ',
      " enter, esc cancels: _                                      ",
    ]);
    const notice = "VP7004 this would delete more than the budget of the plan lets it delete";
    const refused = update(at(60, 14), { type: "refused", notice }).model;
    expect(textOf(refused).split("\n")).toHaveLength(13);
    expect(textOf(refused).replaceAll(/\s+/g, " ")).toContain(notice);
  });

  test("what cannot be done stays in the help and the footer, with its reason", () => {
    const model = modelWith(PLAN, {
      size: { columns: 110, rows: 60 },
      refusals: { apply: "only looking", applyMarked: "", replan: "read from a file" },
    });
    expect(textOf(model)).toContain("a apply marked (off)  A apply all (off)  r plan again (off)");
    const help = textOf(pressed(model, "?").model);
    expect(help).toMatch(/A +apply all \(only looking\)/);
    expect(help).toMatch(/r +plan again \(read from a file\)/);
    expect(help).toMatch(/2 +placement \(comes later\)/);
  });
});
