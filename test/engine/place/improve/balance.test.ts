import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Host } from "../../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import { improve } from "../../../../engine/place/improve/improve.ts";
import { settlePlacement } from "../../../../engine/place/run.ts";
import { demand, GIB, host, problem, running, terms } from "../builders.ts";
import { after, brokenRules, deviation, movable } from "./worlds.ts";

const WISH = { threshold: 5, movesMax: undefined, goal: "spread" } as const;

/** Time for many random worlds on a busy machine. */
const SLOW_MS = 60_000;

const improved = (given: PlacementProblem): ReturnType<typeof improve> =>
  improve(given, settlePlacement(given, "fast"));

/** Three hosts, the first of which runs all. */
const lopsided = (given: Partial<PlacementWorkload> = {}): PlacementProblem =>
  problem({
    hosts: ["a", "b", "c"].map((name) => host(name)),
    workloads: Array.from({ length: 12 }, (_item, index) =>
      movable(`p${String(index).padStart(2, "0")}`, "a", given),
    ),
    balance: WISH,
  });

describe("balance", () => {
  it("evens out three hosts with no more moves than needed", () => {
    const { moves } = improved(lopsided());
    expect(moves).toHaveLength(8);
    expect(moves[0]).toMatchObject({
      from: "a",
      reason: "balance",
      message: "cpu of a 75 % -> 25 %",
    });
  });

  it("moves nothing at threshold 1, and nothing without a wish", () => {
    expect(improved({ ...lopsided(), balance: { ...WISH, threshold: 1 } }).moves).toEqual([]);
    const { balance: _balance, ...silent } = lopsided();
    expect(improved(silent).moves).toEqual([]);
  });

  it("moves less at a lower threshold", () => {
    const counts = ([2, 3, 4, 5] as const).map(
      (threshold) => improved({ ...lopsided(), balance: { ...WISH, threshold } }).moves.length,
    );
    expect(counts).toEqual([...counts].sort((left, right) => left - right));
    expect(counts[0]).toBeLessThan(counts[3] ?? 0);
  });

  it("leaves whoever is less eager than the wish once moves are less urgent", () => {
    const given = lopsided();
    const mixed = (threshold: 1 | 2 | 3 | 4): PlacementProblem => ({
      ...given,
      workloads: given.workloads.map((workload, index) =>
        index % 2 === 0 ? { ...workload, threshold } : workload,
      ),
    });
    const calmMoves = ([1, 2, 3, 4] as const).map((threshold) => {
      const { workloads, ...rest } = mixed(threshold);
      const calm = workloads.map((workload) => ({ ...workload, threshold }));
      return improved({ ...rest, workloads: calm }).moves.length;
    });
    const wished = ([2, 3, 4] as const).map(
      (threshold) => improved({ ...given, balance: { ...WISH, threshold } }).moves.length,
    );
    expect(calmMoves).toEqual([0, ...wished]);
    const moved = improved(mixed(1)).moves.map(({ key }) => Number(key.slice(-2)) % 2);
    expect(moved.length).toBeGreaterThan(0);
    expect(moved).not.toContain(0);
  });

  it("stops at the move budget", () => {
    expect(improved({ ...lopsided(), balance: { ...WISH, movesMax: 3 } }).moves).toHaveLength(3);
  });

  it("leaves short-lived workloads where they are (row C15)", () => {
    const given = lopsided();
    const jobs = given.workloads.map(({ isBalanced: _isBalanced, ...workload }) => workload);
    expect(improved({ ...given, workloads: jobs }).moves).toEqual([]);
  });

  it("asks more of a workload that has moved much of late", () => {
    const hosts = [host("a"), host("b")];
    const pair = (recentMoves: number): PlacementProblem =>
      problem({
        hosts,
        workloads: ["p1", "p2"].map((name) =>
          movable(name, "a", { recentMoves, demand: demand({ cpu: 200, memory: GIB }) }),
        ),
        balance: WISH,
      });
    expect([0, 3, 10].map((count) => improved(pair(count)).moves.length)).toEqual([1, 1, 0]);
  });

  it("keeps a group together that must be together", () => {
    const together = {
      labels: { app: "db" },
      scheduling: terms({
        podAffinity: {
          required: [
            {
              selector: { matchLabels: { app: "db" }, matchExpressions: [] },
              namespaces: [],
              namespaceSelector: undefined,
              topologyKey: "kubernetes.io/hostname",
              rule: "db-together",
            },
          ],
          preferred: [],
        },
      }),
    };
    const given = problem({
      hosts: [host("a"), host("b")],
      workloads: [movable("p1", "a", together), movable("p2", "a", together)],
      balance: WISH,
    });
    expect(brokenRules(after(given, improved(given).moves))).toEqual(brokenRules(given));
  });
});

const size = fc.record({
  cpu: fc.integer({ min: 1, max: 40 }).map((each) => each * 100),
  memory: fc.integer({ min: 1, max: 32 }).map((each) => (each * GIB) / 4),
});

const machines: fc.Arbitrary<readonly Host[]> = fc
  .array(fc.constantFrom(16, 32, 64), { minLength: 2, maxLength: 7 })
  .map((sizes) =>
    sizes.map((cpus, index) =>
      host(`h${index}`, {
        capacity: {
          cpuMillicores: cpus * 1000,
          memoryBytes: 4 * cpus * GIB,
          ephemeralStorageBytes: GIB,
        },
        labels: { rack: `r${index % 2}` },
      }),
    ),
  );

const worlds: fc.Arbitrary<PlacementProblem> = fc
  .record({
    hosts: machines,
    sizes: fc.array(size, { minLength: 1, maxLength: 60 }),
    seats: fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
    threshold: fc.constantFrom(2, 3, 4, 5),
  })
  .map(({ hosts, sizes, seats, threshold }) => {
    const workloads = sizes.map((each, index) =>
      movable(`p${String(index).padStart(2, "0")}`, `h${(seats[index] ?? 0) % hosts.length}`, {
        demand: demand(each, { reservation: { cpuMillicores: 0, memoryBytes: 0 } }),
      }),
    );
    return problem({
      hosts,
      workloads,
      balance: { threshold: threshold as 2 | 3 | 4 | 5, movesMax: undefined, goal: "spread" },
    });
  });

describe("balance of any world", () => {
  it(
    "never makes the deviation larger, and a second run is empty (row D19)",
    () => {
      fc.assert(
        fc.property(worlds, (given) => {
          const { moves } = improved(given);
          const result = after(given, moves);
          expect(deviation(result)).toBeLessThanOrEqual(deviation(given));
          expect(new Set(moves.map(({ key }) => key)).size).toBe(moves.length);
          expect(improved(result).moves).toEqual([]);
        }),
        { seed: 19, numRuns: 300 },
      );
    },
    SLOW_MS,
  );

  it(
    "says the same in whatever order hosts and workloads come",
    () => {
      fc.assert(
        fc.property(worlds, (given) => {
          const turned = {
            ...given,
            hosts: [...given.hosts].reverse(),
            workloads: [...given.workloads].reverse(),
          };
          expect(improved(turned)).toEqual(improved(given));
        }),
        { seed: 20, numRuns: 100 },
      );
    },
    SLOW_MS,
  );

  it("moves nothing that is not ours to move", () => {
    const given = problem({
      hosts: [host("a"), host("b")],
      workloads: [running("p1", "a"), running("p2", "a"), running("p3", "a")],
      balance: WISH,
    });
    expect(improved(given)).toEqual({ moves: [], power: [] });
  });
});
