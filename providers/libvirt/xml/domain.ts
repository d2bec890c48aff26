import { type Binding, bindingElements, vcpuAttributes } from "./binding.ts";
import { element, render, type XmlContent, type XmlElement } from "./element.ts";
import { type DomainMetadata, metadataElement } from "./metadata.ts";

/** `qemu` translates instructions in software, `test` is libvirt's driver without machines. */
type DomainType = "kvm" | "qemu" | "test";

export type ImageFormat = "qcow2" | "raw";

/** A domain as vpac asks for it. Paths are on the host. */
export interface DomainSpec {
  readonly type: DomainType;
  readonly name: string;
  readonly uuid: string;
  readonly memoryBytes: number;
  readonly vcpus: number;
  /** CPUs that can be plugged in while it runs; `vcpus` if absent. */
  readonly vcpusMax?: number | undefined;
  /** Absent: it runs wherever the host lets it. */
  readonly binding?: Binding | undefined;
  /** Path of the emulator; libvirt's choice for the type if absent. */
  readonly emulator?: string | undefined;
  /** Starts this kernel instead of the boot loader on the first disk. */
  readonly kernel?: KernelSpec | undefined;
  readonly disks: readonly DiskSpec[];
  readonly interfaces: readonly InterfaceSpec[];
  /** File that the serial console is appended to. */
  readonly consolePath: string;
  readonly metadata: DomainMetadata;
}

export interface KernelSpec {
  readonly path: string;
  readonly initrdPath?: string | undefined;
  readonly commandLine?: string | undefined;
}

export interface DiskSpec {
  /** Name at the virtio bus, such as `vda`. */
  readonly target: string;
  readonly path: string;
  readonly format: ImageFormat;
  readonly readOnly: boolean;
  /** What the guest reads as the serial number of the disk; at most 20 characters. */
  readonly serial?: string | undefined;
  /**
   * The images below it, nearest first. The list is the whole truth: what an image itself says
   * about its backing file is not followed (row T13).
   */
  readonly backing: readonly ImageFile[];
}

export interface ImageFile {
  readonly path: string;
  readonly format: ImageFormat;
}

export interface InterfaceSpec {
  readonly mac: string;
  /** A libvirt network, or a bridge of the host. */
  readonly source: { readonly network: string } | { readonly bridge: string };
  readonly mtu?: number | undefined;
}

/** Name of the channel by which the QEMU guest agent talks to the host. */
const AGENT_CHANNEL = "org.qemu.guest_agent.0";

/** Ports for devices that are plugged in later; without them a second card finds no slot. */
const SPARE_PORTS = 4;

/** Period of the guest's memory statistics in seconds. */
const STATS_PERIOD_S = 5;

/** Code that QEMU keeps translated; unbounded it takes up to 1 GiB of the host for each domain. */
const TRANSLATION_CACHE_MIB = { min: 32, max: 256 };
const MEBIBYTE = 2 ** 20;

/** The domain document. Throws `XmlError` where a text cannot be written in XML. */
export function domainXml(spec: DomainSpec): string {
  const { name, uuid, vcpus, vcpusMax = vcpus, binding } = spec;
  const current = vcpusMax === vcpus ? undefined : vcpus;
  return render(
    element(
      "domain",
      { type: spec.type },
      element("name", {}, name),
      element("uuid", {}, uuid),
      element("metadata", {}, metadataElement(spec.metadata)),
      element("memory", { unit: "b" }, spec.memoryBytes),
      element("vcpu", { ...vcpuAttributes(binding), current }, vcpusMax),
      ...bindingElements(binding),
      bootElement(spec.kernel),
      element("features", {}, element("acpi"), translationCache(spec)),
      element("cpu", { mode: spec.type === "kvm" ? "host-model" : "maximum" }),
      element("clock", { offset: "utc" }),
      element("on_poweroff", {}, "destroy"),
      element("on_reboot", {}, "restart"),
      // A crash is shown as a stopped machine: restarting for ever would hide it.
      element("on_crash", {}, "destroy"),
      devicesElement(spec),
    ),
  );
}

