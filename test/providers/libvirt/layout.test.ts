import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../engine/model/json.ts";
import { exceedsEveryHost, machineFor } from "../../../providers/libvirt/admission.ts";
import { numaNodes } from "../../../providers/libvirt/hosts.ts";
import { domainSpecOf, type Layout, volumeNames } from "../../../providers/libvirt/layout.ts";
import { HostLink } from "../../../providers/libvirt/link.ts";
import { wishedPower } from "../../../providers/libvirt/power.ts";
import { metadataOf } from "../../../providers/libvirt/record.ts";
import { readSettings } from "../../../providers/libvirt/settings.ts";
import { host } from "../../support/builders.ts";
import { fakeClock } from "../../support/fake-clock.ts";

const ID = "6ba7b810-9dad-51d1-80b4-00c04fd430c8";
const MEBIBYTE = 2 ** 20;
const names = volumeNames(ID);
const image = { path: "/images/debian.qcow2", format: "qcow2" } as const;

const LAYOUT: Layout = {
  pool: { ref: { name: "default", uuid: ID }, path: "/images" },
  root: {
    path: `/images/${names.root}`,
    spec: { name: names.root, capacityBytes: 8 * MEBIBYTE, format: "qcow2", backing: image },
  },
  seed: {
    path: `/images/${names.seed}`,
    spec: { name: names.seed, capacityBytes: 4 * MEBIBYTE, format: "raw" },
  },
  console: {
    path: `/images/${names.console}`,
    spec: { name: names.console, capacityBytes: 0, format: "raw" },
  },
  kernel: undefined,
  binding: undefined,
};

function specFor(attributes: JsonObject, over: { layout?: Layout; settings?: JsonObject } = {}) {
  const settings = readSettings({
    name: "kvm",
    type: "libvirt",
    settings: {
      uri: "qemu:///system",
      network: "front",
      networks: { back: "br-back" },
      ...over.settings,
    },
  });
  const [first] = settings.hosts;
  if (first === undefined) throw new Error("no host");
  const record = {
    attributes,
    namespace: "shop",
    name: "web-0",
    stage: "made",
    origin: "made",
    volumesOn: ["kvm"],
  } as const;
  const domain = {
    name: "shop.web-0",
    metadata: metadataOf(record, undefined),
    link: new HostLink(first, fakeClock(), 1),
    settings,
  };
  return domainSpecOf({ objectId: ID, record }, over.layout ?? LAYOUT, domain);
}

describe("the domain of a machine", () => {
  test("has its disk over the image with stated formats, and its seed read-only (row T13)", () => {
    expect(specFor({}).disks).toEqual([
      {
        target: "vda",
        path: `/images/${names.root}`,
        format: "qcow2",
        readOnly: false,
        backing: [image],
      },
      { target: "vdb", path: `/images/${names.seed}`, format: "raw", readOnly: true, backing: [] },
    ]);
  });

  test("has the seed as its first disk where it has no other", () => {
    const { disks } = specFor({}, { layout: { ...LAYOUT, root: undefined } });
    expect(disks.map(({ target }) => target)).toEqual(["vda"]);
  });

  test("has whole MiB of memory, as many CPUs as it shall, and the plan's id as its UUID", () => {
    const sizing = { vcpus: 3, memoryBytes: 100 * MEBIBYTE + 1 };
    expect(specFor({ sizing })).toMatchObject({
      uuid: ID,
      vcpus: 3,
      memoryBytes: 101 * MEBIBYTE,
      type: "kvm",
      consolePath: `/images/${names.console}`,
    });
  });

  test("starts from a kernel where it has one", () => {
    const kernel = { path: "/boot/vmlinuz", initrdPath: "/boot/initrd", commandLine: "ro" };
    expect(specFor({}, { layout: { ...LAYOUT, kernel } }).kernel).toEqual(kernel);
    expect(specFor({}).kernel).toBeUndefined();
  });

  test("has each card on the network that is meant", () => {
    const interfaces = [
      { name: "eth0" },
      { name: "eth1", network: { name: "back" } },
      { name: "eth2", network: { name: "lab" }, macAddr: "52:54:00:00:00:01", mtu: 9000 },
    ];
    const { interfaces: cards } = specFor({ spec: { network: { interfaces } } });
    expect(cards.map(({ source }) => source)).toEqual([
      { network: "front" },
      { network: "br-back" },
      { network: "lab" },
    ]);
    expect(cards[2]).toMatchObject({ mac: "52:54:00:00:00:01", mtu: 9000 });
    expect(specFor({ spec: { network: { disabled: true } } }).interfaces).toEqual([]);
  });

  test("is of the test driver's type under the test driver", () => {
    const settings = { uri: "test:///default" };
    expect(specFor({}, { settings }).type).toBe("test");
  });
});

describe("the power state that is wished", () => {
  const wishes: readonly { readonly attributes: JsonObject; readonly power: string }[] = [
    { attributes: {}, power: "on" },
    { attributes: { power: "off" }, power: "off" },
    { attributes: { power: "suspended" }, power: "suspended" },
    { attributes: { spec: { powerState: "PoweredOff" } }, power: "off" },
    { attributes: { spec: { powerState: "Suspended" } }, power: "suspended" },
    { attributes: { power: "off", spec: { powerState: "PoweredOn" } }, power: "off" },
  ];
  test.for(wishes)("of $attributes is $power", ({ attributes, power }) => {
    expect(wishedPower(attributes)).toBe(power);
  });
});

describe("a machine that is too big", () => {
  const amounts = (cpus: number, gib: number) => ({
    cpuMillicores: cpus * 1000,
    memoryBytes: gib * 2 ** 30,
    ephemeralStorageBytes: 0,
  });
  const hosts = [
    host({ name: "a", capacity: amounts(4, 64) }),
    host({ name: "b", capacity: amounts(16, 8) }),
  ];
  const cases = [
    { name: "fits on one", vcpus: 16, gib: 8, says: undefined },
    {
      name: "has too much memory for all",
      vcpus: 1,
      gib: 65,
      says: 'host "a" has 1073741824 bytes',
    },
    { name: "has too many CPUs for all", vcpus: 20, gib: 1, says: 'host "b" has 4 CPUs less' },
    { name: "fits on none as a whole", vcpus: 16, gib: 64, says: "no host has" },
  ];
  test.for(cases)("or not: $name", ({ vcpus, gib, says }) => {
    const machine = machineFor({ sizing: { vcpus, memoryBytes: gib * 2 ** 30 } });
    const why = exceedsEveryHost(hosts, machine);
    if (says === undefined) expect(why).toBeUndefined();
    else expect(why).toContain(says);
  });
});

describe("NUMA nodes", () => {
  test("share the memory of the host in the proportions of its cells", () => {
    const cell = (id: number, memoryBytes: number) => ({
      id,
      memoryBytes,
      cpus: [{ id, socket: id, core: 0 }],
    });
    expect(numaNodes([cell(0, 3000), cell(1, 1000)], 8 * MEBIBYTE)).toEqual([
      { cpus: [0], memoryBytes: 6 * MEBIBYTE },
      { cpus: [1], memoryBytes: 2 * MEBIBYTE },
    ]);
    expect(numaNodes([cell(0, 0)], 8 * MEBIBYTE)).toEqual([]);
  });
});
