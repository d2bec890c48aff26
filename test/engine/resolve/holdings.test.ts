import { beforeAll, describe, expect, test } from "vitest";
import type { ResolveResult } from "../../../engine/resolve/resolve.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";
import { at, codes } from "./results.ts";

beforeAll(() => prepareKinds());

const environment = (...providers: string[]): string =>
  `---\n{apiVersion: vpac.dev/v1alpha1, kind: Environment, metadata: {name: e}, spec: {providers: [${providers.join(", ")}]}}\n`;
const SIM = "{name: sim, type: esxi-sim}";
const KVM = '{name: kvm, type: libvirt, uri: "qemu:///system"}';
const CAPI = "{name: guests, type: cluster-api}";

const IMAGE = `---
apiVersion: vpac.dev/v1alpha1
kind: MachineImage
metadata: {name: debian-12}
spec:
  {source: debian-12.qcow2, sha256: aa, bootstrap: config-drive,
  kernel: /boot/vmlinuz, commandLine: console=ttyS0}
`;
const VM = `---
apiVersion: vmoperator.vmware.com/v1alpha6
kind: VirtualMachine
metadata: {name: db, namespace: shop}
spec:
  className: small-2
  imageName: debian-12
  storageClass: gold
  bootstrap: {cloudInit: {cloudConfig: {runcmd: [ls]}, sshAuthorizedKeys: [ssh-ed25519 AAAA]}}
  network: {interfaces: [{name: eth0, network: {name: front}}]}
`;
const INPUTS = `---
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
apiVersion: vmoperator.vmware.com/v1alpha6
kind: VirtualMachineClass
metadata: {name: small-2, namespace: shop}
spec: {hardware: {cpus: 3, memory: 3Gi}}
---
{apiVersion: vpac.dev/v1alpha1, kind: StoragePolicy, metadata: {name: gold}, spec: {datastores: {matchLabels: {a: b}}}}
---
{apiVersion: vpac.dev/v1alpha1, kind: Segment, metadata: {name: front}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: notes, namespace: shop}, data: {a: b}}
---
{apiVersion: vpac.dev/v1alpha1, kind: PlacementRule, metadata: {name: r, namespace: shop}, spec: {type: separate, select: {matchLabels: {app: db}}}}
`;

const addresses = ({ value }: ResolveResult): string[] => [...value.resources.keys()];

describe("a hypervisor", () => {
  test("holds the machines; every other document only steers them", () => {
    const result = resolveText(environment(KVM) + IMAGE + INPUTS + VM);
    expect(result.diagnostics).toEqual([]);
    expect(addresses(result)).toEqual(["vm/shop/db"]);
    expect(at(result, "vm/shop/db").dependsOn).toEqual([]);
  });

  test("is given the image, the size and the cloud-config in clear", () => {
    const { attributes, rules } = at(
      resolveText(environment(KVM) + IMAGE + INPUTS + VM),
      "vm/shop/db",
    );
    expect(attributes["image"]).toEqual({
      name: "debian-12",
      source: "debian-12.qcow2",
      format: "qcow2",
      sha256: "aa",
      kernel: "/boot/vmlinuz",
      cmdline: "console=ttyS0",
      bootstrap: "config-drive",
    });
    expect(attributes["sizing"]).toMatchObject({ vcpus: 3, memoryBytes: 3 * 2 ** 30 });
    expect(attributes).toMatchObject({
      spec: { bootstrap: { cloudInit: { cloudConfig: { runcmd: ["ls"] } } } },
    });
    expect(rules.timing).toContainEqual({ path: "/image", timing: "replace" });
    expect(rules.timing).toContainEqual({ path: "/spec/network", timing: "power-off" });
    expect(rules.replaceOrder).toBe("delete-first");
  });

  test("leaves the order through what it holds not: the ways behind an input are kept", () => {
    const policy = `---
{apiVersion: vpac.dev/v1alpha1, kind: MachineImage, metadata: {name: debian-12, annotations: {vpac.dev/depends-on: vm/shop/first}}, spec: {source: d.qcow2}}
---
{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachine, metadata: {name: first, namespace: shop}, spec: {className: small-2, imageName: other}}
---
{apiVersion: vpac.dev/v1alpha1, kind: MachineImage, metadata: {name: other}, spec: {source: o.qcow2}}
`;
    const result = resolveText(environment(KVM) + policy + INPUTS + VM);
    expect(codes(result)).toEqual([]);
    expect(at(result, "vm/shop/db").dependsOn).toEqual(["vm/shop/first"]);
  });

  const refused = [
    "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: i}]}}",
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}",
    "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 80}]}}",
    "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}",
  ];
  test.for(refused)("refuses %s at its line", (document) => {
    const result = resolveText(`${environment(KVM, SIM)}---\n${document}\n`);
    expect(result.diagnostics).toMatchObject([{ code: "VP2021", source: { pointer: "/kind" } }]);
    expect(result.diagnostics[0]?.help?.[0]).toContain("vpac.dev/provider: sim");
  });

  test("needs the image described, with a source and a format it can start", () => {
    const text = environment(KVM) + INPUTS + VM;
    const image = (spec: string): string =>
      `---\n{apiVersion: vpac.dev/v1alpha1, kind: MachineImage, metadata: {name: debian-12}, spec: ${spec}}\n`;
    for (const more of ["", image("{}"), image("{source: a, format: vmdk}")]) {
      expect(resolveText(text + more).diagnostics).toMatchObject([
        { code: "VP2023", source: { pointer: "/spec/imageName" } },
      ]);
    }
    expect(codes(resolveText(text + image("{source: a, format: raw}")))).toEqual([]);
  });

  test("refuses a cloud-config that takes a value from a Secret", () => {
    const secret = VM.replace("runcmd: [ls]", "users: [{name: a, passwd: {name: s, key: k}}]");
    const [problem] = resolveText(environment(KVM) + IMAGE + INPUTS + secret).diagnostics;
    expect(problem).toMatchObject({
      code: "VP2024",
      source: { pointer: "/spec/bootstrap/cloudInit/cloudConfig/users/0/passwd" },
    });
  });

  test("tells that a Host document changes nothing", () => {
    const host =
      "---\n{apiVersion: vpac.dev/v1alpha1, kind: Host, metadata: {name: h}, spec: {cpu: {coresPerSocket: 4}, memory: 8Gi}}\n";
    const result = resolveText(environment(KVM) + host);
    expect(codes(result)).toEqual(["VP2022"]);
    expect(addresses(result)).toEqual([]);
    expect(codes(resolveText(environment(SIM) + host))).toEqual([]);
  });
});

