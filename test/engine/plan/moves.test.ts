import { describe, expect, test } from "vitest";
import type { Step } from "../../../engine/model/plan.ts";
import { check } from "../../../engine/plan/check.ts";
import { assemble } from "../../../engine/plan/plan.ts";
import { decode, encode } from "../../../engine/plan/planfile.ts";
import { decision, outlook } from "../../support/answers.ts";
import { GIB, host, sha256, workload } from "../../support/builders.ts";
import { findings, hosts, move, redigested, standing } from "./moving.ts";
import { inputOf, isAfter, planOf, stepAt } from "./support.ts";

describe("D19: something that could stay and moves", () => {
  const scene = standing(
    { "pod/shop/a": "esx-01", "pod/shop/b": "esx-01" },
    { moves: [move("pod/shop/a", "esx-01", "esx-02")] },
  );

  test("is a move with its reason, and one step that moves it live", () => {
    const plan = planOf(scene);
    expect(plan.changes.map(({ address, action }) => [action, address])).toEqual([
      ["move", "pod/shop/a"],
      ["noop", "pod/shop/b"],
    ]);
    expect(plan.changes[0]).toMatchObject({
      reasons: [{ code: "balance", detail: "evens the load" }],
      placement: { from: "esx-01", to: "esx-02" },
      risk: { level: "low", downtimeMs: 0 },
    });
    expect(plan.steps).toMatchObject([
      { mode: "move", verb: "update", host: "esx-02", expect: { revision: "r1" } },
    ]);
    expect(findings(scene)).toEqual([]);
  });

  test("counts against the budget of moves", () => {
    const input = { ...inputOf(scene), budgets: { maxMoves: 0 } };
    expect(assemble(input).policy).toMatchObject([
      { gate: "budget", addresses: ["pod/shop/a"], holds: "plan" },
    ]);
  });

  test("carries what limits the moves at once, so that a saved plan is applied within it", () => {
    const { desired, ...input } = inputOf(scene);
    const migration = { movesPerHostMax: 8, movesPerDatastoreMax: 2 };
    const resources = new Map(
      [...desired.resources].map(([address, item]) => {
        const { workload: terms = workload() } = item;
        const scheduling = { ...terms.scheduling, datastores: ["fast"] };
        return [address, { ...item, workload: { ...terms, scheduling } }];
      }),
    );
    const plan = assemble({ ...input, desired: { ...desired, resources, migration } });
    const read = decode(encode(plan, sha256), { path: "p.plan", digest: sha256 });
    const moves = read.value?.placement.moves;
    expect(moves?.limits).toEqual(migration);
    expect(moves?.list[0]?.datastores).toEqual(["fast"]);
  });

  test("is told with the move as placement gave it", () => {
    const { moves } = planOf(scene).placement;
    expect(moves).toEqual({
      count: 1,
      list: [
        {
          address: "pod/shop/a",
          after: [],
          from: "esx-01",
          message: "evens the load",
          priority: 3,
          reason: "balance",
          to: "esx-02",
          wave: 0,
        },
      ],
    });
  });
});

describe("a move that stops on its way", () => {
  const scene = standing(
    { "pod/shop/a": "esx-01", "pod/shop/b": "esx-02" },
    {
      moves: [
        move("pod/shop/a", "esx-01", "esx-03", { reason: "bounce" }),
        move("pod/shop/b", "esx-02", "esx-01", { wave: 1, after: [0] }),
        move("pod/shop/a", "esx-03", "esx-02", { wave: 2, after: [0, 1] }),
      ],
    },
  );
  const steps = (): readonly Step[] =>
    planOf(scene).steps.filter(({ address }) => address === "pod/shop/a");

  test("is one change with two steps, the second from what the first leaves", () => {
    const plan = planOf(scene);
    expect(plan.summary.move).toBe(2);
    const [first, second] = steps();
    expect(first).toMatchObject({ host: "esx-03", expect: { revision: "r1" } });
    expect(second).toMatchObject({ host: "esx-02", expect: { step: first?.id } });
    expect(findings(scene)).toEqual([]);
  });

  test("waits for the other half of the circle", () => {
    const plan = planOf(scene);
    const [first, second] = steps();
    const other = stepAt(plan, "pod/shop/b");
    if (first === undefined || second === undefined) throw new Error("there are two steps");
    expect(isAfter(plan, other, first)).toBe(true);
    expect(isAfter(plan, second, other)).toBe(true);
  });

  test("survives the plan file", () => {
    const plan = planOf(scene);
    const read = decode(encode(plan, sha256), { path: "p.plan", digest: sha256 });
    expect(read).toMatchObject({ value: { steps: plan.steps, placement: plan.placement } });
  });

  test("counts on its way as a guest of the host where it stops", () => {
    const full = [outlook("esx-03", [0, 60 * GIB], [0, 60 * GIB])];
    const over = { ...scene, placement: { ...scene.placement, hosts: full } };
    expect(findings(over)).toEqual([
      "VP4206 Host esx-03 would be over-committed while the plan is carried out.",
    ]);
  });

  test("to where it began is still made", () => {
    const aside = standing(
      { "pod/shop/a": "esx-01" },
      {
        moves: [
          move("pod/shop/a", "esx-01", "esx-02", { reason: "bounce" }),
          move("pod/shop/a", "esx-02", "esx-01", { after: [0] }),
        ],
      },
    );
    expect(planOf(aside).steps.map((step) => step.host)).toEqual(["esx-02", "esx-01"]);
    expect(findings(aside)).toEqual([]);
  });
});

