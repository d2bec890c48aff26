import { describe, expect, test } from "vitest";
import type { Address } from "../../../../engine/model/address.ts";
import type { PlacementResult } from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, GIB, host, pod, policy, problem, running, terms } from "../builders.ts";
import { checkFixes } from "./fix-checker.ts";

const HOST = "kubernetes.io/hostname";

const cpus = (cpu: number): { readonly demand: ReturnType<typeof demand> } => ({
  demand: demand({ cpu: cpu * 1000 }),
});
const movable = { isMovable: true } as const;
const chosenOf = (result: PlacementResult, name: string): string | undefined =>
  result.decisions.find(({ key }) => key === `pod/shop/${name}`)?.chosen;
const movesOf = (result: PlacementResult): readonly string[] =>
  result.moves.map(({ key, from, to }) => `${key} ${from} -> ${to}`);

describe("ejection: others make room by live moves", () => {
  const hosts = [host("a"), host("b")];

  test("one small move makes room for a large workload", () => {
    const given = problem({
      hosts,
      workloads: [
        running("x", "a", { ...cpus(4), ...movable }),
        running("y", "b", { ...cpus(8), ...movable }),
        pod("new", cpus(14)),
      ],
    });
    const result = place(given);
    expect(chosenOf(result, "new")).toBe("a");
    expect(result.moves).toMatchObject([
      {
        key: "pod/shop/x",
        from: "a",
        to: "b",
        reason: "prerequisite",
        priority: 1,
        for: "pod/shop/new",
      },
    ]);
    expect(result.hosts.map(({ after }) => after.reserved.cpuMillicores)).toEqual([14_000, 12_000]);
  });

  test("what may not move stays, and so the workload is without a host", () => {
    const workloads = [
      running("x", "a", cpus(4)),
      running("y", "b", cpus(8)),
      pod("new", cpus(14)),
    ];
    const result = place(problem({ hosts, workloads }));
    expect(chosenOf(result, "new")).toBeUndefined();
    expect(result.moves).toEqual([]);
  });

  test("the fewest moves win, then the fewest bytes to copy", () => {
    const of = (name: string, at: string, cpu: number, gib: number) =>
      running(name, at, { demand: demand({ cpu: cpu * 1000, memory: gib * GIB }), ...movable });
    const given = problem({
      hosts: [...hosts, host("c"), host("d", { connection: "maintenance" })],
      workloads: [
        of("big", "a", 4, 32),
        of("small", "b", 4, 8),
        of("one", "c", 2, 1),
        of("two", "c", 2, 1),
        running("low", "c", cpus(2)),
        pod("new", cpus(14)),
      ],
    });
    expect(movesOf(place(given))).toEqual(["pod/shop/small b -> c"]);
  });

  test("two workloads leave one host where one is not enough", () => {
    const given = problem({
      hosts,
      workloads: [
        running("x", "a", { ...cpus(3), ...movable }),
        running("y", "a", { ...cpus(3), ...movable }),
        running("z", "b", cpus(9)),
        pod("new", cpus(14)),
      ],
    });
    const result = place(given);
    expect(chosenOf(result, "new")).toBe("a");
    expect(movesOf(result)).toEqual(["pod/shop/x a -> b", "pod/shop/y a -> b"]);
  });

  test("a chain: what goes where nothing is free makes another go first", () => {
    const ssd = { labels: { disk: "ssd" } };
    const onSsd = { scheduling: terms({ nodeSelector: { disk: "ssd" } }) };
    const given = problem({
      hosts: [host("a", ssd), host("b", ssd), host("c")],
      workloads: [
        running("x", "a", { ...cpus(10), ...onSsd, ...movable }),
        running("y", "b", { ...cpus(10), ...movable }),
        running("stays", "b", cpus(1)),
        running("z", "c", cpus(6)),
        pod("new", { ...cpus(16), ...onSsd }),
      ],
    });
    const result = place(given);
    expect(chosenOf(result, "new")).toBe("a");
    expect(movesOf(result).toSorted()).toEqual(["pod/shop/x a -> b", "pod/shop/y b -> c"]);
  });

  test("a workload that keeps away from what has to make room is helped as well", () => {
    const apart = {
      required: [
        {
          selector: { matchLabels: { app: "db" }, matchExpressions: [] },
          namespaces: [],
          namespaceSelector: undefined,
          topologyKey: HOST,
          rule: "apart",
        },
      ],
      preferred: [],
    };
    const given = problem({
      hosts,
      workloads: [
        running("x", "a", { labels: { app: "db" }, ...movable }),
        running("y", "b", { labels: { app: "db" }, ...movable }),
        pod("new", { scheduling: terms({ podAntiAffinity: apart }) }),
      ],
    });
    const result = place(given);
    expect(chosenOf(result, "new")).toBeDefined();
    expect(result.moves).toHaveLength(1);
  });

  test("a match that somebody else needs nearby does not leave", () => {
    const near = {
      required: [
        {
          selector: { matchLabels: { app: "db" }, matchExpressions: [] },
          namespaces: [],
          namespaceSelector: undefined,
          topologyKey: HOST,
          rule: "near",
        },
      ],
      preferred: [],
    };
    const given = problem({
      hosts,
      workloads: [
        running("x", "a", { ...cpus(4), labels: { app: "db" }, ...movable }),
        running("web", "a", { ...cpus(1), scheduling: terms({ podAffinity: near }) }),
        running("y", "b", cpus(8)),
        pod("new", cpus(15)),
      ],
    });
    const result = place(given);
    expect(chosenOf(result, "new")).toBeUndefined();
    expect(result.moves).toEqual([]);
  });
});

