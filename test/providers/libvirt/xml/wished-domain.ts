/** A domain with every kind of part that vpac asks for. */
import type { DomainSpec } from "../../../../providers/libvirt/xml/domain.ts";

/** Bytes in a mebibyte. */
export const MIB = 1024 * 1024;

/** Two disks, two cards, a kernel, a console and its record. */
export const spec: DomainSpec = {
  type: "qemu",
  name: "shop.db-0",
  uuid: "6ba7b810-9dad-51d1-80b4-00c04fd430c8",
  memoryBytes: 128 * MIB,
  vcpus: 2,
  vcpusMax: 4,
  emulator: "/usr/bin/qemu-system-x86_64",
  kernel: { path: "/images/vmlinux", initrdPath: "/images/initrd", commandLine: "console=ttyS0" },
  disks: [
    {
      target: "vda",
      path: "/images/root.qcow2",
      format: "qcow2",
      readOnly: false,
      backing: [{ path: "/images/base.qcow2", format: "qcow2" }],
    },
    {
      target: "vdb",
      path: "/images/seed.img",
      format: "raw",
      readOnly: true,
      serial: "seed",
      backing: [],
    },
  ],
  interfaces: [
    { mac: "52:54:00:00:00:01", source: { network: "default" }, mtu: 1400 },
    { mac: "52:54:00:00:00:02", source: { bridge: "br0" } },
  ],
  consolePath: "/logs/console.log",
  metadata: {
    tag: { lineage: "line", address: "vm/shop/db-0", fence: 7, intent: "wish" },
    attributes: { spec: { className: "small" } },
  },
};
