import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { PlacementProblem, PlacementWorkload } from "../../../engine/model/placement.ts";
import { place } from "../../../engine/place/place.ts";
import { openSession } from "../../../engine/place/session.ts";
import { anyProblem } from "./arbitraries.ts";
import { demand, host, pod, problem } from "./builders.ts";

vi.setConfig({ testTimeout: 120_000 });

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** What runs stays, and whoever waits is asked one by one. */
function parted(given: PlacementProblem): {
  readonly standing: PlacementProblem;
  readonly waiting: readonly PlacementWorkload[];
} {
  const isWaiting = ({ wish }: PlacementWorkload): boolean => wish === "place";
  const workloads = given.workloads.map((each) =>
    each.wish === "repair" ? { ...each, wish: "keep" as const } : each,
  );
  return {
    standing: { ...given, workloads: workloads.filter((each) => !isWaiting(each)) },
    waiting: workloads.filter(isWaiting),
  };
}

describe("a session", () => {
  test("decides about one more as a plan with nothing else to do, bit by bit", () => {
    fc.assert(
      fc.property(anyProblem, fc.nat(5), (given, removed) => {
        const { standing, waiting } = parted(given);
        const session = openSession(standing);
        let workloads = standing.workloads;
        waiting.forEach((workload, index) => {
          const { decisions } = place({ ...standing, workloads: [...workloads, workload] });
          const decision = session.add(workload);
          expect(plain(decision)).toEqual(plain(decisions.at(0)));
          const at = decision.chosen;
          if (at !== undefined) workloads = [...workloads, { ...workload, at, wish: "keep" }];
          if (index !== removed) return;
          const leaver = workloads[removed % Math.max(1, workloads.length)];
          if (leaver === undefined) return;
          expect(session.remove(leaver.key)).toBe(true);
          workloads = workloads.filter((each) => each !== leaver);
        });
      }),
      { numRuns: 100, seed: 11 },
    );
  });

  test("gives the room of whoever leaves to the next one", () => {
    const large = demand({ cpu: 9000 });
    const session = openSession(problem({ hosts: [host("a")], workloads: [] }));
    expect(session.add(pod("one", { demand: large })).chosen).toBe("a");
    expect(session.add(pod("two", { demand: large })).chosen).toBeUndefined();
    expect(session.remove("pod/shop/one")).toBe(true);
    expect(session.remove("pod/shop/one")).toBe(false);
    expect(session.add(pod("two", { demand: large })).chosen).toBe("a");
  });

  test("decides first about whoever waits when it is opened", () => {
    const given = problem({ hosts: [host("a"), host("b")], workloads: [pod("one")] });
    expect(openSession(given).add(pod("two")).chosen).toBe("b");
  });
});
