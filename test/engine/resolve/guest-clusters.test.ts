import { beforeAll, describe, expect, test } from "vitest";
import type { ResolveResult } from "../../../engine/resolve/resolve.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";
import { at } from "./results.ts";

beforeAll(() => prepareKinds());

const addresses = ({ value }: ResolveResult, prefix: string): string[] =>
  [...value.resources.keys()].filter((address) => address.startsWith(prefix));

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
