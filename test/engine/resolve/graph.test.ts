import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { ResolveResult } from "../../../engine/resolve/resolve.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveSpecs, resolveText, specDocuments } from "../../support/specs.ts";
import { controller, join, pod } from "./documents.ts";
import { at, codes } from "./results.ts";

beforeAll(() => prepareKinds());

describe("references", () => {
  const vm = (name: string, spec: string, namespace = "default", metadata = ""): string =>
    `{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachine, metadata: {name: ${name}, namespace: ${namespace}${metadata}}, spec: {imageName: debian${spec}}}\n`;
  const missing = (result: ResolveResult): [string, string | undefined, string | undefined][] =>
    result.missing.map(({ from, wanted, diagnostic }) => [from, wanted[0], diagnostic.severity]);

  test("a VM class that is nowhere is an error with a suggestion, and its image a warning", () => {
    const result = resolveText(vm("v", ", className: best-effort-smal"));
    expect(missing(result)).toEqual([
      ["vm/default/v", "virtualmachineclass/best-effort-smal", "error"],
      ["vm/default/v", "machineimage/debian", "warning"],
    ]);
    expect(result.missing[0]?.diagnostic.help[0]).toContain("best-effort-small");
  });

  test("built-in classes, namespaces and priorities are never missing", () => {
    const text = join(
      vm("v", ", className: guaranteed-8xlarge", "kube-system"),
      pod("p", "", ", priorityClassName: system-node-critical"),
    );
    expect(missing(resolveText(text))).toEqual([
      ["vm/kube-system/v", "machineimage/debian", "warning"],
    ]);
  });

  test("a namespace that nobody declares is an error", () => {
    const result = resolveText(
      "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: lost}, spec: {containers: [{name: c}]}}",
    );
    expect(missing(result)).toEqual([["pod/lost/p", "ns/lost", "error"]]);
  });

  test("what a Pod mounts comes before it", () => {
    const text = join(
      pod(
        "p",
        "",
        ", volumes: [{name: v, configMap: {name: conf}}, {name: w, secret: {secretName: key}}, {name: d, persistentVolumeClaim: {claimName: disk}}]",
      ),
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: conf}}\n",
      "{apiVersion: v1, kind: Secret, metadata: {name: key}}\n",
      "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: disk}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}\n",
    );
    const result = resolveText(text);
    expect(at(result, "pod/default/p").dependsOn).toEqual([
      "configmap/default/conf",
      "secret/default/key",
      "vol/default/disk",
    ]);
    expect(result.missing).toEqual([]);
  });

  test("a workload comes after its namespace, pool and segment", () => {
    const text = join(
      "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n",
      "{apiVersion: vpac.dev/v1alpha1, kind: Supervisor, metadata: {name: s}, spec: {networks: {management: {segment: m}, workload: {provider: nsx}}}}\n",
      "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop}, spec: {containers: [{name: c}]}}\n",
    );
    expect(at(resolveText(text), "pod/shop/p").dependsOn).toEqual([
      "net/ns-shop",
      "ns/shop",
      "pool/shop",
    ]);
  });

  const SPACES = join(
    "{apiVersion: v1, kind: Namespace, metadata: {name: a}}\n",
    "{apiVersion: v1, kind: Namespace, metadata: {name: b}}\n",
  );

  test("N10, T25: a reference that names another namespace is refused", () => {
    const cluster = (namespace: string): string =>
      `{apiVersion: cluster.x-k8s.io/v1beta2, kind: Cluster, metadata: {name: c, namespace: a}, spec: {topology: {classRef: {name: k, namespace: ${namespace}}, version: v1.33.1}}}\n`;
    const { diagnostics } = resolveText(join(SPACES, cluster("b")));
    expect(diagnostics).toMatchObject([
      { code: "VP2002", address: "cluster/a/c", source: { pointer: "/spec/topology/classRef" } },
    ]);
    expect(codes(resolveText(join(SPACES, cluster("a"))))).toEqual([]);
    expect(codes(resolveText(join(SPACES, cluster("vmware-system-vks-public"))))).toEqual([]);
  });

  test("N10: the segment of another namespace is not for us", () => {
    const supervisor =
      "{apiVersion: vpac.dev/v1alpha1, kind: Supervisor, metadata: {name: s}, spec: {networks: {management: {segment: m}, workload: {provider: nsx}}}}\n";
    const joined = (segment: string): string =>
      vm(
        "v",
        `, className: best-effort-small, network: {interfaces: [{name: eth0, network: {name: ${segment}}}]}`,
        "a",
      );
    expect(codes(resolveText(join(SPACES, supervisor, joined("ns-b"))))).toContain("VP2002");
    expect(codes(resolveText(join(SPACES, supervisor, joined("ns-a"))))).not.toContain("VP2002");
  });

  test("VMs of a boot step come after those of the step before", () => {
    const group =
      "{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachineGroup, metadata: {name: g}, spec: {bootOrder: [{members: [{kind: VirtualMachine, name: db}]}, {members: [{kind: VirtualMachine, name: web}]}]}}\n";
    const machine = (name: string): string =>
      vm(name, ", className: best-effort-small, groupName: g");
    const result = resolveText(join(group, machine("web"), machine("db")));
    expect(at(result, "vm/default/web").dependsOn).toContain("vm/default/db");
    expect(at(result, "vm/default/db").dependsOn).not.toContain("vm/default/web");
    expect(codes(result)).toEqual([]);
  });

  test("vpac.dev/depends-on adds an edge, to what exists only", () => {
    const note = (value: string): string => `, annotations: {vpac.dev/depends-on: "${value}"}`;
    const good = resolveText(join(pod("a", note("pod/default/b")), pod("b")));
    expect(at(good, "pod/default/a").dependsOn).toEqual(["pod/default/b"]);
    expect(missing(resolveText(pod("a", note("pod/default/c"))))).toEqual([
      ["pod/default/a", "pod/default/c", "error"],
    ]);
    expect(codes(resolveText(pod("a", note("b"))))).toEqual(["VP2004"]);
  });

  test("a cycle is named in full, once, at its first resource", () => {
    const note = (value: string): string =>
      `, annotations: {vpac.dev/depends-on: "pod/default/${value}"}`;
    const result = resolveText(
      join(pod("b", note("c")), pod("c", note("a")), pod("a", note("b")), pod("d", note("a"))),
    );
    expect(codes(result)).toEqual(["VP2003"]);
    expect(result.diagnostics[0]).toMatchObject({
      address: "pod/default/a",
      source: { document: 2, pointer: "/metadata/annotations/vpac.dev~1depends-on" },
    });
    expect(result.diagnostics[0]?.detail).toContain(
      "pod/default/a -> pod/default/b -> pod/default/c -> pod/default/a",
    );
  });

  test("a provider that is not declared is refused", () => {
    expect(codes(resolveText(pod("p", ", annotations: {vpac.dev/provider: kvm}")))).toEqual([
      "VP2017",
    ]);
  });

  test("annotations of vpac are read, judged and kept from the provider", () => {
    const result = resolveText(
      pod(
        "p",
        ', annotations: {vpac.dev/prevent-destroy: "true", vpac.dev/pin-host: esx-a, vpac.dev/balance: "off", vpac.dev/allow-power-off: never, vpac.dev/adopt: vm-17, note: kept}',
      ),
    );
    const { behaviour, workload, attributes } = at(result, "pod/default/p");
    expect(behaviour).toEqual({
      preventDestroy: true,
      adopt: "vm-17",
      paused: false,
      allowPowerOff: "never",
      balance: false,
    });
    expect(workload?.pinHost).toBe("esx-a");
    expect(attributes["metadata"]).toEqual({ annotations: { note: "kept" } });
    expect(codes(resolveText(pod("p", ', annotations: {vpac.dev/paused: "yes"}')))).toEqual([
      "VP2019",
    ]);
  });

  test("globs of the Environment protect without an annotation", () => {
    const guard =
      '{apiVersion: vpac.dev/v1alpha1, kind: Environment, metadata: {name: e}, spec: {guards: {preventDestroy: ["pod/default/*"]}}}\n';
    expect(at(resolveText(join(guard, pod("p"))), "pod/default/p").behaviour.preventDestroy).toBe(
      true,
    );
  });
});

