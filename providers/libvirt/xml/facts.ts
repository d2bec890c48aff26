import type { ImageFile } from "./domain.ts";
import type { XmlElement } from "./element.ts";
import { type DomainMetadata, readMetadata } from "./metadata.ts";
import { parse } from "./parse.ts";
import { bytesAt, childAt, childrenOf, integerAt, integerOf, textAt } from "./read.ts";

/** What libvirt says about one domain. What it does not say is undefined or empty. */
export interface DomainFacts {
  readonly type: string;
  readonly name: string;
  readonly uuid: string;
  readonly title: string | undefined;
  readonly vcpus: number;
  readonly vcpusMax: number;
  /** Memory the guest has now; less than `memoryMaxBytes` while the balloon holds some. */
  readonly memoryBytes: number;
  readonly memoryMaxBytes: number;
  readonly machine: string | undefined;
  readonly kernelPath: string | undefined;
  readonly initrdPath: string | undefined;
  readonly commandLine: string | undefined;
  readonly disks: readonly DiskFacts[];
  readonly interfaces: readonly InterfaceFacts[];
  /** File of the first serial port, where it is one. */
  readonly consolePath: string | undefined;
  readonly metadata: DomainMetadata | undefined;
  /** There is metadata of ours that cannot be understood: leave the domain alone. */
  readonly metadataDamaged: boolean;
}

interface DiskFacts {
  /** `disk`, `cdrom`, `floppy` or `lun`. */
  readonly device: string;
  /** Name at its bus, such as `vda`. */
  readonly target: string;
  /** File, block device or `pool/volume`; undefined for an empty drive. */
  readonly path: string | undefined;
  readonly format: string | undefined;
  readonly readOnly: boolean;
  /** As far as libvirt shows the chain; of a stopped domain only what the document says. */
  readonly backing: readonly Partial<ImageFile>[];
}

interface InterfaceFacts {
  readonly mac: string | undefined;
  readonly network: string | undefined;
  /** Also the bridge behind a network, while the domain runs. */
  readonly bridge: string | undefined;
  /** Device on the host, while the domain runs. */
  readonly device: string | undefined;
  readonly mtu: number | undefined;
}

/** Reads a domain document of libvirt. Throws `XmlError`. */
export function readDomain(text: string): DomainFacts {
  const root = parse(text);
  const devices = childAt(root, "devices");
  const metadata = readMetadata(childAt(root, "metadata"));
  const memoryMaxBytes = bytesAt(root, "KiB", "memory") ?? 0;
  return {
    type: root.attributes.get("type") ?? "",
    name: textAt(root, "name") ?? "",
    uuid: textAt(root, "uuid") ?? "",
    title: textAt(root, "title"),
    ...readVcpus(root),
    memoryBytes: bytesAt(root, "KiB", "currentMemory") ?? memoryMaxBytes,
    memoryMaxBytes,
    machine: childAt(root, "os", "type")?.attributes.get("machine"),
    kernelPath: textAt(root, "os", "kernel"),
    initrdPath: textAt(root, "os", "initrd"),
    commandLine: textAt(root, "os", "cmdline"),
    disks: childrenOf(devices, "disk").map(readDisk),
    interfaces: childrenOf(devices, "interface").map(readInterface),
    consolePath: childAt(devices, "serial", "source")?.attributes.get("path"),
    metadata: metadata === "damaged" ? undefined : metadata,
    metadataDamaged: metadata === "damaged",
  };
}

function readVcpus(root: XmlElement): { readonly vcpus: number; readonly vcpusMax: number } {
  const vcpusMax = integerAt(root, "vcpu") ?? 1;
  const current = integerOf(childAt(root, "vcpu")?.attributes.get("current"));
  return { vcpus: current ?? vcpusMax, vcpusMax };
}

function readDisk(disk: XmlElement): DiskFacts {
  return {
    device: disk.attributes.get("device") ?? "disk",
    target: childAt(disk, "target")?.attributes.get("dev") ?? "",
    path: sourceOf(disk),
    format: childAt(disk, "driver")?.attributes.get("type"),
    readOnly: childAt(disk, "readonly") !== undefined,
    backing: readBacking(disk),
  };
}

function readBacking(disk: XmlElement): readonly Partial<ImageFile>[] {
  const chain: Partial<ImageFile>[] = [];
  let below = childAt(disk, "backingStore");
  while (below !== undefined && childAt(below, "source") !== undefined) {
    const path = sourceOf(below);
    const format = childAt(below, "format")?.attributes.get("type");
    chain.push({
      ...(path === undefined ? {} : { path }),
      ...(format === "qcow2" || format === "raw" ? { format } : {}),
    });
    below = childAt(below, "backingStore");
  }
  return chain;
}

/** Where the bytes of a disk are, in one text whatever the type of the source. */
export function sourceOf(disk: XmlElement): string | undefined {
  const source = childAt(disk, "source")?.attributes;
  const pool = source?.get("pool");
  if (pool !== undefined) return `${pool}/${source?.get("volume") ?? ""}`;
  const key = ["file", "dev", "name", "dir"].find((name) => source?.has(name));
  return key === undefined ? undefined : source?.get(key);
}

function readInterface(card: XmlElement): InterfaceFacts {
  const source = childAt(card, "source")?.attributes;
  return {
    mac: childAt(card, "mac")?.attributes.get("address"),
    network: source?.get("network"),
    bridge: source?.get("bridge"),
    device: childAt(card, "target")?.attributes.get("dev"),
    mtu: integerOf(childAt(card, "mtu")?.attributes.get("size")),
  };
}
