import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { host, pod, project, yaml } from "./project.ts";

const PLATFORM = `apiVersion: vpac.dev/v1alpha1
kind: Segment
metadata: {name: mgmt}
spec: {cidrs: [10.0.0.0/24]}
---
apiVersion: vpac.dev/v1alpha1
kind: StoragePolicy
metadata: {name: gold}
spec: {provisioning: thin}
---
apiVersion: vpac.dev/v1alpha1
kind: Supervisor
metadata: {name: sup}
spec:
  cluster: c1
  version: v1.33
  controlPlane: {count: 3, size: tiny}
  networks:
    management: {segment: mgmt}
    workload: {provider: nsx, podCIDRs: [10.244.0.0/20], serviceCIDR: 10.96.0.0/20}
---
apiVersion: vpac.dev/v1alpha1
kind: SupervisorNamespace
metadata: {name: shop}
spec: {supervisor: sup, limits: {cpu: "40", memory: 100Gi}, vmClasses: [best-effort-small]}
`;

const APPS = `apiVersion: vmoperator.vmware.com/v1alpha3
kind: VirtualMachine
metadata: {name: db, namespace: shop}
spec: {className: best-effort-small, imageName: debian, powerState: PoweredOn}
---
apiVersion: run.tanzu.vmware.com/v1alpha3
kind: TanzuKubernetesCluster
metadata: {name: dev, namespace: shop}
spec:
  settings: {network: {services: {cidrBlocks: [10.98.0.0/16]}}}
  topology:
    controlPlane:
      replicas: 1
      vmClass: best-effort-small
      storageClass: gold
      tkr: {reference: {name: v1.33.1---vendor.1}}
    nodePools:
      - {name: a, replicas: 2, vmClass: best-effort-small, storageClass: gold}
`;

// The needs stand last, so that nothing works by the order of the documents.
const WHOLE = yaml(
  pod("front", "256Mi", "").replace("name: front,", "name: front, namespace: shop,"),
  APPS,
  PLATFORM,
  ...["esx-01", "esx-02", "esx-03"].map((name) => host(name)),
);

interface Told {
  readonly type: string;
  readonly address?: string;
  readonly change?: { readonly address: string; readonly dependsOn: readonly string[] };
}

const made = project({ "spec.yaml": WHOLE });
let told: readonly Told[] = [];
beforeAll(async () => {
  const { stdout } = await made.run("apply -f spec.yaml --yes -o ndjson");
  told = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Told);
});
afterAll(() => made.remove());

const when = (type: string, address: string): number =>
  told.findIndex((event) => event.type === type && event.address === address);

test("Z02: namespaces, Pods, VMs and guest clusters are applied in one go, needs first", () => {
  expect(told.at(-1)).toMatchObject({ type: "run_end", failed: 0, exit: { code: 0 } });
  const changes = told.flatMap(({ change }) => (change === undefined ? [] : [change]));
  const kinds = changes.map(({ address }) => address.split("/")[0]);
  for (const kind of ["ns", "pod", "vm", "tkc"]) expect(kinds).toContain(kind);
  const edges = changes.flatMap(({ address, dependsOn }) =>
    dependsOn.map((need) => [need, address] as const),
  );
  expect(edges.length).toBeGreaterThan(20);
  for (const [need, address] of edges) {
    const done = when("apply_complete", need);
    if (done < 0) continue;
    expect(done, `${need} before ${address}`).toBeLessThan(when("apply_start", address));
  }
  expect(when("apply_complete", "ns/shop")).toBeGreaterThan(0);
});

test("Z03: the second apply is empty", async () => {
  const plan = await made.run("plan -f spec.yaml --detailed-exitcode");
  expect(plan.code).toBe(0);
  const again = await made.run("apply -f spec.yaml --yes");
  expect(again.stdout).toContain("Apply complete! Resources: 0 added, 0 changed, 0 destroyed.");
});

/** Every byte of the state and of the simulated world. */
function allBytes(): Readonly<Record<string, string>> {
  const folders = [".vpac/state", ".vpac/sim/sim"].map((folder) => join(made.path, folder));
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return Object.fromEntries(files.map((file) => [file, readFileSync(file, "utf8")]));
}

test("Z01: plan changes neither the world nor the state, whatever it finds", async () => {
  await made.run("sim power-off vm/shop/db");
  await made.run("sim fail esx-02");
  const before = allBytes();
  for (const flags of ["", "--destroy", "--replace vm/shop/*", "--out p.vpacplan"]) {
    const ran = await made.run(`plan -f spec.yaml ${flags}`);
    expect(ran.stdout).toContain("Plan: ");
    expect(allBytes()).toEqual(before);
  }
});
