import { type JsonObject, objectAt } from "../../engine/model/json.ts";
import type { OwnershipTag } from "../../engine/model/observation.ts";
import { CODES } from "./codes.ts";
import { domainName, type HeldDomain, revisionOf } from "./domains.ts";
import type { HostLink } from "./link.ts";
import { type Operation, refusal } from "./operation.ts";
import { readHeld, readNeighbours } from "./reading.ts";
import { guestInterfaces } from "./seed/guest-setup.ts";
import type { World } from "./world.ts";

/** Only domains of the writer's own lineage may be touched (I14). */
export function refuseForeign(held: HeldDomain, lineage: string): void {
  if (held.tag?.lineage === lineage) return;
  const whose = foreignness(held);
  const what = `domain "${held.facts.name}" on host "${held.link.name}"`;
  throw refusal("forbidden", CODES.foreign, `${what} ${whose}`);
}

function foreignness({ isDamaged, tag }: HeldDomain): string {
  if (isDamaged) return "has metadata of vpac that cannot be read";
  return tag === undefined ? "carries no ownership mark" : "belongs to another lineage";
}

/** A writer with an older fence than the domain has seen is a zombie: it may change nothing. */
export function refuseFence({ tag: seen, facts }: HeldDomain, tag: OwnershipTag): void {
  if (seen === undefined || tag.fence >= seen.fence) return;
  const why =
    `writer ${tag.fence} is fenced off: writer ${seen.fence} has written to domain ` +
    `"${facts.name}" since`;
  throw refusal("conflict", CODES.staleFence, why);
}

/** The domain must still be what the plan was made from. */
export function refuseRevision(held: HeldDomain, fromRevision: string | undefined): void {
  if (fromRevision === undefined || fromRevision === revisionOf(held)) return;
  const what = `domain "${held.facts.name}" on host "${held.link.name}"`;
  const why = `${what} is not as it was when the plan was made`;
  throw refusal("conflict", CODES.staleRevision, why);
}

/** The host that a call names; it must take machines. */
export function targetLink(world: World, name: string): HostLink {
  const link = world.link(name);
  if (link === undefined) {
    throw refusal("invalid", CODES.hostUnknown, `there is no host "${name}"`);
  }
  if (link.settings.isInMaintenance) {
    throw refusal("conflict", CODES.hostNotReady, `host "${name}" is in maintenance`);
  }
  return link;
}

interface Wish {
  readonly objectId: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly tag: OwnershipTag;
}

/**
 * The name of the domain for a new object. A name may be taken only by the predecessor that the
 * object replaces; then a longer one is used, as names are unique on a host.
 */
export async function freeName(world: World, wish: Wish, operation: Operation): Promise<string> {
  const name = domainName(wish);
  const holders = await Promise.all(
    world.links.map(async (link) => {
      const found = await operation.find(link, "DomainLookupByName", { name });
      return found === undefined ? undefined : readHeld(link, found.dom, operation);
    }),
  );
  const taken = holders.filter((held) => held !== undefined);
  for (const { tag, link } of taken) {
    if (tag?.lineage === wish.tag.lineage && tag.address === wish.tag.address) continue;
    const why = `host "${link.name}" has another domain named "${name}" already`;
    throw refusal("conflict", CODES.nameTaken, why);
  }
  return taken.length === 0 ? name : domainName(wish, wish.objectId);
}

/**
 * Cards of one MAC address on a host take each other's packets. The predecessor that the object
 * replaces may have the same.
 */
export async function refuseCards(
  link: HostLink,
  wish: Wish & { readonly attributes: JsonObject },
  operation: Operation,
): Promise<void> {
  const { objectId, attributes, tag } = wish;
  const cards = guestInterfaces(objectAt(attributes, "spec"), objectId).map(({ mac }) => mac);
  if (cards.length === 0) return;
  const others = await readNeighbours(link, operation);
  for (const other of others) {
    const isOwn = other.tag?.lineage === tag.lineage && other.tag.address === tag.address;
    const mac = cards.find((card) => other.macs.includes(card));
    if (other.uuid === objectId || isOwn || mac === undefined) continue;
    const why =
      `machine "${wish.name}" cannot have a card ${mac}: domain "${other.name}" on host ` +
      `"${link.name}" has one already`;
    throw refusal("conflict", CODES.macTaken, why);
  }
}
