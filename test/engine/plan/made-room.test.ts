import { describe, expect, test } from "vitest";
import { change, decision, outlook } from "../../support/answers.ts";
import { GIB, recordedOf } from "../../support/builders.ts";
import { findings, move, sized, standing } from "./moving.ts";
import { inputOf, isAfter, planOf, stepAt } from "./support.ts";

describe("room that a plan makes", () => {
  const big = sized("pod/shop/big", 60);
  const newcomer = {
    wish: [big],
    changes: [change("pod/shop/big", "create", { needsHost: true })],
  };
  const decisions = [decision("pod/shop/big", "esx-01")];
  const rooms = [
    outlook("esx-01", [100, 8 * GIB], [100, 60 * GIB]),
    outlook("esx-02", [0, 0], [100, 8 * GIB]),
  ];

  test("a newcomer comes after the moves that make its room", () => {
    const scene = standing(
      { "pod/shop/a": "esx-01" },
      {
        decisions,
        hosts: rooms,
        moves: [
          move("pod/shop/a", "esx-01", "esx-02", { reason: "prerequisite", for: "pod/shop/big" }),
        ],
      },
      newcomer,
    );
    const plan = planOf(scene);
    expect(plan.changes.find(({ action }) => action === "move")?.reasons).toMatchObject([
      { code: "makes-room" },
    ]);
    const [up, away] = [stepAt(plan, "pod/shop/big"), stepAt(plan, "pod/shop/a")];
    expect(isAfter(plan, up, away)).toBe(true);
    expect(findings(scene)).toEqual([]);
  });

  test("a newcomer comes after all that placement says it has to wait for", () => {
    const scene = standing(
      { "pod/shop/a": "esx-02", "pod/shop/c": "esx-03" },
      {
        decisions,
        moves: [move("pod/shop/a", "esx-02", "esx-03")],
        arrivalWaits: [{ key: "pod/shop/big", after: [0], afterGone: [] }],
      },
      newcomer,
    );
    const plan = planOf(scene);
    expect(isAfter(plan, stepAt(plan, "pod/shop/big"), stepAt(plan, "pod/shop/a"))).toBe(true);
  });

  test("a move into the room of something that goes waits for it", () => {
    const gone = sized("pod/shop/gone", 60);
    const scene = standing(
      { "pod/shop/a": "esx-01" },
      { moves: [move("pod/shop/a", "esx-01", "esx-02", { afterGone: ["pod/shop/gone"] })] },
      { changes: [change("pod/shop/gone", "delete", { observedHost: "esx-02" })] },
    );
    const records = [...(scene.records ?? []), recordedOf(gone, { host: "esx-02" })];
    const plan = planOf({ ...scene, records });
    const removal = stepAt(plan, "pod/shop/gone", "remove");
    expect(isAfter(plan, stepAt(plan, "pod/shop/a"), removal)).toBe(true);
  });

  describe("by ending something of a lower priority", () => {
    const scene = standing(
      { "pod/shop/a": "esx-01" },
      {
        decisions,
        hosts: [outlook("esx-01", [100, 8 * GIB], [100, 60 * GIB])],
        preempted: [{ key: "pod/shop/a", host: "esx-01", for: "pod/shop/big" }],
      },
      newcomer,
    );

    test("shows what is ended, for whom, and ends it first", () => {
      const plan = planOf(scene);
      expect(plan.changes[0]).toMatchObject({
        address: "pod/shop/a",
        action: "delete",
        reasons: [{ code: "preempted", detail: "Its room goes to pod/shop/big." }],
      });
      expect(plan.placement.preempted).toEqual([
        { address: "pod/shop/a", for: "pod/shop/big", host: "esx-01" },
      ]);
      const removal = stepAt(plan, "pod/shop/a", "remove");
      expect(isAfter(plan, stepAt(plan, "pod/shop/big"), removal)).toBe(true);
      expect(findings(scene)).toEqual([]);
    });

    test("counts against the budget of deletes and needs consent", () => {
      const { environment } = inputOf(scene).desired;
      const budgets = { ...environment.budgets, maxDeletes: 0 };
      const desired = { environment: { ...environment, budgets } };
      expect(planOf({ ...scene, desired }).policy.map(({ gate }) => gate)).toEqual([
        "budget",
        "budget",
        "confirm",
      ]);
    });

    test("never ends what is protected", () => {
      const wish = (scene.wish ?? []).map((item) =>
        item.address === "pod/shop/a"
          ? { ...item, behaviour: { ...item.behaviour, preventDestroy: true } }
          : item,
      );
      expect(planOf({ ...scene, wish }).changes[0]).toMatchObject({
        address: "pod/shop/a",
        action: "blocked",
      });
    });
  });
});