function bootElement(kernel: KernelSpec | undefined): XmlElement {
  return element(
    "os",
    {},
    element("type", { arch: "x86_64", machine: "q35" }, "hvm"),
    optional("kernel", kernel?.path),
    optional("initrd", kernel?.initrdPath),
    optional("cmdline", kernel?.commandLine),
    kernel === undefined ? element("boot", { dev: "hd" }) : undefined,
  );
}

function optional(name: string, text: string | undefined): XmlElement | undefined {
  return text === undefined ? undefined : element(name, {}, text);
}

/** An eighth of the memory: larger guests run more code. */
function translationCache({ type, memoryBytes }: DomainSpec): XmlElement | undefined {
  if (type !== "qemu") return undefined;
  const { min, max } = TRANSLATION_CACHE_MIB;
  const share = Math.floor(memoryBytes / 8 / MEBIBYTE);
  const size = Math.min(max, Math.max(min, share));
  return element("tcg", {}, element("tb-cache", { unit: "MiB" }, size));
}

function devicesElement(spec: DomainSpec): XmlElement {
  return element(
    "devices",
    {},
    optional("emulator", spec.emulator),
    element("controller", { type: "usb", model: "none" }),
    // The root comes first and with its index: else the first port is given index 0.
    element("controller", { type: "pci", index: 0, model: "pcie-root" }),
    ...rootPorts(spec),
    ...spec.disks.map(diskElement),
    ...spec.interfaces.map(interfaceElement),
    ...consoleElements(spec.consolePath),
    element(
      "channel",
      { type: "unix" },
      element("target", { type: "virtio", name: AGENT_CHANNEL }),
    ),
    element("memballoon", { model: "virtio" }, element("stats", { period: STATS_PERIOD_S })),
    element("rng", { model: "virtio" }, element("backend", { model: "random" }, "/dev/urandom")),
  );
}

/** One port for each virtio device (disks, cards, channel, balloon, random numbers) and spares. */
function rootPorts({ disks, interfaces }: DomainSpec): readonly XmlElement[] {
  const count = disks.length + interfaces.length + 3 + SPARE_PORTS;
  return Array.from({ length: count }, () =>
    element("controller", { type: "pci", model: "pcie-root-port" }),
  );
}

function diskElement(disk: DiskSpec): XmlElement {
  return element(
    "disk",
    { type: "file", device: "disk" },
    element("driver", { name: "qemu", type: disk.format }),
    element("source", { file: disk.path }),
    backingElement(disk.backing),
    element("target", { dev: disk.target, bus: "virtio" }),
    disk.readOnly ? element("readonly") : undefined,
    optional("serial", disk.serial),
  );
}

/** The chain below a disk; the empty element at its end says that there is no more. */
function backingElement(images: readonly ImageFile[]): XmlElement {
  return images.reduceRight(
    (below, image) =>
      element(
        "backingStore",
        { type: "file" },
        element("format", { type: image.format }),
        element("source", { file: image.path }),
        below,
      ),
    element("backingStore"),
  );
}

function interfaceElement({ mac, source, mtu }: InterfaceSpec): XmlElement {
  const isNetwork = "network" in source;
  return element(
    "interface",
    { type: isNetwork ? "network" : "bridge" },
    element("mac", { address: mac }),
    element("source", isNetwork ? { network: source.network } : { bridge: source.bridge }),
    element("model", { type: "virtio" }),
    mtu === undefined ? undefined : element("mtu", { size: mtu }),
  );
}

/** `append` keeps the log of earlier starts, and of the source host when the domain moves. */
function consoleElements(path: string): readonly XmlContent[] {
  const source = element("source", { path, append: "on" });
  return [
    element("serial", { type: "file" }, source, element("target", { port: 0 })),
    element("console", { type: "file" }, source, element("target", { type: "serial", port: 0 })),
  ];
}
