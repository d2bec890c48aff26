import { beforeAll, describe, expect, test } from "vitest";
import type { Diagnostic } from "../../../engine/diagnostics/diagnostic.ts";
import type { JsonObject } from "../../../engine/model/json.ts";
import { CODES } from "../../../engine/validate/codes.ts";
import { validate } from "../../../engine/validate/validate.ts";
import { kinds, prepareKinds } from "../../../schemas/index.ts";
import { documentOf, documentsOf } from "../../support/documents.ts";

beforeAll(() => prepareKinds());

const judge = (yaml: string) => validate(documentsOf(yaml), { kinds });

interface Told {
  readonly code: string;
  readonly at: string;
  readonly help: string;
}

/** Code, document and pointer with the marked part, and the first help. */
const told = (diagnostic: Diagnostic): Told => ({
  code: diagnostic.code,
  at: `${diagnostic.source?.document}${diagnostic.source?.pointer} ${diagnostic.source?.target}`,
  help: diagnostic.help[0] ?? "",
});

const pod = (spec: string, metadata = "{name: web}"): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: ${metadata}\nspec: ${spec}\n`;

const containers = (rest: string): string => `{containers: [{name: a, image: b, ${rest}}]}`;

describe("kind selection", () => {
  test.for([
    {
      name: "an unknown kind gets the nearest known one",
      yaml: "apiVersion: v1\nkind: Pood\nmetadata: {name: a}",
      want: { code: "VP1500", at: "0/kind value", help: "write kind: Pod" },
    },
    {
      name: "a known kind in a version of old gets the served one",
      yaml: "apiVersion: apps/v1beta2\nkind: Deployment\nmetadata: {name: a}",
      want: { code: "VP1501", at: "0/apiVersion value", help: "write apiVersion: apps/v1" },
    },
    {
      name: "a known kind in another group gets its own group",
      yaml: "apiVersion: v1\nkind: VirtualMachineClass\nmetadata: {name: a}",
      want: {
        code: "VP1501",
        at: "0/apiVersion value",
        help: "write apiVersion: vmoperator.vmware.com/v1alpha6",
      },
    },
    {
      name: "a document without kind is told as such",
      yaml: "name: web\nimage: nginx",
      want: {
        code: "VP1511",
        at: "0 key",
        help: "start it with apiVersion and kind, or leave the file out",
      },
    },
    {
      name: "a kind that is no text is told as such",
      yaml: "apiVersion: v1\nkind: 7",
      want: { code: "VP1511", at: "0/kind value", help: "" },
    },
  ])("$name", ({ yaml, want }) => {
    const result = judge(yaml);
    expect(result.diagnostics.map(told)).toEqual([want]);
    expect(result.value).toEqual([]);
  });
});

describe("shape", () => {
  test.for([
    {
      name: "an unknown field is marked at its key, with the nearest name",
      yaml: pod("{contianers: [], containers: [{name: a, image: b}]}"),
      want: {
        code: "VP1503",
        at: "0/spec/contianers key",
        help: "write containers instead of contianers",
      },
    },
    {
      name: "a missing field is marked at the key above it",
      yaml: pod("{restartPolicy: Never}"),
      want: { code: "VP1502", at: "0/spec key", help: "add containers" },
    },
    {
      name: "a number where text is wanted is to be quoted",
      yaml: pod(containers("command: [1]")),
      want: {
        code: "VP1504",
        at: "0/spec/containers/0/command/0 value",
        help: 'put it in quotes: "1"',
      },
    },
    {
      name: "a quoted number where a number is wanted is to be unquoted",
      yaml: pod("{terminationGracePeriodSeconds: '30', containers: [{name: a, image: b}]}"),
      want: {
        code: "VP1504",
        at: "0/spec/terminationGracePeriodSeconds value",
        help: "write 30 without quotes",
      },
    },
    {
      name: "a word in the wrong case gets the right one",
      yaml: pod("{restartPolicy: never, containers: [{name: a, image: b}]}"),
      want: { code: "VP1505", at: "0/spec/restartPolicy value", help: "write Never" },
    },
    {
      name: "a bad name is told in words and put right",
      yaml: pod(containers(""), "{name: My_App}"),
      want: { code: "VP1506", at: "0/metadata/name value", help: "write my-app" },
    },
    {
      name: "a port beyond the last one is out of range",
      yaml: pod(containers("ports: [{containerPort: 70000}]")),
      want: { code: "VP1507", at: "0/spec/containers/0/ports/0/containerPort value", help: "" },
    },
    {
      name: "S01: a CPU amount finer than 1m is refused",
      yaml: pod(containers("resources: {requests: {cpu: 0.0005}}")),
      want: {
        code: "VP1508",
        at: "0/spec/containers/0/resources/requests/cpu value",
        help: "write 1m or more",
      },
    },
    {
      name: "S02: a unit from elsewhere gets the Kubernetes one",
      yaml: pod(containers("resources: {limits: {memory: 4GB}}")),
      want: {
        code: "VP1508",
        at: "0/spec/containers/0/resources/limits/memory value",
        help: "write 4G",
      },
    },
    {
      name: "a negative amount is refused",
      yaml: pod(containers("resources: {limits: {memory: -1}}")),
      want: { code: "VP1508", at: "0/spec/containers/0/resources/limits/memory value", help: "" },
    },
    {
      name: "metadata.generateName is refused with the reason",
      yaml: pod(containers(""), "{name: a, generateName: a-}"),
      want: {
        code: "VP1520",
        at: "0/metadata/generateName key",
        help: "remove metadata.generateName",
      },
    },
    {
      name: "S08: the QoS class cannot be declared",
      yaml: pod("{qosClass: Guaranteed, containers: [{name: a, image: b}]}"),
      want: { code: "VP1503", at: "0/spec/qosClass key", help: "remove qosClass" },
    },
    {
      name: "G02: a datastore of another type is refused",
      yaml: "apiVersion: vpac.dev/v1alpha1\nkind: Datastore\nmetadata: {name: d}\nspec: {type: ext4}",
      want: { code: "VP1505", at: "0/spec/type value", help: "" },
    },
  ])("$name", ({ yaml, want }) => {
    expect(judge(yaml).diagnostics.map(told)).toEqual([want]);
  });

  test.for([
    { text: "0.5", fits: true },
    { text: "500m", fits: true },
    { text: "126754378954", fits: true },
    { text: "64Mi", fits: true },
    { text: "1e3", fits: true },
    { text: "0.001", fits: true },
    { text: "1.0005", fits: false },
    { text: "half", fits: false },
    { text: "1 Gi", fits: false },
  ])("S01, S02: the CPU amount $text is judged by its value", ({ text, fits }) => {
    const result = judge(pod(containers(`resources: {requests: {cpu: "${text}"}}`)));
    expect(result.diagnostics.map((item) => item.code)).toEqual(fits ? [] : ["VP1508"]);
  });

  test("all problems of a document are told at once, one per place", () => {
    const result = judge(pod("{restartPolicy: 3, hostname: 4, containers: []}", "{name: A}"));
    expect(result.diagnostics.map((item) => item.source?.pointer)).toEqual([
      "/spec/hostname",
      "/spec/restartPolicy",
      "/metadata/name",
      "/spec/containers",
    ]);
  });

  test("a document with many problems shows twenty and counts the rest", () => {
    const fields = Array.from({ length: 30 }, (_, index) => `wrong${index}: 1`).join(", ");
    const result = judge(pod(`{${fields}, containers: [{name: a, image: b}]}`));
    expect(result.diagnostics).toHaveLength(21);
    expect(result.diagnostics.at(-1)).toMatchObject({ severity: "note", code: "VP1513" });
    expect(result.diagnostics.at(-1)?.detail).toContain("10 more problems");
  });

  test("a key without a value is as good as absent", () => {
    const result = judge(pod("{hostname: , containers: [{name: a, image: b, env: }]}"));
    expect(result.diagnostics).toEqual([]);
    expect(result.value[0]?.value["spec"]).toEqual({ containers: [{ name: "a", image: "b" }] });
  });

  test("names of members of every object are not fields", () => {
    const result = judge(pod("{constructor: 1, toString: 2, containers: [{name: a, image: b}]}"));
    expect(result.diagnostics.map((item) => item.code)).toEqual(["VP1503", "VP1503"]);
  });
});

describe("support marks", () => {
  test("X01: a privileged container is refused and pointed to a guest cluster", () => {
    const [found] = judge(pod(containers("securityContext: {privileged: true}"))).diagnostics;
    expect(found?.code).toBe("VP1520");
    expect(found?.help[0]).toContain("TanzuKubernetesCluster");
    expect(judge(pod(containers("securityContext: {privileged: false}"))).diagnostics).toEqual([]);
  });

  test.for(["hostNetwork", "hostPID", "hostIPC"])("X04: %s is ignored with a warning", (field) => {
    const [found, ...others] = judge(
      pod(`{${field}: true, containers: [{name: a, image: b}]}`),
    ).diagnostics;
    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: "VP1521", severity: "warning" });
    expect(found?.source?.pointer).toBe(`/spec/${field}`);
  });

  test("X04: a host port is ignored with a warning", () => {
    const found = judge(pod(containers("ports: [{containerPort: 80, hostPort: 80}]"))).diagnostics;
    expect(found.map((item) => [item.code, item.source?.pointer])).toEqual([
      ["VP1521", "/spec/containers/0/ports/0/hostPort"],
    ]);
  });

  test.for([
    { path: "/etc", readOnly: true, codes: ["VP1540"] },
    { path: "/var/log/pods", readOnly: true, codes: [] },
    { path: "/var/log/pods", readOnly: false, codes: ["VP1540"] },
    { path: "/var/log/pods/../../etc", readOnly: true, codes: ["VP1540"] },
    { path: "/var/log/podsters", readOnly: true, codes: ["VP1540"] },
  ])("X05: the host path $path, read-only $readOnly", ({ path, readOnly, codes }) => {
    const mount = `volumeMounts: [{name: h, mountPath: /h, readOnly: ${readOnly}}]`;
    const spec = `{volumes: [{name: h, hostPath: {path: ${path}}}], containers: [{name: a, image: b, ${mount}}]}`;
    expect(judge(pod(spec)).diagnostics.map((item) => item.code)).toEqual(codes);
  });

  test("X06: local volumes are refused", () => {
    const yaml =
      "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: d}\nspec: {local: {path: /mnt}}";
    expect(judge(yaml).diagnostics.map(told)).toEqual([
      {
        code: "VP1543",
        at: "0/spec/local key",
        help: "declare a PersistentVolumeClaim with a storage class instead",
      },
    ]);
  });

  test("X07: NodePort is ignored with a warning", () => {
    const yaml = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {type: NodePort}";
    expect(judge(yaml).diagnostics.map((item) => [item.code, item.severity])).toEqual([
      ["VP1521", "warning"],
    ]);
  });

  test("C07: devices that need emulation are refused", () => {
    const bad = pod(containers(""), "{name: a, annotations: {example.org/nic-type: e1000}}");
    const good = pod(containers(""), "{name: a, annotations: {example.org/nic-type: vmxnet3}}");
    expect(judge(bad).diagnostics.map((item) => item.code)).toEqual(["VP1544"]);
    expect(judge(good).diagnostics).toEqual([]);
  });

  test("C12: Windows containers are refused with the reason", () => {
    const [found] = judge(
      pod("{os: {name: windows}, containers: [{name: a, image: b}]}"),
    ).diagnostics;
    expect(found?.code).toBe("VP1520");
    expect(found?.detail).toContain("Linux kernel");
    expect(
      judge(pod("{os: {name: linux}, containers: [{name: a, image: b}]}")).diagnostics,
    ).toEqual([]);
  });

  test("a controller's template is judged as its Pods are", () => {
    const yaml = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: other}}
    spec:
      hostNetwork: true
      containers: [{name: a, image: b, securityContext: {privileged: true}}]
`;
    expect(judge(yaml).diagnostics.map(told)).toEqual([
      {
        code: "VP1520",
        at: "0/spec/template/spec/containers/0/securityContext/privileged value",
        help: expect.stringContaining("guest cluster"),
      },
      {
        code: "VP1552",
        at: "0/spec/selector/matchLabels/app value",
        help: "add app: web to spec.template.metadata.labels",
      },
      { code: "VP1521", at: "0/spec/template/spec/hostNetwork value", help: "remove hostNetwork" },
    ]);
  });

  test("settings of the Environment that are not acted on are told", () => {
    const yaml =
      "apiVersion: vpac.dev/v1alpha1\nkind: Environment\nmetadata: {name: a}\nspec: {guards: {windows: [{deny: '0 8 * * *', duration: 8h}]}, state: {type: http, url: 'https://a'}}";
    expect(judge(yaml).diagnostics.map((item) => [item.code, item.source?.pointer])).toEqual([
      ["VP1521", "/spec/guards/windows"],
      ["VP1521", "/spec/state/type"],
      ["VP1521", "/spec/state/url"],
    ]);
  });

  test("a request above its limit is refused, as Kubernetes does", () => {
    const amounts = (request: string, limit: string) =>
      judge(
        pod(containers(`resources: {requests: {memory: ${request}}, limits: {memory: ${limit}}}`)),
      ).diagnostics.map((item) => [item.code, item.source?.pointer]);
    expect(amounts("1Gi", "1024Mi")).toEqual([]);
    expect(amounts("1025Mi", "1Gi")).toEqual([
      ["VP1550", "/spec/containers/0/resources/requests/memory"],
    ]);
  });

  test("only the marks of the provider that a document is bound to count", () => {
    const kind = kinds.byKey("core/ConfigMap");
    if (kind === undefined) throw new Error("no ConfigMap");
    const why = "No store.";
    const rules = [
      { path: "/data", provider: "libvirt", mark: "refused", why },
      { path: "/binaryData", provider: "*", mark: "warned", why },
      { path: "/binaryData", provider: "libvirt", mark: "honoured", why },
    ] as const;
    const own = { ...kind, marks: rules };
    const registry = {
      ...kinds,
      find: (api: string, word: string) => (word === "ConfigMap" ? own : kinds.find(api, word)),
    };
    const codes = (annotations: string) =>
      validate(
        documentsOf(`apiVersion: vpac.dev/v1alpha1
kind: Environment
metadata: {name: e}
spec: {providers: [{name: sim, type: esxi-sim}, {name: kvm, type: libvirt}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: a, annotations: {${annotations}}}
data: {a: b}
binaryData: {a: YQ==}
`),
        { kinds: registry },
      ).diagnostics.map((item) => item.code);
    expect(codes("")).toEqual(["VP1521"]);
    expect(codes("vpac.dev/provider: kvm")).toEqual(["VP1520"]);
  });
});

