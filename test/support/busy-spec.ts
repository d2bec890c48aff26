import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** A spec of `count` resources of several kinds on four hosts; writes one file, returns its path. */
export function writeBusySpec(folder: string, count: number): string {
  const hosts = 4;
  const namespaces = ["blue", "green"];
  const left = count - hosts - namespaces.length;
  const documents = [
    ...Array.from({ length: hosts }, (_, index) => hostText(index)),
    ...namespaces.map((name) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`),
    ...Array.from({ length: left }, (_, index) =>
      memberText(index, namespaces[index % 2] ?? "blue"),
    ),
  ];
  const file = join(folder, "busy.yaml");
  writeFileSync(file, documents.join("---\n"));
  return file;
}

const hostText = (index: number): string => `apiVersion: vpac.dev/v1alpha1
kind: Host
metadata: {name: esx-${index}}
spec: {cpu: {sockets: 2, coresPerSocket: 64, threadsPerCore: 2, mhz: 2600}, memory: 2Ti, runtimes: [vmx, crx]}
`;

/** Pods, VMs and config maps in turn. */
function memberText(index: number, namespace: string): string {
  const name = `m-${String(index).padStart(4, "0")}`;
  if (index % 3 === 0) {
    return `apiVersion: vmoperator.vmware.com/v1alpha6
kind: VirtualMachine
metadata: {name: ${name}, namespace: ${namespace}}
spec: {className: best-effort-small, imageName: debian-12, powerState: PoweredOn}
`;
  }
  if (index % 3 === 1) {
    return `apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}, namespace: ${namespace}}
data: {key: "${index}"}
`;
  }
  return `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  containers:
    - {name: app, image: "busybox:1.36", resources: {requests: {cpu: 50m, memory: 32Mi}}}
`;
}
