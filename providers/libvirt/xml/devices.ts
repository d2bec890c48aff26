import type { XmlElement } from "./element.ts";
import { sourceOf } from "./facts.ts";
import { parse } from "./parse.ts";
import { childAt, childrenOf, elementsOf, textAt } from "./read.ts";

/** What libvirt adds to every domain by itself: none of it reaches the host's files. */
const OWN_DEVICES: ReadonlySet<string> = new Set(["controller", "input", "watchdog", "audio"]);

/** Devices in one document and not in the other, each in a form that a human can read. */
export interface DeviceDifference {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

/**
 * Everything in a domain document by which the guest reaches something of the host, in a form that
 * is the same for the document we sent and for what libvirt made of it; sorted. Row T12.
 */
export function deviceSet(text: string): readonly string[] {
  const root = parse(text);
  const parts = childrenOf(root, "devices").flatMap(elementsOf);
  const devices = parts.filter(({ name }) => !OWN_DEVICES.has(name)).map(describe);
  const boot = childrenOf(root, "os").flatMap(elementsOf);
  const files = boot.filter(({ name }) => /^(kernel|initrd|cmdline|loader|nvram)$/.test(name));
  return [...devices, ...files.map(describe), ...commandLine(root)].sort();
}

/** Compares what was asked for with what libvirt holds. Both empty: they are the same. */
export function deviceDifference(askedXml: string, heldXml: string): DeviceDifference {
  const asked = deviceSet(askedXml);
  const held = deviceSet(heldXml);
  // libvirt fills the emulator in where none was asked for.
  const filled = asked.some(isEmulator) ? undefined : held.find(isEmulator);
  const expected = filled === undefined ? asked : [...asked, filled];
  return { missing: without(expected, held), extra: without(held, expected) };
}

const isEmulator = (device: string): boolean => device.startsWith("emulator ");

/** What is in `all` more often than in `taken`. */
function without(all: readonly string[], taken: readonly string[]): readonly string[] {
  const left = [...taken];
  return all.filter((item) => {
    const at = left.indexOf(item);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

/** Arguments handed to QEMU past libvirt; vpac never asks for any. */
function commandLine(root: XmlElement): readonly string[] {
  return elementsOf(root)
    .filter(({ name }) => /(^|:)commandline$/.test(name))
    .map(() => "commandline");
}

type Describe = (device: XmlElement, type: string) => string;

const pathed: Describe = (device, type) =>
  `${device.name} ${type} ${attributeAt(device, "source", "path")}`;

const DESCRIBE: ReadonlyMap<string, Describe> = new Map<string, Describe>([
  ["disk", describeDisk],
  ["interface", (device, type) => `interface ${type} ${cardOf(device)}`],
  ["serial", pathed],
  ["console", pathed],
  ["parallel", pathed],
  ["channel", (device, type) => `channel ${type} ${attributeAt(device, "target", "name")}`],
  ["memballoon", (device) => `memballoon ${device.attributes.get("model") ?? ""}`],
  ["rng", (device) => `rng ${textAt(device, "backend") ?? ""}`],
]);

function describe(device: XmlElement): string {
  const type = device.attributes.get("type") ?? "";
  const special = DESCRIBE.get(device.name);
  if (special !== undefined) return special(device, type);
  const source = sourceOf(device) ?? textAt(device) ?? "";
  return [device.name, type, source].filter((part) => part !== "").join(" ");
}

function describeDisk(disk: XmlElement): string {
  const access = childAt(disk, "readonly") === undefined ? "read-write" : "read-only";
  const target = attributeAt(disk, "target", "dev");
  const format = attributeAt(disk, "driver", "type");
  const kind = disk.attributes.get("device") ?? "disk";
  return `${kind} ${target} ${format} ${access} ${sourceOf(disk) ?? "empty"}`;
}

function cardOf(card: XmlElement): string {
  const network = attributeAt(card, "source", "network");
  const joined = network === "" ? attributeAt(card, "source", "bridge") : network;
  return `${joined} ${attributeAt(card, "mac", "address")}`;
}

function attributeAt(device: XmlElement, child: string, attribute: string): string {
  return childAt(device, child)?.attributes.get(attribute) ?? "";
}
