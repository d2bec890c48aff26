import { describe, expect, test } from "vitest";
import type { Host } from "../../../../engine/model/host.ts";
import type { PlacementProblem } from "../../../../engine/model/placement.ts";
import { withoutUnordered } from "../../../../engine/place/outcome/aftermath.ts";
import { place } from "../../../../engine/place/place.ts";
import { settlePlacement } from "../../../../engine/place/run.ts";
import { orderMoves } from "../../../../engine/place/waves/order-moves.ts";
import { demand, GIB, pod, policy, problem, running, terms } from "../builders.ts";
import { brief, evenly, nameOf, order, sized, small, term } from "./orders.ts";

describe("room", () => {
  test("a move waits for the one whose room it needs, and only for that", () => {
    const found = order(
      {
        hosts: [small("a", 2), small("b", 4), small("c", 8)],
        workloads: [sized("x", "a", 2), sized("y", "b", 2), sized("z", "b", 2)],
      },
      { x: "b", y: "c" },
    );
    expect(brief(found)).toEqual([["y b-c"], ["x a-b", "y"]]);
    expect(found.moves.map(({ wave }) => wave)).toEqual([0, 1]);
  });

  test("a move beside which everything fits waits for nobody", () => {
    const found = order(
      {
        hosts: [small("a", 4), small("b", 4)],
        workloads: [sized("x", "a", 2), sized("y", "b", 2)],
      },
      { x: "b", y: "a" },
    );
    expect(brief(found)).toEqual([["x a-b"], ["y b-a"]]);
  });

  test("a circle on full hosts is broken by a stop on a spare host", () => {
    const found = order(
      {
        hosts: [small("a", 2), small("b", 2), small("spare", 2)],
        workloads: [sized("x", "a", 2), sized("y", "b", 2)],
      },
      { x: "b", y: "a" },
    );
    expect(brief(found)).toEqual([["y b-spare"], ["x a-b", "y"], ["y spare-a", "y", "x"]]);
    expect(found.moves.map(({ reason }) => reason)).toEqual(["bounce", "balance", "balance"]);
    expect(found.unordered).toEqual([]);
  });

  test("each of several circles takes one stop, also where there is room for one at a time", () => {
    const pairs = ["a", "b", "c"].map((name) => [`${name}1`, `${name}2`] as const);
    const found = order(
      {
        hosts: [...pairs.flat().map((name) => small(name, 2)), small("spare", 2)],
        workloads: pairs.flat().map((name) => sized(`on-${name}`, name, 2)),
      },
      Object.fromEntries(
        pairs.flatMap(([one, other]) => [
          [`on-${one}`, other],
          [`on-${other}`, one],
        ]),
      ),
    );
    expect(found.moves.filter(({ reason }) => reason === "bounce")).toHaveLength(3);
    expect(found.moves).toHaveLength(9);
    expect(found.unordered).toEqual([]);
  });

  test("a circle without a spare host is left out, and nothing else is", () => {
    const found = order(
      {
        hosts: [small("a", 2), small("b", 2), small("c", 1), small("d", 1)],
        workloads: [sized("x", "a", 2), sized("y", "b", 2), sized("z", "c", 1)],
      },
      { x: "b", y: "a", z: "d" },
    );
    expect(brief(found)).toEqual([["z c-d"]]);
    expect(found.unordered).toEqual([
      {
        key: "pod/shop/x",
        host: "a",
        message: "pod/shop/x stays on a: no order of moves makes room for it",
      },
      {
        key: "pod/shop/y",
        host: "b",
        message: "pod/shop/y stays on b: no order of moves makes room for it",
      },
    ]);
  });

  test("reservations count as well as requests", () => {
    const unreserved = { request: demand({ cpu: 0, memory: 0 }).request };
    const kept = (name: string, at: string) =>
      running(name, at, { demand: demand({ cpu: 0, memory: 2 * GIB }, unreserved) });
    const found = order(
      {
        hosts: [small("a", 2), small("b", 2), small("c", 2)],
        workloads: [kept("x", "a"), kept("y", "b")],
      },
      { x: "b", y: "c" },
    );
    expect(brief(found)).toEqual([["y b-c"], ["x a-b", "y"]]);
  });

  test("no move goes to a host that does not take it", () => {
    const found = order(
      {
        hosts: [
          small("a", 2),
          small("b", 2, { taints: [{ key: "k", value: "", effect: "NoSchedule" }] }),
        ],
        workloads: [sized("x", "a", 1)],
      },
      { x: "b" },
    );
    expect(found.moves).toEqual([]);
    expect(found.unordered[0]?.message).toBe("pod/shop/x stays on a: b does not take it");
  });

  test("more than one proposal for a workload is one move", () => {
    const given = problem({
      hosts: [small("a", 2), small("b", 2), small("c", 2)],
      workloads: [sized("x", "c", 1)],
    });
    const step = { key: "pod/shop/x", message: "", priority: 3, reason: "balance" } as const;
    const found = orderMoves(given, settlePlacement(given, "fast"), [
      { ...step, from: "a", to: "b", priority: 1, reason: "prerequisite" },
      { ...step, from: "b", to: "c" },
    ]);
    expect(found.moves).toMatchObject([{ from: "a", to: "c", reason: "prerequisite" }]);
  });
});

