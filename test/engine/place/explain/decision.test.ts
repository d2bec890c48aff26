import { describe, expect, test } from "vitest";
import type { Decision, PlacementResult } from "../../../../engine/model/placement.ts";
import type { PodAffinity } from "../../../../engine/model/scheduling.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, GIB, host, pod, policy, problem, running, terms } from "../builders.ts";
import { hostTerm } from "./rules.ts";

describe("what a decision tells", () => {
  test("one feasible host decides itself", () => {
    const given = problem({ hosts: [host("a")], workloads: [pod("p")] });
    expect(place(given).decisions.at(0)).toMatchObject({
      id: "d-1",
      chosen: "a",
      from: undefined,
      decidedBy: "only",
      hostsConsidered: 1,
      hostsFeasible: 1,
      rejected: [],
      rejectedCounts: {},
      gate: undefined,
      fixes: [],
    });
  });

  test("equal hosts are decided by name", () => {
    const given = problem({ hosts: [host("b"), host("a")], workloads: [pod("p")] });
    expect(place(given).decisions.at(0)).toMatchObject({ chosen: "a", decidedBy: "name" });
  });

  test("the fuller host loses by load", () => {
    const active = { cpuMillicores: 500, memoryBytes: GIB };
    const given = problem({ hosts: [host("a", { active }), host("b")], workloads: [pod("p")] });
    expect(place(given).decisions.at(0)).toMatchObject({ chosen: "b", decidedBy: "load" });
  });

  test("a preferred term wins over a small difference in load, not over a large one", () => {
    const preferred = [
      {
        weight: 50,
        term: {
          matchExpressions: [{ key: "disk", operator: "In" as const, values: ["ssd"] }],
          matchFields: [],
        },
      },
    ];
    const wanted = terms({ nodeAffinity: { required: undefined, preferred } });
    const chosenWith = (gib: number): Decision | undefined => {
      const active = { cpuMillicores: 0, memoryBytes: gib * GIB };
      const hosts = [host("a"), host("b", { active, labels: { disk: "ssd" } })];
      return place(problem({ hosts, workloads: [pod("p", { scheduling: wanted })] })).decisions.at(
        0,
      );
    };
    expect(chosenWith(1)).toMatchObject({ chosen: "b", decidedBy: "preferred" });
    expect(chosenWith(40)).toMatchObject({ chosen: "a", decidedBy: "load-band" });
  });

  test("a should rule, a preferred term of the top weight, wins over load", () => {
    const active = { cpuMillicores: 0, memoryBytes: 40 * GIB };
    const apart: PodAffinity = {
      required: [],
      preferred: [{ weight: 100, term: hostTerm("web") }],
    };
    const given = problem({
      hosts: [host("a"), host("b", { active })],
      workloads: [
        running("old", "a", { labels: { app: "web" } }),
        pod("p", { scheduling: terms({ podAntiAffinity: apart }) }),
      ],
    });
    expect(place(given).decisions.at(0)).toMatchObject({ chosen: "b", decidedBy: "should-rules" });
  });

  test("candidates come best first, as many as asked, with their terms", () => {
    const hosts = ["a", "b", "c", "d"].map((name, index) =>
      host(name, { active: { cpuMillicores: 0, memoryBytes: (4 - index) * 8 * GIB } }),
    );
    const limits = { candidatesMax: 2, rejectedMax: 1, fixesMax: 0 };
    const decision = place(problem({ hosts, workloads: [pod("p")], limits })).decisions.at(0);
    expect(decision?.candidates.map((each) => each.host)).toEqual(["d", "c"]);
    expect(decision?.candidates[0]?.terms).toMatchObject({
      happiness: 100,
      cpu: 93,
      memory: 85,
      NodeResourcesFit: 95,
      TaintToleration: 100,
    });
    expect(decision?.candidates[0]?.score).toBe(92);
    const [first, second] = decision?.candidates ?? [];
    expect(first?.score ?? 0).toBeGreaterThan(second?.score ?? 0);
  });

  test("counts are complete where names are cut off, and every reason is named first", () => {
    const closed = ["a", "b", "c"].map((name) => host(name, { connection: "maintenance" }));
    const cordoned = host("z", { unschedulable: true });
    const limits = { candidatesMax: 2, rejectedMax: 2, fixesMax: 0 };
    const given = problem({ hosts: [...closed, cordoned], workloads: [pod("p")], limits });
    const decision = place(given).decisions.at(0);
    expect(decision?.rejectedCounts).toEqual({ unschedulable: 1, maintenance: 3 });
    expect(decision?.rejected.map((each) => each.host)).toEqual(["a", "z"]);
    expect(decision?.decidedBy).toBe("none");
  });

  test("D06: LeastAllocated and MostAllocated rank the other way round", () => {
    const workloads = [running("old", "b", { demand: demand({ cpu: 8000 }) }), pod("p")];
    const chosenBy = (scoring: "LeastAllocated" | "MostAllocated"): string | undefined =>
      place(
        problem({
          hosts: [host("a"), host("b")],
          workloads,
          policies: [policy({ chooser: "kube", scoring })],
        }),
      ).decisions.at(0)?.chosen;
    expect(chosenBy("LeastAllocated")).toBe("a");
    expect(chosenBy("MostAllocated")).toBe("b");
  });

  test("S10: of two hosts with equal reservations a Burstable Pod takes the idler", () => {
    const active = { cpuMillicores: 9000, memoryBytes: GIB };
    const size = { cpuMillicores: 4000, memoryBytes: 4 * GIB, vcpus: 4 };
    const given = problem({
      hosts: [host("a", { active }), host("b")],
      workloads: [pod("p", { demand: demand({ cpu: 500 }, { size }) })],
    });
    expect(place(given).decisions.at(0)?.chosen).toBe("b");
  });

  test("the policy of the workload's cluster is the one that counts", () => {
    const active = { cpuMillicores: 8000, memoryBytes: GIB };
    const hosts = [host("a", { active }), host("b")];
    const policies = [policy({ cluster: "c1", chooser: "kube" }), policy({ cluster: "c2" })];
    const given = problem({ hosts, workloads: [pod("p")], policies });
    expect(place(given).decisions.at(0)).toMatchObject({ chosen: "a", decidedBy: "name" });
  });
});

