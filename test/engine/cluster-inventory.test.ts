import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../engine/model/json.ts";
import type { Observation } from "../../engine/model/observation.ts";
import { endsWithHost } from "../../engine/place/classes/ends-with-host.ts";
import { withHosts } from "../../engine/place/what-if.ts";
import { observedWorkload } from "../../engine/place/problem/workloads.ts";
import { readReading } from "../../engine/reading.ts";

const node = (name: string, more: JsonObject = {}): JsonObject => ({
  kind: "Node",
  metadata: { name, labels: { zone: "a" } },
  spec: {},
  status: {
    allocatable: { cpu: "3920m", memory: "8Gi", pods: "110", "example.com/gpu": "2" },
    conditions: [{ type: "Ready", status: "True" }],
  },
  ...more,
});

const nodeWith = (amounts: JsonObject): JsonObject =>
  node("a", { status: { allocatable: { cpu: "4", memory: "8Gi", pods: "110", ...amounts } } });

const pod = (name: string, more: JsonObject = {}): JsonObject => ({
  kind: "Pod",
  metadata: { name, namespace: "shop", labels: { app: name } },
  spec: {
    nodeName: "b",
    containers: [
      {
        name: "c",
        image: "db:1",
        ports: [{ containerPort: 80, hostPort: 80 }],
        resources: { requests: { cpu: "1500m", memory: "1Gi", "example.com/gpu": "1" } },
      },
    ],
  },
  ...more,
});

const read = (items: readonly JsonObject[], kind = "List") =>
  readReading(JSON.stringify({ apiVersion: "v1", kind, items }), (text) => `${text.length}`);

function cluster(...items: readonly JsonObject[]): Observation {
  const found = read(items);
  if (found.is === "wrong") throw new Error(found.where);
  return found.observation;
}