describe("own annotations", () => {
  const annotated = (key: string, value: string): string =>
    pod(containers(""), `{name: a, annotations: {"vpac.dev/${key}": "${value}"}}`);

  test.for([
    ["prevent-destroy", "true"],
    ["allow-power-off", "window"],
    ["balance", "off"],
    ["depends-on", "vm/shop/db-0, ns/shop"],
    ["pin-host", "esx-a"],
    ["adopt", "vm-42"],
    ["power-request", "stopped"],
    ["power-status", "stopped"],
  ] as const)("L04: vpac.dev/%s takes %s", ([key, value]) => {
    expect(judge(annotated(key, value)).diagnostics).toEqual([]);
  });

  test.for([
    ["prevent-destroy", "yes"],
    ["allow-power-off", "sometimes"],
    ["balance", "no"],
    ["depends-on", "db-0"],
    ["power-request", "off"],
    ["pin-host", " "],
  ] as const)("L04: vpac.dev/%s refuses %s", ([key, value]) => {
    expect(judge(annotated(key, value)).diagnostics.map((item) => item.code)).toEqual(["VP1555"]);
  });

  test("a misspelled protection is an error with the right name", () => {
    expect(judge(annotated("prevent-destory", "true")).diagnostics.map(told)).toEqual([
      {
        code: "VP1554",
        at: "0/metadata/annotations/vpac.dev~1prevent-destory key",
        help: "write vpac.dev/prevent-destroy",
      },
    ]);
  });
});

