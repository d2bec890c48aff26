import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Host } from "../../../../engine/model/host.ts";
import type {
  PlacementProblem,
  PlacementResult,
  PlacementWorkload,
} from "../../../../engine/model/placement.ts";
import { FailureDrill } from "../../../../engine/place/admission/drill.ts";
import { Ledger } from "../../../../engine/place/ledger/ledger.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, GIB, host, pod, policy, problem, running, terms } from "../builders.ts";

const hosts = (count: number, given: Partial<Host> = {}): readonly Host[] =>
  Array.from({ length: count }, (_, index) => host(`h${index + 1}`, given));

/** Hosts have 16 CPUs and 64 GiB. */
const reserving = (gib: number, cpus = 1): Partial<PlacementWorkload> => ({
  demand: demand({ cpu: cpus * 1000, memory: gib * GIB }),
});

const simulated = (failures: number): PlacementProblem["policies"] => [
  policy({ hostFailuresToTolerate: failures, admission: { kind: "simulation" } }),
];

const resilience = (given: Partial<PlacementProblem>): PlacementResult["resilience"] =>
  place(problem(given)).resilience;

describe("N+1 is tried, not counted", () => {
  test("what has no rules and room enough survives", () => {
    const workloads = ["h1", "h2", "h3"].map((at) => running(`on-${at}`, at, reserving(20)));
    expect(resilience({ hosts: hosts(3), workloads }).nPlus).toBe(2);
  });

  test("fragments that are too small for what is lost do not count together", () => {
    // 24 GiB are left on each host, 72 in all: no place for the 40 of a lost one.
    const workloads = hosts(4).map(({ name }) => running(`on-${name}`, name, reserving(40)));
    const { nPlus, stranded } = resilience({ hosts: hosts(4), workloads });
    expect(nPlus).toBe(0);
    expect(stranded).toEqual({ key: "pod/shop/on-h1", hosts: ["h1"] });
  });

  test("a must rule is kept when a host is lost", () => {
    const zoned = [
      host("h1", { labels: { zone: "a" } }),
      host("h2", { labels: { zone: "a" } }),
      host("h3", { labels: { zone: "b" } }),
    ];
    const bound = (zone: string): Partial<PlacementWorkload> => ({
      scheduling: terms({ nodeSelector: { zone } }),
    });
    const inA = running("in-a", "h1", bound("a"));
    expect(resilience({ hosts: zoned, workloads: [inA] }).nPlus).toBe(1);
    const inB = running("in-b", "h3", bound("b"));
    expect(resilience({ hosts: zoned, workloads: [inA, inB] })).toMatchObject({
      nPlus: 0,
      stranded: { key: "pod/shop/in-b", hosts: ["h3"] },
    });
  });

  test("a taint that is not tolerated is no room", () => {
    const taints = [{ key: "gpu", value: "", effect: "NoSchedule" as const }];
    const workloads = [running("one", "h1", {})];
    const some = [host("h1"), host("h2", { taints })];
    expect(resilience({ hosts: some, workloads }).nPlus).toBe(0);
    expect(resilience({ hosts: hosts(2), workloads }).nPlus).toBe(1);
  });

  test("replicas that must be apart need as many hosts", () => {
    const apart = {
      labels: { app: "db" },
      scheduling: terms({
        podAntiAffinity: {
          required: [
            {
              selector: { matchLabels: { app: "db" }, matchExpressions: [] },
              namespaces: ["shop"],
              namespaceSelector: undefined,
              topologyKey: "kubernetes.io/hostname",
              rule: "apart",
            },
          ],
          preferred: [],
        },
      }),
    };
    const workloads = ["h1", "h2", "h3"].map((at) => running(`on-${at}`, at, apart));
    expect(resilience({ hosts: hosts(3), workloads }).nPlus).toBe(0);
    expect(resilience({ hosts: hosts(5), workloads }).nPlus).toBe(2);
  });

  test("the Pod of a daemon goes with its host and strands nothing", () => {
    const daemon = (name: string): PlacementWorkload =>
      running(`daemon-${name}`, name, {
        scheduling: terms({
          nodeAffinity: {
            required: [
              {
                matchExpressions: [],
                matchFields: [{ key: "metadata.name", operator: "In", values: [name] }],
              },
            ],
            preferred: [],
          },
        }),
      });
    expect(resilience({ hosts: hosts(2), workloads: [daemon("h1"), daemon("h2")] }).nPlus).toBe(1);
  });

  test("dedicated hosts are open to what a lost host ran", () => {
    const policies = [policy({ admission: { kind: "dedicated", hosts: ["h2"] } })];
    const workloads = [running("one", "h1", reserving(60))];
    expect(resilience({ hosts: hosts(2), policies, workloads }).nPlus).toBe(1);
  });
});

