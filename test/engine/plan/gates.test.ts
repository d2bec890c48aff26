import { describe, expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import type { Action } from "../../../engine/model/change.ts";
import type { PlannedChange } from "../../../engine/model/plan.ts";
import { budgetCounts, type GateBasis, gates } from "../../../engine/plan/gates.ts";
import { change } from "../../support/answers.ts";
import { pod, recordedOf, resource } from "../../support/builders.ts";
import { planOf } from "./support.ts";

const changesOf = (action: Action, count: number, kind = "pod"): PlannedChange[] =>
  Array.from({ length: count }, (_, index) => ({
    address: `${kind}/a/${action}-${index}` as Address,
    action,
    reasons: [],
    risk: { level: "high", downtimeMs: 0, dataLoss: kind === "vol" },
    diff: [],
    unknown: [],
    sensitive: [],
    dependsOn: [],
    wave: 0,
    provider: "sim",
  }));

const basis = (over: Partial<GateBasis>): GateBasis => ({
  changes: [],
  mode: "apply",
  workspace: "prod",
  budgets: {},
  recordedCount: 100,
  isEmpty: false,
  ...over,
});

const namesOf = (over: Partial<GateBasis>): string[] =>
  gates(basis(over)).map(({ gate, holds }) => `${gate} ${holds}`);

interface Case {
  readonly name: string;
  readonly given: Partial<GateBasis>;
  readonly want: readonly string[];
}

const cases: readonly Case[] = [
  { name: "nothing to destroy: no gate", given: { changes: changesOf("create", 50) }, want: [] },
  {
    name: "five deletes of a hundred: consent alone",
    given: { changes: changesOf("delete", 5) },
    want: ["confirm write"],
  },
  {
    name: "six deletes: the brake holds what writes",
    given: { changes: changesOf("delete", 6) },
    want: ["budget write", "confirm write"],
  },
  {
    name: "one delete of four recorded is more than 20 %: the brake holds",
    given: { changes: changesOf("delete", 1), recordedCount: 4 },
    want: ["budget write", "confirm write"],
  },
  {
    name: "one delete of five recorded is 20 %: no brake",
    given: { changes: changesOf("delete", 1), recordedCount: 5 },
    want: ["confirm write"],
  },
  {
    name: "allowing as many opens the brake",
    given: { changes: changesOf("delete", 6), budgets: { allowDestroy: 6 } },
    want: ["confirm write"],
  },
  {
    name: "allowing fewer does not open the brake",
    given: { changes: changesOf("delete", 6), budgets: { allowDestroy: 5 } },
    want: ["budget write", "confirm write"],
  },
  {
    name: "emptied documents are told as that, however many resources it is",
    given: { changes: changesOf("delete", 9), isEmpty: true, recordedCount: 9 },
    want: ["empty write", "confirm write"],
  },
  {
    name: "an emptied wish is held by a gate of its own",
    given: { changes: changesOf("delete", 2), isEmpty: true },
    want: ["empty write", "confirm write"],
  },
  {
    name: "allowing as many opens the gate of the emptied wish",
    given: { changes: changesOf("delete", 2), isEmpty: true, budgets: { allowDestroy: 2 } },
    want: ["confirm write"],
  },
  {
    name: "destroy needs consent and nothing else",
    given: {
      changes: changesOf("delete", 90),
      mode: "destroy",
      isEmpty: true,
      budgets: { maxDeletes: 1 },
    },
    want: ["confirm write"],
  },
  {
    name: "over the budget of deletes: plan itself is held",
    given: { changes: changesOf("delete", 3), budgets: { maxDeletes: 2 } },
    want: ["budget plan", "confirm write"],
  },
  {
    name: "a replacement counts in its own budget alone",
    given: { changes: changesOf("replace", 3), budgets: { maxDeletes: 0, maxReplaces: 2 } },
    want: ["budget plan"],
  },
  {
    name: "a replacement that loses data needs consent",
    given: { changes: changesOf("replace", 1, "vol") },
    want: ["confirm write"],
  },
  {
    name: "over the budget of moves, an update to another host counted",
    given: {
      changes: [
        ...changesOf("move", 1),
        ...changesOf("update", 1).map((item) => ({
          ...item,
          placement: { from: "esx-01", to: "esx-02" },
        })),
      ],
      budgets: { maxMoves: 1 },
    },
    want: ["budget plan"],
  },
  {
    name: "a blocked protected change is told by its gate",
    given: {
      changes: changesOf("blocked", 1).map((item) => ({
        ...item,
        reasons: [{ code: "protected" as const }],
      })),
    },
    want: ["protection plan"],
  },
];

test.for(cases)("$name", ({ given, want }) => {
  expect(namesOf(given)).toEqual(want);
});

describe("budgets", () => {
  const none = { maxDeletes: undefined, maxReplaces: undefined, maxMoves: undefined };

  test("are counts, or shares of the recorded resources rounded down", () => {
    const settings = { maxDeletes: "20%", maxReplaces: 3, maxMoves: "7" };
    expect(budgetCounts(settings, {}, 19)).toEqual({ maxDeletes: 3, maxReplaces: 3, maxMoves: 7 });
  });

  test("of deletes are raised for one run, never lowered", () => {
    const settings = { ...none, maxDeletes: 10 };
    expect(budgetCounts(settings, { allowDestroy: 4 }, 50)).toEqual({
      allowDestroy: 4,
      maxDeletes: 10,
    });
    expect(budgetCounts(settings, { allowDestroy: 40 }, 50).maxDeletes).toBe(40);
  });

  test("of one run win over the settings", () => {
    const settings = { ...none, maxReplaces: 1, maxMoves: "50%" };
    expect(budgetCounts(settings, { maxReplaces: 9, maxMoves: 0 }, 10)).toEqual({
      maxReplaces: 9,
      maxMoves: 0,
    });
  });

  test("are in the plan, so that a saved plan is judged by those it was made with", () => {
    const ns = resource("ns/shop");
    const plan = planOf({
      wish: [ns],
      records: [recordedOf(ns), recordedOf(pod("pod/shop/web"))],
      changes: [change("ns/shop", "noop"), change("pod/shop/web", "delete")],
      input: { budgets: { allowDestroy: 1 } },
    });
    expect(plan.base.budgets).toEqual({ allowDestroy: 1 });
    expect(plan.policy.map(({ gate }) => gate)).toEqual(["confirm"]);
  });
});

test("documents that declare nothing are told apart from documents with one resource", () => {
  const old = recordedOf(pod("pod/shop/web"));
  const others = Array.from({ length: 9 }, (_, index) => recordedOf(pod(`pod/shop/w${index}`)));
  const platform = resource("host/esx-01", { readOnly: true });
  const gatesWith = (wish: readonly ReturnType<typeof pod>[]): string[] =>
    planOf({
      wish,
      records: [old, ...others],
      changes: [change("pod/shop/web", "delete")],
    }).policy.map(({ gate }) => gate);
  expect(gatesWith([])).toEqual(["empty", "confirm"]);
  expect(gatesWith([platform])).toEqual(["empty", "confirm"]);
  expect(gatesWith([pod("pod/shop/other")])).toEqual(["confirm"]);
});
