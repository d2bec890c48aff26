import { describe, expect, test } from "vitest";
import type { PlacementResult } from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, GIB, host, pod, problem, running, terms } from "../builders.ts";
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
