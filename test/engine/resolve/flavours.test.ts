import { beforeAll, describe, expect, test } from "vitest";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";
import { environment, only, parts, TANZU, TOPOLOGY } from "./guest-cluster-documents.ts";
import { at, codes } from "./results.ts";

beforeAll(() => prepareKinds());

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
