import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PlacementPolicy } from "../../../../engine/model/desired.ts";
import type { Host } from "../../../../engine/model/host.ts";
import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import { improve } from "../../../../engine/place/improve/improve.ts";
import { settlePlacement } from "../../../../engine/place/run.ts";
import { demand, host, MIB, policy, problem, running } from "../builders.ts";
import { after, movable } from "./worlds.ts";

/** Time for many random worlds on a busy machine. */
const SLOW_MS = 60_000;

const improved = (given: PlacementProblem): ReturnType<typeof improve> =>
  improve(given, settlePlacement(given, "fast"));

/** One per cent of a host of the builders, in CPU; memory next to nothing. */
const percent = (count: number): Partial<PlacementWorkload> => ({
  demand: demand({ cpu: count * 160, memory: MIB }),
});

const DPM = { targetPercent: 63, bandPercent: 18, hostsMin: 1 };

/** Hosts a, b, ... with workloads of so many per cent each. */
function cluster(
  uses: readonly (readonly number[])[],
  given: { readonly hosts?: readonly Host[]; readonly policy?: Partial<PlacementPolicy> } = {},
): PlacementProblem {
  const names = uses.map((_use, index) => String.fromCodePoint(97 + index));
  return problem({
    hosts: [...names.map((name) => host(name)), ...(given.hosts ?? [])],
    workloads: uses.flatMap((use, index) =>
      use.map((count, number) =>
        movable(`${names[index] ?? ""}${number}`, names[index] ?? "", percent(count)),
      ),
    ),
    policies: [policy({ power: DPM, ...given.policy })],
    balance: { threshold: 2, movesMax: undefined, goal: "spread" },
  });
}

/** As `after`, with the hosts asleep or awake as advised. */
function obeyed(given: PlacementProblem): PlacementProblem {
  const { moves, power } = improved(given);
  const states = new Map(power.map((each) => [each.host, each.to]));
  const moved = after(given, moves);
  return {
    ...moved,
    hosts: moved.hosts.map((each) => {
      const to = states.get(each.name);
      return to === undefined
        ? each
        : { ...each, connection: to === "on" ? "connected" : "standby" };
    }),
  };
}

const sleeping = (name: string): Host => host(name, { connection: "standby" });

describe("power management with DPM's band of 63 +- 18", () => {
  it("wakes a host above 81 %", () => {
    const { power } = improved(
      cluster(
        [
          [41, 41],
          [41, 41],
        ],
        { hosts: [sleeping("s")] },
      ),
    );
    expect(power).toEqual([
      {
        host: "s",
        to: "on",
        message: "s wakes: a host of its cluster uses 82 %, above 81 %",
      },
    ]);
  });

  it("wakes none at 81 %", () => {
    expect(improved(cluster([[81], [81]], { hosts: [sleeping("s")] })).power).toEqual([]);
  });

  it("wakes as many as bring the whole below the edge", () => {
    const uses = [[95], [95], [95], [95]];
    const given = cluster(uses, { hosts: ["s", "t", "u"].map((name) => sleeping(name)) });
    expect(improved(given).power.map((each) => each.host)).toEqual(["s"]);
  });

  it("puts a host below 45 % to sleep and says which moves empty it", () => {
    const { moves, power } = improved(cluster([[40], [22, 22]]));
    expect(power).toEqual([]);
    expect(moves).toEqual([]);
    const small = improved(cluster([[40], [11, 11]]));
    expect(small.power).toEqual([{ host: "b", to: "standby", message: "b uses 22 %, below 45 %" }]);
    expect(small.moves).toMatchObject([
      { from: "b", to: "a", reason: "consolidate", priority: 3 },
      { from: "b", to: "a", reason: "consolidate", priority: 3 },
    ]);
  });

  it("leaves a host at 45 % awake", () => {
    expect(improved(cluster([[45], [10, 35]])).power).toEqual([]);
  });

  it("keeps the least number of hosts awake", () => {
    const power = { ...DPM, hostsMin: 2 };
    expect(improved(cluster([[10], [10], [10]], { policy: { power } })).power).toHaveLength(1);
  });

  it("keeps a host awake that fail-over needs", () => {
    const uses = [[30], [10], [10]];
    const free = improved(cluster(uses)).power.map((each) => each.host);
    expect(free).toEqual(["b", "c"]);
    const kept = improved(cluster(uses, { policy: { hostFailuresToTolerate: 1 } }));
    expect(kept.power.map((each) => each.host)).toEqual(["b"]);
  });

  it("keeps a host awake that runs what nobody may move", () => {
    const given = cluster([[50], []]);
    const workloads = [...given.workloads, running("fixed", "b", percent(5))];
    expect(improved({ ...given, workloads }).power).toEqual([]);
  });

  it("sleeps and wakes nothing without a policy", () => {
    const given = cluster([[95], [95], []], { hosts: [sleeping("s")] });
    expect(improved({ ...given, policies: [policy()] }).power).toEqual([]);
  });

  it(
    "advises nothing more once it was obeyed",
    () => {
      const uses = fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 4 }), {
        minLength: 1,
        maxLength: 6,
      });
      fc.assert(
        fc.property(uses, fc.constantFrom(0, 1), (given, failures) => {
          const first = cluster(given, { policy: { hostFailuresToTolerate: failures } });
          const { moves, power } = improved(obeyed(first));
          expect({ moves, power }).toEqual({ moves: [], power: [] });
        }),
        { seed: 81, numRuns: 200 },
      );
    },
    SLOW_MS,
  );
});

describe("packing", () => {
  const packed = (given: PlacementProblem): PlacementProblem => ({
    ...given,
    policies: [policy()],
    balance: { threshold: 3, movesMax: undefined, goal: "pack" },
  });

  it("empties hosts that are little used", () => {
    const { moves } = improved(packed(cluster([[20, 20], [10, 10], [5]])));
    expect(moves.map(({ from, to }) => `${from} ${to}`)).toEqual(["c a", "b a", "b a"]);
    expect(moves[0]).toMatchObject({ reason: "consolidate", message: "empties c" });
  });

  it("fills no host above 81 %", () => {
    expect(improved(packed(cluster([[60], [22]]))).moves).toEqual([]);
    expect(improved(packed(cluster([[60], [21]]))).moves).toHaveLength(1);
  });

  it("empties no host by half when the budget ends", () => {
    const given = packed(cluster([[20, 20], [10, 10], [5]]));
    const balance = { threshold: 3, movesMax: 2, goal: "pack" } as const;
    expect(improved({ ...given, balance }).moves).toHaveLength(1);
  });

  it(
    "finds nothing in what it has packed",
    () => {
      const uses = fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 4 }), {
        minLength: 1,
        maxLength: 6,
      });
      fc.assert(
        fc.property(uses, (given) => {
          const first = packed(cluster(given));
          expect(improved(after(first, improved(first).moves)).moves).toEqual([]);
        }),
        { seed: 82, numRuns: 200 },
      );
    },
    SLOW_MS,
  );
});
