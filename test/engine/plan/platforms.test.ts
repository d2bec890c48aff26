import { beforeAll, describe, expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import { compareText } from "../../../engine/model/canonical.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import type { Plan, Step } from "../../../engine/model/plan.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { host, observedOf } from "../../support/builders.ts";
import type { Planned, Platforms } from "../../support/platforms.ts";
import { afterApply, EMPTY_PLATFORMS, planText } from "../../support/platforms.ts";
import { isAfter, stepAt } from "./support.ts";

beforeAll(() => prepareKinds());

const MINUTE_MS = 60_000;
const ENVIRONMENT = `---
apiVersion: vpac.dev/v1alpha1
kind: Environment
metadata: {name: e}
spec:
  providers:
    - {name: sim, type: esxi-sim}
    - {name: kvm, type: libvirt, uri: "qemu:///system"}
    - {name: guests, type: cluster-api, flavour: in-memory}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
`;
const CLUSTER = `---
apiVersion: run.tanzu.vmware.com/v1alpha3
kind: TanzuKubernetesCluster
metadata: {name: dev, namespace: shop, annotations: {vpac.dev/provider: guests}}
spec:
  topology:
    controlPlane: {replicas: 3, vmClass: guaranteed-medium, tkr: {reference: {name: v1.36.0}}}
    nodePools: [{name: np-1, replicas: 2, vmClass: guaranteed-small}]
`;
const MACHINES = `---
{apiVersion: vpac.dev/v1alpha1, kind: MachineImage, metadata: {name: debian, annotations: {vpac.dev/provider: kvm}}, spec: {source: d.qcow2}}
---
{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachine, metadata: {name: db, namespace: shop, annotations: {vpac.dev/provider: kvm}}, spec: {className: best-effort-small, imageName: debian}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}, spec: {containers: [{name: c, image: "i:1"}]}}
`;
const TAKER = `---
apiVersion: v1
kind: ConfigMap
metadata: {name: where, namespace: shop, annotations: {vpac.dev/from: "/data/endpoint=tkc/shop/dev:endpoint, /data/secret=tkc/shop/dev:kubeconfigSecret.name"}}
data: {note: kept}
`;
const HOSTS: Platforms = {
  ...EMPTY_PLATFORMS,
  hosts: [host({ name: "esx-a" }), host({ name: "kvm-a", provider: "kvm", cluster: "other" })],
};

const outputsOf = (step: Step): JsonObject =>
  step.kindKey === "cluster.x-k8s.io/Cluster"
    ? {
        endpoint: "https://h:6443",
        kubeconfigSecret: { namespace: "shop", name: "dev-kubeconfig", key: "value" },
      }
    : {};
const applied = (text: string, world: Platforms = HOSTS): Platforms =>
  afterApply(planText(text, world).plan, world, outputsOf);
const actions = ({ plan }: Planned): Record<string, string> =>
  Object.fromEntries(
    plan.changes
      .filter(({ action }) => action !== "noop")
      .map(({ address, action }) => [address.replace(/-[0-9a-f]{8}$/, "-HASH"), action]),
  );
/** The only step at an address that starts so. */
function stepFor(plan: Plan, prefix: string, verb: Step["verb"]): Step {
  const found = plan.steps.filter((step) => step.address.startsWith(prefix) && step.verb === verb);
  expect(found.map(({ address }) => address)).toHaveLength(1);
  return found[0] as Step;
}
const follows = (plan: Plan, later: Step, earlier: Step): void =>
  expect([later.address, isAfter(plan, later, earlier), earlier.address]).toEqual([
    later.address,
    true,
    earlier.address,
  ]);

const ALL = ENVIRONMENT + CLUSTER + MACHINES + TAKER;

describe("one spec over three platforms", () => {
  test("plans in one order, is settled after it, and goes in the opposite one", () => {
    const first = planText(ALL, HOSTS);
    expect([first.codes, first.findings]).toEqual([[], []]);
    expect(Object.values(actions(first)).every((action) => action === "create")).toBe(true);
    expect(first.plan.steps.flatMap(({ host: at }) => at ?? []).sort(compareText)).toEqual([
      "esx-a",
      "kvm-a",
    ]);
    const world = applied(ALL);
    const second = planText(ALL, world);
    expect([actions(second), second.findings, second.plan.steps]).toEqual([{}, [], []]);
    const last = planText(ALL, world, { mode: "destroy" });
    expect(last.findings).toEqual([]);
    expect(afterApply(last.plan, world)).toMatchObject({ objects: [], records: [] });
    const cluster = stepAt(last.plan, "tkc/shop/dev");
    follows(last.plan, stepAt(last.plan, "kubeadmcontrolplane/shop/dev-control-plane"), cluster);
    follows(last.plan, stepAt(last.plan, "ns/guests/shop"), cluster);
    expect(cluster.deadlineMs).toBe(20 * MINUTE_MS);
  });

  test("machines go to the hosts of their own provider alone", () => {
    const { plan } = planText(ALL, { ...HOSTS, hosts: HOSTS.hosts.slice(0, 1) });
    expect(plan.changes.find(({ address }) => address === "vm/shop/db")).toMatchObject({
      action: "blocked",
    });
    expect(stepAt(plan, "pod/shop/web").host).toBe("esx-a");
  });

  test("two providers that report a host of one name are told", () => {
    const twice = HOSTS.hosts.map((one) => ({ ...one, name: "node-1" }));
    expect(planText(ALL, { ...HOSTS, hosts: twice }).codes).toEqual(["VP2511"]);
  });

  test("a provider that is down blocks what it holds, with all its parts, and no more", () => {
    const before = planText(ALL, { ...HOSTS, silent: ["guests"] });
    const blocked = Object.entries(actions(before)).filter(([, action]) => action === "blocked");
    expect(blocked.map(([address]) => address)).toEqual(
      expect.arrayContaining([
        "tkc/shop/dev",
        "machinedeployment/shop/dev-np-1",
        "ns/guests/shop",
        "configmap/shop/where",
      ]),
    );
    expect(actions(before)).toMatchObject({ "vm/shop/db": "create", "pod/shop/web": "create" });
    const world = applied(ALL);
    const after = planText(ALL, { ...world, silent: ["guests"] });
    expect(after.plan.steps).toEqual([]);
    expect(after.findings).toEqual([]);
  });
});

describe("a guest cluster on Cluster API", () => {
  const TEXT = ENVIRONMENT + CLUSTER;
  const world = (): Platforms => applied(TEXT);

  test("is accepted part by part and waits for them in the end", () => {
    const { plan } = planText(TEXT, HOSTS);
    const cluster = stepAt(plan, "tkc/shop/dev");
    follows(plan, cluster, stepAt(plan, "machinedeployment/shop/dev-np-1"));
    follows(plan, stepAt(plan, "devcluster/shop/dev"), stepAt(plan, "ns/guests/shop"));
    expect(cluster.deadlineMs).toBe(30 * MINUTE_MS);
    expect(stepAt(plan, "kubeadmcontrolplane/shop/dev-control-plane").deadlineMs).toBe(
      30 * MINUTE_MS,
    );
  });

  test("T12: scaling changes one number", () => {
    const planned = planText(TEXT.replace("replicas: 2", "replicas: 5"), world());
    expect(actions(planned)).toEqual({ "machinedeployment/shop/dev-np-1": "update" });
    const [change] = planned.plan.changes.filter(({ action }) => action === "update");
    expect(change?.diff).toMatchObject([{ path: "/spec/replicas", before: 2, after: 5 }]);
  });

  test("T12: an upgrade takes the control plane first, then the workers, then the cluster", () => {
    const { plan, findings, codes } = planText(TEXT.replace("v1.36.0", "v1.37.0"), world());
    expect([findings, codes]).toEqual([[], []]);
    expect(plan.steps.map(({ address, verb }) => [address, verb])).toEqual([
      ["kubeadmcontrolplane/shop/dev-control-plane", "update"],
      ["machinedeployment/shop/dev-np-1", "update"],
      ["tkc/shop/dev", "update"],
    ]);
    const [plane, workers, cluster] = plan.steps as [Step, Step, Step];
    follows(plan, workers, plane);
    follows(plan, cluster, workers);
  });

  test.for([
    ["v1.38.0", "VP2508"],
    ["v1.35.0", "VP2507"],
  ] as const)("T12: a plan to go to %s is refused", ([version, code]) => {
    const { codes } = planText(TEXT.replace("v1.36.0", version), world());
    expect(codes).toEqual([code]);
  });

  test("a new VM class makes a new template, turns the pool to it, and takes the old one away", () => {
    const before = world();
    const text = TEXT.replace("guaranteed-small", "guaranteed-large");
    const planned = planText(text, before);
    expect(planned.findings).toEqual([]);
    const { plan } = planned;
    const template = "devmachinetemplate/shop/dev-np-1-";
    const update = stepAt(plan, "machinedeployment/shop/dev-np-1");
    follows(plan, update, stepFor(plan, template, "create"));
    follows(plan, stepFor(plan, template, "remove"), update);
    expect(plan.steps).toHaveLength(3);
    const after = afterApply(plan, before, outputsOf);
    expect(planText(text, after).plan.steps).toEqual([]);
  });

  test("a removed pool takes its templates with it, after its machines", () => {
    const text = TEXT.replace(/nodePools: .*/, "nodePools: []");
    const { plan, findings } = planText(text, world());
    expect(findings).toEqual([]);
    const gone = stepAt(plan, "machinedeployment/shop/dev-np-1", "remove");
    for (const kind of ["devmachinetemplate", "kubeadmconfigtemplate"]) {
      follows(plan, stepFor(plan, `${kind}/shop/dev-np-1-`, "remove"), gone);
    }
    expect(
      plan.steps.every(({ address, verb }) => verb === "remove" || address === "tkc/shop/dev"),
    ).toBe(true);
  });

  test("a replaced cluster takes its parts down and up with it", () => {
    const text = TEXT.replace(
      "topology:",
      "settings: {network: {pods: {cidrBlocks: [100.64.0.0/16]}}}\n  topology:",
    );
    const planned = planText(text, world());
    expect(planned.findings).toEqual([]);
    expect(actions(planned)).toMatchObject({
      "tkc/shop/dev": "replace",
      "kubeadmcontrolplane/shop/dev-control-plane": "replace",
      "devcluster/shop/dev": "replace",
    });
    const { plan } = planned;
    const plane: Address = "kubeadmcontrolplane/shop/dev-control-plane";
    follows(plan, stepAt(plan, plane, "remove"), stepAt(plan, "tkc/shop/dev", "remove"));
    follows(plan, stepAt(plan, "tkc/shop/dev", "create"), stepAt(plan, plane, "create"));
  });

  test("a namespace that is there already is taken as it is, and stays when all goes", () => {
    const template = applied(TEXT).records.find(({ address }) => address === "ns/guests/shop");
    if (template === undefined) throw new Error("no namespace was made");
    const foreign = observedOf({ ...template, id: "theirs" }, { tag: undefined, kind: "ns" });
    const shared = { ...HOSTS, objects: [foreign] };
    const first = planText(TEXT, shared);
    expect(first.codes).toEqual([]);
    expect(actions(first)).not.toHaveProperty("ns/guests/shop");
    const after = afterApply(first.plan, shared, outputsOf);
    expect(planText(TEXT, after).plan.steps).toEqual([]);
    const last = afterApply(planText(TEXT, after, { mode: "destroy" }).plan, after);
    expect(last.objects).toEqual([foreign]);
  });

  test("another's cluster of the same name is told before anything is made", () => {
    const record = applied(TEXT).records.find(({ address }) => address === "tkc/shop/dev");
    if (record === undefined) throw new Error("no cluster was made");
    const foreign = observedOf({ ...record, id: "theirs" }, { tag: undefined, kind: "cluster" });
    expect(actions(planText(TEXT, { ...HOSTS, objects: [foreign] }))).toMatchObject({
      "tkc/shop/dev": "blocked",
    });
  });
});

describe("values known after apply", () => {
  const at = (planned: Planned, address: Address) =>
    planned.plan.changes.find((change) => change.address === address);

  test("are unknown in the first plan, given by the cluster, and known from then on", () => {
    const first = planText(ALL, HOSTS);
    const taker = stepAt(first.plan, "configmap/shop/where");
    expect(at(first, "configmap/shop/where")?.unknown).toEqual(["/data/endpoint", "/data/secret"]);
    follows(first.plan, taker, stepAt(first.plan, "tkc/shop/dev"));
    const world = applied(ALL);
    expect(world.records.find(({ address }) => address === "configmap/shop/where")).toMatchObject({
      attributes: { data: { endpoint: "https://h:6443", secret: "dev-kubeconfig", note: "kept" } },
    });
    expect(planText(ALL, world).plan.steps).toEqual([]);
  });

  test("follow the cluster when it tells something else", () => {
    const world = applied(ALL);
    const objects = world.objects.map((object) =>
      object.name === "dev" && object.kind === "tkc"
        ? { ...object, status: { outputs: { endpoint: "https://new:1" } } }
        : object,
    );
    const planned = planText(ALL, { ...world, objects });
    expect(at(planned, "configmap/shop/where")?.diff).toMatchObject([
      { path: "/data/endpoint", before: "https://h:6443", after: "https://new:1" },
    ]);
  });

  test("are unknown again when the cluster is replaced", () => {
    const text = ALL.replace(
      "topology:",
      "settings: {network: {pods: {cidrBlocks: [100.64.0.0/16]}}}\n  topology:",
    );
    const planned = planText(text, applied(ALL));
    expect(planned.findings).toEqual([]);
    expect(at(planned, "configmap/shop/where")).toMatchObject({
      action: "update",
      unknown: ["/data/endpoint", "/data/secret"],
    });
  });

  test("block what needs them while nothing has told them", () => {
    const world = applied(ALL);
    const records = world.records
      .filter(({ address }) => address !== "configmap/shop/where")
      .map((record) => ({ ...record, outputs: {} }));
    const objects = world.objects.filter(({ name }) => name !== "where");
    const planned = planText(ALL, { ...world, records, objects });
    expect(planned.findings).toEqual([]);
    expect(at(planned, "configmap/shop/where")).toMatchObject({
      action: "blocked",
      reasons: [
        { code: "dependency-blocked", detail: "tkc/shop/dev has not told its endpoint yet" },
      ],
    });
  });
});
