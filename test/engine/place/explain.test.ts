import { describe, expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import type { Decision, PlacementResult } from "../../../engine/model/placement.ts";
import type { PodAffinity, PodAffinityTerm } from "../../../engine/model/scheduling.ts";
import { peakProof } from "../../../engine/place/bounds.ts";
import { cpuText, memoryText } from "../../../engine/place/amounts.ts";
import { Ledger } from "../../../engine/place/ledger.ts";
import { place } from "../../../engine/place/place.ts";
import { settle } from "../../../engine/place/seating.ts";
import { demand, GIB, host, MIB, pod, policy, problem, running, terms } from "./builders.ts";

const POOL = "supervisornamespace/shop" as Address;

const decisionOf = (result: PlacementResult, name: string): Decision | undefined =>
  result.decisions.find(({ key }) => key === `pod/shop/${name}`);

const hostTerm = (app: string, rule = "placementrule/shop/r"): PodAffinityTerm => ({
  selector: { matchLabels: { app }, matchExpressions: [] },
  namespaces: [],
  namespaceSelector: undefined,
  topologyKey: "kubernetes.io/hostname",
  rule,
});

const must = (app: string, rule?: string): PodAffinity => ({
  required: [hostTerm(app, rule)],
  preferred: [],
});

describe("what a decision tells", () => {
  test("one feasible host decides itself", () => {
    const given = problem({ hosts: [host("a")], workloads: [pod("p")] });
    expect(place(given).decisions[0]).toMatchObject({
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
    expect(place(given).decisions[0]).toMatchObject({ chosen: "a", decidedBy: "name" });
  });

  test("the fuller host loses by load", () => {
    const active = { cpuMillicores: 500, memoryBytes: GIB };
    const given = problem({ hosts: [host("a", { active }), host("b")], workloads: [pod("p")] });
    expect(place(given).decisions[0]).toMatchObject({ chosen: "b", decidedBy: "load" });
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
      return place(problem({ hosts, workloads: [pod("p", { scheduling: wanted })] })).decisions[0];
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
    expect(place(given).decisions[0]).toMatchObject({ chosen: "b", decidedBy: "should-rules" });
  });

  test("candidates come best first, as many as asked, with their terms", () => {
    const hosts = ["a", "b", "c", "d"].map((name, index) =>
      host(name, { active: { cpuMillicores: 0, memoryBytes: (4 - index) * 8 * GIB } }),
    );
    const limits = { candidatesMax: 2, rejectedMax: 1, fixesMax: 0 };
    const decision = place(problem({ hosts, workloads: [pod("p")], limits })).decisions[0];
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
    const decision = place(given).decisions[0];
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
      ).decisions[0]?.chosen;
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
    expect(place(given).decisions[0]?.chosen).toBe("b");
  });

  test("the policy of the workload's cluster is the one that counts", () => {
    const active = { cpuMillicores: 8000, memoryBytes: GIB };
    const hosts = [host("a", { active }), host("b")];
    const policies = [policy({ cluster: "c1", chooser: "kube" }), policy({ cluster: "c2" })];
    const given = problem({ hosts, workloads: [pod("p")], policies });
    expect(place(given).decisions[0]).toMatchObject({ chosen: "a", decidedBy: "name" });
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

describe("repairs", () => {
  test("a workload that must leave goes elsewhere, and its old host gets room", () => {
    const given = problem({
      hosts: [host("a", { connection: "maintenance" }), host("b")],
      workloads: [running("p", "a", { wish: "repair" })],
    });
    const result = place(given);
    expect(result.decisions[0]).toMatchObject({ chosen: "b", from: "a" });
    expect(result.decisions[0]?.rejectedCounts).toEqual({ maintenance: 1 });
    expect(result.hosts.map(({ before, after }) => [before.workloads, after.workloads])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test("a host that is open is named as the one to be left", () => {
    const given = problem({
      hosts: [host("a"), host("b")],
      workloads: [running("p", "a", { wish: "repair" })],
    });
    const [decision] = place(given).decisions;
    expect(decision).toMatchObject({ chosen: "b", from: "a", rejectedCounts: { leaving: 1 } });
  });

  test("N03: in a full pool it takes its own share along", () => {
    const source = { path: "", document: 0, pointer: "" };
    const quota = { cpuMillicoresLimit: 2000, memoryBytesLimit: undefined, parent: undefined };
    const given = problem({
      hosts: [host("a", { connection: "maintenance" }), host("b")],
      workloads: [running("p", "a", { wish: "repair", pool: POOL, demand: demand({ cpu: 2000 }) })],
      pools: [{ ...quota, address: POOL, shares: "normal", source }],
    });
    expect(place(given).decisions[0]).toMatchObject({ chosen: "b", gate: undefined });
  });

  test("without another host it stays counted where it is", () => {
    const given = problem({
      hosts: [host("a", { connection: "maintenance" })],
      workloads: [running("p", "a", { wish: "repair" })],
    });
    const result = place(given);
    expect(result.decisions[0]).toMatchObject({ chosen: undefined, from: "a" });
    expect(result.hosts[0]?.after.workloads).toBe(1);
  });

  test("room that a repair leaves serves others in the same plan", () => {
    const big = demand({ cpu: 16_000 });
    const given = problem({
      hosts: [host("a", { labels: { disk: "ssd" } }), host("b")],
      workloads: [
        running("old", "a", { wish: "repair", demand: big }),
        pod("new", { demand: big, scheduling: terms({ nodeSelector: { disk: "ssd" } }) }),
      ],
    });
    const result = place(given);
    expect(decisionOf(result, "old")?.chosen).toBe("b");
    expect(decisionOf(result, "new")?.chosen).toBe("a");
  });

  test("what is resized stays on its host while it fits there", () => {
    const workloads = [pod("p", { at: "b", demand: demand({ cpu: 2000 }) })];
    const hosts = [host("a"), host("b", { active: { cpuMillicores: 4000, memoryBytes: GIB } })];
    expect(place(problem({ hosts, workloads })).decisions[0]).toMatchObject({
      chosen: "b",
      decidedBy: "stays",
    });
    const full = [...workloads, running("old", "b", { demand: demand({ cpu: 15_000 }) })];
    expect(place(problem({ hosts, workloads: full })).decisions[0]?.chosen).toBe("a");
  });

  test("what leaves first counts before and frees its room", () => {
    const big = demand({ cpu: 16_000 });
    const given = problem({
      hosts: [host("a")],
      workloads: [pod("new", { demand: big })],
      leaving: [running("old", "a", { demand: big })],
    });
    const result = place(given);
    expect(result.decisions[0]?.chosen).toBe("a");
    expect(result.hosts[0]?.before.reserved.cpuMillicores).toBe(16_000);
    expect(result.hosts[0]?.after.reserved.cpuMillicores).toBe(16_000);
  });

  test("a powered-off workload gets a host to be registered on but takes no room", () => {
    const given = problem({
      hosts: [host("a")],
      workloads: [
        running("old", "a", { demand: demand({ cpu: 16_000 }) }),
        pod("off", { poweredOn: false, demand: demand({ cpu: 8000 }) }),
      ],
    });
    const result = place(given);
    expect(result.decisions[0]?.chosen).toBe("a");
    expect(result.hosts[0]?.after.reserved.cpuMillicores).toBe(16_000);
  });
});

describe("fixes are tried before they are proposed", () => {
  const capacity = { cpuMillicores: 16_000, memoryBytes: 64 * GIB, ephemeralStorageBytes: 0 };
  const old = (gib: number): ReturnType<typeof running> =>
    running("old", "a", { demand: demand({ cpu: 100, memory: gib * GIB }) });

  test("a smaller memory request, for the host on which least has to be given up", () => {
    const given = problem({
      hosts: [host("a", { capacity }), host("b", { capacity })],
      workloads: [
        old(28),
        running("more", "b", { demand: demand({ cpu: 100, memory: 40 * GIB }) }),
        pod("new", { demand: demand({ memory: 48 * GIB }) }),
      ],
    });
    expect(place(given).decisions[0]?.fixes[0]).toEqual({
      description: "memory 48Gi -> 36Gi",
      host: "a",
      edits: [{ path: "/resources/requests/memory", from: "48Gi", to: "36Gi" }],
    });
  });

  test("overhead is kept free", () => {
    const overhead = 300 * MIB;
    const given = problem({
      hosts: [host("a", { capacity })],
      workloads: [old(28), pod("new", { demand: demand({ memory: 48 * GIB, overhead }) })],
    });
    const [fix] = place(given).decisions[0]?.fixes ?? [];
    expect(fix?.edits[0]?.to).toBe(`${String(36 * 1024 - 300)}Mi`);
  });

  test("tolerating the taint", () => {
    const taints = [{ key: "gpu", value: "yes", effect: "NoSchedule" }] as const;
    const given = problem({ hosts: [host("a", { taints })], workloads: [pod("new")] });
    expect(place(given).decisions[0]?.fixes).toEqual([
      {
        description: "tolerate the taint gpu=yes:NoSchedule",
        host: "a",
        edits: [{ path: "/spec/tolerations/-", from: undefined, to: "gpu=yes:NoSchedule" }],
      },
      {
        description: "take the taint gpu=yes:NoSchedule from host a",
        host: "a",
        edits: [{ path: "host/a#/spec/taints", from: "gpu=yes:NoSchedule", to: "" }],
      },
      {
        description: "add a host like a with no taints",
        host: "",
        edits: [{ path: "host/a-new#", from: undefined, to: '{"like":"a","taints":[]}' }],
      },
    ]);
  });

  test("dropping the rule that is in the way, by its name", () => {
    const given = problem({
      hosts: [host("a")],
      workloads: [
        running("old", "a", { labels: { app: "db" } }),
        pod("new", { scheduling: terms({ podAntiAffinity: must("db") }) }),
      ],
    });
    const [fix] = place(given).decisions[0]?.fixes ?? [];
    expect(fix?.description).toBe("drop anti-affinity placementrule/shop/r");
    expect(fix?.host).toBe("a");
  });

  test("two things in the way: both edits together, or a host without either", () => {
    const taints = [{ key: "gpu", value: "yes", effect: "NoSchedule" }] as const;
    const scheduling = terms({ nodeSelector: { disk: "ssd" } });
    const given = problem({
      hosts: [host("a", { taints })],
      workloads: [pod("new", { scheduling })],
    });
    expect(place(given).decisions[0]?.fixes.map(({ description }) => description)).toEqual([
      "tolerate the taint gpu=yes:NoSchedule, drop disk=ssd from the node selector",
      "add a host like a with no taints, label disk=ssd",
    ]);
  });

  test("dropping a pin and a node selector", () => {
    const fixesOf = (wanted: Parameters<typeof pod>[1]): readonly string[] =>
      (
        place(problem({ hosts: [host("a")], workloads: [pod("new", wanted)] })).decisions[0]
          ?.fixes ?? []
      ).map(({ description }) => description);
    expect(fixesOf({ pinHost: "gone" })).toEqual(["drop the pin to gone", "add a host like a"]);
    expect(fixesOf({ scheduling: terms({ nodeSelector: { disk: "ssd" } }) })).toEqual([
      "drop disk=ssd from the node selector",
      "label host a with disk=ssd",
      "add a host like a with label disk=ssd",
    ]);
  });

  test("not more than asked for", () => {
    const taints = ["k1", "k2", "k3"].map((key) => ({
      key,
      value: "",
      effect: "NoSchedule" as const,
    }));
    const hosts = taints.map((taint, index) => host(`h${String(index)}`, { taints: [taint] }));
    const limits = { candidatesMax: 1, rejectedMax: 1, fixesMax: 2 };
    const result = place(problem({ hosts, workloads: [pod("p")], limits }));
    expect(result.decisions[0]?.fixes).toHaveLength(2);
  });

  test.for([
    [36 * GIB, "36Gi"],
    [300 * MIB, "300Mi"],
    [1000, "1000"],
    [0, "0Mi"],
  ] as const)("%i bytes are written %s", ([bytes, text]) => {
    expect(memoryText(bytes)).toBe(text);
  });

  test("CPUs are written whole or in millicores", () => {
    expect(cpuText(2000)).toBe("2");
    expect(cpuText(1500)).toBe("1500m");
  });
});

describe("D21: rules that contradict each other", () => {
  test("together and apart over the same workloads name both rules", () => {
    const scheduling = terms({
      podAffinity: must("db", "placementrule/shop/near"),
      podAntiAffinity: must("db", "placementrule/shop/apart"),
    });
    const given = problem({
      hosts: [host("a"), host("b")],
      workloads: [running("db", "a", { labels: { app: "db" } }), pod("new", { scheduling })],
    });
    const { findings, decisions } = place(given);
    expect(decisions[0]?.chosen).toBeUndefined();
    expect(findings).toHaveLength(1);
    expect(findings[0]?.code).toBe("rules-conflict");
    expect(findings[0]?.message).toContain("placementrule/shop/near");
    expect(findings[0]?.message).toContain("placementrule/shop/apart");
  });

  test("the other side's rule counts as well", () => {
    const given = problem({
      hosts: [host("a"), host("b")],
      workloads: [
        running("db", "a", {
          labels: { app: "db" },
          scheduling: terms({ podAntiAffinity: must("web", "placementrule/shop/apart") }),
        }),
        pod("new", {
          labels: { app: "web" },
          scheduling: terms({ podAffinity: must("db", "placementrule/shop/near") }),
        }),
      ],
    });
    expect(place(given).findings[0]?.message).toContain("placementrule/shop/apart");
  });

  test("affinity that merely finds no room is no conflict", () => {
    const given = problem({
      hosts: [host("a", { allocatable: { ...host("x").allocatable, pods: 1 } })],
      workloads: [
        running("db", "a", { labels: { app: "db" } }),
        pod("new", { scheduling: terms({ podAffinity: must("db") }) }),
      ],
    });
    const { decisions, findings } = place(given);
    expect(decisions[0]?.rejectedCounts).toEqual({ "pods-full": 1 });
    expect(findings).toEqual([]);
  });
});

describe("hosts, score and resilience", () => {
  test("D16: contention makes the mean happiness fall, and only then", () => {
    const running100 = (count: number): readonly ReturnType<typeof running>[] =>
      Array.from({ length: count }, (_item, index) =>
        running(`p${String(index)}`, "a", {
          demand: demand(
            { cpu: 0, memory: 0 },
            { size: { cpuMillicores: 8000, memoryBytes: GIB, vcpus: 8 } },
          ),
        }),
      );
    const scoreOf = (count: number): number =>
      place(problem({ hosts: [host("a")], workloads: running100(count) })).scoreBefore;
    expect(scoreOf(2)).toBe(100);
    expect(scoreOf(4)).toBe(50);
    expect(scoreOf(0)).toBe(100);
  });

  test("N+1: how many hosts may fail, and what is spare then", () => {
    const hosts = ["a", "b", "c"].map((name) => host(name));
    const resilienceWith = (gib: number): PlacementResult["resilience"] =>
      place(
        problem({
          hosts,
          workloads: Array.from({ length: gib }, (_item, index) =>
            running(`p${String(index)}`, "abc"[index % 3] ?? "a", {
              demand: demand({ cpu: 100, memory: GIB }),
            }),
          ),
          policies: [policy({ hostFailuresToTolerate: 1 })],
        }),
      ).resilience;
    expect(resilienceWith(10)).toEqual({ nPlus: 2, tightest: "memory", spare: 118 * GIB });
    expect(resilienceWith(64).nPlus).toBe(2);
    expect(resilienceWith(65).nPlus).toBe(1);
    expect(resilienceWith(129)).toEqual({ nPlus: 0, tightest: "memory", spare: -GIB });
  });

  test("the peak cannot be below the total load over the total capacity", () => {
    const hosts = ["a", "b"].map((name) => host(name));
    const ledger = new Ledger(problem({ hosts }));
    const workloads = Array.from({ length: 8 }, (_item, index) =>
      running(`p${String(index)}`, "a", { demand: demand({ cpu: 1000, memory: 8 * GIB }) }),
    );
    settle(workloads, { ledger, placed: new Map() });
    expect(peakProof(ledger).boundPpm).toBe(500_000);
  });

  test("a batch ends within one workload of the bound", () => {
    const hosts = Array.from({ length: 8 }, (_item, index) => host(`h${String(index)}`));
    const workloads = Array.from({ length: 600 }, (_item, index) =>
      pod(`p${String(index)}`, { demand: demand({ cpu: 20 + (index % 7), memory: 300 * MIB }) }),
    );
    const given = problem({ hosts, workloads });
    const after = place(given).hosts.map((each) => each.after.active.memoryBytes / (64 * GIB));
    const bound = (600 * 300 * MIB) / (8 * 64 * GIB);
    expect(Math.max(...after) - bound).toBeLessThan((300 * MIB) / (64 * GIB));
  });
});
