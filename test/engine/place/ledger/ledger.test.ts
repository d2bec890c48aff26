import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Ledger } from "../../../../engine/place/ledger/ledger.ts";
import type { Counter } from "../../../../engine/place/classes/matchers.ts";
import { whatIf } from "../../../../engine/place/ledger/overlay.ts";
import { usesOf } from "../../../../engine/place/outcome/outlook.ts";
import { settle } from "../../../../engine/place/deciding/seating.ts";
import { anyProblem } from "../arbitraries.ts";
import { demand, GIB, host, pod, problem, running, terms } from "../builders.ts";

describe("the ledger", () => {
  test("hosts are in name order, whatever order they come in", () => {
    const ledger = new Ledger(problem({ hosts: [host("b"), host("a"), host("c")] }));
    expect(ledger.hosts.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(ledger.indexOf.get("b")).toBe(1);
  });

  test("D03: what is reserved for the system is not allocatable", () => {
    const capacity = { cpuMillicores: 8000, memoryBytes: 16 * GIB, ephemeralStorageBytes: 0 };
    const allocatable = { ...capacity, cpuMillicores: 7000, pods: 10, extended: {} };
    const ledger = new Ledger(problem({ hosts: [host("a", { capacity, allocatable })] }));
    expect(ledger.allocatableCpu[0]).toBe(7000);
    expect(ledger.capacityCpu[0]).toBe(8000);
  });

  test("DRS counts CPU in millicores of the cluster's slowest core", () => {
    const hosts = [host("fast", { cpuMhz: 3000 }), host("slow", { cpuMhz: 2000 })];
    const ledger = new Ledger(problem({ hosts }));
    expect([...ledger.capacityCpu]).toEqual([24_000, 16_000]);
    expect(ledger.ownMillicores(0, 24_000)).toBe(16_000);
    expect(ledger.ownMillicores(1, 16_000)).toBe(16_000);
    // Another cluster has its own slowest core.
    const apart = hosts.map((each) => ({ ...each, cluster: each.name }));
    expect([...new Ledger(problem({ hosts: apart })).capacityCpu]).toEqual([16_000, 16_000]);
  });

  test("measured use is counted once: the host's total holds it already", () => {
    const active = { cpuMillicores: 2000, memoryBytes: 4 * GIB };
    const ledger = new Ledger(problem({ hosts: [host("a", { active })] }));
    const known = running("known", "a", { active: { cpuMillicores: 500, memoryBytes: GIB } });
    const unknown = running("unknown", "a", { demand: demand({ cpu: 1000, memory: 2 * GIB }) });
    settle([known, unknown], { ledger, placed: new Map() });
    expect(ledger.loadCpu[0]).toBe(3000);
    expect(ledger.loadMemory[0]).toBe(6 * GIB);
  });

  test("a what-if leaves no trace", () => {
    fc.assert(
      fc.property(anyProblem, fc.array(fc.nat(100), { maxLength: 12 }), (given, picks) => {
        const ledger = new Ledger(given);
        const placed = new Map();
        settle(given.workloads, { ledger, placed });
        const classes = ledger.classes.all();
        const before = snapshot(ledger);
        whatIf(ledger, () => {
          for (const pick of picks) {
            const workloadClass = classes[pick % classes.length];
            if (workloadClass !== undefined)
              ledger.add(workloadClass, pick % ledger.hosts.length, 1);
          }
          if (picks.length > 0) expect(snapshot(ledger)).not.toEqual(before);
        });
        expect(snapshot(ledger)).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });

  test("a what-if that throws leaves no trace either", () => {
    const ledger = new Ledger(problem({ hosts: [host("a")] }));
    const workloadClass = ledger.classes.classOf(pod("p"));
    const before = snapshot(ledger);
    const attempt = (): void => {
      whatIf(ledger, () => {
        ledger.add(workloadClass, 0, 1);
        throw new Error("no");
      });
    };
    expect(attempt).toThrow("no");
    expect(snapshot(ledger)).toEqual(before);
  });

  test("a host that wakes counts as one that was never asleep, and none the less if it sleeps", () => {
    fc.assert(
      fc.property(anyProblem, fc.nat(4), (given, pick) => {
        const at = pick % given.hosts.length;
        const settled = (state: "connected" | "standby"): Ledger => {
          const hosts = given.hosts.map((each, index) =>
            index === at ? { ...each, connection: state } : each,
          );
          const ledger = new Ledger({ ...given, hosts });
          settle(given.workloads, { ledger, placed: new Map() });
          return ledger;
        };
        const [awake, asleep] = [settled("connected"), settled("standby")];
        const before = awakeSums(asleep);
        const sleeper = asleep.indexOf.get(given.hosts[at]?.name ?? "") ?? 0;
        asleep.wake(sleeper);
        expect(awakeSums(asleep)).toEqual(awakeSums(awake));
        asleep.wake(sleeper, false);
        expect(awakeSums(asleep)).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });

  test("equal workloads share a class, and whatever a filter reads tells them apart", () => {
    const { classes } = new Ledger(problem({ hosts: [host("a")] }));
    const base = classes.classOf(pod("p"));
    expect(classes.classOf(pod("q"))).toBe(base);
    const others = [
      pod("q", { namespace: "other" }),
      pod("q", { labels: { app: "x" } }),
      pod("q", { demand: demand({ cpu: 2000 }) }),
      pod("q", { scheduling: terms({ priority: 1 }) }),
      pod("q", { pinHost: "a" }),
      pod("q", { pool: "pool/shop" }),
      pod("q", { provider: "kvm" }),
      pod("q", { wish: "repair", at: "a" }),
      running("q", "a", { active: { cpuMillicores: 1, memoryBytes: 1 } }),
    ];
    const ids = others.map((workload) => classes.classOf(workload).id);
    expect(new Set([base.id, ...ids]).size).toBe(others.length + 1);
  });

  test("replicas that flee from closed hosts share a class, as those hosts take nobody", () => {
    const hosts = [
      host("a", { connection: "maintenance" }),
      host("b", { connection: "maintenance" }),
      host("c"),
      host("d", { connection: "disconnected" }),
    ];
    const { classes } = new Ledger(problem({ hosts }));
    const [a, b, c, d] = ["a", "b", "c", "d"].map((at) =>
      classes.classOf(running(at, at, { wish: "repair" })),
    );
    expect(a).toBe(b);
    expect(new Set([a, c, d]).size).toBe(3);
  });

  test("the order of keys in an object makes no other class", () => {
    const { classes } = new Ledger(problem({ hosts: [host("a")] }));
    const one = classes.classOf(pod("p", { labels: { a: "1", b: "2" } }));
    expect(classes.classOf(pod("q", { labels: { b: "2", a: "1" } }))).toBe(one);
  });
});

/** Sums of all domains. */
const numbers = ({ topology, values }: Counter): readonly number[] =>
  Array.from({ length: topology.domainCount }, (_item, domain) => values.at(domain));

/** What is counted on hosts that are awake alone. */
const awakeSums = (ledger: Ledger): unknown => [
  ledger.clusters.map(({ reservedCpu, reservedMemory }) => [reservedCpu, reservedMemory]),
  ledger.classes.all().map((workloadClass) => ledger.membersOf(workloadClass)),
];

/** Everything that placing may change. */
function snapshot(ledger: Ledger): unknown {
  const matchers = ledger.classes
    .all()
    .flatMap((workloadClass) => ledger.classes.impactOf(workloadClass).matchers)
    .map((matcher) => [
      matcher.id,
      [...(matcher.perHost ?? [])],
      matcher.counters.map(numbers),
      matcher.antiHolders.map(({ counter }) => numbers(counter)),
      matcher.scoreHolders.map(({ counter }) => numbers(counter)),
    ]);
  return {
    uses: usesOf(ledger),
    requested: [...ledger.requestedCpu, ...ledger.requestedMemory, ...ledger.nonZeroCpu],
    pods: [...ledger.requests.pods.taken],
    pools: [...ledger.pools.all()].map(({ reserved, used }) => ({
      ...reserved,
      used: { ...used },
    })),
    clusters: ledger.clusters.map((cluster) => [cluster.reservedCpu, cluster.reservedMemory]),
    matchers,
  };
}
