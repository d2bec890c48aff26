import { beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../engine/model/json.ts";
import { member, objectAt, stringAt } from "../../engine/model/json.ts";
import { durationSeconds } from "../../schemas/cluster/upgrade.ts";
import { compareVersions } from "../../schemas/_shared/versions.ts";
import { kinds, prepareKinds } from "../../schemas/index.ts";

beforeAll(() => prepareKinds());

function normalised(document: JsonObject): JsonObject {
  const kind = kinds.find(stringAt(document, "apiVersion") ?? "", stringAt(document, "kind") ?? "");
  expect(kind?.validate(document)).toEqual([]);
  return kind?.normalise(document) ?? {};
}

const vm = (version: string, spec: JsonObject): JsonObject => ({
  apiVersion: `vmoperator.vmware.com/${version}`,
  kind: "VirtualMachine",
  metadata: { name: "a" },
  spec: { className: "best-effort-small", imageName: "debian", ...spec },
});

describe("VirtualMachine", () => {
  test("v1alpha1 becomes the newest form", () => {
    const newest = normalised(
      vm("v1alpha1", {
        powerState: "poweredOff",
        networkInterfaces: [{ networkName: "ops", networkType: "nsx-t" }, {}],
        vmMetadata: { secretName: "init", transport: "CloudInit" },
        resourcePolicyName: "batch",
      }),
    );
    expect(newest["apiVersion"]).toBe("vmoperator.vmware.com/v1alpha6");
    expect(objectAt(newest, "spec")).toEqual({
      className: "best-effort-small",
      imageName: "debian",
      powerState: "PoweredOff",
      powerOffMode: "TrySoft",
      suspendMode: "TrySoft",
      restartMode: "TrySoft",
      network: { interfaces: [{ name: "eth0", network: { name: "ops" } }, { name: "eth1" }] },
      bootstrap: { cloudInit: { rawCloudConfig: { name: "init", key: "user-data" } } },
      reserved: { resourcePolicyName: "batch" },
    });
  });

  test("the same machine in every version comes out the same", () => {
    const versions = ["v1alpha2", "v1alpha3", "v1alpha4", "v1alpha5", "v1alpha6"];
    const forms = versions.map((version) =>
      normalised(vm(version, { network: { interfaces: [{ name: "eth0" }] } })),
    );
    for (const form of forms) expect(form).toEqual(forms[0]);
  });

  test("an image reference and CD drives of older versions move to their new places", () => {
    const spec = { image: { name: "ubuntu" }, imageName: undefined };
    const newest = normalised(
      vm("v1alpha3", { ...spec, cdrom: [{ name: "iso", image: { name: "tools" } }] }),
    );
    expect(member(newest, "spec", "imageName")).toBe("ubuntu");
    expect(member(newest, "spec", "hardware", "cdrom", 0, "name")).toBe("iso");
    expect(member(newest, "spec", "cdrom")).toBeUndefined();
  });

  test("a field of another version is told with the version that has it", () => {
    const kind = kinds.byKey("vmoperator.vmware.com/VirtualMachine");
    const issuesOf = (document: JsonObject) =>
      kind?.validate(document).map((issue) => [issue.keyword, issue.instancePath]);
    expect(issuesOf(vm("v1alpha6", { vmMetadata: {} }))).toEqual([
      ["x-version", "/spec/vmMetadata"],
    ]);
    expect(issuesOf(vm("v1alpha2", { cpuAdvanced: {} }))).toEqual([
      ["x-version", "/spec/cpuAdvanced"],
    ]);
    expect(issuesOf(vm("v1alpha6", { cpuAdvanced: {} }))).toEqual([]);
  });
});

const tkc = (version: string, spec: JsonObject): JsonObject => ({
  apiVersion: `run.tanzu.vmware.com/${version}`,
  kind: "TanzuKubernetesCluster",
  metadata: { name: "dev" },
  spec,
});

test("T01: a TanzuKubernetesCluster of any version has one internal form", () => {
  const oldest = normalised(
    tkc("v1alpha1", {
      distribution: { version: "v1.20", fullVersion: "v1.20.2---vendor.1" },
      topology: {
        controlPlane: { count: 3, class: "best-effort-small", storageClass: "gold" },
        workers: { count: 2, class: "guaranteed-small", storageClass: "gold" },
      },
    }),
  );
  const release = { tkr: { reference: { name: "v1.20.2---vendor.1" } } };
  const newest = normalised(
    tkc("v1alpha3", {
      topology: {
        controlPlane: {
          replicas: 3,
          vmClass: "best-effort-small",
          storageClass: "gold",
          ...release,
        },
        nodePools: [
          {
            name: "workers",
            replicas: 2,
            vmClass: "guaranteed-small",
            storageClass: "gold",
            ...release,
          },
        ],
      },
    }),
  );
  expect(oldest).toEqual(newest);
  expect(member(newest, "spec", "settings", "network", "services", "cidrBlocks", 0)).toBe(
    "10.96.0.0/12",
  );
});

test("T12: the control plane needs an odd number of nodes", () => {
  const kind = kinds.byKey("run.tanzu.vmware.com/TanzuKubernetesCluster");
  const document = (replicas: number) =>
    tkc("v1alpha3", {
      topology: { controlPlane: { replicas, vmClass: "best-effort-small", storageClass: "gold" } },
    });
  expect(kind?.check?.(document(2)).map((issue) => issue.pointer)).toEqual([
    "/spec/topology/controlPlane/replicas",
  ]);
  expect(kind?.check?.(document(3))).toEqual([]);
});

test("a v1beta1 Cluster becomes a v1beta2 one", () => {
  const newest = normalised({
    apiVersion: "cluster.x-k8s.io/v1beta1",
    kind: "Cluster",
    metadata: { name: "prod" },
    spec: {
      topology: {
        class: "tanzukubernetescluster",
        classNamespace: "shared",
        version: "v1.33.1",
        controlPlane: { replicas: 3, nodeDrainTimeout: "5m30s" },
        workers: { machineDeployments: [{ class: "pool", name: "np", nodeDrainTimeout: "1h" }] },
      },
    },
  });
  expect(objectAt(newest, "spec", "topology")).toEqual({
    classRef: { name: "tanzukubernetescluster", namespace: "shared" },
    version: "v1.33.1",
    controlPlane: { replicas: 3, deletion: { nodeDrainTimeoutSeconds: 330 } },
    workers: {
      machineDeployments: [
        { class: "pool", name: "np", deletion: { nodeDrainTimeoutSeconds: 3600 } },
      ],
    },
  });
});

test.for([
  { text: "5m", seconds: 300 },
  { text: "1h30m", seconds: 5400 },
  { text: "0s", seconds: 0 },
  { text: "", seconds: undefined },
  { text: "5 minutes", seconds: undefined },
  { text: "m", seconds: undefined },
])("the duration $text is read", ({ text, seconds }) => {
  expect(durationSeconds(text)).toBe(seconds);
});

test("versions are ordered as Kubernetes orders them", () => {
  const ordered = ["v1alpha1", "v1alpha6", "v1beta1", "v1beta2", "v1", "v2alpha1", "v2"];
  expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered);
});
