import { beforeAll, describe, expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import type { JsonValue } from "../../../engine/model/json.ts";
import { member, pointerKeys } from "../../../engine/model/json.ts";
import type { ResolveResult } from "../../../engine/resolve/resolve.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText, specDocuments } from "../../support/specs.ts";

beforeAll(() => prepareKinds());

const environment = (flavour = ", flavour: in-memory"): string =>
  `---\n{apiVersion: vpac.dev/v1alpha1, kind: Environment, metadata: {name: e}, spec: {providers: [{name: sim, type: esxi-sim}, {name: guests, type: cluster-api${flavour}}]}}\n`;
const TANZU = `---
apiVersion: run.tanzu.vmware.com/v1alpha3
kind: TanzuKubernetesCluster
metadata: {name: dev, labels: {team: a}, annotations: {vpac.dev/provider: guests}}
spec:
  settings: {network: {pods: {cidrBlocks: [100.96.0.0/16]}, services: {cidrBlocks: [10.97.0.0/16]}}}
  topology:
    controlPlane: {replicas: 3, vmClass: guaranteed-medium, tkr: {reference: {name: v1.36.0---vendor.1}}}
    nodePools:
      - {name: np-1, replicas: 2, vmClass: guaranteed-small, labels: {tier: web}, taints: [{key: a, effect: NoSchedule}]}
      - {name: np-2, replicas: 1, vmClass: guaranteed-medium}
`;
const OLDEST = `---
apiVersion: run.tanzu.vmware.com/v1alpha1
kind: TanzuKubernetesCluster
metadata: {name: dev, annotations: {vpac.dev/provider: guests}}
spec:
  settings: {network: {pods: {cidrBlocks: [100.96.0.0/16]}, services: {cidrBlocks: [10.97.0.0/16]}}}
  distribution: {fullVersion: v1.36.0+vendor.1}
  topology: {controlPlane: {count: 3, class: guaranteed-medium}, workers: {count: 2, class: guaranteed-small}}
`;
const TOPOLOGY = `---
apiVersion: cluster.x-k8s.io/v1beta2
kind: Cluster
metadata: {name: dev, annotations: {vpac.dev/provider: guests}}
spec:
  clusterNetwork: {pods: {cidrBlocks: [100.96.0.0/16]}, services: {cidrBlocks: [10.97.0.0/16]}}
  topology:
    classRef: {name: tanzukubernetescluster}
    version: v1.36.0
    controlPlane: {replicas: 3}
    workers:
      machineDeployments:
        - {class: node-pool, name: np-1, replicas: 2, variables: {overrides: [{name: vmClass, value: guaranteed-small}]}}
    variables: [{name: vmClass, value: guaranteed-medium}, {name: storageClass, value: gold}]
---
{apiVersion: vpac.dev/v1alpha1, kind: StoragePolicy, metadata: {name: gold}, spec: {datastores: {matchLabels: {a: b}}}}
`;

const codes = ({ diagnostics }: ResolveResult): string[] => diagnostics.map(({ code }) => code);
const at = (result: ResolveResult, address: Address): DesiredResource => {
  const found = result.value.resources.get(address);
  if (found === undefined) throw new Error(`${address} is not there`);
  return found;
};
/** The one resource whose address starts so. */
const only = (result: ResolveResult, prefix: string): DesiredResource => {
  const found = [...result.value.resources.values()].filter(({ address }) =>
    address.startsWith(prefix),
  );
  expect(found.map(({ address }) => address)).toHaveLength(1);
  return found[0] as DesiredResource;
};
const templateOf = (result: ResolveResult, pool: string): DesiredResource =>
  only(result, `devmachinetemplate/default/dev-${pool}-`);
const parts = (result: ResolveResult): string[] =>
  [...result.value.resources.values()]
    .filter(({ provider }) => provider === "guests")
    .map(({ address }) => address.replace(/-[0-9a-f]{8}$/, "-HASH"));

describe("a guest cluster with a flavour", () => {
  test("becomes a Cluster, its control plane and a deployment of machines per pool", () => {
    const result = resolveText(environment() + TANZU);
    expect(codes(result)).toEqual([]);
    expect(parts(result)).toEqual([
      "devcluster/default/dev",
      "devmachinetemplate/default/dev-control-plane-HASH",
      "devmachinetemplate/default/dev-np-1-HASH",
      "devmachinetemplate/default/dev-np-2-HASH",
      "kubeadmconfigtemplate/default/dev-np-1-HASH",
      "kubeadmconfigtemplate/default/dev-np-2-HASH",
      "kubeadmcontrolplane/default/dev-control-plane",
      "machinedeployment/default/dev-np-1",
      "machinedeployment/default/dev-np-2",
      "tkc/default/dev",
    ]);
  });

  test("is handed over in the words of Cluster API", () => {
    const result = resolveText(environment() + TANZU);
    const template = templateOf(result, "control-plane");
    expect(at(result, "tkc/default/dev")).toMatchObject({
      kindKey: "cluster.x-k8s.io/Cluster",
      apiVersion: "cluster.x-k8s.io/v1beta2",
      kind: "cluster",
      attributes: {
        metadata: { labels: { team: "a" } },
        spec: {
          clusterNetwork: {
            pods: { cidrBlocks: ["100.96.0.0/16"] },
            services: { cidrBlocks: ["10.97.0.0/16"] },
            serviceDomain: "cluster.local",
          },
          controlPlaneRef: {
            apiGroup: "controlplane.cluster.x-k8s.io",
            kind: "KubeadmControlPlane",
            name: "dev-control-plane",
          },
          infrastructureRef: {
            apiGroup: "infrastructure.cluster.x-k8s.io",
            kind: "DevCluster",
            name: "dev",
          },
        },
        guest: { version: "v1.36.0" },
      },
    });
    expect(at(result, "kubeadmcontrolplane/default/dev-control-plane")).toMatchObject({
      kindKey: "controlplane.cluster.x-k8s.io/KubeadmControlPlane",
      attributes: {
        spec: {
          replicas: 3,
          version: "v1.36.0",
          machineTemplate: {
            spec: {
              infrastructureRef: {
                apiGroup: "infrastructure.cluster.x-k8s.io",
                kind: "DevMachineTemplate",
                name: template.name,
              },
            },
          },
        },
      },
    });
    const label = { "cluster.x-k8s.io/deployment-name": "dev-np-1" };
    expect(at(result, "machinedeployment/default/dev-np-1").attributes).toMatchObject({
      spec: {
        clusterName: "dev",
        replicas: 2,
        selector: { matchLabels: label },
        template: {
          metadata: { labels: { tier: "web", ...label } },
          spec: { clusterName: "dev", version: "v1.36.0" },
        },
      },
    });
    expect(only(result, "kubeadmconfigtemplate/default/dev-np-1-").attributes).toMatchObject({
      spec: {
        template: {
          spec: {
            joinConfiguration: {
              nodeRegistration: { taints: [{ key: "a", effect: "NoSchedule" }] },
            },
          },
        },
      },
    });
  });

  test("a paused Cluster stays paused", () => {
    const paused = TOPOLOGY.replace("spec:\n", "spec:\n  paused: true\n");
    const { attributes } = at(resolveText(environment() + paused), "cluster/default/dev");
    expect(member(attributes, "spec", "paused")).toBe(true);
  });

  test("T08: the cluster comes last and goes first; workers follow the control plane", () => {
    const result = resolveText(environment() + TANZU);
    const cluster = at(result, "tkc/default/dev");
    const others = [...result.value.resources.values()].filter(
      ({ provider, address }) => provider === "guests" && address !== cluster.address,
    );
    expect(cluster.dependsOn).toEqual(others.map(({ address }) => address));
    expect(others.every(({ owner }) => owner === cluster.address)).toBe(true);
    const plane = at(result, "kubeadmcontrolplane/default/dev-control-plane");
    expect(plane.dependsOn).toEqual([templateOf(result, "control-plane").address]);
    expect(at(result, "machinedeployment/default/dev-np-1").dependsOn).toEqual([
      templateOf(result, "np-1").address,
      only(result, "kubeadmconfigtemplate/default/dev-np-1-").address,
      plane.address,
    ]);
  });

  test("T01: every version of both APIs gives the same parts", () => {
    const shapes = (text: string): unknown[] => {
      const result = resolveText(environment() + text);
      expect(codes(result)).toEqual([]);
      return ["kubeadmcontrolplane/default/dev-control-plane", "devcluster/default/dev"].map(
        (address) => at(result, address as Address).attributes,
      );
    };
    const newer = TANZU.replace("v1alpha3", "v1alpha2");
    expect(shapes(newer)).toEqual(shapes(TANZU));
    const [plane] = shapes(OLDEST);
    expect(plane).toEqual(shapes(TANZU)[0]);
    const topology = resolveText(environment() + TOPOLOGY);
    expect(codes(topology)).toEqual([]);
    expect(at(topology, "cluster/default/dev").attributes).toEqual({
      ...at(resolveText(environment() + OLDEST), "tkc/default/dev").attributes,
    });
  });

  test("another VM class is another template, and only that pool gets one", () => {
    const before = resolveText(environment() + TANZU);
    const after = resolveText(
      environment() + TANZU.replace("guaranteed-small", "guaranteed-large"),
    );
    expect(templateOf(after, "np-1").name).not.toBe(templateOf(before, "np-1").name);
    expect(templateOf(after, "np-2").name).toBe(templateOf(before, "np-2").name);
    expect(templateOf(after, "control-plane").name).toBe(templateOf(before, "control-plane").name);
    expect(templateOf(after, "np-1").rules.timing).toEqual([{ path: "", timing: "replace" }]);
  });

  test("a change of number or version makes no new template", () => {
    const templates = (text: string) =>
      [...resolveText(environment() + text).value.resources.keys()].filter((address) =>
        address.includes("template/"),
      );
    const changed = TANZU.replace("replicas: 2", "replicas: 5").replace("v1.36.0", "v1.37.0");
    expect(templates(changed)).toEqual(templates(TANZU));
  });

  test.for([TANZU, OLDEST, TOPOLOGY])(
    "every origin of a part is a place of the document",
    (text) => {
      const result = resolveText(environment() + text);
      const document = specDocuments(text)[0]?.value;
      const origins = [...result.value.resources.values()].flatMap((resource) =>
        Object.entries(resource.origins ?? {}).map(([own, theirs]) => ({ resource, own, theirs })),
      );
      expect(origins.length).toBeGreaterThan(8);
      for (const { resource, own, theirs } of origins) {
        const read = (value: JsonValue | undefined, pointer: string): JsonValue | undefined =>
          pointerKeys(pointer).reduce<JsonValue | undefined>(
            (found, key) => member(found, Array.isArray(found) ? Number(key) : key),
            value,
          );
        expect([theirs, read(document, theirs)]).not.toEqual([theirs, undefined]);
        if (own === "/spec/replicas") {
          expect(read(document, theirs)).toBe(read(resource.attributes, own));
        }
      }
    },
  );

  test("a protected cluster keeps its parts, but not the templates it has outgrown", () => {
    const text = TANZU.replace(
      "vpac.dev/provider",
      'vpac.dev/prevent-destroy: "true", vpac.dev/provider',
    );
    const result = resolveText(environment() + text);
    const isProtected = (resource: DesiredResource) => resource.behaviour.preventDestroy;
    expect(isProtected(at(result, "kubeadmcontrolplane/default/dev-control-plane"))).toBe(true);
    expect(isProtected(templateOf(result, "np-1"))).toBe(false);
  });
});

describe("what cannot be mapped is told at its place", () => {
  const wrong = [
    {
      name: "a release without a patch version",
      text: TANZU.replace("v1.36.0---vendor.1", "v1.36"),
      code: "VP2027",
      pointer: "/spec/topology/controlPlane/tkr/reference/name",
    },
    {
      name: "a pool that is newer than the control plane",
      text: TANZU.replace(
        "replicas: 1, vmClass",
        "replicas: 1, tkr: {reference: {name: v1.37.0}}, vmClass",
      ),
      code: "VP2027",
      pointer: "/spec/topology/nodePools/1/tkr/reference/name",
    },
    {
      name: "a name that is too long",
      text: TANZU.replace("name: np-1", `name: ${"n".repeat(61)}`),
      code: "VP2027",
      pointer: "/spec/topology/nodePools/0",
    },
    {
      name: "machine pools",
      text: TOPOLOGY.replace("workers:\n", "workers:\n      machinePools: [{class: c, name: m}]\n"),
      code: "VP2027",
      pointer: "/spec/topology/workers/machinePools",
    },
    {
      name: "a variable that only a ClusterClass could act on",
      text: TOPOLOGY.replace(
        "variables: [{name: v",
        "variables: [{name: proxy, value: p}, {name: v",
      ),
      code: "VP2028",
      pointer: "/spec/topology/variables/0",
    },
  ];
  test.for(wrong)("$name", ({ text, code, pointer }) => {
    expect(resolveText(environment() + text).diagnostics).toMatchObject([
      { code, source: { pointer } },
    ]);
  });

  test("a flavour that does not exist, with the one that was meant", () => {
    const result = resolveText(environment(", flavour: in-memry") + TANZU);
    expect(result.diagnostics).toMatchObject([
      { code: "VP2025", help: ['did you mean "in-memory"?'] },
    ]);
  });

  test("without a flavour a topology is handed over and a TanzuKubernetesCluster is not", () => {
    expect(resolveText(environment("") + TANZU).diagnostics).toMatchObject([
      { code: "VP2026", source: { pointer: "/kind" } },
    ]);
    const result = resolveText(environment("") + TOPOLOGY);
    expect(codes(result)).toEqual([]);
    expect(parts(result)).toEqual(["cluster/default/dev"]);
    expect(at(result, "cluster/default/dev").attributes).toMatchObject({
      spec: { topology: { version: "v1.36.0", controlPlane: { replicas: 3 } } },
      guest: { version: "v1.36.0" },
    });
  });
});

describe("the namespace of a cluster", () => {
  const inShop = TANZU.replace("name: dev,", "name: dev, namespace: shop,");
  const NAMESPACE = "---\n{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n";

  test("is made on the management cluster too, and may be there already", () => {
    const result = resolveText(environment() + NAMESPACE + inShop);
    expect(at(result, "ns/guests/shop")).toMatchObject({
      provider: "guests",
      kindKey: "core/Namespace",
      apiVersion: "v1",
      name: "shop",
      namespace: undefined,
      owner: "ns/shop",
      sharesExisting: true,
    });
    expect(at(result, "ns/shop")).toMatchObject({ provider: "sim" });
    expect(at(result, "ns/shop").sharesExisting).toBeUndefined();
    const waiting = at(result, "machinedeployment/shop/dev-np-1").dependsOn;
    expect(waiting).toEqual(expect.arrayContaining(["ns/shop", "ns/guests/shop"]));
  });

  test("is the declared one where that lives there itself", () => {
    const there = NAMESPACE.replace(
      "name: shop",
      "name: shop, annotations: {vpac.dev/provider: guests}",
    );
    const result = resolveText(environment() + there + inShop);
    expect(codes(result)).toEqual([]);
    expect(parts(result)).toContain("ns/shop");
    expect(parts(result).filter((address) => /^(ns|pool)\//.test(address))).toEqual(["ns/shop"]);
    expect(at(result, "tkc/shop/dev").dependsOn).toContain("ns/shop");
  });

  test("with policies of a Supervisor cannot live there", () => {
    const supervised =
      "---\n{apiVersion: vpac.dev/v1alpha1, kind: SupervisorNamespace, metadata: {name: shop, annotations: {vpac.dev/provider: guests}}, spec: {}}\n";
    expect(codes(resolveText(environment() + supervised))).toContain("VP2021");
  });
});

describe("a ClusterFlavour", () => {
  const FLAVOUR = `---
apiVersion: vpac.dev/v1alpha1
kind: ClusterFlavour
metadata: {name: metal}
spec:
  infrastructureCluster:
    template: {apiVersion: infra.example.org/v1, kind: MetalCluster, spec: {room: a}}
    set: [{pointer: /spec/owner/name, from: clusterName}]
  controlPlaneMachineTemplate: &machine
    template: {apiVersion: infra.example.org/v1, kind: MetalMachineTemplate, spec: {template: {spec: {cpus: 1, disks: [{size: 1}]}}}}
    set:
      - {pointer: /spec/template/spec/cpus, from: vmClassCpus}
      - {pointer: /spec/template/spec/memoryMiB, from: vmClassMemoryMiB}
      - {pointer: /spec/template/spec/disks/0/class, from: storageClass}
      - {pointer: /spec/template/spec/image/version, from: version}
  workerMachineTemplate: *machine
`;
  test("fills its templates by pointers; what the cluster does not say stays as it is", () => {
    const result = resolveText(environment(", flavour: metal") + FLAVOUR + TANZU);
    expect(codes(result)).toEqual([]);
    expect(at(result, "metalcluster/default/dev")).toMatchObject({
      kindKey: "infra.example.org/MetalCluster",
      apiVersion: "infra.example.org/v1",
      attributes: { spec: { room: "a", owner: { name: "dev" } } },
    });
    const machine = only(result, "metalmachinetemplate/default/dev-np-1-");
    expect(machine.attributes).toEqual({
      spec: {
        template: {
          spec: { cpus: 2, memoryMiB: 4096, disks: [{ size: 1 }], image: { version: "v1.36.0" } },
        },
      },
    });
    expect(machine.origins).toMatchObject({
      "/spec/template/spec/cpus": "/spec/topology/nodePools/0/vmClass",
      "/spec/template/spec/image/version": "/spec/topology/controlPlane/tkr/reference/name",
    });
  });

  test("that sets a field inside a value is refused", () => {
    const broken = FLAVOUR.replace("/spec/owner/name", "/spec/room/name");
    const [problem] = resolveText(environment(", flavour: metal") + broken + TANZU).diagnostics;
    expect(problem).toMatchObject({ code: "VP2027" });
    expect(problem?.detail).toContain("/spec/room/name");
  });
});
