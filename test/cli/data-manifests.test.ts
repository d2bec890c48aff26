import { copyFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, vpac } from "../support/vpac.ts";

/** Real manifests live outside of the repository; without them this says so and runs nothing. */
const data = process.env["VPAC_DATA"];
const manifests = data === undefined ? undefined : join(data, "manifests");
const HOST = `apiVersion: vpac.dev/v1alpha1
kind: Host
metadata:
  name: esx-01
spec:
  cpu:
    sockets: 2
    coresPerSocket: 8
    mhz: 2600
  memory: 64Gi
`;
const CLASSES = `---
apiVersion: vmoperator.vmware.com/v1alpha6
kind: VirtualMachineClass
metadata: {name: my-vm-class}
spec: {hardware: {cpus: 2, memory: 4Gi}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: my-storage-class}
provisioner: csi.vsphere.vmware.com
`;

const cases = [
  { name: "kubernetes-examples-guestbook.yaml", beside: HOST, pods: 6 },
  { name: "vm-operator-example.yaml", beside: HOST + CLASSES, pods: 0 },
];

describe("published manifests are applied unchanged beside a ten-line host (S17, E05)", () => {
  for (const { name, beside, pods } of cases) {
    const file = manifests === undefined ? undefined : join(manifests, name);
    const here = file !== undefined && existsSync(file);
    const why = here ? "" : " [left out: set VPAC_DATA to a folder with manifests/]";
    test.skipIf(!here)(`${name}${why}`, { timeout: 120_000 }, async () => {
      const home = temporaryFolder("data");
      const cwd = home.path;
      copyFileSync(file ?? "", join(cwd, name));
      writeFileSync(join(cwd, "host.yaml"), beside);
      const files = ["-f", name, "-f", "host.yaml"];
      const codes: (number | null)[] = [];
      const texts: string[] = [];
      for (const args of [
        ["plan", ...files, "--detailed-exitcode"],
        ["apply", ...files, "--yes"],
        ["plan", ...files, "--detailed-exitcode"],
        ["get", "pods", "-o", "name"],
        ["destroy", ...files, "--yes", "--confirm", "default"],
      ]) {
        const ran = await vpac(args, { cwd });
        codes.push(ran.code);
        texts.push(ran.stdout + (ran.code === 0 || ran.code === 2 ? "" : ran.stderr));
      }
      expect(codes, texts.join("\n")).toEqual([2, 0, 0, 0, 0]);
      expect(texts[3]?.split("\n").filter((line) => line.startsWith("pod/"))).toHaveLength(pods);
      home.remove();
    });
  }
});
