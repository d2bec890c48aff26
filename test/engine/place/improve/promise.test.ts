import fc from "fast-check";
import { expect, test } from "vitest";
import type { PlacementPolicy } from "../../../../engine/model/desired.ts";
import type { BalanceWish, PlacementProblem } from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, GIB, host, problem, running } from "../builders.ts";

const SIMULATION: PlacementPolicy = {
  cluster: undefined,
  scoring: "LeastAllocated",
  chooser: "drs",
  hostFailuresToTolerate: 1,
  admission: { kind: "simulation" },
};

interface Drawn {
  readonly hosts: number;
  readonly pods: readonly { readonly seat: number; readonly gib: number }[];
  readonly goal: BalanceWish["goal"];
}

/** Hosts of 32 GiB that run what fits on them. */
function worldOf({ hosts: count, pods, goal }: Drawn): PlacementProblem {
  const capacity = {
    cpuMillicores: 64_000,
    memoryBytes: 32 * GIB,
    ephemeralStorageBytes: GIB,
  };
  const hosts = Array.from({ length: count }, (_, index) => host(`h-${index}`, { capacity }));
  const used = hosts.map(() => 0);
  const workloads = pods.flatMap(({ seat, gib }, index) => {
    const at = seat % count;
    if ((used[at] ?? 0) + gib > 32) return [];
    used[at] = (used[at] ?? 0) + gib;
    const wanted = demand({ cpu: 100, memory: gib * GIB });
    const movable = { isMovable: true, isBalanced: true, demand: wanted } as const;
    return [running(`p-${index}`, `h-${at}`, movable)];
  });
  const balance: BalanceWish = { threshold: 5, movesMax: undefined, goal };
  return problem({ hosts, workloads, policies: [SIMULATION], balance });
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  hosts: fc.integer({ min: 3, max: 5 }),
  pods: fc.array(fc.record({ seat: fc.nat({ max: 4 }), gib: fc.integer({ min: 2, max: 20 }) }), {
    minLength: 3,
    maxLength: 12,
  }),
  goal: fc.constantFrom("spread" as const, "pack" as const),
});

test("moves that need not be leave a cluster able to lose the hosts that it promises", () => {
  let moved = 0;
  fc.assert(
    fc.property(drawn, (given) => {
      const world = worldOf(given);
      const { balance: _balance, ...still } = world;
      fc.pre(place(still).resilience.nPlus >= 1);
      const result = place(world);
      moved += result.moves.length;
      expect(result.resilience.nPlus).toBeGreaterThanOrEqual(1);
    }),
    { numRuns: 200, seed: 20_261_123 },
  );
  expect(moved).toBeGreaterThan(100);
});
