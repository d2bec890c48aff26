import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder, vpac } from "../support/vpac.ts";

const folder = temporaryFolder("unreachable");
const cwd = folder.path;
afterAll(() => folder.remove());

const environment = (simulator: string): string => `apiVersion: vpac.dev/v1alpha1
kind: Environment
metadata: {name: lab}
spec:
  providers:
    - ${simulator}
    - {name: kvm, type: libvirt, uri: "qemu+unix:///system?socket=/nowhere/libvirt-sock"}
`;
const MANIFESTS = `apiVersion: vpac.dev/v1alpha1
kind: Host
metadata: {name: h1}
spec: {cpu: {sockets: 2, coresPerSocket: 8, mhz: 2600}, memory: 64Gi}
---
apiVersion: vpac.dev/v1alpha1
kind: MachineImage
metadata: {name: x}
spec: {provider: kvm, source: x.qcow2}
---
apiVersion: vmoperator.vmware.com/v1alpha6
kind: VirtualMachine
metadata: {name: far, annotations: {vpac.dev/provider: kvm}}
spec: {className: best-effort-small, imageName: x, powerState: PoweredOn}
---
apiVersion: v1
kind: Pod
metadata: {name: near}
spec: {containers: [{name: c, image: "busybox:1"}]}
`;

beforeAll(() => {
  mkdirSync(join(cwd, "manifests"));
  writeFileSync(join(cwd, "manifests", "all.yaml"), MANIFESTS);
  writeFileSync(join(cwd, "vpac.yaml"), environment("{name: sim, type: esxi-sim}"));
});

test("a provider that cannot be reached is told; the plan of the others is shown", async () => {
  const ran = await vpac(["plan"], { cwd });
  expect(ran.code).toBe(8);
  expect(ran.stderr).toContain("/nowhere/libvirt-sock");
  expect(ran.stdout).toContain("! vm/default/far  blocked");
  expect(ran.stdout).toContain("+ pod/default/near  create  on h1");
});

test("apply stops before its first step, unless it may go on with the rest", async () => {
  const stopped = await vpac(["apply", "--yes"], { cwd });
  expect(stopped.code).toBe(8);
  expect((await vpac(["state", "list"], { cwd })).stdout).not.toContain("pod/");
  const partial = await vpac(["apply", "--yes", "--allow-partial"], { cwd });
  expect(partial.stdout).toContain("Resources: 2 added, 0 changed, 0 destroyed.");
});

test("what a silent provider holds is never taken for gone", async () => {
  const dead = "{name: sim, type: esxi-sim, socket: nobody.sock}";
  writeFileSync(join(cwd, "vpac.yaml"), environment(dead));
  const ran = await vpac(["plan", "-o", "json"], { cwd });
  expect(ran.code).toBe(8);
  const { changes, exit } = JSON.parse(ran.stdout) as {
    changes: { action: string }[];
    exit: { reason: string; retryable: boolean };
  };
  expect([...new Set(changes.map((change) => change.action))]).toEqual(["blocked"]);
  expect(exit).toMatchObject({ reason: "provider", retryable: true });
});
