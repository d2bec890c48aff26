import type { Outcome } from "../../engine/contract/provider.ts";
import type { OwnershipTag } from "../../engine/model/observation.ts";
import { type HeldDomain, observedObject, revisionOf } from "./domains.ts";
import { domainSpecOf, type Layout, type Subject } from "./layout.ts";
import type { HostLink } from "./link.ts";
import { isMissing, type Operation } from "./operation.ts";
import type { NotStarted } from "./power.ts";
import { type MachineRecord, metadataOf } from "./record.ts";
import { IMPACT, METADATA, UNDEFINE } from "./rpc/flags.ts";
import type { Domain } from "./rpc/shapes.ts";
import type { LibvirtSettings } from "./settings.ts";
import { domainXml } from "./xml/domain.ts";
import { METADATA_NAMESPACE, METADATA_PREFIX, metadataUpdateXml } from "./xml/metadata.ts";

/** Defines the domain of a machine, or defines it anew; it does not start or stop. */
export async function defineDomain(
  link: HostLink,
  subject: Subject,
  how: {
    readonly name: string;
    readonly tag: OwnershipTag | undefined;
    readonly layout: Layout;
    readonly settings: LibvirtSettings;
  },
  operation: Operation,
): Promise<Domain> {
  const { name, tag, layout, settings } = how;
  const metadata = metadataOf(subject.record, tag);
  const spec = domainSpecOf(subject, layout, { name, metadata, link, settings });
  const wish = { xml: domainXml(spec), flags: 0 };
  return (await operation.tell(link, "DomainDefineXMLFlags", wish)).dom;
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
