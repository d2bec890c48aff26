import { describe, expect, test } from "vitest";
import type { PlacementResult, PlacementWorkload } from "../../../../engine/model/placement.ts";
import type { PodAffinityTerm } from "../../../../engine/model/scheduling.ts";
import { place } from "../../../../engine/place/place.ts";
import { host, pod, problem, running, terms } from "../builders.ts";

const near: PodAffinityTerm = {
  selector: { matchLabels: { app: "db" }, matchExpressions: [] },
  namespaces: ["shop"],
  namespaceSelector: undefined,
  topologyKey: "kubernetes.io/hostname",
  rule: "rule/shop/db",
};

const db = (side: "podAffinity" | "podAntiAffinity", weight = 100): Partial<PlacementWorkload> => ({
  labels: { app: "db" },
  scheduling: terms({ [side]: { required: [], preferred: [{ weight, term: near }] } }),
});

const onHosts = (...names: string[]): Partial<PlacementWorkload> => ({
  scheduling: terms({
    nodeAffinity: {
      required: undefined,
      preferred: names.map((name) => ({
        weight: 100,
        term: {
          matchExpressions: [],
          matchFields: [{ key: "metadata.name", operator: "In", values: [name] }],
        },
      })),
    },
  }),
});

function findings(
  hosts: readonly string[],
  workloads: readonly PlacementWorkload[],
): PlacementResult["findings"] {
  const given = problem({ hosts: hosts.map((name) => host(name)), workloads });
  return place(given).findings;
}

describe("a should rule refuses nothing and is told where it does not hold", () => {
  test("three replicas that should be apart on two hosts", () => {
    const workloads = ["1", "2", "3"].map((name) => pod(name, db("podAntiAffinity")));
    const [fault] = findings(["a", "b"], workloads);
    expect(fault?.code).toBe("should-rule");
    expect(fault?.message).toMatch(/^rule\/shop\/db does not hold for pod\/shop\/\d on [ab], /);
  });

  test("on three hosts they are apart and nothing is told", () => {
    const workloads = ["1", "2", "3"].map((name) => pod(name, db("podAntiAffinity")));
    expect(findings(["a", "b", "c"], workloads)).toEqual([]);
  });

  test("together with somebody whose host is full", () => {
    const full = running("old", "a", { labels: { app: "db" } });
    const closed = [host("a", { unschedulable: true }), host("b")];
    const given = problem({ hosts: closed, workloads: [full, pod("new", db("podAffinity"))] });
    expect(place(given).findings).toEqual([
      { code: "should-rule", message: "rule/shop/db does not hold for pod/shop/new on b" },
    ]);
  });

  test("any of the hosts that are wished will do", () => {
    expect(findings(["a", "b"], [pod("one", onHosts("a", "b"))])).toEqual([]);
    expect(findings(["a", "b"], [pod("one", onHosts("gone"))])).toEqual([
      { code: "should-rule", message: "a wish for hosts does not hold for pod/shop/one on a" },
    ]);
  });

  test("many are counted", () => {
    const workloads = ["1", "2", "3", "4", "5"].map((name) => pod(name, onHosts("gone")));
    expect(findings(["a"], workloads)[0]?.message).toBe(
      "a wish for hosts does not hold for pod/shop/1 on a, pod/shop/2 on a, pod/shop/3 on a " +
        "and 2 more",
    );
  });

  test("a weaker wish is no rule", () => {
    const workloads = ["1", "2"].map((name) => pod(name, db("podAntiAffinity", 99)));
    expect(findings(["a"], workloads)).toEqual([]);
  });
});
