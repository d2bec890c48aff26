import { describe, expect, test } from "vitest";
import type { PodAffinity } from "../../../../engine/model/scheduling.ts";
import { cpuText, memoryText } from "../../../../engine/place/basics/amounts.ts";
import { place } from "../../../../engine/place/place.ts";
import { demand, GIB, host, MIB, pod, problem, running, terms } from "../builders.ts";
import { hostTerm } from "./rules.ts";

const must = (app: string, rule?: string): PodAffinity => ({
  required: [hostTerm(app, rule)],
  preferred: [],
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
    expect(place(given).decisions.at(0)?.fixes[0]).toEqual({
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
    const [fix] = place(given).decisions.at(0)?.fixes ?? [];
    expect(fix?.edits[0]?.to).toBe(`${String(36 * 1024 - 300)}Mi`);
  });

  test("tolerating the taint", () => {
    const taints = [{ key: "gpu", value: "yes", effect: "NoSchedule" }] as const;
    const given = problem({ hosts: [host("a", { taints })], workloads: [pod("new")] });
    expect(place(given).decisions.at(0)?.fixes).toEqual([
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
    const [fix] = place(given).decisions.at(0)?.fixes ?? [];
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
    expect(
      place(given)
        .decisions.at(0)
        ?.fixes.map(({ description }) => description),
    ).toEqual([
      "tolerate the taint gpu=yes:NoSchedule, drop disk=ssd from the node selector",
      "add a host like a with no taints, label disk=ssd",
    ]);
  });

  test("dropping a pin and a node selector", () => {
    const fixesOf = (wanted: Parameters<typeof pod>[1]): readonly string[] =>
      (
        place(problem({ hosts: [host("a")], workloads: [pod("new", wanted)] })).decisions.at(0)
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
    expect(result.decisions.at(0)?.fixes).toHaveLength(2);
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
    expect(decisions.at(0)?.chosen).toBeUndefined();
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
    expect(decisions.at(0)?.rejectedCounts).toEqual({ "pods-full": 1 });
    expect(findings).toEqual([]);
  });
});
