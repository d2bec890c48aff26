import { beforeAll, describe, expect, test } from "vitest";
import { validate } from "../../engine/validate/validate.ts";
import { kinds, prepareKinds } from "../../schemas/index.ts";
import { documentsOf } from "../support/documents.ts";

beforeAll(() => prepareKinds());

function problemsOf(text: string): { code: string; pointer: string; detail: string }[] {
  const { diagnostics } = validate(documentsOf(text), { kinds });
  return diagnostics.map(({ code, source, detail }) => ({
    code,
    pointer: source !== undefined && "pointer" in source ? source.pointer : "",
    detail,
  }));
}

const environment = (...providers: string[]): string => `apiVersion: vpac.dev/v1alpha1
kind: Environment
metadata: {name: lab}
spec:
  providers:
${providers.map((provider) => `    - ${provider}`).join("\n")}
`;

const LIBVIRT = `{name: kvm, type: libvirt, domainType: qemu, pool: fast, storageClasses: {gold: fast},
       network: default, networks: {front: br-front}, sharedStorage: false, parallelCalls: 4,
       hosts: [
        {name: kvm-a, uri: "qemu+unix:///system?socket=/run/a/libvirt-sock", labels: {rack: r1},
         cluster: c1, migrateUri: "tcp://127.0.0.1", peerUri: "qemu+tcp://127.0.0.1:16509/system",
         reservedMemory: 512Mi},
        {name: kvm-b, uri: "qemu+tcp://127.0.0.1:16509/system", maintenance: true, pool: other}]}`;

describe("providers of an Environment", () => {
  test.for([
    ["hypervisors by name", LIBVIRT],
    ["one hypervisor", '{name: kvm, type: libvirt, uri: "qemu:///system", host: node-1}'],
    ["the test driver", '{name: t, type: libvirt, uri: "test:///default"}'],
    [
      "a management cluster",
      "{name: guests, type: cluster-api, kubeconfig: ./m.kubeconfig, context: c, flavour: in-memory}",
    ],
    ["a simulator", "{name: sim, type: esxi-sim, seed: 1, socket: w.sock, settings: {any: 1}}"],
  ] as const)("take %s", ([, provider]) => {
    expect(problemsOf(environment(provider))).toEqual([]);
  });

  const wrong = [
    {
      name: "a setting of another type, with the settings there are",
      provider: "{name: guests, type: cluster-api, uri: 'qemu:///system'}",
      want: ["VP1550", "/spec/providers/0/uri", "which has no setting uri: it is one of libvirt"],
    },
    {
      name: "a seed for a hypervisor",
      provider: "{name: kvm, type: libvirt, seed: 3}",
      want: ["VP1550", "/spec/providers/0/seed", "it is one of esxi-sim"],
    },
    {
      name: "uri beside hosts",
      provider:
        "{name: kvm, type: libvirt, uri: 'qemu:///system', hosts: [{name: a, uri: 'qemu:///system'}]}",
      want: ["VP1550", "/spec/providers/0/uri", "both uri and hosts"],
    },
    {
      name: "two hosts of one name",
      provider:
        "{name: kvm, type: libvirt, hosts: [{name: a, uri: 'qemu:///system'}, {name: a, uri: 'test:///default'}]}",
      want: ["VP1551", "/spec/providers/0/hosts/1/name", 'two hosts called "a"'],
    },
    {
      name: "a misspelled setting",
      provider: "{name: kvm, type: libvirt, domainTyp: qemu}",
      want: ["VP1503", "/spec/providers/0/domainTyp", "domainTyp"],
    },
    {
      name: "an address of a transport that is not spoken",
      provider: "{name: kvm, type: libvirt, uri: 'qemu+ssh://root@host/system'}",
      want: ["VP1506", "/spec/providers/0/uri", "qemu:///system"],
    },
  ] as const;
  test.for(wrong)("refuse $name", ({ provider, want: [code, pointer, detail] }) => {
    const [first, ...others] = problemsOf(environment(provider));
    expect(first).toMatchObject({ code, pointer });
    expect(first?.detail).toContain(detail);
    expect(others).toEqual([]);
  });

  test("refuse a host name that another provider has", () => {
    const text = environment(
      "{name: kvm-a, type: libvirt, uri: 'qemu:///system'}",
      "{name: far, type: libvirt, hosts: [{name: kvm-a, uri: 'qemu+tcp://127.0.0.1:1/system'}]}",
    );
    expect(problemsOf(text)).toMatchObject([
      { code: "VP1551", pointer: "/spec/providers/1/hosts/0/name" },
    ]);
  });
});

describe("a MachineImage", () => {
  const image = (spec: string): string =>
    `apiVersion: vpac.dev/v1alpha1\nkind: MachineImage\nmetadata: {name: tiny}\nspec: ${spec}\n`;

  test("may name a kernel that is started directly", () => {
    const spec =
      "{source: tiny.qcow2, kernel: /boot/vmlinuz, initrd: /boot/initrd, commandLine: a}";
    expect(problemsOf(image(spec))).toEqual([]);
  });

  test("has no use for a RAM disk without a kernel", () => {
    const [problem] = problemsOf(image("{source: tiny.qcow2, initrd: /boot/initrd}"));
    expect(problem).toMatchObject({ code: "VP1550", pointer: "/spec/initrd" });
  });
});
