import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import type { PodAffinityTerm } from "../../../../engine/model/scheduling.ts";
import { improve } from "../../../../engine/place/improve/improve.ts";
import { settlePlacement } from "../../../../engine/place/run.ts";
import { anyProblem } from "../arbitraries.ts";
import { demand, GIB, host, problem, running, terms } from "../builders.ts";
import { after, brokenRules, movable } from "./worlds.ts";

/** Time for many random worlds on a busy machine. */
const SLOW_MS = 60_000;

const improved = (given: PlacementProblem): ReturnType<typeof improve> =>
  improve(given, settlePlacement(given, "fast"));

const near = (app: string, rule: string): PodAffinityTerm => ({
  selector: { matchLabels: { app }, matchExpressions: [] },
  namespaces: [],
  namespaceSelector: undefined,
  topologyKey: "kubernetes.io/hostname",
  rule,
});

const apart = (app: string): Partial<PlacementWorkload> => ({
  labels: { app },
  scheduling: terms({
    podAntiAffinity: { required: [near(app, `${app}-apart`)], preferred: [] },
  }),
});

const together = (app: string): Partial<PlacementWorkload> => ({
  labels: { app },
  scheduling: terms({
    podAffinity: { required: [near(app, `${app}-together`)], preferred: [] },
  }),
});

const hosts = (...names: string[]): PlacementProblem["hosts"] => names.map((name) => host(name));

describe("repair", () => {
  it("parts two that must be apart with one move, and names the rule", () => {
    const given = problem({
      hosts: hosts("a", "b"),
      workloads: [movable("p1", "a", apart("db")), movable("p2", "a", apart("db"))],
    });
    expect(improved(given).moves).toEqual([
      {
        key: "pod/shop/p1",
        from: "a",
        to: "b",
        reason: "repair",
        priority: 1,
        message:
          "cannot stay on a: anti-affinity db-apart: " +
          "a matching workload has the same kubernetes.io/hostname",
        for: "db-apart",
      },
    ]);
  });

  it("moves the one that is in the way of all others", () => {
    const given = problem({
      hosts: hosts("a", "b"),
      workloads: [
        movable("p1", "a", { labels: { app: "web" } }),
        movable("p2", "a", { labels: { app: "web" } }),
        movable("p3", "a", {
          scheduling: terms({
            podAntiAffinity: { required: [near("web", "alone")], preferred: [] },
          }),
        }),
      ],
    });
    expect(improved(given).moves.map(({ key, to }) => [key, to])).toEqual([["pod/shop/p3", "b"]]);
  });

  it("brings two together that must be together with one move", () => {
    const given = problem({
      hosts: hosts("a", "b", "c"),
      workloads: [movable("p1", "a", together("db")), movable("p2", "b", together("db"))],
    });
    const { moves } = improved(given);
    expect(moves).toHaveLength(1);
    expect(moves[0]).toMatchObject({ for: "db-together", priority: 1 });
    expect(brokenRules(after(given, moves))).toEqual([]);
  });

  it("takes one off a host that the rule for hosts forbids", () => {
    const tier = { key: "tier", operator: "In", values: ["fast"] } as const;
    const given = problem({
      hosts: [host("a"), host("b", { labels: { tier: "fast" } })],
      workloads: [
        movable("p1", "a", {
          scheduling: terms({
            nodeAffinity: {
              required: [{ matchExpressions: [tier], matchFields: [] }],
              preferred: [],
            },
          }),
        }),
      ],
    });
    expect(improved(given).moves).toMatchObject([{ key: "pod/shop/p1", to: "b", priority: 1 }]);
  });

  it("takes the smallest that suffices off a host with too much reserved", () => {
    const given = problem({
      hosts: hosts("a", "b"),
      workloads: [
        movable("p1", "a", { demand: demand({ memory: 40 * GIB }) }),
        movable("p2", "a", { demand: demand({ memory: 20 * GIB }) }),
        movable("p3", "a", { demand: demand({ memory: 10 * GIB }) }),
      ],
    });
    expect(improved(given).moves).toMatchObject([{ key: "pod/shop/p3", reason: "repair" }]);
  });

  it("makes room with a second move where no host has enough", () => {
    const given = problem({
      hosts: hosts("a", "b", "c"),
      workloads: [
        movable("p1", "a", { ...apart("db"), demand: demand({ memory: 30 * GIB }) }),
        running("p2", "a", { ...apart("db"), demand: demand({ memory: 30 * GIB }) }),
        movable("p3", "b", { demand: demand({ memory: 20 * GIB }) }),
        running("p4", "b", { demand: demand({ memory: 30 * GIB }) }),
        running("p5", "c", { demand: demand({ memory: 40 * GIB }) }),
      ],
    });
    const { moves } = improved(given);
    expect(new Map(moves.map(({ key, to }) => [key, to]))).toEqual(
      new Map([
        ["pod/shop/p1", "b"],
        ["pod/shop/p3", "c"],
      ]),
    );
  });

  it("relieves an overloaded host with one move where that is enough", () => {
    const given = problem({
      hosts: hosts("a", "b"),
      workloads: ["p1", "p2", "p3"].map((name) =>
        movable(name, "a", {
          demand: demand({ cpu: 1000, memory: GIB }),
          active: { cpuMillicores: 6000, memoryBytes: GIB },
        }),
      ),
      balance: { threshold: 1, movesMax: 0, goal: "spread" },
    });
    const measured = given.hosts.map((each) => ({
      ...each,
      active: { cpuMillicores: each.name === "a" ? 18_000 : 0, memoryBytes: GIB },
    }));
    const { moves } = improved({ ...given, hosts: measured });
    expect(moves).toMatchObject([
      { from: "a", to: "b", priority: 1, message: "cpu of a 112 % -> 75 %" },
    ]);
  });

  it("leaves what nobody may move", () => {
    const given = problem({
      hosts: hosts("a", "b"),
      workloads: [running("p1", "a", apart("db")), running("p2", "a", apart("db"))],
    });
    expect(improved(given).moves).toEqual([]);
  });
});

/** Worlds of every kind in which most of what runs may move. */
const movableWorlds: fc.Arbitrary<PlacementProblem> = fc
  .record({ given: anyProblem, threshold: fc.constantFrom(1, 3, 5), fixed: fc.nat(6) })
  .map(({ given, threshold, fixed }) => ({
    ...given,
    workloads: given.workloads
      .filter(({ wish }) => wish === "keep")
      .map((workload, index): PlacementWorkload => {
        const { active: _active, ...rest } = workload;
        return index % 7 === fixed
          ? { ...rest, active: undefined }
          : { ...rest, active: undefined, isMovable: true, isBalanced: true };
      }),
    balance: { threshold: threshold as 1 | 3 | 5, movesMax: undefined, goal: "spread" },
  }));

describe("repair and balance of any world", () => {
  it(
    "break no rule that was not broken, and a second run is empty (row D19)",
    () => {
      fc.assert(
        fc.property(movableWorlds, (given) => {
          const { moves } = improved(given);
          const result = after(given, moves);
          const before = new Set(brokenRules(given));
          expect(brokenRules(result).filter((broken) => !before.has(broken))).toEqual([]);
          expect(improved(result).moves).toEqual([]);
        }),
        { seed: 5, numRuns: 400 },
      );
    },
    SLOW_MS,
  );
});
