import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DomainSpec, domainXml } from "../../../../providers/libvirt/xml/domain.ts";
import { type XmlElement, XmlError } from "../../../../providers/libvirt/xml/element.ts";
import { readDomain } from "../../../../providers/libvirt/xml/facts.ts";
import { macAddress } from "../../../../providers/libvirt/xml/mac.ts";
import { parse } from "../../../../providers/libvirt/xml/parse.ts";
import { childAt, childrenOf, elementsOf, textAt } from "../../../../providers/libvirt/xml/read.ts";
import { nastyText } from "./texts.ts";
import { MIB, spec } from "./wished-domain.ts";

/** The names of all elements, each with its path: what is left of a document without its texts. */
function skeleton(root: XmlElement, path = ""): readonly string[] {
  const own = `${path}/${root.name}`;
  return [own, ...elementsOf(root).flatMap((child) => skeleton(child, own))];
}

describe("the domain document", () => {
  test("says what was asked for, and reads back as that", () => {
    const facts = readDomain(domainXml(spec));
    expect(facts).toMatchObject({
      type: "qemu",
      name: spec.name,
      uuid: spec.uuid,
      vcpus: 2,
      vcpusMax: 4,
      memoryBytes: 128 * MIB,
      memoryMaxBytes: 128 * MIB,
      machine: "q35",
      kernelPath: "/images/vmlinux",
      initrdPath: "/images/initrd",
      commandLine: "console=ttyS0",
      consolePath: "/logs/console.log",
      metadata: spec.metadata,
      metadataDamaged: false,
    });
    expect(
      facts.disks.map(({ path, format, readOnly, backing }) => [path, format, readOnly, backing]),
    ).toEqual([
      ["/images/root.qcow2", "qcow2", false, [{ path: "/images/base.qcow2", format: "qcow2" }]],
      ["/images/seed.img", "raw", true, []],
    ]);
    expect(
      facts.interfaces.map(({ mac, network, bridge, mtu }) => [mac, network, bridge, mtu]),
    ).toEqual([
      ["52:54:00:00:00:01", "default", undefined, 1400],
      ["52:54:00:00:00:02", undefined, "br0", undefined],
    ]);
  });

  test.for([
    ["kvm", 128, "host-model", undefined],
    ["qemu", 128, "maximum", "32"],
    ["qemu", 1024, "maximum", "128"],
    ["qemu", 65536, "maximum", "256"],
    ["test", 128, "maximum", undefined],
  ] as const)("%s of %s MiB gets the CPU %s and a translation cache of %s MiB", (row) => {
    const [type, memoryMiB, mode, cache] = row;
    const root = parse(domainXml({ ...spec, type, memoryBytes: memoryMiB * MIB }));
    expect(root.attributes.get("type")).toBe(type);
    expect(childAt(root, "cpu")?.attributes.get("mode")).toBe(mode);
    expect(textAt(root, "features", "tcg", "tb-cache")).toBe(cache);
  });

  test("the root of the buses comes first and ports are left for devices to come", () => {
    const devices = childAt(parse(domainXml(spec)), "devices");
    const buses = childrenOf(devices, "controller").filter(
      ({ attributes }) => attributes.get("type") === "pci",
    );
    expect(buses[0]?.attributes.get("model")).toBe("pcie-root");
    expect(buses[0]?.attributes.get("index")).toBe("0");
    const virtioDevices = spec.disks.length + spec.interfaces.length + 3;
    expect(buses.length - 1).toBeGreaterThanOrEqual(virtioDevices + 4);
  });

  test("without a kernel it starts from the first disk", () => {
    const root = parse(domainXml({ ...spec, kernel: undefined }));
    expect(childAt(root, "os", "boot")?.attributes.get("dev")).toBe("hd");
    expect(childAt(root, "os", "kernel")).toBeUndefined();
  });

  test("T13: the chain below every disk is closed, so that no image can name a file of the host", () => {
    const disks = childrenOf(childAt(parse(domainXml(spec)), "devices"), "disk");
    for (const disk of disks) {
      let end = childAt(disk, "backingStore");
      while (end !== undefined && end.children.length > 0) end = childAt(end, "backingStore");
      expect(end).toBeDefined();
    }
    expect(childrenOf(disks[0], "backingStore")).toHaveLength(1);
  });

  test("the console is appended to: a start or a move keeps what was there", () => {
    const devices = childAt(parse(domainXml(spec)), "devices");
    for (const name of ["serial", "console"]) {
      expect(childAt(devices, name, "source")?.attributes.get("append")).toBe("on");
    }
  });
});

/** One text in every place of a domain that takes one. */
function withText(text: string): DomainSpec {
  return {
    ...spec,
    name: text,
    uuid: text,
    emulator: text,
    kernel: { path: text, initrdPath: text, commandLine: text },
    disks: spec.disks.map((disk) => ({
      ...disk,
      target: text,
      path: text,
      serial: text,
      backing: disk.backing.map((image) => ({ ...image, path: text })),
    })),
    interfaces: [
      { mac: text, source: { network: text } },
      { mac: text, source: { bridge: text } },
    ],
    consolePath: text,
    metadata: {
      tag: { lineage: text, address: "vm/shop/db-0", fence: 1, intent: text },
      attributes: { [text]: text },
    },
  };
}

describe("T12: texts in a domain document", () => {
  const asked = skeleton(parse(domainXml(withText("x"))));

  test("no text changes which elements there are", () => {
    const property = fc.property(nastyText, (text) => {
      let xml: string;
      try {
        xml = domainXml(withText(text));
      } catch (error) {
        expect(error).toBeInstanceOf(XmlError);
        return;
      }
      expect(skeleton(parse(xml))).toEqual(asked);
      const facts = readDomain(xml);
      expect(facts.commandLine).toBe(text.trim());
      expect(facts.disks[0]?.path).toBe(text);
      expect(facts.metadata?.attributes).toEqual({ [text]: text });
    });
    fc.assert(property);
  });

  test("attributes that XML cannot hold are kept all the same", () => {
    const attributes = { a: "\0\u001b\ufffe\uffff\ud83d\ude00", "\u0001": ["\u007f"] };
    const xml = domainXml({ ...spec, metadata: { ...spec.metadata, attributes } });
    expect(readDomain(xml).metadata?.attributes).toEqual(attributes);
  });
});

describe("MAC addresses", () => {
  test("are the same for the same object and card, and differ for others", () => {
    const all = ["a", "b"].flatMap((id) => [0, 1].map((index) => macAddress(id, index)));
    expect(all).toEqual(["a", "b"].flatMap((id) => [0, 1].map((index) => macAddress(id, index))));
    expect(new Set(all).size).toBe(4);
    for (const mac of all) expect(mac).toMatch(/^52(:[0-9a-f]{2}){5}$/);
  });

  test("of 10,000 cards are all different", () => {
    const cards = Array.from({ length: 5000 }, (_, id) => [0, 1].map((at) => [id, at] as const));
    const all = cards.flat().map(([id, at]) => macAddress(`machine-${id}`, at));
    expect(new Set(all).size).toBe(10_000);
  });
});