describe("order of the input", () => {
  const text = join(
    "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n",
    "{apiVersion: vpac.dev/v1alpha1, kind: SupervisorNamespace, metadata: {name: b}, spec: {limits: {cpu: 8}}}\n",
    "{apiVersion: vpac.dev/v1alpha1, kind: Supervisor, metadata: {name: s}, spec: {networks: {management: {segment: m}, workload: {provider: nsx}}}}\n",
    controller("Deployment", ", replicas: 3"),
    pod("lone", ", labels: {app: web}"),
    "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: p}, spec: {selector: {matchLabels: {app: web}}, maxUnavailable: 1}}\n",
    "{apiVersion: vpac.dev/v1alpha1, kind: PlacementRule, metadata: {name: r}, spec: {type: separate, select: {matchLabels: {app: web}}}}\n",
    "{apiVersion: vpac.dev/v1alpha1, kind: PlacementRule, metadata: {name: q}, spec: {type: together, select: {matchLabels: {app: web}}}}\n",
    "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {pods: 3}}}\n",
  );

  test("Z04: permuting the documents changes nothing", () => {
    const specs = specDocuments(text);
    const want = resolveSpecs(specs);
    expect(want.diagnostics.length).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.shuffledSubarray(specs, { minLength: specs.length }), (shuffled) => {
        const got = resolveSpecs(shuffled);
        expect(got.value.digest).toBe(want.value.digest);
        expect([...got.value.resources]).toEqual([...want.value.resources]);
        expect(got.value.disruption).toEqual(want.value.disruption);
        expect(got.value.pools).toEqual(want.value.pools);
        expect(got.diagnostics).toEqual(want.diagnostics);
        expect(got.missing).toEqual(want.missing);
      }),
      { numRuns: 30 },
    );
  });

  test("the digest leaves out where things are written", () => {
    const digest = (path: string): string => resolveSpecs(specDocuments(text, path)).value.digest;
    expect(digest("a.yaml")).toBe(digest("b.yaml"));
    expect(resolveText(text.replace("replicas: 3", "replicas: 2")).value.digest).not.toBe(
      digest("a.yaml"),
    );
  });
});

describe("storage classes", () => {
  const claim = (name: string): string =>
    `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {storageClassName: ${name}, resources: {requests: {storage: 1Gi}}}}\n`;
  const policy =
    "{apiVersion: vpac.dev/v1alpha1, kind: StoragePolicy, metadata: {name: gold}, spec: {displayName: Gold Policy 1}}\n";
  const storageClass =
    "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: silver}, provisioner: csi.vsphere.vmware.com}\n";

  test.for(["gold", "gold-policy-1", "silver"])("G03: a claim may ask for %s", (name) => {
    const result = resolveText(join(policy, storageClass, claim(name)));
    expect(result.missing).toEqual([]);
    expect(at(result, "vol/default/c").dependsOn).toContain(
      name === "silver" ? "storageclass/silver" : "policy/gold",
    );
  });

  test("a claim for a class that nobody declares is told", () => {
    const { missing } = resolveText(join(policy, storageClass, claim("bronze")));
    expect(missing.map(({ diagnostic }) => diagnostic.severity)).toEqual(["error"]);
  });
});
