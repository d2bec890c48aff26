import { beforeAll, describe, expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import { compareText } from "../../../engine/model/canonical.ts";
import type { Step } from "../../../engine/model/plan.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { observedOf } from "../../support/builders.ts";
import { afterApply, planText, type Platforms } from "../../support/platforms.ts";
import { stepAt } from "./support.ts";
import {
  actions,
  ALL,
  applied,
  CLUSTER,
  ENVIRONMENT,
  follows,
  HOSTS,
  MINUTE_MS,
  outputsOf,
  stepFor,
} from "./three-platforms.ts";

beforeAll(() => prepareKinds());

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