describe("the checker", () => {
  const scene = standing(
    { "pod/shop/a": "esx-01", "pod/shop/b": "esx-02" },
    {
      moves: [
        move("pod/shop/a", "esx-01", "esx-03"),
        move("pod/shop/b", "esx-02", "esx-01", { wave: 1, after: [0] }),
      ],
    },
  );
  const edited = (edit: (step: Step) => Step): string[] => {
    const plan = planOf(scene);
    return findings(scene, redigested({ ...plan, steps: plan.steps.map(edit) }));
  };

  test("finds a move that does not wait for the one before it", () => {
    expect(edited((step) => ({ ...step, after: [] }))).toEqual([
      "VP4201 Step s-2 moves pod/shop/b before pod/shop/a has moved.",
    ]);
  });

  test("finds a move to another host than is shown", () => {
    const found = edited((step) =>
      step.address === "pod/shop/a" ? { ...step, host: "esx-02" } : step,
    );
    expect(found).toEqual([
      "VP4202 No step moves pod/shop/a to esx-03.",
      "VP4202 Step s-1 moves pod/shop/a, which is not shown.",
    ]);
  });

  test("finds a second move that is not shown", () => {
    const plan = planOf(scene);
    const extra: Step = { ...(plan.steps[0] as Step), id: "s-9", host: "esx-02" };
    const found = findings(scene, redigested({ ...plan, steps: [...plan.steps, extra] }));
    expect(found).toContain("VP4202 Step s-9 moves pod/shop/a, which is not shown.");
  });
});

test("a restart beside live moves is no move that would have to be shown", () => {
  const lost = host({ name: "esx-01", connection: "disconnected" });
  const scene = standing(
    { "pod/shop/a": "esx-01", "pod/shop/b": "esx-02" },
    {
      decisions: [decision("pod/shop/a", "esx-03", { from: "esx-01" })],
      moves: [move("pod/shop/b", "esx-02", "esx-03")],
    },
  );
  const changes = scene.changes.map((each) =>
    each.address === "pod/shop/a" ? { ...each, action: "move" as const, needsHost: true } : each,
  );
  const input = inputOf({ ...scene, changes, hosts: [lost, ...hosts.slice(1)] });
  const objects = input.observation.objects.map((object) =>
    object.name === "a" ? { ...object, power: "off" as const } : object,
  );
  const { desired, recorded } = input;
  const observation = { ...input.observation, objects };
  const plan = assemble({ ...input, observation });
  expect(plan.steps.filter(({ mode }) => mode === "move")).toHaveLength(2);
  expect(check(plan, { desired, observation, recorded, digest: sha256 })).toEqual([]);
});

test("what is only recommended changes nothing", () => {
  const scene = standing({ "pod/shop/a": "esx-01" }, {});
  const recommended = [move("pod/shop/a", "esx-01", "esx-02")];
  const plan = assemble({ ...inputOf(scene), recommended });
  expect(plan.steps).toEqual([]);
  expect(plan.placement.recommendations).toMatchObject([{ address: "pod/shop/a", to: "esx-02" }]);
});
