import { beforeAll, describe, expect, test } from "vitest";
import { validate } from "../../engine/validate/validate.ts";
import { isJsonObject } from "../../engine/model/json.ts";
import { kinds, prepareKinds } from "../../schemas/index.ts";
import { documentsOf } from "../support/documents.ts";
import { eachSchema, folders, schemaOf } from "./support.ts";

beforeAll(() => prepareKinds());

const ENVIRONMENT = `apiVersion: vpac.dev/v1alpha1
kind: Environment
metadata: {name: e}
spec:
  providers: [{name: sim, type: esxi-sim}, {name: kvm, type: libvirt}, {name: guests, type: cluster-api}]
---
`;
const HONOURED = `
  className: best-effort-small
  imageName: debian-12
  storageClass: gold
  powerState: PoweredOn
  powerOffMode: TrySoft
  resources: {size: {cpu: 2, memory: 2Gi}, requests: {memory: 1Gi}, limits: {memory: 4Gi}}
  bootstrap: {cloudInit: {cloudConfig: {runcmd: [ls]}, sshAuthorizedKeys: [ssh-ed25519 A], instanceID: a}}
  network:
    hostName: db
    domainName: example.org
    nameservers: [192.0.2.1]
    searchDomains: [example.org]
    interfaces:
      - name: eth0
        network: {name: front}
        macAddr: "52:54:00:00:00:01"
        addresses: [192.0.2.9/24]
        dhcp4: false
        gateway4: 192.0.2.254
        mtu: 1400
        nameservers: [192.0.2.2]
        searchDomains: [example.net]
  advanced: {bootDiskCapacity: 20Gi}
`;

const found = (provider: string, spec: string): (readonly [string, string | undefined])[] =>
  validate(
    documentsOf(`${ENVIRONMENT}apiVersion: vmoperator.vmware.com/v1alpha6
kind: VirtualMachine
metadata: {name: db, annotations: {vpac.dev/provider: ${provider}}}
spec: ${spec}
`),
    { kinds },
  ).diagnostics.map(({ code, source }) => [code, source?.pointer] as const);

describe("a VirtualMachine on a hypervisor", () => {
  test("has every field that a hypervisor acts on", () => {
    expect(found("kvm", HONOURED)).toEqual([]);
  });

  const BASE = "className: best-effort-small, imageName: i";
  const other = [
    ["guestID: x", "VP1521", "/spec/guestID"],
    ["cpuAdvanced: {hotAddEnabled: true}", "VP1521", "/spec/cpuAdvanced"],
    ["advanced: {preferHtEnabled: true}", "VP1521", "/spec/advanced/preferHtEnabled"],
    [
      "network: {interfaces: [{name: eth0}, {name: eth1, type: SRIOV}]}",
      "VP1521",
      "/spec/network/interfaces/1/type",
    ],
    ["bootstrap: {sysprep: {}}", "VP1520", "/spec/bootstrap/sysprep"],
    [
      "bootstrap: {cloudInit: {rawCloudConfig: {name: s, key: k}}}",
      "VP1520",
      "/spec/bootstrap/cloudInit/rawCloudConfig",
    ],
    ["volumes: [{name: d, persistentVolumeClaim: {claimName: c}}]", "VP1520", "/spec/volumes"],
    ["crypto: {vTPMMode: x}", "VP1520", "/spec/crypto"],
    ["instanceUUID: 8f6f0c1e-0000-4000-8000-000000000000", "VP1520", "/spec/instanceUUID"],
  ] as const;
  test.for(other)("is told of %s, which only counts elsewhere", ([field, code, pointer]) => {
    const spec = `{${BASE}, ${field}}`;
    expect(found("kvm", spec)).toEqual([[code, pointer]]);
    expect(found("sim", spec)).toEqual([]);
  });
});

test("a TanzuKubernetesCluster on Cluster API is told of what no flavour does", () => {
  const text = `${ENVIRONMENT}apiVersion: run.tanzu.vmware.com/v1alpha3
kind: TanzuKubernetesCluster
metadata: {name: dev, annotations: {vpac.dev/provider: guests}}
spec:
  settings: {network: {cni: {name: antrea}}, storage: {defaultClass: gold}}
  topology: {controlPlane: {replicas: 1, vmClass: best-effort-small, storageClass: gold, tkr: {reference: {name: v1.36.0}}}}
`;
  const pointers = validate(documentsOf(text), { kinds }).diagnostics.map(
    ({ source }) => source?.pointer,
  );
  expect(pointers).toEqual(["/spec/settings/network/cni", "/spec/settings/storage"]);
});

test.for(folders)("%s gives a reason for every mark of one provider", (folder) => {
  eachSchema(schemaOf(folder), (schema, path) => {
    const [marks, reasons] = [schema["x-vpac"], schema["x-why"]];
    if (!isJsonObject(marks)) return;
    for (const [provider, mark] of Object.entries(marks)) {
      if (provider === "*" || mark === "honoured") continue;
      const reason = isJsonObject(reasons) ? reasons[provider] : undefined;
      expect([path, provider, reason]).toEqual([path, provider, expect.stringMatching(/\.$/)]);
    }
  });
});
