import type { Outcome } from "../../engine/contract/provider.ts";
import type { OwnershipTag } from "../../engine/model/observation.ts";
import { type HeldDomain, observedObject, revisionOf } from "./domains.ts";
import { domainSpecOf, type Layout, type Subject } from "./layout.ts";
import type { HostLink } from "./link.ts";
import { isMissing, type Operation } from "./operation.ts";
import type { NotStarted } from "./power.ts";
import { type MachineRecord, metadataOf } from "./record.ts";
import { DOMAIN_XML, IMPACT, LIST_DOMAINS, METADATA, UNDEFINE } from "./rpc/flags.ts";
import type { Domain } from "./rpc/shapes.ts";
import type { LibvirtSettings } from "./settings.ts";
import { deviceDifference } from "./xml/devices.ts";
import { domainXml } from "./xml/domain.ts";
import { METADATA_NAMESPACE, METADATA_PREFIX, metadataUpdateXml } from "./xml/metadata.ts";

/** Defines the domain of a machine, or defines it anew; it does not start or stop. */
export async function defineDomain(
  link: HostLink,
  subject: Subject,
  how: DocumentParts,
  operation: Operation,
): Promise<Domain> {
  const wish = { xml: documentOf(link, subject, how), flags: 0 };
  return (await operation.tell(link, "DomainDefineXMLFlags", wish)).dom;
}

/** What a domain document is made of, besides the machine and its host. */
interface DocumentParts {
  /** The record to keep until the devices were read back; that of the machine if absent. */
  readonly kept?: MachineRecord;
  readonly name: string;
  readonly tag: OwnershipTag | undefined;
  readonly layout: Layout;
  readonly settings: LibvirtSettings;
}

function documentOf(link: HostLink, subject: Subject, parts: DocumentParts): string {
  const { name, tag, layout, settings, kept = subject.record } = parts;
  const metadata = metadataOf(kept, tag);
  return domainXml(domainSpecOf(subject, layout, { name, metadata, link, settings }));
}

/**
 * Reads a defined domain back and names the devices that it has and was not asked to have, or was
 * asked to have and has not; undefined when it is as asked for (row T12).
 */
export async function otherDevices(
  { link, dom, facts, tag }: HeldDomain,
  subject: Subject,
  { layout, settings }: Pick<DocumentParts, "layout" | "settings">,
  operation: Operation,
): Promise<string | undefined> {
  const asked = documentOf(link, subject, { name: facts.name, tag, layout, settings });
  return differenceIn(asked, await definitionOf({ link, dom }, operation));
}

/** The document by which a domain starts the next time, whether it runs or not. */
export async function definitionOf(
  { link, dom }: Pick<HeldDomain, "link" | "dom">,
  operation: Operation,
): Promise<string> {
  const flags = DOMAIN_XML.inactive | DOMAIN_XML.secure;
  return (await operation.ask(link, "DomainGetXMLDesc", { dom, flags })).xml;
}

/** The devices by which two documents differ, in words; undefined when they are the same. */
export function differenceIn(askedXml: string, heldXml: string): string | undefined {
  const { missing, extra } = deviceDifference(askedXml, heldXml);
  const parts = [
    ...extra.map((device) => `"${device}" that nobody asked for`),
    ...missing.map((device) => `no "${device}"`),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

/**
 * A machine that runs without a definition would be lost when it stops, as after a move whose last
 * step failed: it is defined as it runs.
 */
export async function keepDefined(
  { link, dom, run }: HeldDomain,
  operation: Operation,
): Promise<void> {
  if (!isActive(run.state)) return;
  const wanted = { needResults: 1, flags: LIST_DOMAINS.transient };
  const { domains } = await operation.ask(link, "ConnectListAllDomains", wanted);
  if (!domains.some(({ uuid }) => uuid === dom.uuid)) return;
  const xml = await definitionOf({ link, dom }, operation);
  await operation.tell(link, "DomainDefineXMLFlags", { xml, flags: 0 });
}

/** Writes record and tag into a domain, running or not, and touches nothing else of it. */
export async function writeMetadata(
  { link, dom, run }: HeldDomain,
  { record, tag }: { readonly record: MachineRecord; readonly tag: OwnershipTag | undefined },
  operation: Operation,
): Promise<void> {
  await operation.tell(link, "DomainSetMetadata", {
    dom,
    type: METADATA.element,
    metadata: metadataUpdateXml(metadataOf(record, tag)),
    key: METADATA_PREFIX,
    uri: METADATA_NAMESPACE,
    flags: isActive(run.state) ? IMPACT.live | IMPACT.config : IMPACT.config,
  });
}

/** States in which there is a machine besides its definition. */
export const isActive = (state: number): boolean => state !== 5 && state !== 6 && state !== 0;

/** Takes the definition away, and with it what libvirt itself keeps for the domain. */
export async function undefine({ link, dom }: HeldDomain, operation: Operation): Promise<void> {
  const { managedSave, snapshots, nvram, checkpoints } = UNDEFINE;
  const flags = managedSave | snapshots | (link.isTest ? 0 : nvram | checkpoints);
  try {
    await operation.tell(link, "DomainUndefineFlags", { dom, flags });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** The object is as asked for. */
export function done(
  held: HeldDomain,
  changed: boolean,
  notStarted: NotStarted | undefined,
): Outcome {
  const { host, status } = observedObject(held, "");
  const console = status["console"];
  return {
    is: "done",
    revision: revisionOf(held),
    changed,
    ...(host === undefined ? {} : { host }),
    ...(typeof console === "string" ? { outputs: { console } } : {}),
    ...(notStarted === undefined ? {} : { notStarted }),
  };
}
