import { diagnose } from "../diagnostics/catalogue.ts";
import type { Address } from "../model/address.ts";
import type { Change, ChangeReason } from "../model/change.ts";
import type { ObservedObject } from "../model/observation.ts";
import type { RecordedResource } from "../model/recorded.ts";
import type { Verdict } from "./build.ts";
import { because, changeOf } from "./build.ts";
import { CODES } from "./codes.ts";
import type { DecideContext } from "./inputs.ts";

function verdictFor(
  recorded: RecordedResource,
  object: ObservedObject | undefined,
  context: DecideContext,
): Verdict {
  const { world, input } = context;
  const asked = input.mode === "destroy" ? "destroy-asked" : "left-documents";
  const reasons: ChangeReason[] = [because(asked)];
  const doubt = object === undefined ? world.doubt(recorded.provider, recorded.host) : undefined;
  if (doubt !== undefined) {
    const unseen = because("provider-unreachable", { detail: doubt });
    return { action: "blocked", reasons: [unseen, ...reasons] };
  }
  if (recorded.preventDestroy || isProtected(recorded.address, context)) {
    return { action: "blocked", reasons: [because("protected"), ...reasons] };
  }
  if (world.openRemoval(recorded.id) !== undefined) reasons.push(because("unfinished"));
  if (object === undefined) return { action: "forget", reasons: [because("gone"), ...reasons] };
  return { action: "delete", reasons };
}

/** In destroy mode the documents still say what must not be destroyed. */
function isProtected(address: Address, context: DecideContext): boolean {
  const desired = context.input.desired.resources.get(address);
  return desired !== undefined && (desired.behaviour.preventDestroy || desired.readOnly);
}

/** What has to happen to a recorded resource that is not wished any more. */
export function decideLeaving(recorded: RecordedResource, context: DecideContext): Change {
  const object = context.world.byId(recorded.provider, recorded.id);
  const { address } = recorded;
  const source = context.input.desired.resources.get(address)?.source;
  const subject = { address, object, objectId: recorded.id, source };
  return changeOf(subject, verdictFor(recorded, object, context));
}

/** Address of a second object at an address: the leftover of an unfinished replacement. */
function leftoverAddress(address: Address, object: ObservedObject): Address {
  return `${address}~${object.id.slice(0, 8)}`;
}

function deletion(
  object: ObservedObject,
  address: Address,
  reasons: readonly ChangeReason[],
): Change {
  return changeOf(
    { address, object, objectId: object.id, source: undefined },
    {
      action: "delete",
      reasons,
    },
  );
}

/**
 * Objects with our mark that no record has: the rest of an unfinished run is removed, and so is
 * everything when all is destroyed; anything else is shown and left alone.
 */
export function decideFound(
  address: Address,
  context: DecideContext,
): { readonly changes: readonly Change[]; readonly found: readonly ObservedObject[] } {
  const { world, input } = context;
  const recorded = input.recorded.resources.get(address);
  const isWished = input.mode === "apply" && input.desired.resources.has(address);
  const others = world.ownAt(address).filter((object) => object.id !== recorded?.id);
  const changes: Change[] = [];
  const found: ObservedObject[] = [];
  others.forEach((object, index) => {
    const isTaken = recorded === undefined && isWished && isTakenOver(object, index, context);
    if (isTaken) return;
    const isLeftover = recorded !== undefined || isWished;
    const at = isLeftover ? leftoverAddress(address, object) : address;
    if (input.mode === "destroy") changes.push(deletion(object, at, [because("destroy-asked")]));
    else if (isLeftover || world.isOpen(object.id)) {
      changes.push(deletion(object, at, [because("unfinished")]));
    } else found.push(object);
  });
  return { changes, found };
}

/** True for the one object that the declared resource takes over or finishes. */
function isTakenOver(object: ObservedObject, index: number, context: DecideContext): boolean {
  const address = object.tag?.address;
  const open = address === undefined ? undefined : context.world.openAt(address);
  const isObserved =
    open !== undefined && context.world.byId(open.provider, open.objectId) !== undefined;
  return isObserved ? open.objectId === object.id : index === 0;
}

/** Tells about an object that is ours by its mark but stands in no record. */
export function reportFound(object: ObservedObject, context: DecideContext): void {
  const address = object.tag?.address ?? `${object.kind}/${object.name}`;
  context.report(
    diagnose(CODES.foundUnrecorded, {
      address,
      detail:
        `Provider "${object.provider}" has object "${object.id}" (${address}), which carries the ` +
        `mark of this state but is neither recorded nor declared.`,
      help: [`declare ${address} to adopt it, or remove the object`],
    }),
  );
}
