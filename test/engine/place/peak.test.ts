import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlacementProblem } from "../../../engine/model/placement.ts";
import { peakProof } from "../../../engine/place/outcome/bounds.ts";
import { grainBound } from "../../../engine/place/outcome/grain.ts";
import { Ledger } from "../../../engine/place/ledger/ledger.ts";
import { place } from "../../../engine/place/place.ts";
import { settlePlacement } from "../../../engine/place/run.ts";
import { settle } from "../../../engine/place/deciding/seating.ts";
import { problemOf, syntheticHosts, syntheticWorkloads } from "../../bench/place/synthetic.ts";
import { demand, GIB, host, MIB, pod, problem } from "./builders.ts";

const machine = (name: string, cpu: number, gib: number): ReturnType<typeof host> => {
  const capacity = {
    cpuMillicores: cpu,
    memoryBytes: gib * GIB,
    ephemeralStorageBytes: 100 * GIB,
  };
  return host(name, { capacity });
};

/** The lowest peak that any choice of hosts reaches; every one of them is tried. */
function lowestPeak(given: PlacementProblem): number {
  const ledger = new Ledger(given);
  const waiting = settle(given.workloads, { ledger, placed: new Map() });
  let lowest = Number.POSITIVE_INFINITY;
  const seat = (index: number): void => {
    const item = waiting.at(index);
    if (item === undefined) {
      lowest = Math.min(lowest, peakProof(ledger).peakPpm);
      return;
    }
    for (let at = 0; at < ledger.hosts.length; at++) {
      ledger.add(item.workloadClass, at, 1);
      seat(index + 1);
      ledger.add(item.workloadClass, at, -1);
    }
  };
  seat(0);
  return lowest;
}

describe("the bound of the peak", () => {
  test("is told where more workloads differ in size than a call has room for", () => {
    const all = Array.from({ length: 1_000_000 }, (_, index) => ({
      load: { cpuMillicores: 1 + index, memoryBytes: 0 },
    }));
    const ledger = {
      classes: { all: () => all },
      membersOf: () => 1,
      hosts: [{ connection: "connected" }],
      capacityCpu: [10 ** 9],
      capacityMemory: [0],
    } as unknown as Ledger;
    expect(grainBound(ledger, "cpu", 1000)).toBe(1000);
  });

  test("is told also of loads that no machine has, far beyond what is exact", () => {
    const { ledger } = settlePlacement(
      problem({
        hosts: [machine("h", 2000, 8), machine("i", 2000, 8)],
        workloads: [pod("p", { at: "h", wish: "keep", demand: demand({ cpu: 2 ** 52 }) })],
      }),
      "fast",
    );
    expect(peakProof(ledger).boundPpm).toBeGreaterThan(2 ** 53);
  });

  test("no placement at all is below it, whatever the sizes", () => {
    const size = fc.record({
      cpu: fc.constantFrom(300, 301, 600, 900, 1201, 2400, 777),
      mib: fc.constantFrom(256, 512, 1000, 2048),
    });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(2000, 3000, 5000), { minLength: 2, maxLength: 3 }),
        fc.array(size, { minLength: 1, maxLength: 6 }),
        (cpus, sizes) => {
          const given = problem({
            hosts: cpus.map((cpu, index) => machine(`h${String(index)}`, cpu, 8)),
            workloads: sizes.map(({ cpu, mib }, index) =>
              pod(`p${String(index)}`, { demand: demand({ cpu, memory: mib * MIB }) }),
            ),
          });
          const { ledger } = settlePlacement(given, "fast");
          if (ledger.workloads.reduce((sum, each) => sum + each, 0) < sizes.length) return;
          const { boundPpm, peakPpm } = peakProof(ledger);
          const lowest = lowestPeak(given);
          expect(boundPpm).toBeLessThanOrEqual(lowest);
          expect(peakPpm).toBeGreaterThanOrEqual(lowest);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("it tells that workloads of one size leave a rest on every host", () => {
    const workloads = ["a", "b", "c", "d"].map((name) =>
      pod(name, { demand: demand({ cpu: 1000, memory: MIB }) }),
    );
    const hosts = ["x", "y", "z"].map((name) => machine(name, 4000, 64));
    // Shares are rounded down, and the bound to the safe side; even shares would be 333 333.
    expect(place(problem({ hosts, workloads })).proof).toEqual({
      resource: "cpu",
      peakPpm: 500_000,
      boundPpm: 499_999,
    });
  });
});

describe("the peak of a batch of 500 and more", () => {
  const sizes: readonly (readonly [hosts: number, workloads: number, seed: number])[] = [
    [64, 500, 1],
    [64, 500, 2],
    [64, 640, 1],
    [100, 1000, 1],
    [200, 1500, 2],
    [64, 2000, 3],
  ];
  test.for(sizes)("is within 0.1 % of its bound: %i hosts, %i workloads, seed %i", (size) => {
    const [hostCount, count, seed] = size;
    const hosts = syntheticHosts(hostCount);
    const { proof, decisions } = place(problemOf(hosts, syntheticWorkloads(hosts, count, seed)));
    expect(decisions.every(({ chosen }) => chosen !== undefined)).toBe(true);
    expect(proof.peakPpm / proof.boundPpm).toBeLessThanOrEqual(1.001);
  });

  test("what was traded for it says so, and the host it would have had is the next", () => {
    const hosts = syntheticHosts(64);
    const { decisions } = place(problemOf(hosts, syntheticWorkloads(hosts, 500, 2)));
    const traded = decisions.filter(({ decidedBy }) => decidedBy === "balance");
    expect(traded.length).toBeGreaterThan(0);
    for (const { chosen, candidates } of traded) {
      expect(candidates[0]?.host).toBe(chosen);
      expect(candidates[1]?.host).not.toBe(chosen);
    }
  });
});