describe("what ends and what comes", () => {
  const leaver = sized("old", "b", 2);

  test("room of what the plan ends is waited for where there is no other", () => {
    const hosts = [small("a", 2), small("b", 2)];
    const found = order({ hosts, workloads: [sized("x", "a", 2)], leaving: [leaver] }, { x: "b" });
    expect(found.moves).toMatchObject([{ to: "b", after: [], afterGone: ["pod/shop/old"] }]);
    const roomy = [small("a", 2), small("b", 4)];
    const free = order(
      { hosts: roomy, workloads: [sized("x", "a", 2)], leaving: [leaver] },
      { x: "b" },
    );
    expect(free.moves[0]).not.toHaveProperty("afterGone");
  });

  test("what ends counts also in a ledger that was made without it", () => {
    const apart = terms({ podAntiAffinity: { required: [term("db")], preferred: [] } });
    const hosts = [small("a", 8), small("b", 8)];
    const workloads = [sized("x", "b", 1, { labels: { app: "db" } })];
    const settled = settlePlacement(problem({ hosts, workloads }), "fast");
    const leaving = [sized("old", "b", 1, { scheduling: apart })];
    const found = orderMoves(problem({ hosts, workloads, leaving }), settled, [
      { key: "pod/shop/x", from: "a", to: "b", reason: "balance", priority: 3, message: "" },
    ]);
    expect(found.moves).toMatchObject([{ to: "b", afterGone: ["pod/shop/old"] }]);
  });

  test("newcomers wait for the same ends in whatever order all come", () => {
    const may = { isPreemptible: true } as const;
    const urgent = (priority: number) => ({ scheduling: terms({ priority }) });
    const workloads = [
      { ...sized("ends-1", "a", 2), ...may },
      { ...sized("ends-2", "a", 2), ...may },
      { ...sized("moves", "b", 2), wish: "repair" as const, ...urgent(2) },
      pod("new-1", { demand: demand({ cpu: 0, memory: 2 * GIB }), ...urgent(1) }),
      pod("new-2", { demand: demand({ cpu: 0, memory: 2 * GIB }), ...urgent(1) }),
    ];
    const closed: Host = { ...small("b", 2), connection: "maintenance" };
    const hosts = [small("a", 4), closed, small("c", 2)];
    const given = problem({ hosts, workloads });
    const answer = place(given);
    expect(answer.arrivalWaits?.map(({ afterGone }) => afterGone.length)).toEqual([1, 2]);
    expect(place({ ...given, workloads: workloads.toReversed() })).toEqual(answer);
  });

  test("newcomers come behind the moves that make their room, and before the others", () => {
    const newcomer = pod("new", { demand: demand({ cpu: 0, memory: 2 * GIB }), pinHost: "a" });
    const found = order(
      {
        hosts: [small("a", 2), small("b", 2), small("c", 2), small("d", 2)],
        workloads: [sized("x", "a", 2), sized("y", "c", 1), newcomer],
      },
      { x: "b", y: "d" },
    );
    expect(found.arrivalWaits).toEqual([{ key: "pod/shop/new", after: [0], afterGone: [] }]);
    expect(brief(found)[0]).toEqual(["x a-b"]);
  });

  test("what only evens the load takes no newcomer's room", () => {
    const newcomer = pod("new", { demand: demand({ cpu: 0, memory: 2 * GIB }), pinHost: "b" });
    const closed = { taints: [{ key: "k", value: "", effect: "NoSchedule" as const }] };
    const found = order(
      {
        hosts: [small("a", 2, closed), small("b", 4), small("c", 2)],
        workloads: [sized("x", "b", 2), sized("z", "c", 2), newcomer],
      },
      { x: "a", z: "b" },
    );
    expect(found.moves).toEqual([]);
    expect(found.unordered.map(({ message }) => message)).toEqual([
      "pod/shop/x stays on b: a does not take it",
      "pod/shop/z stays on c: pod/shop/new needs the room",
    ]);
  });
});

