import { describe, expect, test } from "vitest";
import { element, render, type XmlElement } from "../../../../providers/libvirt/xml/element.ts";
import {
  readCapabilities,
  readNetwork,
  readPool,
} from "../../../../providers/libvirt/xml/inventory.ts";
import {
  type DomainMetadata,
  METADATA_NAMESPACE,
  METADATA_PREFIX,
  metadataElement,
  metadataUpdateXml,
  readMetadata,
} from "../../../../providers/libvirt/xml/metadata.ts";
import { parse } from "../../../../providers/libvirt/xml/parse.ts";
import { readVolume, volumeXml } from "../../../../providers/libvirt/xml/volume.ts";
import { CAPABILITIES, NETWORK, POOL, VOLUME } from "./documents.ts";

describe("volumes", () => {
  test("an overlay names its image and the image's format (T13)", () => {
    const xml = volumeXml({
      name: "root.qcow2",
      capacityBytes: 1024,
      format: "qcow2",
      backing: { path: "/images/<base>.qcow2", format: "qcow2" },
    });
    expect(readVolume(xml)).toMatchObject({
      name: "root.qcow2",
      capacityBytes: 1024,
      allocationBytes: 0,
      format: "qcow2",
      backingPath: "/images/<base>.qcow2",
      backingFormat: "qcow2",
    });
  });

  test("a raw volume has nothing below it", () => {
    const xml = volumeXml({ name: "seed.img", capacityBytes: 4096, format: "raw" });
    expect(readVolume(xml)).toMatchObject({ format: "raw", backingPath: undefined });
  });

  test("what libvirt says of one is read", () => {
    expect(readVolume(VOLUME)).toEqual({
      name: "vpac-1-root.qcow2",
      key: "/images/vpac-1-root.qcow2",
      path: "/images/vpac-1-root.qcow2",
      capacityBytes: 8388608,
      allocationBytes: 200704,
      format: "qcow2",
      backingPath: "/images/base.qcow2",
      backingFormat: "qcow2",
    });
  });
});

describe("what a host has", () => {
  test("pools", () => {
    expect(readPool(POOL)).toEqual({
      name: "default",
      uuid: "dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566",
      type: "dir",
      targetPath: "/images",
      capacityBytes: 107374182400,
      allocationBytes: 1048576,
      availableBytes: 107373133824,
    });
  });

  test("networks", () => {
    expect(readNetwork(NETWORK)).toEqual({
      name: "default",
      uuid: "dd8fe884-6c02-601e-7551-cca97df1c5df",
      bridge: "virbr0",
      forward: "nat",
      dhcp: true,
      mtu: 1400,
    });
    const bare = "<network><name>x</name><uuid>u</uuid><ip address='10.0.0.1'/></network>";
    expect(readNetwork(bare)).toMatchObject({ dhcp: false, forward: undefined, mtu: undefined });
  });

  test("capabilities: cells, CPUs and emulators", () => {
    const { cells, guests, ...host } = readCapabilities(CAPABILITIES);
    expect(host).toMatchObject({ arch: "x86_64", cpuModel: "Skylake-Client-IBRS" });
    expect(cells).toEqual([
      { id: 0, memoryBytes: 64 * 1024 ** 3, cpus: [{ id: 0, socket: 0, core: 0 }] },
      { id: 1, memoryBytes: 64 * 1024 ** 3, cpus: [{ id: 1, socket: 0, core: 1 }] },
    ]);
    expect(guests).toEqual([
      {
        osType: "hvm",
        arch: "x86_64",
        emulators: new Map([
          ["qemu", "/usr/bin/qemu-system-x86_64"],
          ["kvm", "/usr/bin/kvm"],
        ]),
      },
    ]);
  });
});

describe("metadata", () => {
  const metadata: DomainMetadata = {
    tag: { lineage: "l", address: "vm/shop/db-0", fence: 3, intent: "i" },
    attributes: { b: 1, a: { c: ["<x>"] } },
  };
  const below = (own: XmlElement): XmlElement =>
    parse(render(element("metadata", {}, element("other"), own)));

  test("is read back, also beside that of others", () => {
    expect(readMetadata(below(metadataElement(metadata)))).toEqual(metadata);
  });

  test("equal attributes are equal bytes, whatever their order", () => {
    const attributes = { a: { c: ["<x>"] }, b: 1 };
    expect(metadataUpdateXml({ ...metadata, attributes })).toBe(metadataUpdateXml(metadata));
  });

  test("is recognised by its namespace and not by its prefix", () => {
    const text = render(metadataElement(metadata)).replaceAll("vpac:", "x:").replace(":vpac", ":x");
    expect(readMetadata(below(parse(text)))).toEqual(metadata);
    const foreign = render(metadataElement(metadata)).replace(METADATA_NAMESPACE, "https://x");
    expect(readMetadata(below(parse(foreign)))).toBeUndefined();
  });

  test("the form for an update brings no namespace: libvirt puts it in", () => {
    const text = metadataUpdateXml(metadata);
    expect(text).not.toContain("xmlns");
    const injected = text.replace("<object", `<object xmlns="${METADATA_NAMESPACE}"`);
    expect(readMetadata(below(parse(injected)))).toEqual(metadata);
    expect(METADATA_PREFIX).toBe("vpac");
  });

  test.for([
    ["a fence that is no number", (text: string) => text.replace('fence="3"', 'fence="x"')],
    ["no lineage", (text: string) => text.replace(/lineage="l" /, "")],
    ["no address", (text: string) => text.replace("vm/shop/db-0", "db-0")],
    ["no attributes", (text: string) => text.replace(/<vpac:attributes>.*<\/vpac:attributes>/, "")],
    ["half of the attributes", (text: string) => text.replace(/\{/, "")],
    ["a list for attributes", (text: string) => text.replace(/\{.*\}/, "[]")],
  ] as const)("with %s it is damaged, which is not the same as absent", ([, damage]) => {
    const text = render(metadataElement(metadata));
    expect(damage(text)).not.toBe(text);
    expect(readMetadata(below(parse(damage(text))))).toBe("damaged");
  });

  test("a domain without any is not ours", () => {
    expect(readMetadata(undefined)).toBeUndefined();
    expect(readMetadata(element("metadata"))).toBeUndefined();
  });
});
