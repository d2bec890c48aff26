import { describe, expect, test } from "vitest";
import type { Host } from "../../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import type { PodAffinityTerm } from "../../../../engine/model/scheduling.ts";
import { settlePlacement } from "../../../../engine/place/run.ts";
import type { ProposedMove } from "../../../../engine/place/settled.ts";
import { type MoveOrder, orderMoves } from "../../../../engine/place/waves/order-moves.ts";
import { demand, GIB, host, policy, pod, problem, running, terms } from "../builders.ts";

const HOSTNAME = "kubernetes.io/hostname";

/** A host with room for so many GiB. */
function small(name: string, gib: number, given: Partial<Host> = {}): Host {
  const capacity = { cpuMillicores: 64_000, memoryBytes: gib * GIB, ephemeralStorageBytes: GIB };
  return host(name, { capacity, ...given });
}

const sized = (
  name: string,
  at: string,
  gib: number,
  given: Partial<PlacementWorkload> = {},
): PlacementWorkload =>
  running(name, at, { demand: demand({ cpu: 0, memory: gib * GIB }), ...given });

const term = (app: string, topologyKey = HOSTNAME): PodAffinityTerm => ({
  selector: { matchLabels: { app }, matchExpressions: [] },
  namespaces: [],
  namespaceSelector: undefined,
  topologyKey,
  rule: "rule",
});

/** Orders what brings the workloads to their targets; the rest of the problem is as it is. */
function order(given: Partial<PlacementProblem>, targets: Readonly<Record<string, string>>) {
  const workloads = given.workloads ?? [];
  const settled = settlePlacement(
    problem({
      ...given,
      workloads: workloads.map((each) => ({ ...each, at: targets[nameOf(each.key)] ?? each.at })),
    }),
    "fast",
  );
  const moves = workloads.flatMap(({ key, at }): ProposedMove[] => {
    const to = targets[nameOf(key)];
    if (at === undefined || to === undefined) return [];
    return [{ key, from: at, to, reason: "balance", priority: 3, message: "" }];
  });
  return orderMoves(problem(given), settled, moves);
}

const nameOf = (key: string): string => key.split("/").at(-1) ?? "";

/** Each move as `name from-to`, with the names of the moves it waits for. */
const brief = ({ moves }: MoveOrder): readonly (readonly [string, ...string[]])[] =>
  moves.map(({ key, from, to, after }) => [
    `${nameOf(key)} ${from}-${to}`,
    ...after.map((position) => nameOf(moves[position]?.key ?? "")),
  ]);

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

describe("rules", () => {
  const apart = terms({ podAntiAffinity: { required: [term("db")], preferred: [] } });
  const db = (name: string, at: string) =>
    sized(name, at, 1, { labels: { app: "db" }, scheduling: apart });

  test("who is on the way is near to both of its hosts", () => {
    const hosts = ["a", "b", "c"].map((name) => small(name, 8));
    const found = order({ hosts, workloads: [db("x", "a"), db("y", "b")] }, { x: "b", y: "c" });
    expect(brief(found)).toEqual([["y b-c"], ["x a-b", "y"]]);
  });

  test("who has to be apart changes places by way of a third host", () => {
    const hosts = ["a", "b", "c"].map((name) => small(name, 8));
    const found = order({ hosts, workloads: [db("x", "a"), db("y", "b")] }, { x: "b", y: "a" });
    expect(brief(found)).toEqual([["y b-c"], ["x a-b", "y"], ["y c-a", "y", "x"]]);
  });

  test("a port is free when its holder has left", () => {
    const scheduling = terms({ ports: [{ hostIp: "", protocol: "TCP", port: 80 }] });
    const hosts = ["a", "b", "c"].map((name) => small(name, 8));
    const workloads = [sized("x", "a", 1, { scheduling }), sized("y", "b", 1, { scheduling })];
    expect(brief(order({ hosts, workloads }, { x: "b", y: "c" }))).toEqual([
      ["y b-c"],
      ["x a-b", "y"],
    ]);
  });

  test("a match comes before and leaves after whoever needs it", () => {
    const near = terms({ podAffinity: { required: [term("db")], preferred: [] } });
    const found = order(
      {
        hosts: [small("a", 8), small("b", 8)],
        workloads: [
          sized("x", "a", 1, { scheduling: near }),
          sized("y1", "a", 1, { labels: { app: "db" } }),
          sized("y2", "a", 1, { labels: { app: "db" } }),
        ],
      },
      { x: "b", y1: "b", y2: "b" },
    );
    expect(brief(found)).toEqual([["y1 a-b"], ["x a-b", "y1"], ["y2 a-b", "x"]]);
    expect(found.parted).toEqual([]);
  });

  test("a pair that is to stay together goes one by one, and that is told", () => {
    const near = terms({ podAffinity: { required: [term("db")], preferred: [] } });
    const pair = ["x", "y"].map((name) =>
      sized(name, "a", 1, { labels: { app: "db" }, scheduling: near }),
    );
    const found = order(
      { hosts: [small("a", 8), small("b", 8)], workloads: pair },
      { x: "b", y: "b" },
    );
    expect(found.moves).toHaveLength(2);
    expect(found.parted).toEqual(["pod/shop/x", "pod/shop/y"]);
  });

  test("a hard spread holds while several are on the way", () => {
    const scheduling = terms({
      spread: [
        {
          maxSkew: 1,
          topologyKey: HOSTNAME,
          whenUnsatisfiable: "DoNotSchedule",
          selector: term("web").selector,
          minDomains: undefined,
          nodeAffinityPolicy: "Honor",
          nodeTaintsPolicy: "Honor",
        },
      ],
    });
    const web = (name: string, at: string) =>
      sized(name, at, 1, { labels: { app: "web" }, scheduling });
    const hosts = ["a", "b", "c"].map((name) => small(name, 8));
    const workloads = [web("x1", "a"), web("x2", "a"), web("y", "b"), web("z", "c")];
    // One can leave the fuller host; then each host has what it may have.
    const found = order({ hosts, workloads }, { x1: "b" });
    expect(brief(found)).toEqual([["x1 a-b"]]);
    // A circle would leave one host with none while another has two, whatever goes first.
    const circle = order({ hosts, workloads: workloads.slice(1) }, { x2: "b", y: "c", z: "a" });
    expect(circle.moves).toEqual([]);
    expect(circle.unordered).toHaveLength(3);
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
