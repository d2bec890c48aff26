import { describe, expect, test } from "vitest";
import type { Admission } from "../../../../engine/model/desired.ts";
import type { Host } from "../../../../engine/model/host.ts";
import type { Decision, PlacementWorkload } from "../../../../engine/model/placement.ts";
import { Ledger } from "../../../../engine/place/ledger/ledger.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, GIB, host, pod, policy, problem, running } from "../builders.ts";

const sized = (name: string, cpus: number, gib: number): Host => {
  const capacity = { cpuMillicores: cpus * 1000, memoryBytes: gib * GIB };
  return host(name, { capacity: { ...capacity, ephemeralStorageBytes: GIB } });
};

const reserving = (cpus: number, gib: number): Partial<PlacementWorkload> => ({
  demand: demand({ cpu: cpus * 1000, memory: gib * GIB }),
});

interface World {
  readonly hosts: readonly Host[];
  readonly failures: number;
  readonly admission?: Admission;
  readonly others?: readonly PlacementWorkload[];
}

function decide(world: World, wanted: Partial<PlacementWorkload>): Decision | undefined {
  const { hosts, failures, admission, others = [] } = world;
  const kept = {
    hostFailuresToTolerate: failures,
    ...(admission === undefined ? {} : { admission }),
  };
  const workloads = [...others, pod("new", wanted)];
  const { decisions } = place(problem({ hosts, policies: [policy(kept)], workloads }));
  return decisions.find(({ key }) => key === "pod/shop/new");
}

/** H1 has 9 CPUs and 9 GiB, H2 9 and 6, H3 6 and 6; five VMs reserve up to 2 and 2. */
const HOSTS = [sized("h1", 9, 9), sized("h2", 9, 6), sized("h3", 6, 6)];
const MACHINES = [
  running("vm-1", "h1", reserving(2, 1)),
  running("vm-2", "h1", reserving(2, 1)),
  running("vm-3", "h2", reserving(1, 2)),
  running("vm-4", "h2", reserving(1, 1)),
  running("vm-5", "h3", reserving(1, 1)),
];

describe("HA slots: hosts of 9/9, 9/6 and 6/6, five VMs", () => {
  const slots: Admission = { kind: "slots" };
  const ledger = new Ledger(
    problem({ hosts: HOSTS, policies: [policy({ hostFailuresToTolerate: 1, admission: slots })] }),
  );
  for (const workload of MACHINES) {
    const at = HOSTS.findIndex(({ name }) => name === workload.at);
    ledger.add(ledger.classes.classOf(workload), at, 1);
  }
  const use = ledger.clusters[0]?.slots;

  test("a slot is 2 CPUs and 2 GiB, the hosts have 4, 3 and 3, and 1 may fail", () => {
    const slot = use?.slot();
    expect(slot).toEqual({ cpuMillicores: 2000, memoryBytes: 2 * GIB });
    expect(slot === undefined ? [] : use?.perHost(slot)).toEqual([4, 3, 3]);
    expect(use?.failoverCapacity()).toBe(1);
  });

  test.for([
    { name: "6 slots stay, so a sixth VM is admitted", failures: 1, wanted: [1, 1], taken: true },
    {
      name: "after two failures 3 stay, too few for five VMs",
      failures: 2,
      wanted: [1, 1],
      taken: false,
    },
    {
      name: "a VM of 3 GiB makes the slots larger for all",
      failures: 1,
      wanted: [1, 3],
      taken: false,
    },
  ] as const)("$name", ({ failures, wanted: [cpus, gib], taken }) => {
    const world = { hosts: HOSTS, failures, admission: slots, others: MACHINES };
    expect(decide(world, reserving(cpus, gib))?.chosen !== undefined).toBe(taken);
  });

  test("the refusal shows the slots", () => {
    const world = { hosts: HOSTS, failures: 2, admission: slots, others: MACHINES };
    expect(decide(world, reserving(1, 1))?.gate).toEqual({
      code: "cluster-failover",
      message:
        "cluster c1 has 3 slots of 2 CPU and 2Gi after losing 2 hosts: " +
        "5 taken + 1 wanted is 3 too many",
    });
  });

  test("slots of a given size are taken by the number that a reservation needs", () => {
    const admission: Admission = { kind: "slots", cpuMillicores: 1000, memoryBytes: GIB };
    // 9, 6 and 6 slots; losing the first leaves 12, of which 2 + 2 + 2 + 1 + 1 = 8 are taken.
    const world = { hosts: HOSTS, failures: 1, admission, others: MACHINES };
    expect(decide(world, reserving(4, 1))?.chosen).toBeDefined();
    expect(decide(world, reserving(5, 1))?.gate?.message).toContain(
      "8 taken + 5 wanted is 1 too many",
    );
  });

  test("a VM that reserves nothing takes a slot, of 32 MHz where no other needs more", () => {
    const one = { hosts: [sized("a", 1, 1), sized("b", 1, 1)], failures: 1, admission: slots };
    const free = { demand: demand({ cpu: 0, memory: 0 }) };
    expect(decide(one, free)?.chosen).toBe("a");
    // 1000 millicores at 2400 MHz hold 71 slots of 14.
    const others = Array.from({ length: 71 }, (_, index) => running(`vm-${index}`, "a", free));
    expect(decide({ ...one, others }, free)?.gate?.message).toContain("71 slots of 14m CPU");
  });
});

