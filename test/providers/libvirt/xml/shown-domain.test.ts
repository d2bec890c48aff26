import { describe, expect, test } from "vitest";
import { deviceDifference, deviceSet } from "../../../../providers/libvirt/xml/devices.ts";
import { domainXml } from "../../../../providers/libvirt/xml/domain.ts";
import { readDomain } from "../../../../providers/libvirt/xml/facts.ts";
import { LIVE_DOMAIN } from "./documents.ts";
import { MIB, spec } from "./wished-domain.ts";

describe("the devices of a domain", () => {
  test("are those that were asked for, whatever libvirt adds by itself", () => {
    expect(deviceDifference(domainXml(spec), domainXml(spec))).toEqual({ missing: [], extra: [] });
    expect(deviceSet(domainXml(spec))).toEqual([
      "channel unix org.qemu.guest_agent.0",
      "cmdline console=ttyS0",
      "console file /logs/console.log",
      "disk vda qcow2 read-write /images/root.qcow2",
      "disk vdb raw read-only /images/seed.img",
      "emulator /usr/bin/qemu-system-x86_64",
      "initrd /images/initrd",
      "interface bridge br0 52:54:00:00:00:02",
      "interface network default 52:54:00:00:00:01",
      "kernel /images/vmlinux",
      "memballoon virtio",
      "rng /dev/urandom",
      "serial file /logs/console.log",
    ]);
  });

  test.for([
    ["a disk", "<disk type='file' device='disk'><source file='/etc/shadow'/></disk>"],
    ["a folder", "<filesystem type='mount'><source dir='/etc'/><target dir='x'/></filesystem>"],
    ["a device of the host", "<hostdev mode='subsystem' type='pci'><source/></hostdev>"],
    ["a second emulator", "<emulator>/tmp/evil</emulator>"],
    ["a card", "<interface type='direct'><source dev='eth0' mode='bridge'/></interface>"],
    ["a channel", "<channel type='unix'><source path='/run/x'/></channel>"],
    ["a screen", "<graphics type='vnc' port='5900'/>"],
    ["an unknown device", "<newdevice type='x'/>"],
  ])("T12: %s that nobody asked for is seen", ([, device = ""]) => {
    const asked = domainXml(spec);
    const held = asked.replace("</devices>", `${device}</devices>`);
    expect(deviceDifference(asked, held).extra).toHaveLength(1);
    expect(deviceDifference(held, asked).missing).toHaveLength(1);
  });

  test("an emulator that libvirt fills in is no difference, another one than ours is", () => {
    const asked = domainXml({ ...spec, emulator: undefined });
    expect(deviceDifference(asked, domainXml(spec))).toEqual({ missing: [], extra: [] });
    const other = domainXml({ ...spec, emulator: "/tmp/evil" });
    expect(deviceDifference(domainXml(spec), other)).toEqual({
      missing: ["emulator /usr/bin/qemu-system-x86_64"],
      extra: ["emulator /tmp/evil"],
    });
  });

  test("T12: arguments past libvirt and another file to start from are seen", () => {
    const asked = domainXml(spec);
    const passed = asked.replace("</domain>", "<qemu:commandline/></domain>");
    expect(deviceDifference(asked, passed).extra).toEqual(["commandline"]);
    const loader = asked.replace("</os>", "<loader>/tmp/evil</loader></os>");
    expect(deviceDifference(asked, loader).extra).toEqual(["loader /tmp/evil"]);
  });
});

describe("a domain as libvirt shows it", () => {
  test("is read with what libvirt added to it", () => {
    const facts = readDomain(LIVE_DOMAIN);
    expect(facts).toMatchObject({
      name: "shop.db-0",
      vcpus: 2,
      vcpusMax: 4,
      memoryBytes: 96 * MIB,
      memoryMaxBytes: 128 * MIB,
      consolePath: "/logs/console.log",
      metadata: { tag: { address: "vm/shop/db-0", fence: 3 } },
    });
    expect(facts.disks).toEqual([
      {
        device: "disk",
        target: "vda",
        path: "/images/root.qcow2",
        format: "qcow2",
        readOnly: false,
        backing: [{ path: "/images/base.raw", format: "raw" }],
      },
      {
        device: "cdrom",
        target: "sda",
        path: undefined,
        format: undefined,
        readOnly: true,
        backing: [],
      },
      {
        device: "disk",
        target: "vdb",
        path: "fast/data",
        format: "raw",
        readOnly: false,
        backing: [],
      },
    ]);
    expect(facts.interfaces).toEqual([
      {
        mac: "52:54:00:04:e6:22",
        network: "default",
        bridge: "virbr0",
        device: "vnet0",
        mtu: 1400,
      },
    ]);
  });

  test("and may be nobody's, with next to nothing in it", () => {
    const facts = readDomain("<domain type='kvm'><name>x</name><vcpu>1</vcpu></domain>");
    expect(facts).toMatchObject({ name: "x", disks: [], metadata: undefined, vcpus: 1 });
  });
});
