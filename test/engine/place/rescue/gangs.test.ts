import { describe, expect, test } from "vitest";
import type { Demand } from "../../../../engine/model/demand.ts";
import type { DecisionList, PlacementWorkload } from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, GIB, host, pod, problem, running, terms } from "../builders.ts";
import { checkFixes } from "./fix-checker.ts";

const HOST = "kubernetes.io/hostname";

const member = (
  name: string,
  cpu: number,
  given: Partial<PlacementWorkload> = {},
): PlacementWorkload => pod(name, { demand: demand({ cpu: cpu * 1000 }), gang: "crew", ...given });

const seatsOf = (decisions: DecisionList): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(decisions.map(({ key, chosen }) => [key.slice("pod/shop/".length), chosen]));

describe("gangs: together or not at all", () => {
  const hosts = [host("a"), host("b")];

  test("all members find hosts", () => {
    const given = problem({ hosts, workloads: [member("x", 10), member("y", 10)] });
    expect(seatsOf(place(given).decisions)).toEqual({ x: "a", y: "b" });
  });

  test("one member without a host holds all up, and each says who and why", () => {
    const given = problem({
      hosts,
      workloads: [member("x", 10), member("y", 10), member("z", 10), pod("free")],
    });
    const { decisions, hosts: outlooks } = place(given);
    expect(seatsOf(decisions)).toEqual({ free: "a", x: undefined, y: undefined, z: undefined });
    const waiting = decisions.filter(({ gate }) => gate?.code === "gang");
    expect(waiting.map(({ key }) => key)).toEqual(["pod/shop/x", "pod/shop/y"]);
    expect(waiting[0]?.gate?.message).toBe(
      "pod/shop/z finds no host (2 cpu-short), so none of the 3 workloads of crew starts",
    );
    expect(decisions.find(({ key }) => key === "pod/shop/z")?.rejectedCounts).toEqual({
      "cpu-short": 2,
    });
    expect(outlooks.map(({ after }) => after.workloads)).toEqual([1, 0]);
  });

  test("the fixes are for the gang: who holds it up is named, and all of it then starts", () => {
    const given = problem({
      hosts,
      workloads: [member("x", 10), member("y", 10), member("z", 10)],
    });
    const { decisions } = place(given);
    expect(decisions.map(({ fixes }) => fixes[0]?.description)).toEqual([
      "pod/shop/z: cpu 10 -> 6",
      "pod/shop/z: cpu 10 -> 6",
      "cpu 10 -> 6",
    ]);
    expect(checkFixes(given)).toMatchObject({ unplaced: 3, faults: [] });
  });

  test("a fix for one member helps although the others take what it brings", () => {
    const bare = demand({ cpu: 1000 });
    const card = { ...bare, request: { ...bare.request, extended: { "a.com/card": 1 } } };
    const zone = { key: "zone", operator: "In" as const, values: ["z9"] };
    const required = [{ matchExpressions: [zone], matchFields: [] }];
    const bound = { nodeName: "lost", nodeAffinity: { required, preferred: [] } };
    const given = problem({
      hosts: [host("a")],
      workloads: [
        member("x", 1, { demand: card, scheduling: terms(bound) }),
        member("y", 1, { demand: card }),
      ],
    });
    expect(checkFixes(given)).toMatchObject({ unplaced: 2, faults: [] });
  });

  test("what two members lack of one host is one edit of it, and no other can be left out", () => {
    const capacity = { cpuMillicores: 8000, memoryBytes: 8 * GIB, ephemeralStorageBytes: GIB };
    const closed = host("a", { capacity, connection: "maintenance" });
    const storing = (cpu: number, limit: Demand["limit"]): Demand => {
      const base = demand({ cpu, memory: (1 + cpu / 500) * GIB }, { limit });
      return { ...base, request: { ...base.request, ephemeralStorageBytes: 3 * GIB } };
    };
    const given = problem({
      hosts: [closed],
      workloads: [
        member("x", 0, { demand: storing(0, { memoryBytes: 64 * GIB }), pinHost: "gone" }),
        member("y", 1, { demand: storing(1000, {}) }),
      ],
    });
    const edits = place(given).decisions.find(({ key }) => key === "pod/shop/x")?.fixes[0]?.edits;
    const storage = edits?.filter(({ path }) => path.endsWith("/ephemeral-storage"));
    expect(storage).toEqual([{ path: "host/a#/spec/ephemeral-storage", from: "1Gi", to: "6Gi" }]);
    expect(checkFixes(given)).toMatchObject({ unplaced: 2, faults: [] });
  });

  test("room that a failed gang leaves is there for others of the same plan", () => {
    const given = problem({
      hosts: [host("a")],
      workloads: [
        member("x", 10),
        member("y", 10),
        pod("late", { demand: demand({ cpu: 12000 }) }),
      ],
    });
    expect(seatsOf(place(given).decisions)).toEqual({ late: "a", x: undefined, y: undefined });
  });

  test("a more important workload comes before a gang, a less important one after it", () => {
    const of = (priority: number) =>
      place(
        problem({
          hosts: [host("a")],
          workloads: [
            member("x", 6),
            member("y", 6),
            pod("other", {
              demand: demand({ cpu: 10_000 }),
              scheduling: terms({ priority }),
            }),
          ],
        }),
      );
    expect(seatsOf(of(1).decisions)).toEqual({ other: "a", x: undefined, y: undefined });
    expect(seatsOf(of(0).decisions)).toEqual({ other: undefined, x: "a", y: "a" });
  });

  test("members that want to be near each other wait for one another", () => {
    const near = (app: string) => ({
      required: [
        {
          selector: { matchLabels: { app }, matchExpressions: [] },
          namespaces: [],
          namespaceSelector: undefined,
          topologyKey: HOST,
          rule: "near",
        },
      ],
      preferred: [],
    });
    const given = problem({
      hosts,
      workloads: [
        member("big", 10, { scheduling: terms({ podAffinity: near("db") }) }),
        member("db", 1, { labels: { app: "db" } }),
      ],
    });
    const { decisions } = place(given);
    expect(new Set(Object.values(seatsOf(decisions))).size).toBe(1);
    expect(decisions.every(({ chosen }) => chosen !== undefined)).toBe(true);
  });

  test("others make room for a gang, and take their moves back when it is not enough", () => {
    const movable = { isMovable: true, demand: demand({ cpu: 4000 }) } as const;
    const crowd = [
      running("m", "a", movable),
      running("n", "b", { demand: demand({ cpu: 4000 }) }),
    ];
    const saved = place(problem({ hosts, workloads: [...crowd, member("x", 14), member("y", 8)] }));
    expect(seatsOf(saved.decisions)).toEqual({ x: "a", y: "b" });
    expect(saved.moves.map(({ key, to }) => [key, to])).toEqual([["pod/shop/m", "b"]]);
    const lost = place(problem({ hosts, workloads: [...crowd, member("x", 14), member("y", 9)] }));
    expect(seatsOf(lost.decisions)).toEqual({ x: undefined, y: undefined });
    expect(lost.moves).toEqual([]);
    expect(lost.hosts.map(({ after }) => after.reserved.cpuMillicores)).toEqual([4000, 4000]);
  });

  test("what runs already is in no gang any more", () => {
    const given = problem({
      hosts: [host("a", { connection: "maintenance" }), host("b")],
      workloads: [running("old", "a", { wish: "repair", gang: "crew" }), member("new", 20)],
    });
    expect(seatsOf(place(given).decisions)).toEqual({ old: "b", new: undefined });
  });
});