describe("admission by simulation", () => {
  test("fragmentation: a percentage says yes, the simulation no", () => {
    // Beside 30 GiB on each of two hosts 40 fit the third. Lost with it they find 34 and 34.
    const given = ["h1", "h2"].map((at) => running(`on-${at}`, at, reserving(30)));
    const workloads = [...given, pod("new", reserving(40))];
    const decide = (policies: PlacementProblem["policies"]): PlacementResult =>
      place(problem({ hosts: hosts(3), policies, workloads }));
    const percentage = [
      policy({ admission: { kind: "percentage", cpuPercent: 30, memoryPercent: 30 } }),
    ];
    expect(decide(percentage).decisions.at(0)?.chosen).toBe("h3");
    const { decisions, hosts: uses } = decide(simulated(1));
    expect(decisions.at(0)).toMatchObject({
      chosen: undefined,
      gate: {
        code: "cluster-failover",
        message: "cluster c1 would find no host for pod/shop/new after losing h3",
      },
    });
    const fixes = decisions.at(0)?.fixes ?? [];
    expect(fixes.at(0)).toEqual({
      description: "tolerate 0 host failures in cluster c1, not 1",
      host: "h3",
      edits: [{ path: "policy/default#/hostFailuresToTolerate", from: "1", to: "0" }],
    });
    // Each of them was planned: with 34 GiB it survives any loss, and so it does on larger hosts.
    expect(fixes.slice(1).map(({ description }) => description)).toEqual([
      "memory 40Gi -> 34Gi",
      "give host h1 6Gi more memory",
    ]);
    expect(decide(simulated(0)).decisions.at(0)?.chosen).toBe("h3");
    // Its room is given back.
    const memory = uses.reduce((sum, { after }) => sum + after.reserved.memoryBytes, 0);
    expect(memory).toBe(60 * GIB);
  });

  test("as many newcomers are admitted, in their order, as survive every failure", () => {
    const workloads = Array.from({ length: 24 }, (_, index) =>
      pod(`p${String(index).padStart(2, "0")}`, reserving(10)),
    );
    const { decisions } = place(problem({ hosts: hosts(3), policies: simulated(1), workloads }));
    const placed = decisions.filter(({ chosen }) => chosen !== undefined).map(({ key }) => key);
    // Six of 10 GiB fit a host; two hosts have to take all.
    expect(placed).toEqual(workloads.slice(0, 12).map(({ key }) => key));
  });

  test.for([
    { members: 12, placed: 12 },
    { members: 13, placed: 0 },
  ])("of a gang of $members either all are admitted or none: $placed", ({ members, placed }) => {
    const workloads = Array.from({ length: members }, (_, index) =>
      pod(`p${index}`, { ...reserving(10), gang: "all" }),
    );
    const { decisions } = place(problem({ hosts: hosts(3), policies: simulated(1), workloads }));
    expect(decisions.filter(({ chosen }) => chosen !== undefined)).toHaveLength(placed);
  });

  test("N+2: every pair of hosts is tried", () => {
    const workloads = Array.from({ length: 24 }, (_, index) => pod(`p${index}`, reserving(10)));
    const { decisions, resilience: after } = place(
      problem({ hosts: hosts(4), policies: simulated(2), workloads }),
    );
    expect(decisions.filter(({ chosen }) => chosen !== undefined)).toHaveLength(12);
    expect(after.nPlus).toBe(2);
  });

  test("what runs already is never refused, and what must leave its host neither", () => {
    // No host has room for the 40 GiB of another, before and after.
    const workloads = [
      ...hosts(3).map(({ name }) => running(`on-${name}`, name, reserving(40))),
      pod("three", { ...reserving(5), at: "gone", wish: "repair" }),
    ];
    const given = problem({ hosts: hosts(3), policies: simulated(1), workloads });
    expect(place(given).decisions.at(0)?.chosen).toBe("h1");
  });
});

describe("sure without trying", () => {
  test("whatever is sure by counting places survives when it is tried, host by host", () => {
    const sizes = fc.array(
      fc.record({
        at: fc.integer({ min: 0, max: 4 }),
        gib: fc.integer({ min: 1, max: 20 }),
        cpus: fc.integer({ min: 1, max: 5 }),
      }),
      { maxLength: 24 },
    );
    let sure = 0;
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 3 }), (given, failures) => {
        const ledger = new Ledger(problem({ hosts: hosts(5) }));
        const seats = given.map(({ at, gib, cpus }, index) => {
          const workload = running(`p${index}`, `h${at + 1}`, reserving(gib, cpus));
          return { workloadClass: ledger.classes.classOf(workload), host: at };
        });
        for (const { workloadClass, host: at } of seats) ledger.add(workloadClass, at, 1);
        const drill = new FailureDrill({ ledger, seats });
        // Nothing may be tried, so that only counting can say that it is complete.
        const { stranded, isComplete } = drill.survives(0, failures, -1);
        if (stranded !== undefined || !isComplete) return;
        sure++;
        for (const lost of setsOf([0, 1, 2, 3, 4], failures)) {
          expect(drill.lose(lost)).toBeUndefined();
        }
      }),
      { numRuns: 300, seed: 5 },
    );
    expect(sure).toBeGreaterThan(20);
  });
});

function setsOf(items: readonly number[], count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]];
  return items.flatMap((item, index) =>
    setsOf(items.slice(index + 1), count - 1).map((rest) => [item, ...rest]),
  );
}
