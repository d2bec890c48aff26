import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SeededRandom } from "../../../../engine/place/basics/random.ts";
import { anneal } from "../../../../engine/place/reassign/anneal.ts";
import { lowerBound } from "../../../../engine/place/reassign/bound.ts";
import { BySize } from "../../../../engine/place/reassign/by-size.ts";
import { Ejection } from "../../../../engine/place/reassign/ejection.ts";
import { HomePrices } from "../../../../engine/place/reassign/home-prices.ts";
import { Neighbours } from "../../../../engine/place/reassign/neighbours.ts";
import { ReassignState } from "../../../../engine/place/reassign/state.ts";
import { type SyntheticInstance, syntheticRoadef } from "../../../bench/place/roadef-synthetic.ts";
import { judge, problemOf, seeds, setUp, size } from "./made-up.ts";

describe("moves", () => {
  test("shifts, swaps and ejections keep every rule, and a refused one changes nothing", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { instance, problem, state, random } = setUp(seed);
        const prices = new HomePrices(state);
        const neighbours = new Neighbours(state, random, prices, () => undefined);
        const ejection = new Ejection(state, random, prices, () => undefined);
        prices.away = random.below(3) * 100;
        prices.held = random.below(3);
        const any = () => random.below(problem.processCount);
        for (let count = 0; count < 300; count++) {
          const before = state.at.slice();
          const cost = state.cost + prices.total;
          const kind = random.below(3);
          const limit = random.below(20_000);
          const done =
            kind === 0
              ? neighbours.shiftAny(any(), 4, limit)
              : kind === 1
                ? neighbours.swap(any(), any(), limit)
                : ejection.try(any(), random.below(problem.machineCount), limit);
          const isUnchanged = state.at.every((machine, process) => machine === before[process]);
          if (!done && !isUnchanged) expect.fail("a refused move changed something");
          // A swap may count the busiest service twice.
          if (state.cost + prices.total - cost > (done ? limit + 10 : 0))
            expect.fail("a move cost too much");
        }
        expect(judge(instance, state.at)).toEqual({ cost: state.cost, broken: [] });
      }),
      { numRuns: 50 },
    );
  });

  test("an ejection makes room that no shift and no swap can make", () => {
    // One resource; the big process must leave machine 0, and machine 1 is full of small ones.
    const model = "1 0 10 2 0 0 10 0 0 0 0 0 10 10 0 0 3 0 0 0 0 0 0 3 0 8 1 1 4 1 2 4 1 0 1 1 1";
    const instance = { model, initial: "0 1 1" };
    const problem = problemOf(instance);
    const state = new ReassignState(problem);
    const random = new SeededRandom(1);
    const prices = new HomePrices(state);
    const neighbours = new Neighbours(state, random, prices, () => undefined);
    expect(neighbours.shiftAny(0, 50, 1000)).toBe(false);
    expect(neighbours.swap(0, 1, 1000)).toBe(false);
    const ejection = new Ejection(state, random, prices, () => undefined);
    expect(ejection.try(0, 1, 1000)).toBe(true);
    expect([...state.at]).toEqual([1, 0, 0]);
    // Both small ones are looked at, and places for each.
    expect(ejection.work).toBeGreaterThanOrEqual(4);
    expect(judge(instance, state.at).broken).toEqual([]);
  });
});

describe("drawing by size", () => {
  test("every process comes up, the larger half and those of similar size more often", () => {
    const { problem, random } = setUp(11);
    const { processCount: count, resourceCount } = problem;
    // Process 0 is the smallest.
    const requirements = problem.requirements.map((_, at) => 1 + Math.floor(at / resourceCount));
    const bySize = new BySize({ ...problem, requirements }, random);
    const large = Array.from({ length: 4000 }, () => bySize.large());
    expect(new Set(large).size).toBe(count);
    const larger = large.filter((process) => process >= count / 2);
    expect(larger.length / large.length).toBeGreaterThan(0.65);
    const alike = Array.from({ length: 4000 }, () => bySize.alike(20));
    expect(new Set(alike).size).toBe(count);
    const near = alike.filter((process) => Math.abs(process - 20) <= 4);
    expect(near.length / alike.length).toBeGreaterThan(0.4);
  });
});

describe("annealing", () => {
  const levels = 12;
  const run = (instance: SyntheticInstance, seed: number, chunks = 2) =>
    anneal(problemOf(instance), { seed, levels, more: (_, chunk) => chunk < chunks });

  test("the result is better, feasible, costs what is claimed and is not below the bound", () => {
    for (let seed = 1; seed <= 5; seed++) {
      const instance = syntheticRoadef(seed, { ...size, processes: 150 });
      const problem = problemOf(instance);
      const result = run(instance, seed);
      expect(judge(instance, result.assignment)).toEqual({ cost: result.cost, broken: [] });
      expect(result.cost).toBeLessThan(new ReassignState(problem).cost);
      expect(result.cost).toBeGreaterThanOrEqual(lowerBound(problem));
    }
  });

  test("the same seed and counts give the same assignment; another seed may not", () => {
    const instance = syntheticRoadef(7, size);
    const first = run(instance, 3);
    expect(run(instance, 3)).toEqual(first);
    expect(first.chunks).toEqual(Array.from({ length: levels }, () => 2));
  });

  test("no time gives back what was there", () => {
    const instance = syntheticRoadef(8, size);
    const problem = problemOf(instance);
    expect(run(instance, 1, 0).assignment).toEqual(problem.initial);
  });

  test("each better assignment is told of, and the last of them is the result", () => {
    const instance = syntheticRoadef(9, size);
    const problem = problemOf(instance);
    const costs: number[] = [];
    const told: Int32Array[] = [];
    const result = anneal(problem, {
      seed: 1,
      levels,
      more: (_, chunk) => chunk < 2,
      onBetter: (assignment) => {
        told.push(assignment);
        costs.push(judge(instance, assignment).cost);
      },
    });
    expect(costs.length).toBeGreaterThan(1);
    expect(costs).toEqual([...new Set(costs)].sort((a, b) => b - a));
    expect(result).toMatchObject({ assignment: told.at(-1)!, cost: costs.at(-1)! });
    expect(result.initialCost).toBe(judge(instance, problem.initial).cost);
  });

  test("the optimum of tiny instances is found, by nine of ten seeds and by some for each", {
    timeout: 30_000,
  }, () => {
    const tiny = { machines: 3, processes: 5, resources: 2, services: 4 };
    const runSeeds = [1, 2, 3];
    const found = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((seed) => {
      const instance = syntheticRoadef(seed, tiny);
      const least = optimum(instance, tiny);
      return runSeeds.filter((runSeed) => run(instance, runSeed, 4).cost === least).length;
    });
    expect(Math.min(...found)).toBeGreaterThan(0);
    expect(found.reduce((a, b) => a + b)).toBeGreaterThanOrEqual(27);
  });
});

/** The least cost over all assignments, by trying them. */
function optimum(instance: SyntheticInstance, tiny: typeof size): number {
  let least = Number.POSITIVE_INFINITY;
  for (let code = 0; code < tiny.machines ** tiny.processes; code++) {
    const assignment = Int32Array.from(
      { length: tiny.processes },
      (_, process) => Math.floor(code / tiny.machines ** process) % tiny.machines,
    );
    const { cost, broken } = judge(instance, assignment);
    if (broken.length === 0) least = Math.min(least, cost);
  }
  return least;
}