describe("decisions", () => {
  test("what was decided first goes first where others would crowd it out", () => {
    const web = { labels: { app: "web" } };
    const workloads = [
      sized("x", "a", 1, { ...web, scheduling: terms({ spread: [evenly("web")] }) }),
      sized("y", "c", 2, web),
      sized("z", "c", 2, web),
    ];
    const hosts = ["a", "b", "c", "d"].map((name) => small(name, 8));
    // Larger ones go first, but then x could not come to b any more.
    const found = order({ hosts, workloads }, { x: "b", y: "b", z: "b" });
    expect(brief(found)).toEqual([["x a-b"], ["y c-b", "x"], ["z c-b", "x"]]);
  });

  test("a move that is left out leaves its workload without a new host", () => {
    const hosts = [small("a", 8, { connection: "maintenance" }), small("b", 8)];
    const workloads = [sized("x", "a", 1, { wish: "repair" })];
    const settled = settlePlacement(problem({ hosts, workloads }), "fast");
    const key = "pod/shop/x";
    const result = withoutUnordered(settled, [{ key, host: "a", message: "stays" }]);
    expect(result.decisions).toMatchObject([
      { key, chosen: undefined, from: "a", gate: { code: "move-unordered", message: "stays" } },
    ]);
    expect(result.hosts.map(({ name, after }) => [name, after.workloads])).toEqual([
      ["a", 1],
      ["b", 0],
    ]);
  });
});

describe("fail-over and limits", () => {
  test("moves inside a cluster need nothing twice; who comes in has to be admitted", () => {
    const policies = [policy({ hostFailuresToTolerate: 1 })];
    const hosts = [small("a", 4), small("b", 4), small("m", 4, { connection: "maintenance" })];
    const workloads = [sized("x", "a", 3), sized("y", "m", 1), sized("z", "b", 0)];
    const found = order({ hosts, workloads, policies }, { x: "b", y: "a", z: "a" });
    expect(brief(found).map(([each]) => each)).toEqual(["x a-b", "z b-a", "y m-a"]);
    const full = [sized("x", "a", 4), sized("y", "m", 1)];
    const refused = order({ hosts, workloads: full, policies }, { y: "b" });
    expect(refused.moves).toEqual([]);
  });

  test("a lost host copies nothing, so all that it ran can start elsewhere at once", () => {
    const lost = small("a", 64, { connection: "disconnected" });
    const hosts = [lost, small("b", 64), small("c", 64), small("d", 64)];
    const workloads = Array.from({ length: 12 }, (_item, index) => sized(`p${index}`, "a", 1));
    const targets = Object.fromEntries(
      workloads.map(({ key }, index) => [nameOf(key), ["b", "c", "d"][index % 3] ?? "b"]),
    );
    expect(order({ hosts, workloads }, targets).moves.every(({ wave }) => wave === 0)).toBe(true);
  });

  test("hosts and datastores take part in so many moves at once", () => {
    const scheduling = terms({ datastores: ["ds"] });
    const hosts = ["a", "b", "c"].map((name) => small(name, 64, { datastores: ["ds"] }));
    const workloads = Array.from({ length: 12 }, (_item, index) =>
      sized(`p${String(index).padStart(2, "0")}`, "a", 1, { scheduling }),
    );
    const targets = Object.fromEntries(
      workloads.map(({ key }, index) => [nameOf(key), index % 2 === 0 ? "b" : "c"]),
    );
    const waves = (given: Partial<PlacementProblem>) =>
      order({ hosts, workloads, ...given }, targets).moves.map(({ wave }) => wave);
    expect(waves({})).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    const migration = { movesPerHostMax: 8, movesPerDatastoreMax: 128 };
    expect(Math.max(...waves({ migration }))).toBe(1);
    expect(Math.max(...waves({ migration: { ...migration, movesPerDatastoreMax: 2 } }))).toBe(5);
  });
});
