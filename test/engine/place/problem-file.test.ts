import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { place } from "../../../engine/place/place.ts";
import { peakOf } from "../../bench/place/peak.ts";
import { readProblem } from "../../bench/place/problem-file.ts";

const GIBIBYTE = 2 ** 30;
const amounts = (cpu: number, memory: number) => ({
  cpuMillicores: cpu * 1000,
  memoryBytes: memory * GIBIBYTE,
});
const textOf = (value: object): string => JSON.stringify(value);

describe("a placement problem read from a file", () => {
  test("the example of the documentation places, with its proof", () => {
    const page = readFileSync(
      new URL("../../../docs/placement-problem.md", import.meta.url),
      "utf8",
    );
    const [, example = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
    const problem = readProblem(example);
    const result = place(problem);
    expect(result.decisions.map(({ key, chosen }) => ({ key, chosen }))).toEqual([
      { key: "x", chosen: "b" },
    ]);
    // 3 of 8 cores on one host; both hosts together carry 4 of 16.
    expect(peakOf(problem, result)).toEqual({
      reachedPpm: 375_000,
      boundPpm: 250_000,
      gapPct: 50,
    });
  });

  test("a workload that leaves frees its room and counts in no peak", () => {
    const problem = readProblem(
      textOf({
        hosts: [{ name: "a", capacity: amounts(8, 16) }],
        workloads: [{ key: "x", demand: { size: amounts(2, 1) } }],
        leaving: [{ key: "old", at: "a", demand: { size: amounts(6, 1) } }],
      }),
    );
    expect(peakOf(problem, place(problem))).toMatchObject({ reachedPpm: 250_000, gapPct: 0 });
  });

  test("no placement is below the bound, and equal problems give equal bytes", () => {
    const sizes = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ max: 8, min: 1 })),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), sizes, (hostCount, drawn) => {
        const hosts = Array.from({ length: hostCount }, (_, index) => ({
          name: `h${index}`,
          capacity: amounts(16, 64),
        }));
        const workloads = drawn.map(([cpu, memory], index) => ({
          key: `w${index}`,
          demand: { size: amounts(cpu, memory) },
        }));
        const one = readProblem(textOf({ hosts, workloads }));
        const other = readProblem(
          textOf({ hosts: hosts.toReversed(), workloads: workloads.toReversed() }),
        );
        const result = place(one);
        const peak = peakOf(one, result);
        expect(peak.reachedPpm).toBeGreaterThanOrEqual(peak.boundPpm);
        expect(place(other)).toEqual(result);
        expect(peakOf(other, place(other))).toEqual(peak);
      }),
      { numRuns: 60 },
    );
  });

  const host = { name: "a", capacity: amounts(8, 16) };
  const workload = { key: "x", demand: { size: amounts(1, 1) } };
  test.for([
    ["no JSON", "{", "it is not JSON"],
    ["a list", "[]", "/ is missing"],
    [
      "a host without memory",
      textOf({ hosts: [{ name: "a", capacity: {} }] }),
      "/hosts/0/capacity",
    ],
    [
      "a fraction",
      textOf({ hosts: [host], workloads: [{ ...workload, demand: { size: amounts(0.0001, 1) } }] }),
      "/workloads/0/demand/size/cpuMillicores",
    ],
    [
      "an unknown term",
      textOf({ hosts: [host], workloads: [{ ...workload, scheduling: { affinity: {} } }] }),
      "/workloads/0/scheduling/affinity",
    ],
    ["a key twice", textOf({ hosts: [host], workloads: [workload, workload] }), "x is there twice"],
    ["a host twice", textOf({ hosts: [host, host], workloads: [] }), "a is there twice"],
  ] as const)("refused with its place: %s", ([, text, where]) => {
    expect(() => readProblem(text)).toThrow(where);
  });
});