describe("rules between documents", () => {
  test("two documents of one address: the second is told, the first is related", () => {
    const result = judge(
      `${pod(containers(""))}---\n${pod(containers(""), "{name: web, namespace: default}")}`,
    );
    expect(result.diagnostics.map(told)).toEqual([
      { code: "VP1530", at: "1/metadata/name value", help: "rename one of the two, or remove one" },
    ]);
    expect(result.diagnostics[0]?.related?.[0]?.source).toMatchObject({ document: 0 });
  });

  test("the same name in two namespaces, or as Namespace and SupervisorNamespace, is fine", () => {
    const namespaces =
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\napiVersion: vpac.dev/v1alpha1\nkind: SupervisorNamespace\nmetadata: {name: shop}\n---\n";
    const pods = `${pod(containers(""))}---\n${pod(containers(""), "{name: web, namespace: shop}")}`;
    expect(judge(namespaces + pods).diagnostics).toEqual([]);
  });

  const supervisor = (name: string, spec: string): string =>
    `apiVersion: vpac.dev/v1alpha1\nkind: Supervisor\nmetadata: {name: ${name}}\nspec: ${spec}\n---\n`;

  test("V07: a second Supervisor on the same cluster is refused", () => {
    const both = supervisor("a", "{cluster: c1}") + supervisor("b", "{cluster: c1}");
    const apart = supervisor("a", "{cluster: c1}") + supervisor("b", "{cluster: c2}");
    expect(judge(both).diagnostics.map((item) => [item.code, item.address])).toEqual([
      ["VP1531", "supervisor/b"],
    ]);
    expect(judge(apart).diagnostics).toEqual([]);
  });

  test("a second Environment is refused", () => {
    const one = (name: string) =>
      `apiVersion: vpac.dev/v1alpha1\nkind: Environment\nmetadata: {name: ${name}}\n---\n`;
    expect(judge(one("a") + one("b")).diagnostics.map((item) => item.code)).toEqual(["VP1532"]);
  });

  test("a namespace on a kind that has none is refused", () => {
    const yaml =
      "apiVersion: vpac.dev/v1alpha1\nkind: Segment\nmetadata: {name: a, namespace: shop}";
    expect(judge(yaml).diagnostics.map(told)).toEqual([
      { code: "VP1533", at: "0/metadata/namespace value", help: "remove metadata.namespace" },
    ]);
  });

  test("namespaces of the platform cannot be declared", () => {
    const yaml = "apiVersion: v1\nkind: Namespace\nmetadata: {name: kube-system}";
    expect(judge(yaml).diagnostics.map((item) => item.code)).toEqual(["VP1534"]);
  });

  test("W03, X08: vSphere Pods need NSX; VMs do not", () => {
    const world = (provider: string): string =>
      `${supervisor("s", `{networks: {workload: {provider: ${provider}}}}`)}apiVersion: vpac.dev/v1alpha1\nkind: SupervisorNamespace\nmetadata: {name: shop}\n---\n`;
    const inShop = pod(containers(""), "{name: web, namespace: shop}");
    const virtlet = pod(
      "{containers: [{name: a, image: virtlet.cloud/b}]}",
      "{name: vm, namespace: shop, annotations: {kubernetes.io/target-runtime: virtlet.cloud}}",
    );
    expect(judge(world("vds") + inShop).diagnostics.map((item) => item.code)).toEqual(["VP1535"]);
    expect(judge(world("nsx") + inShop).diagnostics).toEqual([]);
    expect(judge(world("vds") + virtlet).diagnostics).toEqual([]);
  });

  test("a status is ignored and told once", () => {
    const one = (name: string) =>
      `${pod(containers(""), `{name: ${name}}`)}status: {phase: Running}\n---\n`;
    const found = judge(one("a") + one("b") + one("c")).diagnostics;
    expect(found.map((item) => [item.code, item.severity, item.source?.document])).toEqual([
      ["VP1522", "warning", 0],
    ]);
    expect(found[0]?.detail).toContain("2 more documents");
  });
});