describe("several providers", () => {
  const bound = VM.replace(
    "namespace: shop",
    "namespace: shop, annotations: {vpac.dev/provider: kvm}",
  );

  test("a machine on another provider than its namespace still waits for the namespace", () => {
    const result = resolveText(environment(SIM, KVM) + IMAGE + INPUTS + bound);
    expect(codes(result)).toEqual([]);
    const { provider, dependsOn } = at(result, "vm/shop/db");
    expect(provider).toBe("kvm");
    expect(dependsOn).toContain("ns/shop");
    expect(at(result, "ns/shop").provider).toBe("sim");
  });

  test("the cluster and the networks of the namespace's platform do not bind it", () => {
    const platform = `---
{apiVersion: vpac.dev/v1alpha1, kind: Supervisor, metadata: {name: sup}, spec: {cluster: c1, networks: {management: {segment: front}, workload: {provider: nsx}}}}
---
{apiVersion: vpac.dev/v1alpha1, kind: SupervisorNamespace, metadata: {name: shop}, spec: {}}
---
{apiVersion: vpac.dev/v1alpha1, kind: Host, metadata: {name: h}, spec: {cluster: c1, cpu: {coresPerSocket: 4}, memory: 8Gi, networks: [front]}}
`;
    const terms = (vm: string) =>
      at(resolveText(environment(SIM, KVM) + IMAGE + INPUTS + platform + vm), "vm/shop/db").workload
        ?.scheduling;
    expect(terms(VM)).toMatchObject({ cluster: "c1", networks: ["front"] });
    expect(terms(bound)).toMatchObject({ cluster: undefined, networks: [] });
  });

  test("a management cluster takes plain objects and neither machines nor secrets", () => {
    const on = (kind: string, more: string): string =>
      `---\n{apiVersion: v1, kind: ${kind}, metadata: {name: a, annotations: {vpac.dev/provider: guests}}, ${more}}\n`;
    const text = environment(SIM, CAPI);
    expect(codes(resolveText(text + on("ConfigMap", "data: {a: b}")))).toEqual([]);
    expect(codes(resolveText(text + on("Secret", "stringData: {a: b}")))).toEqual(["VP2021"]);
    const pod = on("Pod", "spec: {containers: [{name: c, image: i}]}");
    expect(codes(resolveText(text + pod))).toEqual(["VP2021"]);
  });
});

describe("host names", () => {
  const host = (name: string): string =>
    `---\n{apiVersion: vpac.dev/v1alpha1, kind: Host, metadata: {name: ${name}}, spec: {cpu: {coresPerSocket: 4}, memory: 8Gi}}\n`;
  const several = '{name: far, type: libvirt, hosts: [{name: kvm-a, uri: "qemu:///system"}]}';

  test.for([
    ["the name of a hypervisor's connection", environment(SIM, several), "kvm-a"],
    ["the name of a provider with one hypervisor", environment(SIM, KVM), "kvm"],
  ] as const)("a simulated host cannot have %s", ([, text, name]) => {
    expect(resolveText(text + host(name)).diagnostics).toMatchObject([
      { code: "VP2030", severity: "error", source: { pointer: "/metadata/name" } },
    ]);
    expect(codes(resolveText(text + host("esx-a")))).toEqual([]);
  });
});
