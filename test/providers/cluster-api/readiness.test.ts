import { expect, test } from "vitest";
import type { JsonObject } from "../../../engine/model/json.ts";
import type { KubeObject } from "../../../providers/cluster-api/kube/types.ts";
import {
  isClusterOf,
  outputsOf,
  readinessOf,
  unfinishedIn,
} from "../../../providers/cluster-api/readiness.ts";

const CORE = "cluster.x-k8s.io";
const PLANE = "controlplane.cluster.x-k8s.io";

const object = (group: string, kind: string, spec: JsonObject, status: JsonObject): KubeObject => ({
  apiVersion: `${group}/v1beta2`,
  kind,
  metadata: { name: "dev", namespace: "shop", generation: 2 },
  spec,
  status: { observedGeneration: 2, ...status },
});

const counts = (replicas: number, upToDateReplicas: number, readyReplicas: number): JsonObject => ({
  replicas,
  upToDateReplicas,
  readyReplicas,
});

const available = (status: string, message = ""): JsonObject => ({
  conditions: [{ type: "Available", status, message }],
});

interface Case {
  readonly name: string;
  readonly kindKey: string;
  readonly object: KubeObject;
  /** Undefined: it is ready. */
  readonly want: JsonObject | undefined;
}

const plane = (status: JsonObject, spec: JsonObject = { replicas: 3, version: "v1.37.0" }) =>
  object(PLANE, "KubeadmControlPlane", spec, status);
const deployment = (status: JsonObject) =>
  object(CORE, "MachineDeployment", { clusterName: "dev", replicas: 2 }, status);
const cluster = (status: JsonObject) => object(CORE, "Cluster", {}, status);
const whole = { desiredReplicas: 1, ...counts(1, 1, 1) };

const cases: readonly Case[] = [
  {
    name: "a control plane whose controller has not looked yet",
    kindKey: `${PLANE}/KubeadmControlPlane`,
    object: plane({ ...counts(3, 3, 3), observedGeneration: 1 }),
    want: { phase: "pending" },
  },
  {
    name: "a control plane with one machine of three",
    kindKey: `${PLANE}/KubeadmControlPlane`,
    object: plane(counts(1, 1, 1)),
    want: { phase: "scaling", percent: 33, detail: "1 of 3 machines, 1 up to date, 1 ready" },
  },
  {
    name: "a control plane in the middle of an upgrade",
    kindKey: `${PLANE}/KubeadmControlPlane`,
    object: plane(counts(4, 1, 3)),
    want: { phase: "rolling out", percent: 24 },
  },
  {
    name: "a control plane with an old machine left",
    kindKey: `${PLANE}/KubeadmControlPlane`,
    object: plane({ ...counts(3, 3, 3), version: "v1.36.0" }),
    want: { phase: "rolling out", detail: "oldest machine has v1.36.0, not v1.37.0 yet" },
  },
  {
    name: "a whole control plane",
    kindKey: `${PLANE}/KubeadmControlPlane`,
    object: plane({ ...counts(3, 3, 3), version: "v1.37.0" }),
    want: undefined,
  },
  {
    name: "workers of which some are too many",
    kindKey: `${CORE}/MachineDeployment`,
    object: deployment(counts(5, 5, 5)),
    want: { phase: "scaling", percent: 39 },
  },
  {
    name: "workers that are all there",
    kindKey: `${CORE}/MachineDeployment`,
    object: deployment(counts(2, 2, 2)),
    want: undefined,
  },
  {
    name: "a cluster that is not available, in its own words",
    kindKey: `${CORE}/Cluster`,
    object: cluster({ phase: "Provisioning", ...available("False", "* waits\n  for etcd") }),
    want: { phase: "provisioning", detail: "* waits for etcd" },
  },
  {
    name: "an available cluster with two of three control-plane machines",
    kindKey: `${CORE}/Cluster`,
    object: cluster({
      ...available("True"),
      controlPlane: { desiredReplicas: 3, ...counts(2, 2, 2) },
      workers: whole,
    }),
    want: { percent: 74, detail: "2 of 3 machines, 2 up to date, 2 ready" },
  },
  {
    name: "a whole cluster",
    kindKey: `${CORE}/Cluster`,
    object: cluster({ ...available("True"), controlPlane: whole, workers: whole }),
    want: undefined,
  },
  {
    name: "a namespace that ends",
    kindKey: "core/Namespace",
    object: { kind: "Namespace", status: { phase: "Terminating" } },
    want: { phase: "terminating" },
  },
];

test.for(cases)("$name: what is missing", ({ kindKey, object: seen, want }) => {
  const missing = readinessOf(kindKey)?.missingIn(seen);
  if (want === undefined) expect(missing).toBeUndefined();
  else expect(missing).toMatchObject(want);
});

test("machines of an older template are counted by their sets", () => {
  const template = (version: string) => ({ spec: { version } });
  const wanted = object(CORE, "MachineDeployment", { template: template("v1.37.0") }, {});
  const set = (version: string, replicas: number) =>
    object(CORE, "MachineSet", { template: template(version), replicas }, { replicas });
  const { missingInParts } = readinessOf(`${CORE}/MachineDeployment`) ?? {};
  expect(missingInParts?.(wanted, [set("v1.37.0", 1), set("v1.36.0", 2)])).toMatchObject({
    detail: "2 machines to replace",
  });
  expect(missingInParts?.(wanted, [set("v1.37.0", 3), set("v1.36.0", 0)])).toBeUndefined();
});

test("kinds that nobody works on are ready as soon as the server has them", () => {
  expect(readinessOf("core/ConfigMap")).toBeUndefined();
});

test("machines to make are unfinished work; a machine that is not ready is not", () => {
  expect(unfinishedIn(deployment(counts(1, 1, 1)))).toBe("1 of 2 machines, 1 up to date, 1 ready");
  expect(unfinishedIn(deployment(counts(2, 2, 1)))).toBeUndefined();
  expect(unfinishedIn(cluster({}))).toContain("does not serve yet");
  expect(unfinishedIn(cluster({ initialization: { controlPlaneInitialized: true } }))).toBe(
    undefined,
  );
});

test("a cluster gives its address and where its kubeconfig is, once it has an address", () => {
  const seen = object(CORE, "Cluster", { controlPlaneEndpoint: { host: "::1", port: 6443 } }, {});
  expect(outputsOf(seen)).toEqual({
    endpoint: "https://[::1]:6443",
    kubeconfigSecret: { namespace: "shop", name: "dev-kubeconfig", key: "value" },
  });
  expect(outputsOf(object(CORE, "Cluster", {}, {}))).toBeUndefined();
});

test("a control plane is known by the reference of its cluster, in one namespace only", () => {
  const reference = { controlPlaneRef: { kind: "KubeadmControlPlane", name: "dev" } };
  const owner = object(CORE, "Cluster", reference, {});
  expect(isClusterOf(owner, plane({}))).toBe(true);
  const elsewhere = { ...plane({}), metadata: { name: "dev", namespace: "other" } };
  expect(isClusterOf(owner, elsewhere)).toBe(false);
});
