import { beforeAll, describe, expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import { overlaps, parseCidr } from "../../../engine/resolve/cidr.ts";
import type { ResolveResult } from "../../../engine/resolve/resolve.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";

beforeAll(() => prepareKinds());

const SUPERVISOR = `
apiVersion: vpac.dev/v1alpha1
kind: Supervisor
metadata: {name: sup-1}
spec:
  cluster: c1
  networks: {management: {segment: mgmt}, workload: {provider: nsx, podCIDRs: [10.244.0.0/20]}}
`;
const host = (name: string, cluster = "c1"): string =>
  `---\n{apiVersion: vpac.dev/v1alpha1, kind: Host, metadata: {name: ${name}}, spec: {cluster: ${cluster}, cpu: {coresPerSocket: 8, threadsPerCore: 2}, memory: 64Gi, reserved: {cpu: "1", memory: 4Gi}}}\n`;
const namespace = (name: string, spec = "{}"): string =>
  `---\n{apiVersion: vpac.dev/v1alpha1, kind: SupervisorNamespace, metadata: {name: ${name}}, spec: ${spec}}\n`;

const at = (result: ResolveResult, address: Address): DesiredResource => {
  const found = result.value.resources.get(address);
  if (found === undefined) throw new Error(`${address} is not there`);
  return found;
};
const codes = ({ diagnostics }: ResolveResult): string[] => diagnostics.map(({ code }) => code);
const addresses = ({ value }: ResolveResult, prefix: string): string[] =>
  [...value.resources.keys()].filter((address) => address.startsWith(prefix));

describe("hosts", () => {
  test("D03, S01: allocatable is capacity minus reserved, and threads are CPUs", () => {
    const found = at(resolveText(host("esx-a")), "host/esx-a").host;
    expect(found?.capacity.cpuMillicores).toBe(16_000);
    expect(found?.allocatable.cpuMillicores).toBe(15_000);
    expect(found?.allocatable.memoryBytes).toBe(60 * 2 ** 30);
    expect(found?.planned).toBe(true);
  });
});

describe("namespaces", () => {
  test("N01: a namespace brings its resource pool, which waits for it", () => {
    const result = resolveText("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
    expect(addresses(result, "")).toEqual(["ns/shop", "pool/shop"]);
    expect(at(result, "pool/shop")).toMatchObject({ owner: "ns/shop", dependsOn: ["ns/shop"] });
    expect(result.value.pools).toMatchObject([
      { address: "pool/shop", cpuMillicoresLimit: undefined, memoryBytesLimit: undefined },
    ]);
  });

  test("N01: limits and shares of the namespace are those of the pool", () => {
    const result = resolveText(
      namespace("shop", '{limits: {cpu: "24", memory: 96Gi}, shares: high}'),
    );
    expect(result.value.pools).toMatchObject([
      { cpuMillicoresLimit: 24_000, memoryBytesLimit: 96 * 2 ** 30, shares: "high" },
    ]);
    expect(at(result, "pool/shop").attributes["spec"]).toMatchObject({
      limits: { cpu: "24", memory: "96Gi" },
      shares: "high",
    });
  });

  test("H02: a registry brings a project of the namespace's name", () => {
    const result = resolveText(namespace("shop", "{registry: {project: shop}}"));
    expect(at(result, "project/shop")).toMatchObject({ owner: "ns/shop", kind: "project" });
  });

  test("W02: two namespaces get two segments that do not overlap", () => {
    const result = resolveText(SUPERVISOR + namespace("a") + namespace("b"));
    const ranges = ["net/ns-a", "net/ns-b"].map((address) => {
      const spec = at(result, address as Address).attributes["spec"] as { cidrs: string[] };
      return parseCidr(spec.cidrs[0] ?? "");
    });
    const [left, right] = ranges;
    if (left === undefined || right === undefined) throw new Error("no ranges");
    expect(overlaps(left, right)).toBe(false);
    const pool = parseCidr("10.244.0.0/20");
    for (const range of [left, right]) expect(pool && overlaps(range, pool)).toBe(true);
  });

  test("W02: a new namespace leaves the others' segments alone", () => {
    const names = ["blue", "green", "red"];
    const before = resolveText(SUPERVISOR + names.map((name) => namespace(name)).join(""));
    const after = resolveText(
      SUPERVISOR + ["amber", ...names].map((name) => namespace(name)).join(""),
    );
    for (const name of names) {
      expect(at(after, `net/ns-${name}`).attributes).toEqual(
        at(before, `net/ns-${name}`).attributes,
      );
    }
  });

  test("W02: a pool that is used up is an error", () => {
    const small = SUPERVISOR.replace("10.244.0.0/20", "10.244.0.0/24");
    const result = resolveText(small + namespace("a") + namespace("b"));
    expect(codes(result)).toContain("VP2011");
  });

  test("V10: settings of the vSphere client become Kubernetes settings, field by field", () => {
    const result = resolveText(
      namespace(
        "shop",
        `{limits: {cpu: "24", memory: 96Gi, storage: 500Gi}, counts: {pods: 60, deployments: 5},
          containerDefaults: {request: {cpu: 100m}, limit: {cpu: 500m}}, storage: [{policy: gold, limit: 200Gi}],
          access: [{group: devs, domain: corp.local, role: owner}, {user: ann, role: view}]}`,
      ),
    );
    const { spec: _spec, metadata: _metadata, ...compiled } = at(result, "ns/shop").attributes;
    expect(compiled).toEqual({
      resourceQuota: {
        hard: {
          "limits.cpu": "24",
          "limits.memory": "96Gi",
          "requests.storage": "500Gi",
          pods: 60,
          "count/deployments.apps": 5,
          "gold.storageclass.storage.k8s.io/requests.storage": "200Gi",
        },
      },
      limitRange: {
        limits: [{ type: "Container", default: { cpu: "500m" }, defaultRequest: { cpu: "100m" } }],
      },
      roleBindings: [
        { role: "admin", subject: "sso:devs@corp.local", subjectKind: "Group" },
        { role: "view", subject: "ann", subjectKind: "User" },
      ],
      storageClasses: ["gold"],
    });
  });

  test("a Namespace and a SupervisorNamespace of one name are one resource, labels merged", () => {
    const plain =
      "---\n{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: a}}}\n";
    const result = resolveText(plain + namespace("shop", "{limits: {cpu: 1}}"));
    expect(at(result, "ns/shop").kindKey).toBe("vpac.dev/SupervisorNamespace");
    expect(at(result, "ns/shop").attributes["metadata"]).toMatchObject({ labels: { team: "a" } });
  });
});

describe("Supervisor", () => {
  const three = SUPERVISOR + host("a") + host("b") + host("c") + host("d", "c2");

  test("V02: three control-plane VMs keep apart by law where there are three hosts", () => {
    const result = resolveText(three);
    const machines = addresses(result, "vm/");
    expect(machines).toEqual([0, 1, 2].map((index) => `vm/vmware-system/sup-1-cp-${index}`));
    const terms = at(result, machines[0] as Address).workload;
    expect(terms?.scheduling.podAntiAffinity.required).toHaveLength(1);
    expect(terms?.scheduling.cluster).toBe("c1");
    expect(codes(result)).toEqual([]);
  });

  test("V02: fewer hosts than control-plane VMs is a warning, and they may share", () => {
    const result = resolveText(SUPERVISOR + host("a"));
    expect(result.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ["VP2014", "warning"],
    ]);
    const affinity = at(result, "vm/vmware-system/sup-1-cp-0").workload?.scheduling.podAntiAffinity;
    expect(affinity).toMatchObject({ required: [], preferred: [{ weight: 100 }] });
  });

  test("V02: a count of 1 is a lab", () => {
    const result = resolveText(
      SUPERVISOR.replace("cluster: c1", "cluster: c1\n  controlPlane: {count: 1}"),
    );
    expect(addresses(result, "vm/")).toEqual(["vm/vmware-system/sup-1-cp-0"]);
  });

  test("V04: control-plane VMs have a vNIC in the management and one in the workload network", () => {
    const spec = at(resolveText(three), "vm/vmware-system/sup-1-cp-0").attributes["spec"];
    const { network } = spec as { network: { interfaces: JsonObject[] } };
    expect(network.interfaces).toEqual([
      { name: "eth0", network: { name: "mgmt" } },
      { name: "eth1", network: { name: "sup-1-workload" } },
    ]);
  });

  test("V04: without a management network the Supervisor is refused", () => {
    const result = resolveText(SUPERVISOR.replace("management: {segment: mgmt}, ", ""));
    expect(codes(result)).toEqual(["VP2013"]);
  });

  test("A03, V01: one Spherelet per host of the cluster, after host and Supervisor", () => {
    const result = resolveText(three);
    expect(addresses(result, "spherelet/")).toEqual(["spherelet/a", "spherelet/b", "spherelet/c"]);
    expect(at(result, "spherelet/a").dependsOn).toEqual(["host/a", "supervisor/sup-1"]);
  });

  test("A03: a further host adds exactly one Spherelet", () => {
    const added = addresses(resolveText(three + host("e")), "spherelet/");
    expect(added).toHaveLength(4);
  });

  test("V01: namespaces wait for their Supervisor, so it is removed after them", () => {
    const result = resolveText(three + namespace("shop", "{supervisor: sup-1}"));
    expect(at(result, "ns/shop").dependsOn).toContain("supervisor/sup-1");
  });

  test("W03: a Pod on a Supervisor without NSX is refused, a VM is not", () => {
    const vds = SUPERVISOR.replace("provider: nsx", "provider: vds") + namespace("shop");
    const pod =
      "---\n{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop}, spec: {containers: [{name: c, image: x}]}}";
    const vm =
      "---\n{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachine, metadata: {name: v, namespace: shop}, spec: {className: best-effort-small, imageName: x}}";
    expect(codes(resolveText(vds + pod))).toContain("VP2020");
    expect(codes(resolveText(vds + vm))).not.toContain("VP2020");
  });

  test("D06, D07: scoring and chooser are the cluster's policy", () => {
    const text = `${SUPERVISOR}  scheduling: {scoring: MostAllocated, chooser: kube, admission: {hostFailuresToTolerate: 1}}\n`;
    expect(resolveText(text).value.policies).toEqual([
      { cluster: undefined, scoring: "LeastAllocated", chooser: "drs", hostFailuresToTolerate: 0 },
      { cluster: "c1", scoring: "MostAllocated", chooser: "kube", hostFailuresToTolerate: 1 },
    ]);
  });
});

const TANZU = `
apiVersion: run.tanzu.vmware.com/v1alpha3
kind: TanzuKubernetesCluster
metadata: {name: prod}
spec:
  settings: {network: {pods: {cidrBlocks: [100.96.0.0/16]}, services: {cidrBlocks: [10.97.0.0/16]}}}
  topology:
    controlPlane: {replicas: 3, vmClass: guaranteed-medium, storageClass: gold, tkr: {reference: {name: v1.33.1---vendor.1}}}
    nodePools: [{name: np-1, replicas: 2, vmClass: guaranteed-medium, storageClass: gold}]
`;
const TOPOLOGY = `
apiVersion: cluster.x-k8s.io/v1beta2
kind: Cluster
metadata: {name: prod}
spec:
  clusterNetwork: {pods: {cidrBlocks: [100.96.0.0/16]}, services: {cidrBlocks: [10.97.0.0/16]}}
  topology:
    classRef: {name: tanzukubernetescluster}
    version: v1.33.1
    controlPlane: {replicas: 3}
    workers: {machineDeployments: [{class: node-pool, name: np-1, replicas: 2}]}
    variables: [{name: vmClass, value: guaranteed-medium}, {name: storageClass, value: gold}]
`;
describe("guest clusters", () => {
  test("T01: both APIs give the same nodes", () => {
    const nodes = (text: string): unknown[] =>
      [...resolveText(text).value.resources.values()]
        .filter(({ kind }) => kind === "vm")
        .map(({ address, attributes, workload }) => ({
          address,
          attributes,
          demand: workload?.demand,
        }));
    expect(nodes(TANZU)).toHaveLength(5);
    expect(nodes(TANZU)).toEqual(nodes(TOPOLOGY));
  });

  test("T01: both APIs tell the same version", () => {
    const version = { version: "v1.33.1" };
    expect(at(resolveText(TANZU), "tkc/default/prod").attributes["guest"]).toEqual(version);
    expect(at(resolveText(TOPOLOGY), "cluster/default/prod").attributes["guest"]).toEqual(version);
  });

  test("T02: workers come after the first control-plane node, which the others do not wait for", () => {
    const result = resolveText(TANZU);
    for (const index of [0, 1, 2]) {
      expect(at(result, `vm/default/prod-cp-${index}`).dependsOn).toEqual(["tkc/default/prod"]);
    }
    expect(at(result, "vm/default/prod-np-1-1").dependsOn).toContain("vm/default/prod-cp-0");
  });

  test("T12: scaling a pool from 2 to 5 adds 3 nodes", () => {
    const more = resolveText(TANZU.replace("name: np-1, replicas: 2", "name: np-1, replicas: 5"));
    expect(addresses(more, "vm/default/prod-np-1-")).toHaveLength(5);
  });

  test("T12: an upgrade rolls through the nodes, one more at a time", () => {
    const result = resolveText(TANZU);
    const pool = result.value.disruption.find(({ group }) => group === "tkc/default/prod/np-1");
    expect(pool).toMatchObject({ maxUnavailable: 0, maxSurge: 1 });
    expect(at(result, "vm/default/prod-np-1-1").workload?.rolloutWave).toBe(1);
    expect(at(result, "vm/default/prod-np-1-1").rules.replaceOrder).toBe("create-first");
  });
});

describe("virtual machines", () => {
  const vm = (spec: string, metadata = ""): string =>
    `{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachine, metadata: {name: db${metadata}}, spec: ${spec}}`;
  const demandOf = (text: string) => at(resolveText(text), "vm/default/db").workload?.demand;

  test("R01: a guaranteed class reserves its size", () => {
    const demand = demandOf(vm("{className: guaranteed-large, imageName: x}"));
    expect(demand?.size).toEqual({ vcpus: 4, cpuMillicores: 4000, memoryBytes: 16 * 2 ** 30 });
    expect(demand?.reservation).toEqual({ cpuMillicores: 4000, memoryBytes: 16 * 2 ** 30 });
  });

  test("R01: a best-effort class reserves nothing", () => {
    const demand = demandOf(vm("{className: best-effort-8xlarge, imageName: x}"));
    expect(demand?.size.vcpus).toBe(32);
    expect(demand?.reservation).toEqual({ cpuMillicores: 0, memoryBytes: 0 });
  });

  test("R01: a declared class gives size, reservation and limit", () => {
    const own = `---
apiVersion: vmoperator.vmware.com/v1alpha6
kind: VirtualMachineClass
metadata: {name: own}
spec:
  hardware: {cpus: 3, memory: 6Gi}
  policies: {resources: {requests: {cpu: 1500m, memory: 2Gi}, limits: {cpu: 2500m}}}
`;
    const demand = demandOf(vm("{className: own, imageName: x}") + "\n" + own);
    expect(demand?.size.vcpus).toBe(3);
    expect(demand?.reservation).toEqual({ cpuMillicores: 1500, memoryBytes: 2 * 2 ** 30 });
    expect(demand?.limit).toEqual({ cpuMillicores: 2500 });
  });

  test("DEC-2: a VM's own CPU request is in MHz of the slowest host", () => {
    const spec =
      "{className: best-effort-small, imageName: x, resources: {requests: {cpu: 1200, memory: 1Gi}}}";
    const slow = host("h").replace("coresPerSocket: 8", "coresPerSocket: 8, mhz: 2000");
    expect(demandOf(vm(spec) + "\n" + slow)?.reservation).toEqual({
      cpuMillicores: 600,
      memoryBytes: 2 ** 30,
    });
  });

  test("L01, L04: a VM that shall be off needs no capacity", () => {
    const off = at(
      resolveText(vm("{className: best-effort-small, imageName: x, powerState: PoweredOff}")),
      "vm/default/db",
    );
    expect(off.workload?.poweredOn).toBe(false);
    const asked = at(
      resolveText(
        vm(
          "{className: best-effort-small, imageName: x}",
          ', annotations: {vpac.dev/power-request: "stopped"}',
        ),
      ),
      "vm/default/db",
    );
    expect(asked.workload?.poweredOn).toBe(false);
    expect(asked.attributes["power"]).toBe("off");
    expect(asked.attributes["metadata"]).toBeUndefined();
  });

  test("K03, X11: a Virtlet Pod is a machine of its annotations, without padding", () => {
    const result = resolveText(`
apiVersion: v1
kind: Pod
metadata: {name: legacy, annotations: {kubernetes.io/target-runtime: virtlet.cloud, VirtletVCPUCount: "2"}}
spec: {containers: [{name: vm, image: virtlet.cloud/x, resources: {limits: {memory: 2Gi}}}]}`);
    const legacy = at(result, "pod/default/legacy").workload;
    expect(legacy?.demand.size).toEqual({ vcpus: 2, cpuMillicores: 2000, memoryBytes: 2 ** 31 });
    expect(legacy?.scheduling.runtime).toBe("vmx");
  });

  test("M02, M03: a ComputeNode owns a VM Pod in the system's namespace", () => {
    const result = resolveText(
      "{apiVersion: vpac.dev/v1alpha1, kind: ComputeNode, metadata: {name: n1}, spec: {zone: z, vm: {className: best-effort-large, imageName: x}}}",
    );
    const pod = at(result, "pod/vmware-system/n1");
    expect(pod.owner).toBe("computenode/n1");
    expect(pod.workload?.demand.size.vcpus).toBe(4);
  });

  test.for([
    { clusters: "[c1]", cluster: "c1", hosts: undefined },
    { clusters: "[c1, c2]", cluster: undefined, hosts: ["esx-a", "esx-b"] },
    { clusters: "[]", cluster: undefined, hosts: undefined },
  ])(
    "M01: a zone of clusters $clusters lets its nodes go there",
    ({ clusters, cluster, hosts }) => {
      const zone = `---\n{apiVersion: vpac.dev/v1alpha1, kind: AvailabilityZone, metadata: {name: z}, spec: {clusters: ${clusters}}}\n`;
      const node =
        "---\n{apiVersion: vpac.dev/v1alpha1, kind: ComputeNode, metadata: {name: n1}, spec: {zone: z, vm: {className: best-effort-large, imageName: x}}}\n";
      const world = host("esx-a") + host("esx-b", "c2") + host("esx-c", "c3");
      const result = resolveText(world + zone + node);
      const terms = at(result, "pod/vmware-system/n1").workload?.scheduling;
      expect(terms?.cluster).toBe(cluster);
      const named = terms?.nodeAffinity.required?.flatMap(({ matchFields }) =>
        matchFields.flatMap(({ values }) => values),
      );
      expect(named).toEqual(hosts);
    },
  );

  test("T21: secrets are replaced by keyed hashes before anybody sees them", () => {
    const secret = (value: string): JsonObject =>
      at(
        resolveText(
          `{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {password: ${value}}}`,
        ),
        "secret/default/s",
      ).attributes;
    const text = JSON.stringify(secret("canary-1"));
    expect(text).not.toContain("canary");
    expect(text).toContain("$sha256");
    expect(secret("canary-1")).toEqual(secret("canary-1"));
    expect(secret("canary-1")).not.toEqual(secret("canary-2"));
  });
});
