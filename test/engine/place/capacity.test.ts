import { describe, expect, test } from "vitest";
import type { PlacementProblem, PlacementWorkload } from "../../../engine/model/placement.ts";
import { headroom } from "../../../engine/place/capacity.ts";
import { place } from "../../../engine/place/place.ts";
import { demand, GIB, host, pod, policy, problem, running, terms } from "./builders.ts";

const hosts = [host("a"), host("b"), host("c")];
const shape = pod("shape", { demand: demand({ cpu: 4000, memory: 8 * GIB }) });
const world = (given: Partial<PlacementProblem> = {}) => {
  const asked = problem({ hosts, ...given });
  return { problem: asked, placement: place(asked) };
};
const count = (given: Partial<PlacementProblem>, one = shape, failures = 0) =>
  headroom(world(given), one, { failures, countMax: 10_000 });

/** One after the other, each asked for by itself. */
function countByHand(asked: PlacementProblem, one: PlacementWorkload): number {
  const workloads = [...asked.workloads];
  for (let number = 0; ; number++) {
    const copy = { ...one, key: `hand-${number}` };
    const { decisions } = place({ ...asked, workloads: [...workloads, copy] });
    const at = decisions.find(({ key }) => key === copy.key)?.chosen;
    if (at === undefined) return number;
    workloads.push({ ...copy, at, wish: "keep" });
  }
}

test("empty hosts take what fits, and the tighter resource runs out", () => {
  const answer = count({});
  expect(answer).toMatchObject({ count: 12, atLeast: false });
  expect(answer.hosts.map((each) => each.count)).toEqual([4, 4, 4]);
  expect(answer.runsOut).toMatchObject({ code: "cpu-short", rejectedCounts: { "cpu-short": 3 } });
  const memory = pod("shape", { demand: demand({ cpu: 100, memory: 32 * GIB }) });
  expect(count({}, memory)).toMatchObject({ count: 6, runsOut: { code: "mem-short" } });
});

describe("counting gives what asking one by one gives", () => {
  const busy = [
    running("one", "a", { demand: demand({ cpu: 5000, memory: 20 * GIB }) }),
    running("two", "b", { demand: demand({ cpu: 1000, memory: 50 * GIB }) }),
  ];
  const apart = terms({
    podAntiAffinity: {
      required: [
        {
          selector: { matchLabels: { app: "x" }, matchExpressions: [] },
          namespaces: ["shop"],
          namespaceSelector: undefined,
          topologyKey: "kubernetes.io/hostname",
          rule: "apart",
        },
      ],
      preferred: [],
    },
  });
  const cases: readonly (readonly [string, Partial<PlacementProblem>, PlacementWorkload])[] = [
    ["with others there", { workloads: busy }, shape],
    ["with one failure declared", { policies: [policy({ hostFailuresToTolerate: 1 })] }, shape],
    ["with a rule that keeps it apart", {}, { ...shape, labels: { app: "x" }, scheduling: apart }],
    [
      "with a host in maintenance",
      { hosts: [host("a"), host("b", { connection: "maintenance" })] },
      shape,
    ],
    ["where none fits", { hosts: [host("a", { unschedulable: true })] }, shape],
  ];
  test.for(cases)("%s", ([, given, one]) => {
    const asked = problem({ hosts, ...given });
    expect(count(given, one).count).toBe(countByHand(asked, one));
  });
});

test("room for failures is kept, and the gate is what runs out", () => {
  const kept = count({}, shape, 1);
  expect(kept).toMatchObject({ failures: 1, count: 8, runsOut: { code: "cluster-failover" } });
  const declared = { policies: [policy({ hostFailuresToTolerate: 2 })] };
  expect(count(declared, shape, 1).count).toBe(4);
});

test("a quota ends the count before any host is full", () => {
  const pool = "pool/shop" as const;
  const limits = {
    address: pool,
    parent: undefined,
    cpuMillicoresLimit: 10_000,
    memoryBytesLimit: undefined,
    shares: "normal",
    source: { path: "a.yaml", document: 0, pointer: "" },
  } as const;
  const answer = count({ pools: [limits] }, { ...shape, pool });
  expect(answer).toMatchObject({ count: 2, runsOut: { code: "pool-limit", rejectedCounts: {} } });
});

test("hosts that never take it do not say what runs out", () => {
  const closed = ["x", "y", "z"].map((name) => host(name, { unschedulable: true }));
  const answer = count({ hosts: [host("a"), ...closed] });
  expect(answer).toMatchObject({ count: 4, runsOut: { code: "cpu-short" } });
  expect(answer.runsOut?.rejectedCounts).toEqual({ "cpu-short": 1, unschedulable: 3 });
});

test("what waits is placed first, and what finds no host takes no room", () => {
  const waits = pod("waits", { demand: demand({ cpu: 8000, memory: GIB }) });
  const large = pod("large", { demand: demand({ cpu: 99_000, memory: GIB }) });
  expect(count({ workloads: [waits, large] }).count).toBe(10);
});

test("counting stops at the most", () => {
  const answer = headroom(world(), shape, { failures: 0, countMax: 5 });
  expect(answer).toMatchObject({ count: 5, atLeast: true, runsOut: undefined });
});

test("what takes nothing is counted up to the most", () => {
  const nothing = pod("shape", { demand: demand({ cpu: 0, memory: 0 }) });
  const { qos: _qos, ...machine } = nothing.demand;
  const answer = headroom(world(), { ...nothing, demand: machine }, { failures: 0, countMax: 7 });
  expect(answer).toMatchObject({ count: 7, atLeast: true });
});

test("failures are tried: what does not fit on the hosts that stay is not counted", () => {
  // Two copies of 24 GiB fit a host of 64. Of four copies the two of one host find places beside
  // the single ones of the others; of five they do not.
  const shape24 = pod("shape", { demand: demand({ cpu: 100, memory: 24 * GIB }) });
  expect(count({}, shape24).count).toBe(6);
  expect(count({}, shape24, 1).count).toBe(4);
  // By their sums five fit: 5 x 24 = 120 GiB of the 128 that stay.
  const summed = { policies: [policy({ admission: { kind: "capacity" } })] };
  expect(count(summed, shape24, 1).count).toBe(5);
});
