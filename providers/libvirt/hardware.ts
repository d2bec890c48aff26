import { canonicalJson } from "../../engine/model/canonical.ts";
import type { OwnershipTag } from "../../engine/model/observation.ts";
import { mebibytes } from "../../engine/model/quantity.ts";
import { machineFor } from "./admission.ts";
import { CODES } from "./codes.ts";
import { changeVolumes, dropSeed, hasOtherSeed } from "./disks.ts";
import type { HeldDomain } from "./domains.ts";
import { domainSpecOf, type Layout, layoutOn, type Subject } from "./layout.ts";
import type { Operation } from "./operation.ts";
import type { NotStarted } from "./power.ts";
import { type MachineRecord, metadataOf } from "./record.ts";
import { MEMORY, VCPUS } from "./rpc/flags.ts";
import type { LibvirtSettings } from "./settings.ts";
import { domainXml } from "./xml/domain.ts";
import type { World } from "./world.ts";
import { defineDomain, isActive, otherDevices } from "./writing.ts";

const KIBIBYTE_PER_MEBIBYTE = 1024;

/**
 * Brings the hardware of a domain to a wish, its volumes first. A stopped one of ours is defined
 * anew; of a running one the number of CPUs and the memory change at once, and the rest with its
 * next start. Says so where the domain then has other devices than were asked for.
 */
export async function changeHardware(
  held: HeldDomain,
  wanted: MachineRecord,
  { world, tag }: { readonly world: World; readonly tag: OwnershipTag },
  operation: Operation,
): Promise<NotStarted | undefined> {
  const { record, link } = held;
  if (record === undefined) return undefined;
  const isSized = isAsSized(held, wanted);
  const isSame = canonicalJson(record.attributes) === canonicalJson(wanted.attributes);
  if (isSized && isSame) return undefined;
  if (wanted.origin === "adopted") {
    if (!isSized) await resize(held, wanted, operation);
    return undefined;
  }
  const subject: Subject = { objectId: held.dom.uuid, record: wanted };
  const { settings } = world;
  const layout = await layoutOn(link, subject, { settings, operation });
  await changeVolumes(held, wanted, layout, operation);
  const isOff = !isActive(held.run.state);
  if (!isOff && !isSized) await resize(held, wanted, operation);
  const isSameDevices = !hasOtherDevices(held, wanted, { world, layout });
  if (isSized && isSameDevices && !hasOtherSeed(held, wanted)) return undefined;
  return defineAnew(held, subject, { layout, settings, tag }, operation);
}

/** Defines a domain anew, and reads back what libvirt made of the document (row T12). */
async function defineAnew(
  held: HeldDomain,
  subject: Subject,
  parts: {
    readonly layout: Layout;
    readonly settings: LibvirtSettings;
    readonly tag: OwnershipTag;
  },
  operation: Operation,
): Promise<NotStarted | undefined> {
  const { link, facts, run, record } = held;
  // The record of the wish comes after the devices were read back: a repeat tries again till then.
  const how = { name: facts.name, ...parts, ...(record && { kept: record }) };
  await defineDomain(link, subject, how, operation);
  const others = await otherDevices(held, subject, parts, operation);
  if (others === undefined) {
    await dropSeed(held, parts.layout, operation);
    return undefined;
  }
  const then = isActive(run.state) ? "it must not be started again" : "it is not started";
  const message = `the domain of machine "${facts.name}" has ${others}: ${then}`;
  return { code: CODES.devicesDiffer, message };
}

function isAsSized({ facts }: HeldDomain, { attributes }: MachineRecord): boolean {
  const { vcpus, memoryBytes } = machineFor(attributes);
  const isAsBig = mebibytes(facts.memoryBytes) === mebibytes(memoryBytes);
  return facts.vcpus === vcpus && isAsBig;
}

/** True when the document of the wish has other devices than that of the last one. */
function hasOtherDevices(
  { record, facts, dom, link }: HeldDomain,
  wanted: MachineRecord,
  { world, layout }: { readonly world: World; readonly layout: Layout },
): boolean {
  if (record === undefined) return false;
  const documentOf = ({ attributes }: MachineRecord): string => {
    const subject = { objectId: dom.uuid, record: { ...wanted, attributes } };
    const metadata = metadataOf({ ...wanted, attributes: {} }, undefined);
    const { settings } = world;
    return domainXml(domainSpecOf(subject, layout, { name: facts.name, metadata, link, settings }));
  };
  return documentOf(record) !== documentOf(wanted);
}

/** CPUs and memory of a domain whose document is not ours to write, or that runs. */
async function resize(
  { link, dom, facts, run }: HeldDomain,
  { attributes }: MachineRecord,
  operation: Operation,
): Promise<void> {
  const { vcpus, memoryBytes } = machineFor(attributes);
  const memoryKiB = mebibytes(memoryBytes) * KIBIBYTE_PER_MEBIBYTE;
  const isOff = !isActive(run.state);
  if (isOff && vcpus > facts.vcpusMax) {
    const flags = VCPUS.config | VCPUS.maximum;
    await operation.tell(link, "DomainSetVcpusFlags", { dom, vcpus, flags });
  }
  if (facts.vcpus !== vcpus) {
    const flags = isOff ? VCPUS.config : VCPUS.live | VCPUS.config;
    await operation.tell(link, "DomainSetVcpusFlags", { dom, vcpus, flags });
  }
  if (isOff && memoryBytes > facts.memoryMaxBytes) {
    const flags = MEMORY.config | MEMORY.maximum;
    await operation.tell(link, "DomainSetMemoryFlags", { dom, memoryKiB, flags });
  }
  if (mebibytes(facts.memoryBytes) !== mebibytes(memoryBytes)) {
    const flags = isOff ? MEMORY.config : MEMORY.live | MEMORY.config;
    await operation.tell(link, "DomainSetMemoryFlags", { dom, memoryKiB, flags });
  }
}
