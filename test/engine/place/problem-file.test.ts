import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
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
        expect(JSON.stringify(place(other))).toBe(JSON.stringify(result));
        expect(peakOf(other, place(other))).toEqual(peak);
      }),
      { numRuns: 60 },
    );
  });

  test("a byte order mark and terms of every kind are read", () => {
    const given = {
      hosts: [{ name: "a", capacity: amounts(8, 16) }],
      workloads: [
        {
          key: "x",
          demand: { size: amounts(2, 1), isDedicated: true },
          scheduling: { preemptionPolicy: "Never" },
          usage: { consumedBytes: 1 },
        },
      ],
      pools: [{ address: "p" }],
      policies: [
        { scoring: "Balanced", chooser: "drs", hostFailuresToTolerate: 0, demand: "consumed" },
      ],
    };
    const { workloads, pools, policies } = readProblem(`\uFEFF${textOf(given)}`);
    expect(workloads[0]!.scheduling).toMatchObject({ preemptionPolicy: "Never", priority: 0 });
    expect(pools).toEqual([{ address: "p", shares: "normal" }]);
    expect(policies).toEqual(given.policies);
  });

  const host = { name: "a", capacity: amounts(8, 16) };
  const wide = { name: "c", capacity: amounts(9e12, 1) };
  const workload = { key: "x", demand: { size: amounts(1, 1) } };
  test.for([
    ["no JSON", "{", "it is not JSON"],
    ["nothing", "", "it is not JSON"],
    ["a list", "[]", "/ is unknown, or cannot be []"],
    ["no hosts", textOf({ workloads: [] }), "/hosts is missing"],
    [
      "a host without memory",
      textOf({ hosts: [{ name: "a", capacity: { cpuMillicores: 1 } }] }),
      "/hosts/0/capacity/memoryBytes is missing",
    ],
    [
      "a label that is no text",
      textOf({ hosts: [{ ...host, labels: { "kubernetes.io/arch": 64 } }] }),
      "/hosts/0/labels/kubernetes.io/arch is unknown, or cannot be 64",
    ],
    [
      "a long value, of which the beginning is shown",
      textOf({ hosts: "x".repeat(1000) }),
      `/hosts is unknown, or cannot be "${"x".repeat(59)}...`,
    ],
    [
      "an amount that cannot be exact",
      textOf({ hosts: [{ name: "a", capacity: { cpuMillicores: 2 ** 53, memoryBytes: 1 } }] }),
      "/hosts/0/capacity/cpuMillicores is unknown, or cannot be 9007199254740992",
    ],
    [
      "amounts whose sum cannot be exact",
      textOf({ hosts: [{ name: "b", capacity: amounts(9e12, 1) }, host, wide], workloads: [] }),
      "/hosts/*/capacity/cpuMillicores add up to 18000000000008000",
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
    [
      "a workload that stays on no host",
      textOf({ hosts: [host], workloads: [{ ...workload, at: "b" }] }),
      "/workloads: x stays on b, which is no host",
    ],
    ["a host twice", textOf({ hosts: [host, host], workloads: [] }), "a is there twice"],
  ] as const)("refused with its place: %s", ([, text, where]) => {
    expect(() => readProblem(text)).toThrow(where);
  });
});

describe("an answer as text", () => {
  test("no name from the file reaches the terminal with a control character", () => {
    const name = "x\u001b[31m\u202e";
    const text = textOf({
      hosts: [{ name: "a", capacity: amounts(8, 16) }],
      workloads: [{ key: name, demand: { size: amounts(2, 1) } }],
    });
    const script = fileURLToPath(new URL("../../bench/place/place.ts", import.meta.url));
    const output = execFileSync(process.execPath, [script, "-", "-o", "text"], {
      input: text,
      encoding: "utf8",
    });
    expect(output.split("\n")[0]).toBe("x␛[31m<U+202E>  a  (only)");
  });
});
