import { describe, expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import type { Move, PlacementResult } from "../../../engine/model/placement.ts";
import type { Plan, Step } from "../../../engine/model/plan.ts";
import { check } from "../../../engine/plan/check.ts";
import { digestOfPlan } from "../../../engine/plan/digest.ts";
import { assemble } from "../../../engine/plan/plan.ts";
import { decode, encode } from "../../../engine/plan/planfile.ts";
import {
  change,
  decision,
  demand,
  GIB,
  host,
  outlook,
  pod,
  recordedOf,
  sha256,
  workload,
} from "../../support/builders.ts";
import { inputOf, isAfter, type Scene, stepAt } from "./support.ts";

/** A Pod that reserves this much memory. */
const sized = (address: Address, gibibytes: number): DesiredResource =>
  pod(address, { workload: workload({ demand: demand(100, gibibytes * GIB) }) });

const hosts = ["esx-01", "esx-02", "esx-03"].map((name) => host({ name }));

function move(key: string, from: string, to: string, over: Partial<Move> = {}): Move {
  const message = "evens the load";
  return { key, from, to, reason: "balance", priority: 3, message, wave: 0, after: [], ...over };
}

/** Pods that run on the hosts named; nothing differs but what is given. */
function standing(
  at: Readonly<Record<Address, string>>,
  placement: Partial<PlacementResult>,
  over: Partial<Scene> = {},
): Scene {
  const wish = (Object.keys(at) as Address[]).map((address) => sized(address, 8));
  return {
    wish: [...wish, ...(over.wish ?? [])],
    records: wish.map((item) => recordedOf(item, { host: at[item.address] })),
    changes: [
      ...wish.map(({ address }) => change(address, "noop", { observedHost: at[address] })),
      ...(over.changes ?? []),
    ],
    hosts,
    placement: {
      hosts: hosts.map(({ name }) => outlook(name, [1000, 8 * GIB], [1000, 8 * GIB])),
      ...placement,
    },
  };
}

const planned = (scene: Scene): Plan => assemble(inputOf(scene));
const findings = (scene: Scene, plan = planned(scene)): string[] => {
  const { desired, observation, recorded } = inputOf(scene);
  return check(plan, { desired, observation, recorded, digest: sha256 }).map(
    ({ code, message }) => `${code} ${message}`,
  );
};
const redigested = (plan: Plan): Plan => ({ ...plan, digest: digestOfPlan(plan, sha256) });

describe("D19: something that could stay and moves", () => {
  const scene = standing(
    { "pod/shop/a": "esx-01", "pod/shop/b": "esx-01" },
    { moves: [move("pod/shop/a", "esx-01", "esx-02")] },
  );

  test("is a move with its reason, and one step that moves it live", () => {
    const plan = planned(scene);
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
    const { moves } = planned(scene).placement;
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
    planned(scene).steps.filter(({ address }) => address === "pod/shop/a");

  test("is one change with two steps, the second from what the first leaves", () => {
    const plan = planned(scene);
    expect(plan.summary.move).toBe(2);
    const [first, second] = steps();
    expect(first).toMatchObject({ host: "esx-03", expect: { revision: "r1" } });
    expect(second).toMatchObject({ host: "esx-02", expect: { step: first?.id } });
    expect(findings(scene)).toEqual([]);
  });

  test("waits for the other half of the circle", () => {
    const plan = planned(scene);
    const [first, second] = steps();
    const other = stepAt(plan, "pod/shop/b");
    if (first === undefined || second === undefined) throw new Error("there are two steps");
    expect(isAfter(plan, other, first)).toBe(true);
    expect(isAfter(plan, second, other)).toBe(true);
  });

  test("survives the plan file", () => {
    const plan = planned(scene);
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
    expect(planned(aside).steps.map((step) => step.host)).toEqual(["esx-02", "esx-01"]);
    expect(findings(aside)).toEqual([]);
  });
});

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
    const plan = planned(scene);
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
    const plan = planned(scene);
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
    const plan = planned({ ...scene, records });
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
      const plan = planned(scene);
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
      expect(planned({ ...scene, desired }).policy.map(({ gate }) => gate)).toEqual([
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
      expect(planned({ ...scene, wish }).changes[0]).toMatchObject({
        address: "pod/shop/a",
        action: "blocked",
      });
    });
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
    const plan = planned(scene);
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
    const plan = planned(scene);
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
