import type { ChangeRules, TimingRule } from "../../engine/model/desired.ts";

/** Public vm-operator documentation: what is live, what stops the VM, what means a new one. */
const POWER_OFF: readonly string[] = [
  "/spec/className",
  "/spec/resources/size",
  "/spec/minHardwareVersion",
  "/spec/guestID",
  "/spec/cpuAdvanced",
  "/spec/memoryAdvanced/hotAddEnabled",
  "/spec/advanced",
  "/spec/hardware",
  "/spec/crypto",
  "/spec/network/interfaces/*/type",
];

const REPLACE: readonly string[] = [
  "/spec/image",
  "/spec/imageName",
  "/spec/storageClass",
  "/spec/instanceUUID",
  "/spec/biosUUID",
  "/metadata/labels/topology.kubernetes.io~1zone",
  "/spec/volumes/*/controllerType",
  "/spec/volumes/*/controllerBusNumber",
  "/spec/volumes/*/unitNumber",
  "/spec/volumes/*/diskMode",
  "/spec/volumes/*/sharingMode",
];

const LIVE: readonly string[] = ["", "/spec/cpuAdvanced/latencySensitivity"];

const timing: readonly TimingRule[] = [
  ...LIVE.map((path): TimingRule => ({ path, timing: "live" })),
  ...POWER_OFF.map((path): TimingRule => ({ path, timing: "power-off" })),
  ...REPLACE.map((path): TimingRule => ({ path, timing: "replace" })),
];

export const virtualMachineRules: ChangeRules = {
  timing,
  lists: [
    { path: "/spec/network/interfaces", by: { key: "name" } },
    { path: "/spec/volumes", by: { key: "name" } },
    { path: "/spec/policies", by: { key: "name" } },
    { path: "/spec/hardware/cdrom", by: { key: "name" } },
    { path: "/spec/bootstrap/cloudInit/sshAuthorizedKeys", by: "set" },
  ],
  sensitive: ["/spec/bootstrap/cloudInit/cloudConfig"],
  replaceOrder: "delete-first",
};
