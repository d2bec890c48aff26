import { beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../engine/model/json.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";
import { host } from "./documents.ts";
import { at } from "./results.ts";

beforeAll(() => prepareKinds());

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
