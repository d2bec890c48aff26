import type { XmlElement } from "./element.ts";
import { parse } from "./parse.ts";
import { bytesAt, childAt, childrenOf, integerOf, textAt } from "./read.ts";

export interface PoolFacts {
  readonly name: string;
  readonly uuid: string;
  /** `dir`, `fs`, `netfs`, `logical` and so on. */
  readonly type: string;
  /** Folder or device folder of the volumes. */
  readonly targetPath: string | undefined;
  readonly capacityBytes: number | undefined;
  readonly allocationBytes: number | undefined;
  readonly availableBytes: number | undefined;
}

/** Reads a pool document of libvirt. Throws `XmlError`. */
export function readPool(text: string): PoolFacts {
  const root = parse(text);
  return {
    name: textAt(root, "name") ?? "",
    uuid: textAt(root, "uuid") ?? "",
    type: root.attributes.get("type") ?? "",
    targetPath: textAt(root, "target", "path"),
    capacityBytes: bytesAt(root, "bytes", "capacity"),
    allocationBytes: bytesAt(root, "bytes", "allocation"),
    availableBytes: bytesAt(root, "bytes", "available"),
  };
}

export interface NetworkFacts {
  readonly name: string;
  readonly uuid: string;
  readonly bridge: string | undefined;
  /** `nat`, `route`, `bridge` and so on; undefined for a network of its own. */
  readonly forward: string | undefined;
  readonly dhcp: boolean;
  readonly mtu: number | undefined;
}

/** Reads a network document of libvirt. Throws `XmlError`. */
export function readNetwork(text: string): NetworkFacts {
  const root = parse(text);
  return {
    name: textAt(root, "name") ?? "",
    uuid: textAt(root, "uuid") ?? "",
    bridge: childAt(root, "bridge")?.attributes.get("name"),
    forward: childAt(root, "forward")?.attributes.get("mode"),
    dhcp: childrenOf(root, "ip").some((address) => childAt(address, "dhcp") !== undefined),
    mtu: integerOf(childAt(root, "mtu")?.attributes.get("size")),
  };
}

/** What a host is and can run. */
export interface HostCapabilities {
  readonly uuid: string | undefined;
  readonly arch: string | undefined;
  readonly cpuModel: string | undefined;
  readonly cells: readonly NumaCell[];
  readonly guests: readonly GuestArchitecture[];
}

export interface NumaCell {
  readonly id: number;
  readonly memoryBytes: number;
  readonly cpus: readonly HostCpu[];
}

/** One hardware thread. */
interface HostCpu {
  readonly id: number;
  readonly socket: number;
  readonly core: number;
}

interface GuestArchitecture {
  /** `hvm` is a whole machine. */
  readonly osType: string;
  readonly arch: string;
  /** Domain type → path of its emulator. */
  readonly emulators: ReadonlyMap<string, string>;
}

/** Reads the capabilities document of a host. Throws `XmlError`. */
export function readCapabilities(text: string): HostCapabilities {
  const root = parse(text);
  const host = childAt(root, "host");
  return {
    uuid: textAt(host, "uuid"),
    arch: textAt(host, "cpu", "arch"),
    cpuModel: textAt(host, "cpu", "model"),
    cells: childrenOf(childAt(host, "topology", "cells"), "cell").map(readCell),
    guests: childrenOf(root, "guest").map(readGuest),
  };
}

const numberOf = (part: XmlElement, attribute: string): number =>
  integerOf(part.attributes.get(attribute)) ?? 0;

function readCell(cell: XmlElement): NumaCell {
  return {
    id: numberOf(cell, "id"),
    memoryBytes: bytesAt(cell, "KiB", "memory") ?? 0,
    cpus: childrenOf(childAt(cell, "cpus"), "cpu").map((cpu) => ({
      id: numberOf(cpu, "id"),
      socket: numberOf(cpu, "socket_id"),
      core: numberOf(cpu, "core_id"),
    })),
  };
}

function readGuest(guest: XmlElement): GuestArchitecture {
  const arch = childAt(guest, "arch");
  const common = textAt(arch, "emulator") ?? "";
  const emulators = childrenOf(arch, "domain").map((domain): [string, string] => [
    domain.attributes.get("type") ?? "",
    textAt(domain, "emulator") ?? common,
  ]);
  return {
    osType: textAt(guest, "os_type") ?? "",
    arch: arch?.attributes.get("name") ?? "",
    emulators: new Map(emulators),
  };
}
