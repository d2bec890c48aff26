import { beforeAll, describe, expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import type { DesiredResource } from "../../../engine/model/desired.ts";
import { type JsonValue, member, pointerKeys } from "../../../engine/model/json.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText, specDocuments } from "../../support/specs.ts";
import {
  environment,
  OLDEST,
  only,
  parts,
  TANZU,
  templateOf,
  TOPOLOGY,
} from "./guest-cluster-documents.ts";
import { at, codes } from "./results.ts";

beforeAll(() => prepareKinds());

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
    const joining = {
      joinConfiguration: { nodeRegistration: { taints: [{ key: "a", effect: "NoSchedule" }] } },
    };
    expect(only(result, "kubeadmconfigtemplate/default/dev-np-1-").attributes).toMatchObject({
      spec: { template: { spec: joining } },
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
