import { describe, expect, test } from "vitest";
import type { Address } from "../../../../engine/model/address.ts";
import type { PlacementResult } from "../../../../engine/model/placement.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, host, pod, problem, running, terms } from "../builders.ts";

const cpus = (cpu: number): { readonly demand: ReturnType<typeof demand> } => ({
  demand: demand({ cpu: cpu * 1000 }),
});
const chosenOf = (result: PlacementResult, name: string): string | undefined =>
  result.decisions.find(({ key }) => key === `pod/shop/${name}`)?.chosen;
const movesOf = (result: PlacementResult): readonly string[] =>
  result.moves.map(({ key, from, to }) => `${key} ${from} -> ${to}`);

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