describe("a cluster as kubectl lists it is a world to plan in", () => {
  test("Nodes become hosts with what they can give, in name order", () => {
    const tainted = {
      spec: { unschedulable: true, taints: [{ key: "k", effect: "NoExecute" }] },
    };
    const { hosts } = cluster(node("b"), node("a", tainted));
    expect(hosts.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(hosts[0]).toMatchObject({
      unschedulable: true,
      taints: [{ key: "k", value: "", effect: "NoExecute" }],
    });
    expect(hosts[1]).toMatchObject({
      connection: "connected",
      labels: { zone: "a" },
      allocatable: {
        cpuMillicores: 3920,
        memoryBytes: 8 * 2 ** 30,
        pods: 110,
        extended: { "example.com/gpu": 2 },
      },
    });
  });

  test("a Node whose kubelet is silent is disconnected", () => {
    const silent = node("a");
    const status = { ...(silent["status"] as JsonObject) };
    const conditions = [
      { type: "Ready", status: "Unknown" },
      { type: "MemoryPressure", status: "True" },
    ];
    const { hosts } = cluster({ ...silent, status: { ...status, conditions } });
    expect(hosts[0]).toMatchObject({ connection: "disconnected", memoryPressure: true });
  });

  test("bound Pods take room, ports and devices and stay; ended ones take nothing", () => {
    const ended = pod("old", { status: { phase: "Succeeded" } });
    const { objects } = cluster(node("b"), pod("db"), ended);
    const pods = objects.filter(({ kind }) => kind === "pod");
    expect(pods.map(({ name }) => name)).toEqual(["db"]);
    const workload = observedWorkload(pods[0]!, "sim:db");
    expect(workload).toMatchObject({
      at: "b",
      wish: "keep",
      labels: { app: "db" },
      demand: {
        request: { cpuMillicores: 1500, memoryBytes: 2 ** 30, extended: { "example.com/gpu": 1 } },
        overheadBytes: 0,
      },
      scheduling: { nodeName: undefined, ports: [{ port: 80 }] },
    });
  });

  test.for([
    ["of a controller looks for another host", "ReplicaSet", true, "repair"],
    ["of a DaemonSet ends with its Node", "DaemonSet", true, "keep"],
    ["of the Node itself ends with it", "Node", true, "keep"],
    ["of an owner that is no controller is not made anew", "Custom", false, "keep"],
  ] as const)("what if its Node is drained: a Pod %s", ([, kind, controller, wish]) => {
    const ownerReferences = [{ kind, name: "o", controller }];
    const metadata = { name: "db", namespace: "shop", ownerReferences };
    const world = cluster(node("a"), node("b"), pod("db", { metadata }));
    const wishIn = ({ objects }: Observation): string | undefined => {
      const found = objects.find(({ kind: held }) => held === "pod");
      return found === undefined ? undefined : observedWorkload(found, "sim:db")?.wish;
    };
    const drained = (name: string): Observation =>
      withHosts(world, world.hosts, { drain: [name], fail: [], add: [] });
    expect(wishIn(world)).toBe("keep");
    expect(wishIn(drained("a"))).toBe("keep");
    expect(wishIn(drained("b"))).toBe(wish);
  });

  test.for([
    ["of a DaemonSet", { ownerReferences: [{ kind: "DaemonSet", controller: true }] }],
    ["of the Node itself", { ownerReferences: [{ kind: "Node", controller: true }] }],
    [
      "that was told to stop",
      {
        deletionTimestamp: "2026-01-01T00:00:00Z",
        ownerReferences: [{ kind: "ReplicaSet", controller: true }],
      },
    ],
  ] as const)("a Pod %s ends with its Node and strands nothing", ([, more]) => {
    const metadata = { name: "db", namespace: "shop", ...more };
    const world = cluster(node("a"), node("b"), pod("db", { metadata }));
    const drained = withHosts(world, world.hosts, { drain: ["b"], fail: [], add: [] });
    const found = drained.objects.find(({ kind }) => kind === "pod")!;
    const workload = observedWorkload(found, found.id)!;
    expect(workload.wish).toBe("keep");
    expect(endsWithHost(workload, "b")).toBe(true);
  });

  test("namespaces are known from their Pods, their own items and by nature", () => {
    const labelled = { kind: "Namespace", metadata: { name: "lab", labels: { team: "x" } } };
    const { objects } = cluster(node("b"), pod("db"), labelled);
    const namespaces = objects.filter(({ kind }) => kind === "ns");
    expect(namespaces.map(({ name }) => name)).toEqual([
      "default",
      "kube-node-lease",
      "kube-public",
      "kube-system",
      "lab",
      "shop",
    ]);
    expect(namespaces[4]?.attributes).toEqual({ metadata: { labels: { team: "x" } } });
  });

  test.for([
    ["no Node", [pod("a")], "/items holds no Node"],
    ["another kind", [node("a"), { kind: "Service" }], "/items/1/kind is Service"],
    ["a Node without memory", [node("a", { status: { allocatable: { cpu: "1" } } })], "/memory"],
    ["a Pod without containers", [node("a"), pod("p", { spec: {} })], "/items/1/spec/containers"],
    ["a Node twice", [node("a"), node("a")], "Node a is there twice"],
    ["a Pod twice", [node("b"), pod("p"), pod("p")], "Pod shop/p is there twice"],
    [
      "an amount that is none",
      [nodeWith({ cpu: "8 cores" })],
      '/items/0/status/allocatable/cpu is "8 cores", which is no quantity',
    ],
    ["an amount below zero", [nodeWith({ memory: "-1" })], '/memory is "-1", below zero'],
    ["more than can be counted", [nodeWith({ pods: "1e40" })], '/pods is "1e40", more than'],
    [
      "a Pod that asks for no quantity",
      [node("b"), pod("p", { spec: { containers: [{ resources: { limits: { cpu: "x" } } }] } })],
      '/items/1/spec/containers/0/resources/limits/cpu is "x"',
    ],
    ["an item without a name", [{ kind: "Node" }], "/items/0/metadata/name"],
  ] as const)("refused with its place: %s", ([, items, where]) => {
    const found = read(items);
    expect(found.is === "wrong" ? found.where : "").toContain(where);
  });

  test("a list of one kind alone says what it is, and so does a single object", () => {
    expect(read([node("a")], "NodeList")).toEqual({
      is: "wrong",
      where: "/kind is NodeList, not List",
    });
    const single = JSON.stringify({ ...node("a"), apiVersion: "v1" });
    expect(readReading(single, () => "")).toEqual({
      is: "wrong",
      where: "/kind is Node, not List",
    });
  });
});