describe("the result", () => {
  test("has one spec per good document, with name, namespace and key of the kind", () => {
    const documents = documentsOf(`${pod(containers(""))}---\n${pod("{}", "{name: bad}")}`);
    const read = documents.map((document) => ({ ...document, readOnly: true }));
    const { value } = validate(read, { kinds });
    expect(value).toHaveLength(1);
    expect(value[0]).toMatchObject({
      kindKey: "core/Pod",
      apiVersion: "v1",
      kind: "Pod",
      name: "web",
      namespace: "default",
      readOnly: true,
    });
  });

  test("does not depend on the order of documents", () => {
    const documents = documentsOf(
      [pod("{}"), pod(containers(""), "{name: web}"), pod(containers("x: 1"))].join("---\n"),
    );
    const forward = validate(documents, { kinds }).diagnostics;
    const backward = validate([...documents].reverse(), { kinds }).diagnostics;
    expect(forward.length).toBeGreaterThan(2);
    expect(backward).toEqual(forward);
  });

  test("does not change what it is given", () => {
    const value: JsonObject = JSON.parse(
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"hostname":null,"containers":[{"name":"a","image":"b"}]}}',
    ) as JsonObject;
    const before = JSON.stringify(value);
    validate([documentOf(value)], { kinds });
    expect(JSON.stringify(value)).toBe(before);
  });
});

describe("the catalogue", () => {
  const entries = Object.values(CODES);

  test("has unique codes of this room, in words of the house", () => {
    const codes = entries.map((entry) => entry.code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const entry of entries) {
      expect(Number(entry.code.slice(2))).toBeGreaterThanOrEqual(1500);
      expect(Number(entry.code.slice(2))).toBeLessThan(2000);
      expect(entry.summary).not.toMatch(/[.!]$|please|unable/i);
      expect(entry.explanation).toMatch(/\.$/);
      expect(entry.example.wrong).not.toBe(entry.example.right);
    }
  });
});
