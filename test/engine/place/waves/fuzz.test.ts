import { describe, expect, test, vi } from "vitest";
import { place } from "../../../../engine/place/place.ts";
import { SeededRandom } from "../../../../engine/place/basics/random.ts";
import { execute, type Plan } from "./execute.ts";
import { fewestRounds } from "./fewest-rounds.ts";
import { makespan, makespanBound } from "./makespan.ts";
import { randomPlan } from "./random-plans.ts";

const SEEDS = 400;

/** Plans take a while on a busy machine; none of them waits for anything. */
vi.setConfig({ testTimeout: 120_000 });

let made: readonly Plan[] | undefined;
const plans = (): readonly Plan[] =>
  (made ??= Array.from({ length: SEEDS }, (_item, seed) => randomPlan(seed)));

/** Plans, and the rounds that each takes when all moves take equally long. */
const lengths = (): readonly { readonly plan: Plan; readonly rounds: number }[] =>
  plans().map((plan) => ({ plan, rounds: makespan(plan.order.moves, plan.problem, () => 1) }));

/** Violations of several random ways of running a plan. */
const violations = (plan: Plan, seed: number): readonly string[] =>
  [0, 1, 2].flatMap((run) => execute(plan, new SeededRandom(3 * seed + run)));

describe("random plans, run step by step by a checker of its own", () => {
  test("no capacity, must rule or fail-over is broken at any instant", () => {
    const found = plans().flatMap((plan, seed) =>
      violations(plan, seed).map((text) => `seed ${String(seed)}: ${text}`),
    );
    expect(found).toEqual([]);
  });

  test("the plans have what makes an order hard", () => {
    const all = plans();
    const count = (isWanted: (plan: Plan) => boolean): number => all.filter(isWanted).length;
    expect(count(({ order }) => order.moves.some(({ after }) => after.length > 0))).toBeGreaterThan(
      100,
    );
    expect(
      count(({ order }) => order.moves.some(({ reason }) => reason === "bounce")),
    ).toBeGreaterThan(9);
    expect(
      count(({ order }) => order.moves.some((move) => move.afterGone !== undefined)),
    ).toBeGreaterThan(20);
    expect(count(({ order }) => order.arrivalWaits.length > 0)).toBeGreaterThan(20);
    expect(count(({ order }) => order.unordered.length > 0)).toBeGreaterThan(9);
    expect(count(({ order }) => order.parted.length > 0)).toBeGreaterThan(1);
  });

  test("no plan is faster than what is proven to be the fewest rounds", () => {
    for (const { plan, rounds } of lengths()) {
      expect(makespanBound(plan, () => 1)).toBeLessThanOrEqual(rounds);
      // Were the order that was made none of those looked at, more rounds would be asked for.
      expect(fewestRounds(plan, rounds, rounds + 1)).toBe(rounds);
    }
  });

  test("on average plans take at most a tenth more rounds than that", () => {
    const sum = { made: 0, fewest: 0 };
    for (const { plan, rounds } of lengths()) {
      sum.made += rounds;
      sum.fewest += fewestRounds(
        plan,
        makespanBound(plan, () => 1),
        rounds,
      );
    }
    expect(sum.made / sum.fewest).toBeLessThan(1.1);
  });

  test("the order is the same in whatever order hosts and workloads come", () => {
    for (const { problem } of plans().slice(0, 100)) {
      const hosts = problem.hosts.toReversed();
      const workloads = problem.workloads.toReversed();
      expect(place({ ...problem, hosts, workloads }).moves).toEqual(place(problem).moves);
    }
  });

  test("the checker finds what goes wrong when nobody waits", () => {
    const careless = plans().map((plan): Plan => {
      const moves = plan.order.moves.map((move) => ({ ...move, after: [], afterGone: [] }));
      return { ...plan, order: { ...plan.order, moves, arrivalWaits: [] } };
    });
    const texts = careless.flatMap(violations);
    const kinds = [/ of h\d$/, /is in (?:zone|rack|kubernetes)/, /alone/, /skew/, /port/];
    for (const kind of kinds) expect(texts.some((text) => kind.test(text))).toBe(true);
  });
});
