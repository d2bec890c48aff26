import { beforeAll, describe, expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import { overlaps, parseCidr } from "../../../engine/resolve/cidr.ts";
import type { ResolveResult } from "../../../engine/resolve/resolve.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";
import { host } from "./documents.ts";
import { at, codes } from "./results.ts";

beforeAll(() => prepareKinds());

const SUPERVISOR = `
apiVersion: vpac.dev/v1alpha1
kind: Supervisor
metadata: {name: sup-1}
spec:
  cluster: c1
  networks: {management: {segment: mgmt}, workload: {provider: nsx, podCIDRs: [10.244.0.0/20]}}
`;
const namespace = (name: string, spec = "{}"): string =>
  `---\n{apiVersion: vpac.dev/v1alpha1, kind: SupervisorNamespace, metadata: {name: ${name}}, spec: ${spec}}\n`;

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
