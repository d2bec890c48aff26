import { expect, test } from "vitest";
import { FILTERS, KUBERNETES_FILTERS } from "../../../../engine/place/filters/index.ts";
import { KUBE_TOTAL_BELOW, KUBE_TOTAL_MAX } from "../../../../engine/place/scores/index.ts";
import { demand, running, terms } from "../builders.ts";
import { rejection } from "./asked.ts";

/** Row D02; a filter that no requirement names may stand anywhere between these. */
const REQUIRED: readonly string[] = [
  "NodeName",
  "HostPin",
  "HostLeft",
  "NodeUnschedulable",
  "HostConnection",
  "Runtime",
  "Cluster",
  "FailoverHost",
  "TaintToleration",
  "InterPodAffinity",
  "NodeAffinity",
  "NodePorts",
  "NodeResourcesFit",
  "GpuDevice",
  "PodTopologySpread",
  "HostSize",
  "HostReservation",
  "CpuOvercommit",
  "MemoryPressure",
  "DatastoreReach",
  "NetworkReach",
  "ClusterFailover",
];

test("D02: the filters are asked in the order of the requirements", () => {
  const asked = FILTERS.map(({ name }) => name);
  expect(asked.filter((name) => REQUIRED.includes(name))).toEqual(REQUIRED);
  expect(new Set(asked).size).toBe(asked.length);
  expect(KUBERNETES_FILTERS.every(({ origin }) => origin === "kubernetes")).toBe(true);
  // Failing host filters are kept as bits of one 32-bit number.
  expect(FILTERS.length).toBeLessThan(31);
});

test("the weights of all scores leave room in the keys of hosts", () => {
  expect(KUBE_TOTAL_MAX).toBeLessThan(KUBE_TOTAL_BELOW);
});

test("P03: a host is counted under the first filter that removes it", () => {
  const taints = [{ key: "k", value: "v", effect: "NoSchedule" }] as const;
  const wanted = {
    scheduling: terms({ nodeSelector: { disk: "ssd" } }),
    demand: demand({ cpu: 8000 }),
  };
  const old = [running("old", "a", { demand: demand({ cpu: 9000 }) })];
  expect(rejection({ taints }, wanted, old)?.filter).toBe("TaintToleration");
  expect(rejection({}, wanted, old)?.filter).toBe("NodeAffinity");
  expect(rejection({ labels: { disk: "ssd" } }, wanted, old)?.filter).toBe("NodeResourcesFit");
});