describe("a percentage of the cluster stays free", () => {
  const hosts = [sized("a", 10, 100), sized("b", 10, 100)];
  const admission: Admission = { kind: "percentage", cpuPercent: 50, memoryPercent: 25 };
  const others = [running("old", "a", reserving(5, 90))];

  test.for([
    { name: "exactly what is left is admitted", wanted: [5, 60], taken: true },
    { name: "a CPU too many is not", wanted: [6, 1], taken: false },
    { name: "nor is a GiB too many", wanted: [1, 61], taken: false },
  ] as const)("$name", ({ wanted: [cpus, gib], taken }) => {
    const decision = decide({ hosts, failures: 0, admission, others }, reserving(cpus, gib));
    expect(decision?.chosen !== undefined).toBe(taken);
  });

  test("the refusal shows the percentage and the sum", () => {
    const { gate } = decide({ hosts, failures: 0, admission, others }, reserving(1, 61)) ?? {};
    expect(gate).toEqual({
      code: "cluster-failover",
      message:
        "cluster c1 keeps 25 % free: 90Gi memory reserved + 61Gi wanted is 1Gi more than " +
        "the other 150Gi",
    });
  });
});

test("a percentage that is not stated is the part of the hosts that may fail, rounded up", () => {
  const hosts = [sized("a", 10, 100), sized("b", 10, 100), sized("c", 10, 100)];
  const world: World = { hosts, failures: 1, admission: { kind: "percentage" } };
  // 34 % of 300 GiB stay free, so 198 may be reserved, 99 on each of two hosts.
  const others = [running("one", "a", reserving(1, 99)), running("two", "b", reserving(1, 98))];
  expect(decide({ ...world, others }, reserving(1, 1))?.chosen).toBeDefined();
  expect(decide({ ...world, others }, reserving(1, 2))?.gate?.message).toContain("keeps 34 % free");
});

describe("capacity without the largest hosts", () => {
  test("the refusal shows what stays", () => {
    const hosts = [sized("a", 10, 100), sized("b", 10, 60)];
    const others = [running("old", "a", reserving(1, 50))];
    expect(decide({ hosts, failures: 1, others }, reserving(1, 11))?.gate?.message).toBe(
      "cluster c1 could not restart everything after losing 1 host: " +
        "50Gi memory reserved + 11Gi wanted is 1Gi more than the 60Gi that stay",
    );
  });
});

describe("hosts dedicated to fail-over", () => {
  const admission: Admission = { kind: "dedicated", hosts: ["spare"] };
  const hosts = [sized("busy", 4, 4), sized("spare", 4, 4)];

  test("they take no newcomer, however full the others are", () => {
    const others = [running("old", "busy", reserving(4, 4))];
    const decision = decide({ hosts, failures: 0, admission, others }, reserving(1, 1));
    expect(decision?.chosen).toBeUndefined();
    expect(decision?.rejected.find(({ host: name }) => name === "spare")).toMatchObject({
      code: "failover-host",
      filter: "FailoverHost",
      message: "cluster c1 keeps the host free for fail-over",
    });
  });

  test.for([
    { connection: "disconnected", taken: true },
    { connection: "maintenance", taken: false },
  ] as const)("what a $connection host ran moves there: $taken", ({ connection, taken }) => {
    const lost = [host("busy", { ...hosts[0], connection }), ...hosts.slice(1)];
    const leaving = { ...reserving(1, 1), at: "busy", wish: "repair" as const };
    const decision = decide({ hosts: lost, failures: 0, admission }, leaving);
    expect(decision?.chosen).toBe(taken ? "spare" : undefined);
  });
});

describe("performance degradation tolerated", () => {
  const hosts = [sized("a", 10, 100), sized("b", 10, 100)];
  const busy = [
    running("one", "a", { ...reserving(1, 1), active: { cpuMillicores: 8000, memoryBytes: GIB } }),
    running("two", "b", { ...reserving(1, 1), active: { cpuMillicores: 8000, memoryBytes: GIB } }),
  ];
  const findings = (percent: number, failures = 1): readonly unknown[] =>
    place(
      problem({
        hosts: hosts.map((each) => ({
          ...each,
          active: { cpuMillicores: 8000, memoryBytes: GIB },
        })),
        policies: [policy({ hostFailuresToTolerate: failures, degradationPercentMax: percent })],
        workloads: busy,
      }),
    ).findings;

  test("16 CPUs are used and 10 stay: 37.5 % would be missing", () => {
    expect(findings(37)).toEqual([
      {
        code: "failover-degradation",
        message:
          "cluster c1 uses 16 CPU and has 10 after losing 1 host: " +
          "38 % would be missing, 37 % are tolerated",
      },
    ]);
  });

  test("no more than tolerated is no finding, and without failures there is none", () => {
    expect(findings(38)).toEqual([]);
    expect(findings(0, 0)).toEqual([]);
  });
});
