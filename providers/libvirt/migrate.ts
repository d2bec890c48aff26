import { CODES } from "./codes.ts";
import { type HeldDomain, isMoving } from "./domains.ts";
import type { Layout } from "./layout.ts";
import type { HostLink } from "./link.ts";
import { type Operation, refusal } from "./operation.ts";
import { LibvirtError } from "./rpc/errors.ts";
import { DOMAIN_XML, MIGRATE, MIGRATE_PARAMETER } from "./rpc/flags.ts";
import type { TypedParameter } from "./rpc/shapes.ts";
import type { LibvirtSettings } from "./settings.ts";
import { withBinding } from "./xml/binding.ts";
import { withPaths } from "./xml/paths.ts";

const POLL_MS = 250;
/** Kind of job of a domain that nothing is done to. */
const NO_JOB = 0;

/** What is other at the target than at the source. */
interface TargetFacts {
  readonly layout: Layout | undefined;
  /** Paths of the source that are others at the target. */
  readonly paths: ReadonlyMap<string, string>;
  /** It is bound to nodes of the source, or is to be bound to some of the target. */
  readonly isBoundAnew: boolean;
}

/**
 * Moves a running machine: the source's daemon talks to the target's daemon itself. The call ends
 * when the machine runs at the target and its definition has left the source.
 */
export async function migrateLive(
  { link, dom, facts }: HeldDomain,
  target: HostLink,
  how: TargetFacts & { readonly settings: LibvirtSettings },
  operation: Operation,
): Promise<void> {
  const { settings, layout } = how;
  const isCopied = layout?.root !== undefined && !settings.isStorageShared;
  const common =
    MIGRATE.live | MIGRATE.peerToPeer | MIGRATE.persistDestination | MIGRATE.undefineSource;
  // libvirt cannot see that a path is the same file on both hosts; the settings say so.
  const disks = settings.isStorageShared ? MIGRATE.unsafe : 0;
  const documents = await targetDocuments({ link, dom, facts }, how, operation);
  const ended = new AbortController();
  const watch = watchJob({ link, dom, facts }, ended.signal, operation);
  try {
    await operation.tell(link, "DomainMigratePerform3Params", {
      dom,
      destinationUri: target.settings.peerUri,
      params: [...parametersFor(target, dom.uuid, isCopied), ...documents],
      cookieIn: new Uint8Array(),
      flags: common | disks | (isCopied ? MIGRATE.nonSharedIncremental : 0),
    });
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    // It runs at the target and only its definition is missing there: the caller makes it.
    if (error.meaning === "migratePersistFailed") return;
    const why =
      `machine "${facts.name}" cannot be moved from host "${link.name}" to ` +
      `"${target.name}": ${error.message}`;
    throw refusal("conflict", CODES.moveFailed, why);
  } finally {
    ended.abort();
    await watch;
  }
}

const text = (field: string, value: string): TypedParameter => ({ field, type: "string", value });

/** Over Unix sockets each machine has one of its own, since several may come at once. */
function parametersFor(
  { settings }: HostLink,
  uuid: string,
  isCopied: boolean,
): readonly TypedParameter[] {
  const { migrateUri } = settings;
  if (migrateUri === undefined) return [];
  if (!migrateUri.startsWith("unix:")) return [text(MIGRATE_PARAMETER.uri, migrateUri)];
  const own = `${migrateUri}.${uuid.slice(-12)}`;
  return [
    text(MIGRATE_PARAMETER.uri, own),
    ...(isCopied ? [text(MIGRATE_PARAMETER.disksUri, `${own}.d`)] : []),
  ];
}

/** The documents that the target is to use, where its files or its NUMA nodes are others. */
async function targetDocuments(
  { link, dom }: Moving,
  { paths, layout, isBoundAnew }: TargetFacts,
  operation: Operation,
): Promise<readonly TypedParameter[]> {
  // The devices of an adopted machine, and what it is bound to, are not ours to change.
  const isOther = layout !== undefined && isBoundAnew;
  if (paths.size === 0 && !isOther) return [];
  const documentOf = (xml: string): string => {
    const there = withPaths(xml, paths);
    return isOther ? withBinding(there, layout.binding) : there;
  };
  const { migratable, secure, inactive } = DOMAIN_XML;
  const flags = migratable | secure;
  const [live, kept] = await Promise.all([
    operation.ask(link, "DomainGetXMLDesc", { dom, flags }),
    operation.ask(link, "DomainGetXMLDesc", { dom, flags: flags | inactive }),
  ]);
  return [
    text(MIGRATE_PARAMETER.destinationXml, documentOf(live.xml)),
    text(MIGRATE_PARAMETER.persistentXml, documentOf(kept.xml)),
  ];
}

type Moving = Pick<HeldDomain, "link" | "dom" | "facts">;

/** Tells how far a migration is until it has ended. */
async function watchJob(moving: Moving, ended: AbortSignal, operation: Operation): Promise<void> {
  for (;;) {
    await operation.clock.sleep(POLL_MS, ended);
    if (ended.aborted || operation.signal.aborted) return;
    const job = await jobOf(moving, operation).catch(() => undefined);
    if (ended.aborted || job === undefined || job.type === NO_JOB) continue;
    const { dataTotalBytes: total, dataProcessedBytes: sent } = job;
    const percent = total === 0 ? 0 : Math.min(99, Math.floor((sent * 100) / total));
    operation.log({ phase: "move", percent });
  }
}

const jobOf = ({ link, dom }: Moving, operation: Operation) =>
  operation.ask(link, "DomainGetJobInfo", { dom });

/**
 * What a host does with an active domain: it sends it away or works on it otherwise, it takes it
 * in, or nothing. `held`: it works on it and tells nobody what it does.
 */
type Work = "leaving" | "arriving" | "none" | "held";

/** What a host does with an active domain; to be held takes it 30 s to say. */
export async function workOn(held: HeldDomain, operation: Operation): Promise<Work> {
  try {
    return (await jobOf(held, operation)).type === NO_JOB ? "none" : "leaving";
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    if (!isMoving(held.run)) return "none";
    // Only the source tells of a migration: the target refuses, while it is coming in.
    if (error.meaning === "operationUnsupported") return "arriving";
    return error.meaning === "operationTimeout" ? "held" : "none";
  }
}

/**
 * Throws the arriving half of a machine away. It may do so only where the machine runs on at its
 * source, whose daemon knows of no migration: the target's was killed while it made room.
 */
export async function dropArrival(
  { link, facts }: HeldDomain,
  operation: Operation,
): Promise<void> {
  try {
    await operation.tell(link, "DomainMigrateFinish3Params", {
      params: [text(MIGRATE_PARAMETER.destinationName, facts.name)],
      cookieIn: new Uint8Array(),
      flags: 0,
      cancelled: 1,
    });
  } catch (error) {
    // What has been given up is answered with an error in any case: the next look tells.
    if (!(error instanceof LibvirtError)) throw error;
  }
}