describe("D09: preemption, where no move and no sleeping host helps", () => {
  const vip = (cpu: number, given: Parameters<typeof terms>[0] = {}) =>
    pod("vip", { ...cpus(cpu), scheduling: terms({ priority: 100, ...given }) });
  const low = (name: string, at: string, priority: number, cpu = 8) =>
    running(name, at, {
      ...cpus(cpu),
      scheduling: terms({ priority }),
      isPreemptible: true,
    });

  test("lower priorities end, as few and as unimportant as will do", () => {
    const given = problem({
      hosts: [host("a"), host("b")],
      workloads: [
        low("a1", "a", 10),
        low("a2", "a", 1),
        low("b1", "b", 5),
        low("b2", "b", 5),
        vip(8),
      ],
    });
    const result = place(given);
    expect(chosenOf(result, "vip")).toBe("a");
    expect(result.preempted).toEqual([{ key: "pod/shop/a2", host: "a", for: "pod/shop/vip" }]);
    expect(result.hosts[0]?.after.workloads).toBe(2);
  });

  test.for([
    ["the highest priority is lowest", [[3], [2, 2]], "b"],
    [
      "then the sum is smallest",
      [
        [2, 1],
        [2, 0],
      ],
      "b",
    ],
    ["then the victims are fewest", [[2], [2, 2]], "a"],
    ["then the name is first", [[2], [2]], "a"],
  ] as const)("of two hosts the one is chosen where %s", ([, [onA, onB], chosen]) => {
    const on = (at: string, priorities: readonly number[]) =>
      priorities.map((priority, index) =>
        low(`${at}${String(index)}`, at, priority, 16 / priorities.length),
      );
    const workloads = [...on("a", onA), ...on("b", onB), vip(16)];
    const result = place(problem({ hosts: [host("a"), host("b")], workloads }));
    expect(chosenOf(result, "vip")).toBe(chosen);
  });

  test("equal priorities, other people's workloads and the polite end nobody", () => {
    const preemptedBy = (workloads: Parameters<typeof problem>[0]): number =>
      place(problem({ hosts: [host("a")], ...workloads })).preempted.length;
    expect(preemptedBy({ workloads: [low("x", "a", 100), vip(16)] })).toBe(0);
    const foreign = running("x", "a", { ...cpus(8), scheduling: terms({ priority: 1 }) });
    expect(preemptedBy({ workloads: [foreign, vip(16)] })).toBe(0);
    const polite = vip(16, { preemptionPolicy: "Never" });
    expect(preemptedBy({ workloads: [low("x", "a", 1), polite] })).toBe(0);
    expect(preemptedBy({ workloads: [low("x", "a", 1), vip(16)] })).toBe(1);
  });

  test("no group loses more members than its budget allows", () => {
    const group = "deployment/shop/web" as Address;
    const members = ["m1", "m2"].map((name) => ({ ...low(name, "a", 1), group }));
    const of = (maxUnavailable: number): PlacementResult =>
      place(
        problem({
          hosts: [host("a")],
          workloads: [...members, vip(16)],
          disruption: [{ group, maxUnavailable }],
        }),
      );
    expect(of(2).preempted.map(({ key }) => key)).toEqual(["pod/shop/m1", "pod/shop/m2"]);
    expect(of(1).preempted).toEqual([]);
    expect(chosenOf(of(1), "vip")).toBeUndefined();
  });

  test("a move is preferred to an end", () => {
    const given = problem({
      hosts: [host("a"), host("b")],
      workloads: [
        { ...low("x", "a", 1, 10), isMovable: true },
        running("y", "b", { ...cpus(6), scheduling: terms({ priority: 200 }) }),
        vip(16),
      ],
    });
    const result = place(given);
    expect(result.preempted).toEqual([]);
    expect(movesOf(result)).toEqual(["pod/shop/x a -> b"]);
  });
});

