import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Host } from "../../../../engine/model/host.ts";
import type { PlacementProblem } from "../../../../engine/model/placement.ts";
import type { EqualHosts } from "../../../../engine/place/ledger/equal-hosts.ts";
import { Ledger } from "../../../../engine/place/ledger/ledger.ts";
import { SeededRandom } from "../../../../engine/place/basics/random.ts";
import { runPlacement } from "../../../../engine/place/run.ts";
import { demand, GIB, host, MIB, pod, problem } from "../builders.ts";

const HOSTS = 300;

/** Machines of so many kinds in turn. */
function machines(kinds: number): readonly Host[] {
  return Array.from({ length: HOSTS }, (_item, index) => {
    const capacity = {
      cpuMillicores: 8000 + 1000 * (index % kinds),
      memoryBytes: 16 * GIB,
      ephemeralStorageBytes: GIB,
    };
    const name = `h${String(index).padStart(3, "0")}`;
    return host(name, { capacity, allocatable: { ...capacity, pods: 110, extended: {} } });
  });
}

/** Workloads of a few sizes. */
const sized = (key: string, size: number): ReturnType<typeof pod> =>
  pod(key, {
    demand: demand(
      { cpu: 100 * size, memory: 100 * MIB },
      { size: { cpuMillicores: 700 * size, memoryBytes: 900 * MIB, vcpus: 1 } },
    ),
  });

function opened(kinds: number): { readonly ledger: Ledger; readonly equalHosts: EqualHosts } {
  const ledger = new Ledger(problem({ hosts: machines(kinds) }));
  const equalHosts = ledger.equalHosts();
  if (equalHosts === undefined) throw new Error("hosts of few kinds are equal");
  return { ledger, equalHosts };
}

/** Something that is worked out of a host's amounts, with a count of how often it was. */
function readingOf({ loadCpu, capacityCpu, nonZeroMemory }: Ledger, column: Float64Array) {
  const reading = {
    count: 0,
    write: (at: number): void => {
      reading.count++;
      column[at] = ((loadCpu[at] ?? 0) + (nonZeroMemory[at] ?? 0)) / (capacityCpu[at] ?? 0);
    },
  };
  return reading;
}

const anyChanges = fc.record({
  kinds: fc.integer({ min: 1, max: 6 }),
  seed: fc.nat(),
  changes: fc.nat(2500),
});

/** Fills hosts in name order, takes some off again and rolls some changes back. */
function change(ledger: Ledger, { seed, changes }: { seed: number; changes: number }): void {
  const random = new SeededRandom(seed);
  const classes = [1, 2, 3].map((size) => ledger.classes.classOf(sized(`p${String(size)}`, size)));
  for (let done = 0; done < changes; ) {
    const workloadClass = classes[random.below(classes.length)];
    if (workloadClass === undefined) throw new Error("no such class");
    const mark = ledger.mark();
    const first = random.below(HOSTS);
    const count = 1 + random.below(HOSTS - first);
    for (let at = first; at < first + count; at++) ledger.add(workloadClass, at, 1);
    const end = random.below(6);
    if (end < 2) ledger.rollback(mark);
    if (end === 2) ledger.add(workloadClass, first, -1);
    if (end === 3) ledger.discountActive(first, { cpuMillicores: 1, memoryBytes: 1 });
    done += count;
  }
}

describe("equal hosts", () => {
  test("share what is read of one of them, and it is what each would have by itself", () => {
    fc.assert(
      fc.property(anyChanges, ({ kinds, seed, changes }) => {
        const { ledger, equalHosts } = opened(kinds);
        const [shared, alone] = [new Float64Array(HOSTS), new Float64Array(HOSTS)];
        const [reading, plain] = [readingOf(ledger, shared), readingOf(ledger, alone)];
        // Twice, as what was read before must not be taken for what is so now.
        for (const part of [changes, 40]) {
          change(ledger, { seed: seed + part, changes: part });
          for (let at = 0; at < HOSTS; at++) {
            equalHosts.read(at, reading, shared);
            plain.write(at);
          }
          expect(shared).toEqual(alone);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("are read once while all of them get the same", () => {
    const { ledger, equalHosts } = opened(3);
    const reading = readingOf(ledger, new Float64Array(HOSTS));
    const workloadClass = ledger.classes.classOf(sized("p", 1));
    for (let at = 0; at < HOSTS / 2; at++) ledger.add(workloadClass, at, 1);
    const column = new Float64Array(HOSTS);
    for (let at = 0; at < HOSTS; at++) equalHosts.read(at, reading, column);
    // Three kinds, each with and without the workload.
    expect(reading.count).toBe(6);
  });

  test("are none where most hosts differ, and where there are few hosts", () => {
    const different = machines(HOSTS);
    expect(new Ledger(problem({ hosts: different })).equalHosts()).toBeUndefined();
    expect(new Ledger(problem({ hosts: machines(1).slice(0, 20) })).equalHosts()).toBeUndefined();
  });

  test("the nearest of some are those with the smallest readings, first ones first", () => {
    fc.assert(
      fc.property(anyChanges, fc.nat(HOSTS), ({ kinds, seed, changes }, count) => {
        const { ledger, equalHosts } = opened(kinds);
        change(ledger, { seed, changes });
        const isOpen = (at: number): boolean => at % 7 > 0;
        const [near, column] = [new Int32Array(HOSTS), new Float64Array(HOSTS)];
        const reading = readingOf(ledger, column);
        const found = equalHosts.nearest({ near, isOpen, column }, reading, count);
        const kept = [...near.subarray(0, found)];
        const alone = new Float64Array(HOSTS);
        const plain = readingOf(ledger, alone);
        for (let at = 0; at < HOSTS; at++) plain.write(at);
        const best = [...alone.keys()]
          .filter((at) => isOpen(at))
          .sort((one, other) => (alone[one] ?? 0) - (alone[other] ?? 0) || one - other)
          .slice(0, count);
        expect(new Set(kept).size).toBe(kept.length);
        expect(kept.filter((at) => !isOpen(at))).toEqual([]);
        expect(kept).toEqual(expect.arrayContaining(best));
        for (const at of kept) expect(column[at]).toBe(alone[at]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a batch on hosts of few kinds", () => {
  const anyBatch = fc.record({ kinds: fc.integer({ min: 1, max: 4 }), seed: fc.nat() });

  test("goes where brute force puts it, for the same reasons", () => {
    const answerOf = (given: PlacementProblem, search: "fast" | "brute"): unknown =>
      JSON.parse(JSON.stringify(runPlacement(given, search)));
    fc.assert(
      fc.property(anyBatch, ({ kinds, seed }) => {
        const random = new SeededRandom(seed);
        const workloads = Array.from({ length: 90 }, (_item, index) =>
          sized(`p${String(index).padStart(3, "0")}`, 1 + random.below(4)),
        );
        const closed = random.below(HOSTS);
        const hosts = machines(kinds).map(
          (each, index): Host => (index === closed ? { ...each, unschedulable: true } : each),
        );
        const given = problem({ hosts, workloads });
        expect(answerOf(given, "fast")).toEqual(answerOf(given, "brute"));
      }),
      { numRuns: 12 },
    );
  });
});