describe("order", () => {
  const tight = [host("a", { allocatable: { ...host("x").allocatable, cpuMillicores: 2000 } })];
  const keys = (result: PlacementResult): readonly (readonly [string, string | undefined])[] =>
    result.decisions.map(({ key, chosen }) => [key.slice("pod/shop/".length), chosen]);

  test("D09: the higher priority is placed first", () => {
    const workloads = [
      pod("low", { demand: demand({ cpu: 2000 }) }),
      pod("vip", { demand: demand({ cpu: 2000 }), scheduling: terms({ priority: 10 }) }),
    ];
    expect(keys(place(problem({ hosts: tight, workloads })))).toEqual([
      ["vip", "a"],
      ["low", undefined],
    ]);
  });

  test("who has fewer hosts to choose from comes first", () => {
    const hosts = [host("a", { labels: { disk: "ssd" } }), host("b")];
    const workloads = [
      pod("any", { demand: demand({ cpu: 16_000 }) }),
      pod("picky", {
        demand: demand({ cpu: 16_000 }),
        scheduling: terms({ nodeSelector: { disk: "ssd" } }),
      }),
    ];
    expect(keys(place(problem({ hosts, workloads })))).toEqual([
      ["picky", "a"],
      ["any", "b"],
    ]);
  });

  test("then the larger one, then the key", () => {
    const workloads = [
      pod("b", { demand: demand({ cpu: 100 }) }),
      pod("a", { demand: demand({ cpu: 100 }) }),
      pod("z", { demand: demand({ cpu: 5000 }) }),
    ];
    expect(keys(place(problem({ hosts: [host("h")], workloads })))).toEqual([
      ["z", "h"],
      ["a", "h"],
      ["b", "h"],
    ]);
  });
});