describe("a repair whose only way in is a swap that no order makes safe", () => {
  const inZone = (name: string): ReturnType<typeof host> => host(name, { labels: { zone: name } });
  const swapping = [
    running("x", "a", {
      ...cpus(12),
      ...movable,
      wish: "repair",
      scheduling: terms({ nodeSelector: { zone: "b" } }),
    }),
    running("y", "b", { ...cpus(12), ...movable }),
  ];

  test.for([
    ["alone", []],
    ["beside somebody who finds no host either", [pod("n", cpus(8))]],
  ] as const)("has fixes of its own, %s, in the world that is left", ([, others]) => {
    const hosts = [inZone("a"), inZone("b")];
    const given = problem({ hosts, workloads: [...swapping, ...others] });
    const result = place(given);
    expect(movesOf(result)).toEqual([]);
    expect(chosenOf(result, "x")).toBeUndefined();
    expect(result.findings.map(({ code }) => code)).toEqual(["move-unordered"]);
    expect(checkFixes(given).faults).toEqual([]);
  });
});

describe("standby: a host wakes where no move helps", () => {
  const power = { targetPercent: 63, bandPercent: 18, hostsMin: 1 };
  const sleeping = { connection: "standby" } as const;
  const small = {
    ...sleeping,
    capacity: { cpuMillicores: 8000, memoryBytes: 32 * GIB, ephemeralStorageBytes: 0 },
  };
  const hosts = [host("a"), host("s1", sleeping), host("s2", small)];
  const workloads = [running("x", "a", cpus(12)), pod("new", cpus(6)), pod("new2", cpus(2))];

  test("the smallest that will do, and the advice names whom it is for", () => {
    const result = place(problem({ hosts, workloads, policies: [policy({ power })] }));
    expect(chosenOf(result, "new")).toBe("s2");
    expect(result.power).toEqual([
      { host: "s2", to: "on", message: "s2 wakes for pod/shop/new", for: "pod/shop/new" },
    ]);
    expect(result.hosts[2]?.after.workloads).toBe(1);
  });

  test.for([
    ["spares whoever else would end", sleeping, [], ["s1"]],
    ["spares nobody where it is too small", small, ["x"], []],
  ] as const)("a host that could wake %s", ([, sleeper, ended, woken]) => {
    const low = { ...cpus(12), scheduling: terms({ priority: 1 }), isPreemptible: true } as const;
    const vip = pod("vip", { ...cpus(10), scheduling: terms({ priority: 100 }) });
    const given = problem({
      hosts: [host("a"), host("s1", sleeper)],
      workloads: [running("x", "a", low), vip],
      policies: [policy({ power })],
    });
    const result = place(given);
    expect(result.preempted.map(({ key }) => key)).toEqual(ended.map((name) => `pod/shop/${name}`));
    expect(result.power.map(({ host: name }) => name)).toEqual(woken);
    expect(chosenOf(result, "vip")).toBe(woken[0] ?? "a");
  });

  test("without a policy for power no host wakes, but the fix says so", () => {
    const result = place(problem({ hosts, workloads }));
    expect(chosenOf(result, "new")).toBeUndefined();
    expect(result.power).toEqual([]);
    const unplaced = result.decisions.find(({ chosen }) => chosen === undefined);
    expect(unplaced?.fixes[0]?.description).toBe("wake host s1");
  });

  test("what a sleeper has kept counts for fail-over from the moment it wakes", () => {
    const given = problem({
      hosts: [host("a"), host("s1", sleeping)],
      workloads: [running("kept", "s1", cpus(6)), pod("new", cpus(6)), pod("new2", cpus(6))],
      policies: [policy({ power, hostFailuresToTolerate: 1 })],
    });
    const result = place(given);
    expect(result.power.map(({ host: name }) => name)).toEqual(["s1"]);
    const unplaced = result.decisions.filter(({ chosen }) => chosen === undefined);
    expect(unplaced.map(({ gate }) => gate?.code)).toEqual(["cluster-failover"]);
    expect(checkFixes(given).faults).toEqual([]);
  });

  test("whoever comes later finds the woken host without another one waking", () => {
    const many = [...workloads, pod("new3", cpus(6)), pod("new4", cpus(6))];
    const given = problem({
      hosts: [host("a"), host("s1", sleeping)],
      workloads: many,
      policies: [policy({ power })],
    });
    const result = place(given);
    expect(result.power).toHaveLength(1);
    expect(result.decisions.filter(({ chosen }) => chosen === "s1")).toHaveLength(2);
  });
});
