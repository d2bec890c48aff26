import { beforeAll, describe, expect, test } from "vitest";
import { validate } from "../../../engine/validate/validate.ts";
import { kinds, prepareKinds } from "../../../schemas/index.ts";
import { documentsOf } from "../../support/documents.ts";
import { containers, judge, pod, told } from "./judged.ts";

beforeAll(() => prepareKinds());

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
