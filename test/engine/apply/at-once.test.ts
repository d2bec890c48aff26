import { describe, expect, test } from "vitest";
import type { Provider } from "../../../engine/contract/provider.ts";
import { instantProvider, planOf, step } from "../../support/plans.ts";
import type { Sim } from "../../sim/sim.ts";
import { applied, done } from "./applied.ts";

const BOUNDS = [
  { name: "the run's", parallelism: 3, parallelCallsMax: 100, want: 3 },
  { name: "the provider's", parallelism: 50, parallelCallsMax: 4, want: 4 },
];

test.for(BOUNDS)("no more calls run at once than $name limit", async (bound) => {
  let running = 0;
  let most = 0;
  const provider = (sim: Sim): Partial<Provider> => ({
    capabilities: { ...instantProvider().capabilities, parallelCallsMax: bound.parallelCallsMax },
    create: async () => {
      most = Math.max(most, ++running);
      await sim.sleep(100);
      running--;
      return done;
    },
  });
  const steps = Array.from({ length: 40 }, (_, index) =>
    step({ id: `s-${index}`, address: `vm/n/m-${index}` }),
  );
  const options = { parallelism: bound.parallelism };
  const { summary } = await applied(planOf({ steps }), { provider, options });
  expect(summary.added).toBe(40);
  expect(most).toBe(bound.want);
});

describe("live moves at once", () => {
  const cases = [
    { name: "four a host where nobody says otherwise", limits: undefined, most: 4, together: 8 },
    {
      name: "as many a host as the plan says",
      limits: { movesPerHostMax: 7, movesPerDatastoreMax: 128 },
      most: 7,
      together: 14,
    },
    {
      name: "as many a datastore as the plan says",
      limits: { movesPerHostMax: 8, movesPerDatastoreMax: 3 },
      most: 3,
      together: 3,
    },
  ];

  test.for(cases)("$name, and others pass by", async ({ limits, most, together }) => {
    const traffic = new Traffic();
    const legs = Array.from({ length: 20 }, (_, index) => ({
      address: `vm/n/m-${index}` as const,
      from: index < 10 ? "left" : "right",
      to: index < 10 ? "up" : "down",
    }));
    const steps = legs.map(({ address, to }, index) => {
      const move = { action: "move", verb: "update", mode: "move", host: to } as const;
      return step({ id: `s-${index}`, address, ...move, expect: { revision: "r0" } });
    });
    const given = planOf({ steps });
    const list = legs.map((leg) => ({
      ...leg,
      datastores: ["shared"],
      reason: "balance" as const,
      priority: 3 as const,
      message: "",
      wave: 0,
      after: [],
    }));
    const moves = { count: 20, list, ...(limits === undefined ? {} : { limits }) };
    const placement = { ...given.placement, moves };
    const options = { parallelism: 50 };
    const provider = traffic.provider;
    const { summary } = await applied({ ...given, placement }, { provider, options });
    expect(summary).toMatchObject({ unknown: [], skipped: [] });
    expect(traffic).toMatchObject({ most, together });
  });
});

/** Counts the moves that run at once, by the host that they go to and in all. */
class Traffic {
  most = 0;
  together = 0;
  readonly #moving = new Map<string, number>();

  readonly provider = (sim: Sim): Partial<Provider> => ({
    capabilities: { ...instantProvider().capabilities, parallelCallsMax: 100 },
    update: async ({ host = "" }) => {
      this.#count(host, 1);
      await sim.sleep(100);
      this.#count(host, -1);
      return done;
    },
  });

  #count(host: string, by: 1 | -1): void {
    const now = (this.#moving.get(host) ?? 0) + by;
    this.#moving.set(host, now);
    this.most = Math.max(this.most, now);
    const all = [...this.#moving.values()].reduce((sum, count) => sum + count, 0);
    this.together = Math.max(this.together, all);
  }
}
