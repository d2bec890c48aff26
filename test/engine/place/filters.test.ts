import { describe, expect, test } from "vitest";
import type { Host } from "../../../engine/model/host.ts";
import type { Decision, PlacementWorkload } from "../../../engine/model/placement.ts";
import type {
  HostPort,
  LabelSelector,
  PodAffinity,
  PodAffinityTerm,
  SpreadConstraint,
} from "../../../engine/model/scheduling.ts";
import { FILTERS, KUBERNETES_FILTERS } from "../../../engine/place/filters/index.ts";
import { place } from "../../../engine/place/place.ts";
import { demand, GIB, host, MIB, pod, policy, problem, running, terms } from "./builders.ts";

/** The decision about `new`, given the hosts and who runs already. */
function decide(
  hosts: readonly Host[],
  wanted: Partial<PlacementWorkload>,
  others: readonly PlacementWorkload[] = [],
): Decision | undefined {
  const given = problem({ hosts, workloads: [...others, pod("new", wanted)] });
  return place(given).decisions.find(({ key }) => key === "pod/shop/new");
}

/** Filter and code by which one host rejects `new`; undefined when it takes it. */
function rejection(
  given: Partial<Host>,
  wanted: Partial<PlacementWorkload>,
  others: readonly PlacementWorkload[] = [],
): { readonly filter: string; readonly code: string; readonly curable: boolean } | undefined {
  const found = decide([host("a", given)], wanted, others)?.rejected[0];
  if (found === undefined) return undefined;
  const { filter, code, curable } = found;
  return { filter, code, curable };
}

