import type { DestroyPermit, Outcome } from "../../engine/contract/provider.ts";
import { stringAt } from "../../engine/model/json.ts";
import { type HeldDomain, powerOf } from "./domains.ts";
import { refuseFence, refuseForeign, refuseRevision } from "./guards.ts";
import type { HostLink } from "./link.ts";
import type { Operation } from "./operation.ts";
import { powerOff, switchOff } from "./power.ts";
import { settleMoves } from "./settle.ts";
import { deleteVolumes, refuseIdlePools } from "./volumes.ts";
import { findObject, refuseUnclear, type World } from "./world.ts";
import { undefine } from "./writing.ts";

/**
 * Removes one machine of ours: it is stopped, its volumes are deleted on every host that may have
 * some, and its domain goes last, so that no volume is ever without a domain that tells of it.
 */
export async function removeMachine(
  world: World,
  permit: DestroyPermit,
  operation: Operation,
): Promise<Outcome> {
  const found = await findObject(world, permit.objectId, operation);
  refuseUnclear(found, permit.name);
  const { domain } = found;
  if (domain === undefined) {
    // Somebody else took the domain away; what it left of ours goes now.
    for (const link of world.links) await deleteVolumes(link, permit.objectId, operation);
    return { is: "done", revision: "", changed: false };
  }
  refuseForeign(domain, permit.tag.lineage);
  refuseFence(domain, permit.tag);
  refuseRevision(domain, permit.fromRevision);
  const held = await settleMoves(world, found, operation);
  const links = holders(world, held);
  for (const link of links) await refuseIdlePools(link, operation);
  await held.link.gate(() => stop(held, operation));
  for (const link of links) await deleteVolumes(link, permit.objectId, operation);
  await undefine(held, operation);
  return { is: "done", revision: "", changed: true };
}

/** A guest is asked to shut down only where its wish says how it is to be stopped. */
async function stop(held: HeldDomain, operation: Operation): Promise<void> {
  const attributes = held.record?.attributes ?? {};
  if (powerOf(held.run) === "off") return;
  if (stringAt(attributes, "spec", "powerOffMode") === undefined) await switchOff(held, operation);
  else await powerOff(held, attributes, operation, true);
}

/** Hosts that may have volumes of the machine. */
function holders(world: World, { link, record }: HeldDomain): readonly HostLink[] {
  const names = new Set([link.name, ...(record?.volumesOn ?? [])]);
  return world.links.filter((other) => names.has(other.name));
}
