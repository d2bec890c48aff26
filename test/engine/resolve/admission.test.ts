import { beforeAll, describe, expect, test } from "vitest";
import type { Diagnostic } from "../../../engine/diagnostics/diagnostic.ts";
import type { SchedulingTerms } from "../../../engine/model/scheduling.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";

beforeAll(() => prepareKinds());

const join = (...documents: string[]): string => documents.join("\n---\n");
const errors = (text: string): readonly Diagnostic[] =>
  resolveText(text).diagnostics.filter(({ severity }) => severity === "error");
const pod = (name: string, resources = "{}", labels = "{}", spec = ""): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, labels: ${labels}}, spec: {containers: [{name: c, image: x, resources: ${resources}}]${spec}}}`;
const quota = (hard: string): string =>
  `{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: ${hard}}}`;
const supervised = (spec: string): string =>
  `{apiVersion: vpac.dev/v1alpha1, kind: SupervisorNamespace, metadata: {name: default}, spec: ${spec}}`;
const vm = (name: string, spec: string, labels = "{}"): string =>
  `{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachine, metadata: {name: ${name}, labels: ${labels}}, spec: {imageName: x, ${spec}}}`;
const claim = (name: string, size: string, policy: string): string =>
  `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: ${name}}, spec: {accessModes: [ReadWriteOnce], storageClassName: ${policy}, resources: {requests: {storage: ${size}}}}}`;

describe("quotas", () => {
  const HALF = "{requests: {cpu: 600m, memory: 1Gi}}";
  const cases: readonly { name: string; text: string; says: string; address: string }[] = [
    {
      name: "N03: a Pod over requests.cpu",
      text: join(pod("a", HALF), pod("b", HALF), quota('{requests.cpu: "1"}')),
      says: "600m used + 600m asked > 1",
      address: "pod/default/b",
    },
    {
      name: "N03: one Pod too many",
      text: join(pod("a"), pod("b"), pod("c"), quota("{pods: 2}")),
      says: "2 used + 1 asked > 2",
      address: "pod/default/c",
    },
    {
      name: "N03: one object too many of any kind",
      text: join(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}",
        quota("{configmaps: 1}"),
      ),
      says: "1 used + 1 asked > 1",
      address: "configmap/default/b",
    },
    {
      name: "N03: claims over requests.storage",
      text: join(
        claim("a", "6Gi", "gold"),
        claim("b", "6Gi", "gold"),
        quota("{requests.storage: 10Gi}"),
      ),
      says: "6Gi used + 6Gi asked > 10Gi",
      address: "vol/default/b",
    },
    {
      name: "N03: claims over the grant of their policy",
      text: join(
        supervised("{storage: [{policy: gold, limit: 10Gi}]}"),
        claim("a", "6Gi", "gold"),
        claim("b", "6Gi", "gold"),
      ),
      says: "6Gi used + 6Gi asked > 10Gi",
      address: "vol/default/b",
    },
    {
      name: "N03: reservations over the pool's limit, VMs included",
      text: join(
        supervised('{limits: {cpu: "3"}}'),
        vm("a", "className: guaranteed-small"),
        vm("b", "className: guaranteed-small"),
      ),
      says: "2 used + 2 asked > 3",
      address: "vm/default/b",
    },
    {
      name: "N03: counts of a SupervisorNamespace",
      text: join(supervised("{counts: {pods: 1}}"), pod("a"), pod("b")),
      says: "1 used + 1 asked > 1",
      address: "pod/default/b",
    },
  ];
  test.for(cases)("$name", ({ text, says, address }) => {
    const found = errors(text);
    expect(found.map(({ code, address: where }) => [code, where])).toEqual([["VP2007", address]]);
    expect(found[0]?.detail).toContain(says);
  });

  test("N03: exactly at the limit is within it", () => {
    expect(
      errors(join(pod("a", HALF), pod("b", HALF), quota("{requests.cpu: 1200m, pods: 2}"))),
    ).toEqual([]);
  });

  test("with a quota on an amount every Pod has to state it", () => {
    const [first] = errors(join(pod("a"), quota("{limits.memory: 1Gi}")));
    expect(first).toMatchObject({ code: "VP2008", address: "pod/default/a" });
  });

  test("a quota for BestEffort Pods counts these alone", () => {
    const scoped =
      "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {pods: 1}, scopes: [BestEffort]}}";
    expect(errors(join(pod("a", HALF), pod("b", HALF), pod("c"), scoped))).toEqual([]);
    expect(errors(join(pod("a"), pod("b"), scoped))).toHaveLength(1);
  });

  test("a VM that is off reserves nothing of the pool", () => {
    const off = vm("b", "className: guaranteed-small, powerState: PoweredOff");
    expect(
      errors(join(supervised('{limits: {cpu: "3"}}'), vm("a", "className: guaranteed-small"), off)),
    ).toEqual([]);
  });
});

describe("grants", () => {
  const POLICY =
    "{apiVersion: vpac.dev/v1alpha1, kind: StoragePolicy, metadata: {name: gold}, spec: {displayName: Gold Policy 1}}";
  test("N07: a claim with a policy that is not granted is refused", () => {
    const [first] = errors(
      join(supervised("{storage: [{policy: gold}]}"), claim("a", "1Gi", "silver")),
    );
    expect(first).toMatchObject({ code: "VP2009", source: { pointer: "/spec/storageClassName" } });
  });

  test("N07: so is a VM", () => {
    const found = errors(
      join(
        supervised("{storage: [{policy: gold}]}"),
        vm("v", "className: best-effort-small, storageClass: silver"),
      ),
    );
    expect(found.map(({ code }) => code)).toEqual(["VP2009"]);
  });

  test("N07, G03: a granted policy goes by its own and by its class's name", () => {
    const space = supervised("{storage: [{policy: gold}]}");
    expect(errors(join(POLICY, space, claim("a", "1Gi", "gold")))).toEqual([]);
    expect(errors(join(POLICY, space, claim("a", "1Gi", "gold-policy-1")))).toEqual([]);
  });

  test("N07: a namespace that grants nothing in particular allows everything", () => {
    expect(errors(join(supervised("{}"), claim("a", "1Gi", "silver")))).toEqual([]);
  });

  test("a VM class that is not granted is refused", () => {
    const [first] = errors(
      join(supervised("{vmClasses: [best-effort-small]}"), vm("v", "className: guaranteed-large")),
    );
    expect(first).toMatchObject({ code: "VP2010", help: ["use one of: best-effort-small"] });
  });
});

describe("address ranges", () => {
  const supervisor =
    "{apiVersion: vpac.dev/v1alpha1, kind: Supervisor, metadata: {name: s}, spec: {networks: {management: {segment: m}, workload: {provider: nsx, podCIDRs: [10.244.0.0/20], serviceCIDR: 10.96.0.0/20}}}}";
  const segment = (cidr: string): string =>
    `{apiVersion: vpac.dev/v1alpha1, kind: Segment, metadata: {name: m}, spec: {cidrs: [${cidr}]}}`;
  const guest = (network: string): string =>
    `{apiVersion: run.tanzu.vmware.com/v1alpha3, kind: TanzuKubernetesCluster, metadata: {name: g}, spec: {settings: {network: ${network}}, topology: {controlPlane: {replicas: 1, vmClass: best-effort-small, storageClass: x, tkr: {reference: {name: v1.33.1}}}}}}`;
  const overlapping = (text: string): [string, string][] =>
    resolveText(text)
      .diagnostics.filter(({ code }) => code === "VP2012")
      .map(({ severity, detail }) => [severity, detail]);

  test("a segment inside the Pod ranges is a warning", () => {
    const found = overlapping(join(supervisor, segment("10.244.8.0/24")));
    expect(found).toHaveLength(1);
    expect(found[0]?.[0]).toBe("warning");
  });

  test("the standard Pod range of guest clusters collides with a management network", () => {
    const found = overlapping(join(segment("192.168.10.0/24"), guest("{}")));
    expect(found[0]?.[1]).toContain("192.168.0.0/16");
  });

  test("Pods and services of one document that overlap are an error", () => {
    const own = guest("{pods: {cidrBlocks: [10.0.0.0/8]}, services: {cidrBlocks: [10.98.0.0/16]}}");
    expect(overlapping(own).map(([severity]) => severity)).toEqual(["error"]);
  });

  test("ranges side by side are silent, and guests do not see each other", () => {
    const one = guest("{services: {cidrBlocks: [10.100.0.0/16]}}");
    const other = one.replace("name: g", "name: h");
    expect(overlapping(join(supervisor, segment("10.1.0.0/24"), one, other))).toEqual([]);
  });
});

describe("placement rules", () => {
  const rule = (name: string, spec: string): string =>
    `{apiVersion: vpac.dev/v1alpha1, kind: PlacementRule, metadata: {name: ${name}}, spec: ${spec}}`;
  const DB = "{app: db}";
  const SELECT = "select: {matchLabels: {app: db}}";
  const terms = (text: string): SchedulingTerms => {
    const found = resolveText(text).value.resources.get("pod/default/a")?.workload?.scheduling;
    if (found === undefined) throw new Error("no terms");
    return found;
  };

  test("D21: must becomes a requirement, should a preference", () => {
    const must = terms(join(pod("a", "{}", DB), rule("r", `{type: separate, ${SELECT}}`)));
    expect(must.podAntiAffinity.required).toMatchObject([
      {
        rule: "placementrule/default/r",
        topologyKey: "kubernetes.io/hostname",
        namespaces: ["default"],
      },
    ]);
    const should = terms(
      join(
        pod("a", "{}", DB),
        rule("r", `{type: together, enforcement: should, weight: 40, ${SELECT}}`),
      ),
    );
    expect(should.podAffinity).toMatchObject({ required: [], preferred: [{ weight: 40 }] });
  });

  test("D21: a rule is merged with what the Pod says itself", () => {
    const own =
      ", affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: rack, labelSelector: {matchLabels: {app: web}}}]}}";
    const found = terms(join(pod("a", "{}", DB, own), rule("r", `{type: separate, ${SELECT}}`)));
    expect(found.podAntiAffinity.required.map((term) => term.topologyKey)).toEqual([
      "rack",
      "kubernetes.io/hostname",
    ]);
  });

  test("a rule over named members selects them by a label of its own", () => {
    const found = resolveText(
      join(
        pod("a"),
        pod("b"),
        pod("c"),
        rule("r", "{type: separate, members: [pod/default/a, pod/default/b]}"),
      ),
    );
    const labels = (name: string): unknown =>
      found.value.resources.get(`pod/default/${name}`)?.attributes["metadata"];
    expect(labels("a")).toEqual({ labels: { "rule.vpac.dev/r": "member" } });
    expect(labels("c")).toBeUndefined();
  });

  test("VM-host rules become node affinity", () => {
    const on = terms(
      join(pod("a", "{}", DB), rule("r", `{type: on-hosts, ${SELECT}, hosts: {names: [h1, h2]}}`)),
    );
    expect(on.nodeAffinity.required?.map((term) => term.matchFields[0]?.values)).toEqual([
      ["h1"],
      ["h2"],
    ]);
    const off = terms(
      join(
        pod("a", "{}", DB),
        rule("r", `{type: off-hosts, ${SELECT}, hosts: {matchLabels: {gpu: "yes"}}}`),
      ),
    );
    expect(off.nodeAffinity.required).toEqual([
      { matchExpressions: [{ key: "gpu", operator: "NotIn", values: ["yes"] }], matchFields: [] },
    ]);
    const should = terms(
      join(
        pod("a", "{}", DB),
        rule("r", `{type: on-hosts, enforcement: should, ${SELECT}, hosts: {names: [h1]}}`),
      ),
    );
    expect(should.nodeAffinity).toMatchObject({
      required: undefined,
      preferred: [{ weight: 100 }],
    });
  });

  const conflicts: readonly { name: string; text: string; names: readonly string[] }[] = [
    {
      name: "D21: two rules, together and apart",
      text: join(
        pod("a", "{}", DB),
        pod("b", "{}", DB),
        rule("one", `{type: together, ${SELECT}}`),
        rule("two", `{type: separate, ${SELECT}}`),
      ),
      names: ["default/one", "default/two"],
    },
    {
      name: "D21: a rule against the Pod's own affinity",
      text: join(
        pod(
          "a",
          "{}",
          DB,
          ", affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: db}}}]}}",
        ),
        pod("b", "{}", DB),
        rule("apart", `{type: separate, ${SELECT}}`),
      ),
      names: ["placementrule/default/apart", "pod/default/a/spec/affinity/podAffinity"],
    },
  ];
  test.for(conflicts)("$name is an error that names both", ({ text, names }) => {
    const found = errors(text).filter(({ code }) => code === "VP2016");
    expect(found).toHaveLength(1);
    for (const name of names) expect(found[0]?.detail).toContain(name);
  });

  test("D21: a should rule conflicts with nothing, nor do rules over different workloads", () => {
    const both = join(
      pod("a", "{}", DB),
      pod("b", "{}", DB),
      rule("one", `{type: together, ${SELECT}}`),
    );
    expect(
      errors(join(both, rule("two", `{type: separate, enforcement: should, ${SELECT}}`))),
    ).toEqual([]);
    expect(
      errors(join(both, rule("two", "{type: separate, select: {matchLabels: {app: web}}}"))),
    ).toEqual([]);
  });

  test("D09: a PriorityClass says how important a Pod is and whether others end for it", () => {
    const kind = (name: string, rest: string): string =>
      `apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: ${name}}\n${rest}`;
    const polite = kind("polite", "value: 7\npreemptionPolicy: Never");
    const standard = kind("standard", "value: 3\nglobalDefault: true");
    const of = (given: string): SchedulingTerms =>
      terms(join(polite, standard, pod("a", "{}", "{}", given)));
    expect(of(", priorityClassName: polite")).toMatchObject({
      priority: 7,
      preemptionPolicy: "Never",
    });
    expect(of("").priority).toBe(3);
    expect(of("").preemptionPolicy).toBeUndefined();
    expect(of(", preemptionPolicy: Never").preemptionPolicy).toBe("Never");
  });

  test("a Pod's terms are read as upstream writes them", () => {
    const found = terms(
      pod(
        "a",
        "{}",
        "{}",
        `, nodeName: h1, nodeSelector: {disk: ssd}, priorityClassName: system-cluster-critical, tolerations: [{key: gpu, operator: Exists, effect: NoSchedule}],
          topologySpreadConstraints: [{maxSkew: 2, topologyKey: rack, whenUnsatisfiable: ScheduleAnyway, labelSelector: {}}],
          affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: cores, operator: Gt, values: ["8"]}]}]},
            preferredDuringSchedulingIgnoredDuringExecution: [{weight: 7, preference: {matchExpressions: [{key: rack, operator: In, values: [r1]}]}}]}}`,
      ),
    );
    expect(found).toMatchObject({
      nodeName: "h1",
      nodeSelector: { disk: "ssd" },
      priority: 2_000_000_000,
      runtime: "crx",
      images: ["x"],
      tolerations: [{ key: "gpu", operator: "Exists", value: "", effect: "NoSchedule" }],
      spread: [
        {
          maxSkew: 2,
          topologyKey: "rack",
          whenUnsatisfiable: "ScheduleAnyway",
          nodeAffinityPolicy: "Honor",
          nodeTaintsPolicy: "Ignore",
        },
      ],
      nodeAffinity: {
        required: [
          { matchExpressions: [{ key: "cores", operator: "Gt", values: ["8"] }], matchFields: [] },
        ],
        preferred: [{ weight: 7 }],
      },
    });
  });

  test("a VM's affinity is read from vmAffinity and vmAntiAffinity", () => {
    const text = vm(
      "a",
      "className: best-effort-small, groupName: g, affinity: {vmAntiAffinity: {requiredDuringSchedulingPreferredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: db}}}]}}",
    );
    const found = resolveText(text).value.resources.get("vm/default/a")?.workload?.scheduling;
    expect(found?.podAntiAffinity.required).toMatchObject([
      { selector: { matchLabels: { app: "db" } } },
    ]);
    expect(found?.runtime).toBe("vmx");
  });
});
