import { beforeAll, describe, expect, test } from "vitest";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";
import { controller, join, pod, TEMPLATE } from "./documents.ts";
import { at, codes } from "./results.ts";

beforeAll(() => prepareKinds());

describe("controllers", () => {
  const cases = [
    {
      name: "Deployment",
      text: controller("Deployment", ", replicas: 3"),
      pods: 3,
      owner: "deployment/default/web",
    },
    {
      name: "Deployment without replicas",
      text: controller("Deployment", ""),
      pods: 1,
      owner: "deployment/default/web",
    },
    {
      name: "ReplicaSet",
      text: controller("ReplicaSet", ", replicas: 2"),
      pods: 2,
      owner: "replicaset/default/web",
    },
    {
      name: "StatefulSet",
      text: controller("StatefulSet", ", replicas: 2, serviceName: web"),
      pods: 2,
      owner: "statefulset/default/web",
    },
    {
      name: "Deployment scaled to nothing",
      text: controller("Deployment", ", replicas: 0"),
      pods: 0,
      owner: "deployment/default/web",
    },
    {
      name: "ReplicationController",
      text: `{apiVersion: v1, kind: ReplicationController, metadata: {name: web}, spec: {replicas: 2, selector: {app: web}, template: ${TEMPLATE}}}`,
      pods: 2,
      owner: "replicationcontroller/default/web",
    },
    {
      name: "Job with parallelism",
      text: `{apiVersion: batch/v1, kind: Job, metadata: {name: web}, spec: {completions: 10, parallelism: 4, template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}`,
      pods: 4,
      owner: "job/default/web",
    },
  ];
  test.for(cases)(
    "DEC-6: $name stands for $pods Pods with stable names",
    ({ text, pods, owner }) => {
      const result = resolveText(text);
      const made = [...result.value.resources.values()].filter(({ kind }) => kind === "pod");
      expect(made.map(({ address }) => address)).toEqual(
        Array.from({ length: pods }, (_, index) => `pod/default/web-${index}`),
      );
      for (const item of made) expect(item).toMatchObject({ owner, workload: { group: owner } });
      expect(result.diagnostics).toEqual([]);
    },
  );

  test("C15: Pods of a Job are short-lived", () => {
    const text = `{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}`;
    expect(at(resolveText(text), "pod/default/j-0").workload?.lifetime).toBe("short");
  });

  test("replicas share their attributes, and no label tells templates apart", () => {
    const result = resolveText(controller("Deployment", ", replicas: 2"));
    const [first, second] = [at(result, "pod/default/web-0"), at(result, "pod/default/web-1")];
    expect(first.attributes).toBe(second.attributes);
    expect(first.attributes["metadata"]).toEqual({ labels: { app: "web" } });
  });

  test("a StatefulSet's Pods have their own claims and names", () => {
    const claims =
      ", replicas: 2, serviceName: web, volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]";
    const result = resolveText(controller("StatefulSet", claims));
    const second = at(result, "pod/default/web-1");
    expect(second.dependsOn).toEqual(["statefulset/default/web", "vol/default/data-web-1"]);
    expect(second.attributes["spec"]).toMatchObject({
      hostname: "web-1",
      volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data-web-1" } }],
    });
  });

  test("a Pod with the name of a controller's Pod is refused", () => {
    const result = resolveText(join(controller("Deployment", ""), pod("web-0")));
    expect(codes(result)).toEqual(["VP2005"]);
    expect(result.diagnostics[0]?.source).toMatchObject({ document: 1, pointer: "/metadata/name" });
  });

  test("of two documents for one resource the first is kept; they are refused elsewhere", () => {
    const twice = join(
      controller("Deployment", ", replicas: 1"),
      controller("Deployment", ", replicas: 3"),
    );
    const result = resolveText(twice);
    expect(codes(result)).toEqual([]);
    expect(result.value.resources.has("pod/default/web-1")).toBe(false);
  });

  test("a DaemonSet is one Pod per host, and refused on a Supervisor", () => {
    const host =
      "{apiVersion: vpac.dev/v1alpha1, kind: Host, metadata: {name: h1}, spec: {cpu: {coresPerSocket: 4}, memory: 8Gi}}\n";
    const set = controller("DaemonSet", "");
    const free = resolveText(join(set, host));
    expect(at(free, "pod/default/web-0").workload?.scheduling.nodeAffinity.required).toEqual([
      {
        matchExpressions: [],
        matchFields: [{ key: "metadata.name", operator: "In", values: ["h1"] }],
      },
    ]);
    const supervisor =
      "{apiVersion: vpac.dev/v1alpha1, kind: Supervisor, metadata: {name: s}, spec: {networks: {management: {segment: m}, workload: {provider: nsx}}}}\n";
    expect(codes(resolveText(join(set, host, supervisor)))).toContain("VP2018");
  });
});
