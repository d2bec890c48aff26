import { beforeAll, expect, test } from "vitest";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";

beforeAll(() => prepareKinds());

const GIB = 2 ** 30;

const project = (type: string, settings: string): string =>
  `---\n{apiVersion: vpac.dev/v1alpha1, kind: Environment, metadata: {name: p}, spec: {providers: [{name: kvm, type: ${type}${settings}}]}}\n`;
const IMAGE =
  "---\n{apiVersion: vpac.dev/v1alpha1, kind: MachineImage, metadata: {name: tiny}, spec: {source: /tiny.qcow2, format: qcow2, size: 2Gi}}\n";
const vm = (spec: string): string =>
  `---\n{apiVersion: vmoperator.vmware.com/v1alpha6, kind: VirtualMachine, metadata: {name: db, namespace: shop}, spec: {className: best-effort-small, imageName: tiny${spec}}}\n`;
const LARGE = ", advanced: {bootDiskCapacity: 20Gi}";
const URI = ', uri: "qemu:///system"';

const CASES = [
  { name: "the size of the image", project: project("libvirt", URI), spec: "", bytes: 2 * GIB },
  {
    name: "the size that the VM asks for, where that is larger",
    project: project("libvirt", URI),
    spec: LARGE,
    bytes: 20 * GIB,
  },
  {
    name: "nothing where all hosts reach the same storage",
    project: project("libvirt", `${URI}, sharedStorage: true`),
    spec: LARGE,
    bytes: undefined,
  },
  {
    name: "nothing on a platform with datastores",
    project: project("esxi-sim", ""),
    spec: LARGE,
    bytes: undefined,
  },
];

test.for(CASES)("a move copies of the disk $name", ({ project: text, spec, bytes }) => {
  const { resources } = resolveText(text + IMAGE + vm(spec)).value;
  expect(resources.get("vm/shop/db")?.workload?.localDiskBytes).toBe(bytes);
});
