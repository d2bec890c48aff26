import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HomePrices } from "../../../../engine/place/reassign/home-prices.ts";
import { ReassignState } from "../../../../engine/place/reassign/state.ts";
import type { SyntheticInstance } from "../../../bench/place/roadef-synthetic.ts";
import { judge, seeds, setUp } from "./made-up.ts";

const never = Number.POSITIVE_INFINITY;

/** By the checker; other rules may be broken as well. */
const isOverCapacity = (instance: SyntheticInstance, state: ReassignState): boolean =>
  judge(instance, state.at).broken.some((sentence) => sentence.includes("capacity"));

/** The three move costs, summed anew. */
function moveCosts({ at, problem }: ReassignState): number {
  const moved = new Map<number, number>();
  let cost = 0;
  for (const [process, machine] of at.entries()) {
    const home = problem.initial[process]!;
    if (machine === home) continue;
    const service = problem.services[process]!;
    moved.set(service, (moved.get(service) ?? 0) + 1);
    const between = problem.machineMoveCosts[home * problem.machineCount + machine]!;
    cost += problem.weights.process * problem.processMoveCosts[process]!;
    cost += problem.weights.machine * between;
  }
  return cost + problem.weights.service * Math.max(0, ...moved.values());
}

describe("the state of a reassignment", () => {
  test("the first assignment costs what the checker says, and breaks nothing", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { instance, problem, state } = setUp(seed);
        expect(judge(instance, problem.initial)).toEqual({ cost: state.cost, broken: [] });
      }),
    );
  });

  test("any series of moves, allowed or not, leaves the cost that the checker counts", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { instance, problem, state, random } = setUp(seed);
        for (let count = 0; count < 80; count++) {
          const process = random.below(problem.processCount);
          state.lift(process);
          state.drop(process, random.below(problem.machineCount));
        }
        expect(state.cost).toBe(judge(instance, state.at).cost);
      }),
    );
  });

  test("the deltas of a shift add up to the change of the cost, infinite where it is too full", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { instance, problem, state, random } = setUp(seed);
        for (let count = 0; count < 40; count++) {
          const process = random.below(problem.processCount);
          const from = state.at[process]!;
          const to = random.below(problem.machineCount);
          if (from === to) continue;
          const before = state.cost;
          const entering = state.enterDelta(process, to, never);
          expect(state.enterDelta(process, to, entering - 1)).toBe(never);
          const delta = state.leaveDelta(process) + entering + state.moves.delta(process, from, to);
          state.lift(process);
          state.drop(process, to);
          const isOver = isOverCapacity(instance, state);
          expect(delta).toBe(isOver ? never : state.cost - before);
          if (!isOver) continue;
          state.lift(process);
          state.drop(process, from);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("after all went back the state is as it was at first, whatever had moved", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { problem, state, random } = setUp(seed);
        for (let count = 0; count < 80; count++) {
          const process = random.below(problem.processCount);
          state.lift(process);
          state.drop(process, random.below(problem.machineCount));
        }
        state.returnAll();
        const first = new ReassignState(problem);
        expect(state).toEqual(first);
        expect([state.cost, state.moveCost, state.held]).toEqual([first.cost, 0, 0]);
        // Lists that were sorted must still know where each process stands in them.
        const process = random.below(problem.processCount);
        state.lift(process);
        expect(state.members.flat()).not.toContain(process);
      }),
    );
  });

  test("the prices of being away are those of all processes away, and their deltas add up", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { problem, state, random } = setUp(seed);
        const prices = new HomePrices(state);
        Object.assign(prices, { away: 7, held: 2 });
        expect(prices.total).toBe(0);
        let sum = 0;
        for (let count = 0; count < 40; count++) {
          const process = random.below(problem.processCount);
          const to = random.below(problem.machineCount);
          sum += state.at[process] === to ? 0 : prices.delta(process, state.at[process]!, to);
          state.lift(process);
          state.drop(process, to);
        }
        let expected = 0;
        for (const [process, machine] of state.at.entries()) {
          if (machine === problem.initial[process]) continue;
          expected += 7;
          for (const [resource, isTransient] of problem.transient.entries()) {
            const amount = problem.requirements[process * problem.resourceCount + resource]!;
            expected += 2 * isTransient * amount * problem.loadWeights[resource]!;
          }
        }
        expect([prices.total, sum]).toEqual([expected, expected]);
        const away = [...state.at.keys()].filter((p) => state.at[p] !== problem.initial[p]);
        expect([...state.away].sort((a, b) => a - b)).toEqual(away);
        expect(state.moveCost).toBe(moveCosts(state));
      }),
    );
  });

  test("the deltas of a swap add up to the change of the cost, infinite where it is too full", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { instance, problem, state, random } = setUp(seed);
        for (let count = 0; count < 40; count++) {
          const one = random.below(problem.processCount);
          const other = random.below(problem.processCount);
          const [from, to] = [state.at[one]!, state.at[other]!];
          if (from === to) continue;
          const trade = (first: number, second: number): void => {
            state.lift(one);
            state.lift(other);
            state.drop(one, first);
            state.drop(other, second);
          };
          const before = state.cost - moveCosts(state);
          const delta = state.replaceDelta(one, other) + state.replaceDelta(other, one);
          trade(to, from);
          const isOver = isOverCapacity(instance, state);
          expect(delta).toBe(isOver ? never : state.cost - moveCosts(state) - before);
          if (isOver) trade(from, to);
        }
      }),
      { numRuns: 50 },
    );
  });
});