test("D02: the filters are asked in the order of the requirements", () => {
  expect(FILTERS.map(({ name }) => name)).toEqual([
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
  ]);
  expect(KUBERNETES_FILTERS.every(({ origin }) => origin === "kubernetes")).toBe(true);
  // Failing host filters are kept as bits of one 32-bit number.
  expect(FILTERS.length).toBeLessThan(31);
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

describe("D17: host state and compatibility", () => {
  const cases: readonly {
    name: string;
    given: Partial<Host>;
    wanted?: Partial<PlacementWorkload>;
    code: string | undefined;
  }[] = [
    { name: "connected is fine", given: {}, code: undefined },
    { name: "maintenance", given: { connection: "maintenance" }, code: "maintenance" },
    { name: "disconnected", given: { connection: "disconnected" }, code: "disconnected" },
    { name: "standby", given: { connection: "standby" }, code: "standby" },
    { name: "closed for scheduling", given: { unschedulable: true }, code: "unschedulable" },
    {
      name: "closed, but the workload tolerates the taint of that name",
      given: { unschedulable: true },
      wanted: {
        scheduling: terms({
          tolerations: [
            {
              key: "node.kubernetes.io/unschedulable",
              operator: "Exists",
              value: "",
              effect: "NoSchedule",
            },
          ],
        }),
      },
      code: undefined,
    },
    { name: "no such runtime", given: { runtimes: ["vmx"] }, code: "runtime" },
    {
      name: "another cluster",
      given: {},
      wanted: { scheduling: terms({ cluster: "c2" }) },
      code: "cluster",
    },
    {
      name: "the same cluster",
      given: {},
      wanted: { scheduling: terms({ cluster: "c1" }) },
      code: undefined,
    },
    { name: "another provider", given: {}, wanted: { provider: "kvm" }, code: "provider" },
    {
      name: "a datastore that is not mounted",
      given: { datastores: ["slow"] },
      wanted: { scheduling: terms({ datastores: ["slow", "fast"] }) },
      code: "datastore",
    },
    {
      name: "all datastores mounted",
      given: { datastores: ["slow", "fast"] },
      wanted: { scheduling: terms({ datastores: ["fast"] }) },
      code: undefined,
    },
    {
      name: "a network that does not reach",
      given: { networks: [] },
      wanted: { scheduling: terms({ networks: ["dmz"] }) },
      code: "network",
    },
    {
      name: "a network that reaches",
      given: { networks: ["dmz"] },
      wanted: { scheduling: terms({ networks: ["dmz"] }) },
      code: undefined,
    },
    {
      name: "a host name asked for",
      given: {},
      wanted: { scheduling: terms({ nodeName: "b" }) },
      code: "node-name",
    },
    { name: "a pin elsewhere", given: {}, wanted: { pinHost: "b" }, code: "pinned" },
    { name: "a pin to this host", given: {}, wanted: { pinHost: "a" }, code: undefined },
  ];
  test.for([...cases])("$name", ({ given, wanted, code }) => {
    const found = rejection(given, wanted ?? {});
    expect(found?.code).toBe(code);
    if (found !== undefined) expect(found.curable).toBe(false);
  });

  test("D08: memory pressure keeps off BestEffort Pods only", () => {
    const pressed = { memoryPressure: true };
    const best = demand({ cpu: 0, memory: 0 }, { qos: "BestEffort" });
    expect(rejection(pressed, { demand: best })?.code).toBe("memory-pressure");
    expect(rejection({}, { demand: best })).toBeUndefined();
    expect(rejection(pressed, { demand: demand({}, { qos: "Guaranteed" }) })).toBeUndefined();
  });
});

describe("D05: room by requests", () => {
  const small = (given: Partial<Host["allocatable"]> = {}): Partial<Host> => ({
    allocatable: {
      cpuMillicores: 4000,
      memoryBytes: 8 * GIB,
      ephemeralStorageBytes: 10 * GIB,
      pods: 2,
      extended: { "nvidia.com/gpu": 2 },
      ...given,
    },
  });
  const old = running("old", "a", { demand: demand({ cpu: 1000, memory: 2 * GIB }) });
  const request = (
    given: Partial<PlacementWorkload["demand"]["request"]>,
  ): Partial<PlacementWorkload> => {
    const base = demand({ cpu: 0, memory: 0 });
    return { demand: { ...base, request: { ...base.request, ...given } } };
  };
  const cases: readonly {
    name: string;
    wanted: Partial<PlacementWorkload>;
    code: string | undefined;
    curable?: boolean;
  }[] = [
    {
      name: "exactly the rest of CPU and memory",
      wanted: { demand: demand({ cpu: 3000, memory: 6 * GIB }) },
      code: undefined,
    },
    { name: "a millicore too much", wanted: { demand: demand({ cpu: 3001 }) }, code: "cpu-short" },
    {
      name: "a byte too much",
      wanted: { demand: demand({ memory: 6 * GIB + 1 }) },
      code: "mem-short",
    },
    {
      name: "more CPU than the host has",
      wanted: { demand: demand({ cpu: 4001 }) },
      code: "cpu-short",
      curable: false,
    },
    {
      name: "more memory than the host has",
      wanted: { demand: demand({ memory: 9 * GIB }) },
      code: "mem-short",
      curable: false,
    },
    {
      name: "CPU is curable, memory is not: the verdict is incurable",
      wanted: { demand: demand({ cpu: 3500, memory: 9 * GIB }) },
      code: "cpu-short",
      curable: false,
    },
    {
      name: "scratch space",
      wanted: request({ ephemeralStorageBytes: 10 * GIB + 1 }),
      code: "storage-short",
      curable: false,
    },
    {
      name: "exactly all scratch space",
      wanted: request({ ephemeralStorageBytes: 10 * GIB }),
      code: undefined,
    },
    {
      name: "two devices of two",
      wanted: request({ extended: { "nvidia.com/gpu": 2 } }),
      code: undefined,
    },
    {
      name: "three devices of two",
      wanted: request({ extended: { "nvidia.com/gpu": 3 } }),
      code: "extended-short",
      curable: false,
    },
    {
      name: "a device that the host has not",
      wanted: request({ extended: { "amd.com/gpu": 1 } }),
      code: "extended-short",
      curable: false,
    },
    { name: "nothing at all", wanted: request({}), code: undefined },
  ];
  test.for([...cases])("$name", ({ wanted, code, curable }) => {
    const found = rejection(small(), wanted, [old]);
    expect(found?.code).toBe(code);
    if (found !== undefined) expect(found.curable).toBe(curable ?? true);
  });

  test("the number of Pods is a resource, and VMs are no Pods", () => {
    const full = [old, running("second", "a", { demand: demand({ cpu: 0, memory: 0 }) })];
    const nothing = demand({ cpu: 0, memory: 0 });
    expect(rejection(small(), { demand: nothing }, full)?.code).toBe("pods-full");
    expect(rejection(small(), { demand: { ...nothing, qos: undefined } as never }, full)).toBe(
      undefined,
    );
  });

  test("D04: a powered-off workload takes no room", () => {
    const off = running("off", "a", { demand: demand({ cpu: 4000 }), poweredOn: false });
    expect(rejection(small(), { demand: demand({ cpu: 4000 }) }, [off])).toBeUndefined();
  });

  test("the missing amount is told", () => {
    const found = decide([host("a", small())], { demand: demand({ memory: 7 * GIB }) }, [old]);
    expect(found?.rejected[0]).toMatchObject({ code: "mem-short", short: GIB });
    expect(found?.rejected[0]?.message).toContain("memory");
  });
});

describe("host ports", () => {
  const port = (given: Partial<HostPort> = {}): HostPort => ({
    hostIp: "",
    protocol: "TCP",
    port: 80,
    ...given,
  });
  const cases: readonly { name: string; taken: HostPort; wanted: HostPort; free: boolean }[] = [
    { name: "the same port", taken: port(), wanted: port(), free: false },
    { name: "another port", taken: port(), wanted: port({ port: 81 }), free: true },
    { name: "another protocol", taken: port(), wanted: port({ protocol: "UDP" }), free: true },
    {
      name: "two addresses",
      taken: port({ hostIp: "10.0.0.1" }),
      wanted: port({ hostIp: "10.0.0.2" }),
      free: true,
    },
    {
      name: "all addresses against one",
      taken: port({ hostIp: "0.0.0.0" }),
      wanted: port({ hostIp: "10.0.0.2" }),
      free: false,
    },
    {
      name: "one address against all",
      taken: port({ hostIp: "10.0.0.1" }),
      wanted: port({ hostIp: "0.0.0.0" }),
      free: false,
    },
    {
      name: "no address means all",
      taken: port(),
      wanted: port({ hostIp: "10.0.0.1" }),
      free: false,
    },
  ];
  test.for([...cases])("$name", ({ taken, wanted, free }) => {
    const old = running("old", "a", { scheduling: terms({ ports: [taken] }) });
    const found = rejection({}, { scheduling: terms({ ports: [wanted] }) }, [old]);
    expect(found).toEqual(free ? undefined : { filter: "NodePorts", code: "port", curable: true });
  });
});

const web: LabelSelector = { matchLabels: { app: "web" }, matchExpressions: [] };
const term = (given: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({
  selector: web,
  namespaces: [],
  namespaceSelector: undefined,
  topologyKey: "rack",
  rule: "placementrule/shop/r",
  ...given,
});
const required = (given: Partial<PodAffinityTerm> = {}): PodAffinity => ({
  required: [term(given)],
  preferred: [],
});

describe("affinity between workloads", () => {
  const racks = [
    host("a", { labels: { rack: "1" } }),
    host("b", { labels: { rack: "1" } }),
    host("c", { labels: { rack: "2" } }),
    host("d"),
  ];
  const old = running("old", "a", { labels: { app: "web" } });
  const feasible = (
    wanted: Partial<PlacementWorkload>,
    others: readonly PlacementWorkload[] = [old],
  ): readonly string[] =>
    (decide(racks, wanted, others)?.candidates ?? []).map((each) => each.host).sort();

  const everything: LabelSelector = { matchLabels: {}, matchExpressions: [] };
  const team: LabelSelector = { matchLabels: { team: "shop" }, matchExpressions: [] };
  const cases: readonly { name: string; given: Partial<PodAffinityTerm>; apart: string[] }[] = [
    { name: "the whole rack is taken", given: {}, apart: ["c", "d"] },
    {
      name: "a host without the label is free",
      given: { topologyKey: "none" },
      apart: ["a", "b", "c", "d"],
    },
    {
      name: "a host is a domain of its own",
      given: { topologyKey: "kubernetes.io/hostname" },
      apart: ["b", "c", "d"],
    },
    {
      name: "no selector matches nobody",
      given: { selector: undefined },
      apart: ["a", "b", "c", "d"],
    },
    {
      name: "an empty selector matches everybody",
      given: { selector: everything },
      apart: ["c", "d"],
    },
    {
      name: "another namespace does not count",
      given: { namespaces: ["other"] },
      apart: ["a", "b", "c", "d"],
    },
    {
      name: "a listed namespace counts",
      given: { namespaces: ["shop", "other"] },
      apart: ["c", "d"],
    },
    { name: "namespaces by label", given: { namespaceSelector: team }, apart: ["c", "d"] },
    {
      name: "namespaces by another label",
      given: { namespaceSelector: { matchLabels: { team: "x" }, matchExpressions: [] } },
      apart: ["a", "b", "c", "d"],
    },
    { name: "all namespaces", given: { namespaceSelector: everything }, apart: ["c", "d"] },
  ];
  test.for([...cases])("anti-affinity: $name", ({ given, apart }) => {
    expect(feasible({ scheduling: terms({ podAntiAffinity: required(given) }) })).toEqual(apart);
  });

  test("anti-affinity is symmetric: who runs already keeps others off", () => {
    const shy = running("shy", "a", { scheduling: terms({ podAntiAffinity: required() }) });
    expect(feasible({ labels: { app: "web" } }, [shy])).toEqual(["c", "d"]);
    expect(feasible({ labels: { app: "db" } }, [shy])).toEqual(["a", "b", "c", "d"]);
    const found = decide(racks, { labels: { app: "web" } }, [shy])?.rejected[0];
    expect(found).toMatchObject({ code: "anti-affinity-of-others", curable: true });
    expect(found?.message).toContain("placementrule/shop/r");
  });

  test("affinity goes where a match is", () => {
    expect(feasible({ scheduling: terms({ podAffinity: required() }) })).toEqual(["a", "b"]);
    const nowhere = decide(racks, { scheduling: terms({ podAffinity: required() }) });
    expect(nowhere?.rejectedCounts).toEqual({ affinity: 4 });
    expect(nowhere?.rejected[0]?.curable).toBe(false);
  });

  test("the first of a group that matches itself may go anywhere with the label", () => {
    const wanted = { labels: { app: "web" }, scheduling: terms({ podAffinity: required() }) };
    expect(feasible(wanted, [])).toEqual(["a", "b", "c"]);
    expect(feasible(wanted)).toEqual(["a", "b"]);
  });

  test("several affinity terms need one workload that matches all of them", () => {
    const both: PodAffinity = {
      required: [term(), term({ selector: { matchLabels: { tier: "1" }, matchExpressions: [] } })],
      preferred: [],
    };
    const wanted = { scheduling: terms({ podAffinity: both }) };
    const tier = running("tier", "b", { labels: { tier: "1" } });
    expect(feasible(wanted, [old, tier])).toEqual([]);
    const match = running("match", "c", { labels: { app: "web", tier: "1" } });
    expect(feasible(wanted, [old, tier, match])).toEqual(["c"]);
  });

  test("a workload may wait for one that is placed later in the same plan", () => {
    const given = problem({
      hosts: racks,
      workloads: [
        pod("aaa", { scheduling: terms({ podAffinity: required(), priority: 9 }) }),
        pod("zzz", { labels: { app: "web" }, scheduling: terms({ nodeSelector: { rack: "2" } }) }),
      ],
    });
    const decisions = place(given).decisions;
    expect(decisions.map(({ key, chosen }) => [key, chosen])).toEqual([
      ["pod/shop/zzz", "c"],
      ["pod/shop/aaa", "c"],
    ]);
  });
});

describe("topology spread", () => {
  const zones = [
    host("a", { labels: { zone: "1" } }),
    host("b", { labels: { zone: "1" } }),
    host("c", { labels: { zone: "2" } }),
    host("d"),
  ];
  const constraint = (given: Partial<SpreadConstraint> = {}): SpreadConstraint => ({
    maxSkew: 1,
    topologyKey: "zone",
    whenUnsatisfiable: "DoNotSchedule",
    selector: web,
    minDomains: undefined,
    nodeAffinityPolicy: "Honor",
    nodeTaintsPolicy: "Ignore",
    ...given,
  });
  const replicas = (...at: readonly string[]): readonly PlacementWorkload[] =>
    at.map((name, index) => running(`old-${String(index)}`, name, { labels: { app: "web" } }));
  const feasible = (
    given: Partial<SpreadConstraint>,
    others: readonly PlacementWorkload[],
    wanted: Partial<PlacementWorkload> = {},
  ): readonly string[] => {
    const scheduling = terms({ ...wanted.scheduling, spread: [constraint(given)] });
    const decision = decide(zones, { labels: { app: "web" }, ...wanted, scheduling }, others);
    return (decision?.candidates ?? []).map((each) => each.host).sort();
  };

  test("hosts without the label are out, whatever runs", () => {
    expect(feasible({}, [])).toEqual(["a", "b", "c"]);
    const found = decide(zones.slice(3), { scheduling: terms({ spread: [constraint()] }) });
    expect(found?.rejected[0]).toMatchObject({ code: "spread-label", curable: false });
  });

  test("the fuller zone is out when the skew would pass maxSkew", () => {
    expect(feasible({}, replicas("a"))).toEqual(["c"]);
    expect(feasible({ maxSkew: 2 }, replicas("a"))).toEqual(["a", "b", "c"]);
    expect(feasible({}, replicas("a", "c"))).toEqual(["a", "b", "c"]);
  });

  test("a workload that does not match itself adds nothing to the skew", () => {
    expect(feasible({}, replicas("a"), { labels: { app: "db" } })).toEqual(["a", "b", "c"]);
    expect(feasible({}, replicas("a", "b"), { labels: { app: "db" } })).toEqual(["c"]);
  });

  test("fewer zones than minDomains count as an empty one", () => {
    expect(feasible({ minDomains: 3 }, replicas("a", "c"))).toEqual([]);
    expect(feasible({ minDomains: 2 }, replicas("a", "c"))).toEqual(["a", "b", "c"]);
  });

  test("an empty selector counts nobody, as upstream has it", () => {
    const empty: LabelSelector = { matchLabels: {}, matchExpressions: [] };
    expect(feasible({ selector: empty }, replicas("a", "a"))).toEqual(["a", "b", "c"]);
  });

  test("workloads of other namespaces do not count", () => {
    const others = replicas("a").map((each) => ({ ...each, namespace: "other" }));
    expect(feasible({}, others)).toEqual(["a", "b", "c"]);
  });

  test("nodeAffinityPolicy: zones the workload cannot use count only when ignored", () => {
    const wanted = { scheduling: terms({ nodeSelector: { zone: "1" } }) };
    expect(feasible({ nodeAffinityPolicy: "Honor" }, replicas("a"), wanted)).toEqual(["a", "b"]);
    expect(feasible({ nodeAffinityPolicy: "Ignore" }, replicas("a"), wanted)).toEqual([]);
  });

  test("nodeTaintsPolicy: tainted zones count unless honoured", () => {
    const taints = [{ key: "k", value: "", effect: "NoSchedule" }] as const;
    const tainted = zones.map((each) => (each.name === "c" ? { ...each, taints } : each));
    const chosen = (nodeTaintsPolicy: "Honor" | "Ignore"): string | undefined =>
      decide(
        tainted,
        {
          labels: { app: "web" },
          scheduling: terms({ spread: [constraint({ nodeTaintsPolicy })] }),
        },
        replicas("a"),
      )?.chosen;
    expect(chosen("Honor")).toBe("b");
    expect(chosen("Ignore")).toBeUndefined();
  });

  test("ScheduleAnyway only prefers the emptier zone", () => {
    const soft = { whenUnsatisfiable: "ScheduleAnyway" } as const;
    expect(feasible(soft, replicas("a", "b"))).toEqual(["a", "b", "c", "d"]);
    const scheduling = terms({ spread: [constraint(soft)] });
    const wanted = { labels: { app: "web" }, scheduling };
    expect(decide(zones.slice(0, 3), wanted, replicas("a", "b"))?.chosen).toBe("c");
  });

  test("replicas placed in one plan spread as they come", () => {
    const scheduling = terms({ spread: [constraint()] });
    const workloads = ["0", "1", "2", "3"].map((name) =>
      pod(name, { labels: { app: "web" }, scheduling }),
    );
    const chosen = place(problem({ hosts: zones, workloads })).decisions.map((each) => each.chosen);
    expect(chosen.filter((name) => name === "c")).toHaveLength(2);
    expect(chosen.filter((name) => name === "a" || name === "b")).toHaveLength(2);
  });
});

describe("D10: three admission gates, each with its own code", () => {
  test("host: reservation and overhead have to be unreserved", () => {
    const wanted = { demand: demand({ cpu: 0, memory: 60 * GIB, overhead: 5 * GIB }) };
    expect(rejection({}, wanted)).toEqual({
      filter: "HostReservation",
      code: "mem-unreserved",
      curable: false,
    });
  });

  test("pool: reservation above the limit of the namespace or of an ancestor", () => {
    const pool = (name: string, parent: string | undefined, gib: number): object => ({
      address: `pool/${name}`,
      parent,
      cpuMillicoresLimit: undefined,
      memoryBytesLimit: gib * GIB,
      shares: "normal",
      source: { path: "", document: 0, pointer: "" },
    });
    const decideIn = (own: number, parent: number): Decision | undefined =>
      place(
        problem({
          hosts: [host("a")],
          pools: [pool("shop", "pool/all", own), pool("all", undefined, parent)] as never,
          workloads: [
            running("old", "a", { pool: "pool/shop", demand: demand({ memory: 2 * GIB }) }),
            pod("new", { pool: "pool/shop", demand: demand({ memory: 2 * GIB }) }),
          ],
        }),
      ).decisions[0];
    expect(decideIn(4, 4)?.chosen).toBe("a");
    expect(decideIn(3, 4)?.gate).toEqual({
      code: "pool-limit",
      message: "pool/shop has 3Gi memory: 2Gi used + 2Gi wanted is 1Gi too many",
    });
    expect(decideIn(4, 3)?.gate?.message).toContain("pool/all");
  });

  test("cluster: what is reserved has to survive the declared host failures", () => {
    const decideWith = (hostFailuresToTolerate: number): Decision | undefined =>
      place(
        problem({
          hosts: [host("a"), host("b")],
          policies: [policy({ hostFailuresToTolerate })],
          workloads: [
            running("old", "a", { demand: demand({ memory: 40 * GIB }) }),
            pod("new", { demand: demand({ memory: 30 * GIB }) }),
          ],
        }),
      ).decisions[0];
    expect(decideWith(0)?.chosen).toBe("b");
    const refused = decideWith(1);
    expect(refused?.chosen).toBeUndefined();
    // Host a has no room of its own; b would, but for the gate.
    expect(refused?.rejectedCounts).toEqual({ "mem-short": 1, "cluster-failover": 1 });
    expect(refused?.gate?.code).toBe("cluster-failover");
    expect(refused?.gate?.message).toContain("1 host");
  });

  test("S19, F12: a limit above every host names the biggest host and the missing amount", () => {
    const tebibyte = 1024 * GIB;
    const capacity = { cpuMillicores: 64_000, memoryBytes: tebibyte, ephemeralStorageBytes: 0 };
    const hosts = [host("big", { capacity }), host("small")];
    const limit = { memoryBytes: 2 * tebibyte };
    const decision = decide(hosts, { demand: demand({}, { limit }) });
    expect(decision?.chosen).toBeUndefined();
    expect(decision?.gate?.code).toBe("limit-exceeds-host");
    expect(decision?.gate?.message).toContain(
      "no host has 2048Gi memory: the biggest is big with 1024Gi, 1024Gi short",
    );
  });

  test("S19: a size that one host can hold leaves out only the smaller ones", () => {
    const capacity = { cpuMillicores: 64_000, memoryBytes: 128 * GIB, ephemeralStorageBytes: 0 };
    const wanted = demand({}, { limit: { memoryBytes: 100 * GIB } });
    const decision = decide([host("big", { capacity }), host("small")], { demand: wanted });
    expect(decision?.chosen).toBe("big");
    expect(decision?.rejected[0]).toMatchObject({
      host: "small",
      code: "size-exceeds-host",
      short: 36 * GIB,
    });
  });

  test("without any host the gate says so", () => {
    expect(decide([], {})?.gate?.code).toBe("no-hosts");
  });
});

test("amounts in messages are exact", () => {
  const old = running("old", "a", { demand: demand({ memory: 63 * GIB }) });
  const found = decide([host("a")], { demand: demand({ memory: GIB + MIB }) }, [old]);
  expect(found?.rejected[0]?.message).toBe(
    "memory: requested 1025Mi, free 1Gi, not enough is free",
  );
  const large = decide([host("a")], { demand: demand({ cpu: 16_001 }) });
  expect(large?.gate?.message).toContain("16001m CPU: the biggest is a with 16, 1m short");
});
