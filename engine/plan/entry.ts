/** All that is known about one address, joined once; every other file of the room reads it. */
import { type Address, compareAddress, matchesAddress } from "../model/address.ts";
import type { Action, Change, ChangeReason, DiffResult } from "../model/change.ts";
import type { DesiredResource, DesiredState } from "../model/desired.ts";
import type { ObservedObject, Observation } from "../model/observation.ts";
import type { Decision, PlacementResult, PowerAdvice, Preemption } from "../model/placement.ts";
import type { RecordedResource, RecordedState } from "../model/recorded.ts";
import { type Leg, legsOf } from "./legs.ts";
import { powerMade } from "./power.ts";

export interface Entry {
  readonly address: Address;
  /** Short kind: the first part of the address. */
  readonly kind: string;
  readonly change: Change;
  /** As `diff` found it, corrected by placement, protection and blocked neighbours. */
  readonly action: Action;
  readonly reasons: readonly ChangeReason[];
  readonly warnings: readonly string[];
  readonly desired: DesiredResource | undefined;
  readonly recorded: RecordedResource | undefined;
  /** What the object on hand needs; of one that is not recorded, what its address needs. */
  readonly needed: readonly Address[];
  readonly observed: ObservedObject | undefined;
  readonly decision: Decision | undefined;
  /** Host the object is on now. */
  readonly from: string | undefined;
  /** Host the object shall be on. */
  readonly host: string | undefined;
  /** The way of a move, from host to host; empty for everything else. */
  readonly legs: readonly Leg[];
  /** Set for a host that this plan wakes or puts to sleep. */
  readonly power: PowerAdvice | undefined;
  /** Set when it is ended so that something else gets its room. */
  readonly preempted: Preemption | undefined;
  /** Set when the object is made but cannot be started (rows S19, F12). */
  readonly willNotStart: { readonly code: string; readonly message: string } | undefined;
}

export interface EntrySources {
  readonly desired: DesiredState;
  readonly observation: Observation;
  readonly recorded: RecordedState;
  readonly diff: DiffResult;
  readonly placement: PlacementResult;
  readonly isMovesOnly?: boolean;
}

/** One entry per change, in address order, before anything is corrected. */
export function entriesOf(sources: EntrySources): Entry[] {
  const { decisions, moves, preempted } = sources.placement;
  const { isMovesOnly = false } = sources;
  const lookups: Lookups = {
    decisions: new Map(decisions.map((item) => [item.key, item])),
    legs: legsOf(moves),
    preempted: new Map(preempted.map((item) => [item.key, item])),
    power: powerMade({ ...sources, isMovesOnly }, sources.placement),
    objects: objectIndex(sources.observation.objects),
  };
  return sources.diff.changes
    .map((change) => entryOf(change, sources, lookups))
    .sort((left, right) => compareAddress(left.address, right.address));
}

interface Lookups {
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly legs: ReadonlyMap<string, readonly Leg[]>;
  readonly preempted: ReadonlyMap<string, Preemption>;
  readonly power: ReadonlyMap<Address, PowerAdvice>;
  readonly objects: ObjectIndex;
}

const NOWHERE: readonly Leg[] = [];

type ObjectIndex = (
  provider: string | undefined,
  id: string | undefined,
) => ObservedObject | undefined;

/** Finds objects by id; where two providers use one id, the wanted provider's. */
function objectIndex(objects: readonly ObservedObject[]): ObjectIndex {
  const byId = new Map(objects.map((object) => [object.id, object]));
  const isUnique = byId.size === objects.length;
  return (provider, id) => {
    if (id === undefined) return undefined;
    const found = byId.get(id);
    if (isUnique || found === undefined || found.provider === provider) return found;
    return objects.find((object) => object.id === id && object.provider === provider) ?? found;
  };
}

interface Whereabouts {
  readonly decision: Decision | undefined;
  readonly legs: readonly Leg[];
  readonly preempted: Preemption | undefined;
  readonly from: string | undefined;
  readonly host: string | undefined;
}

/** What placement says of it, and where it is and shall be. */
function whereabouts({ address, observedHost }: Change, lookups: Lookups): Whereabouts {
  const decision = lookups.decisions.get(address);
  const legs = lookups.legs.get(address) ?? NOWHERE;
  return {
    decision,
    legs,
    preempted: lookups.preempted.get(address),
    from: observedHost ?? decision?.from ?? legs[0]?.from,
    host: legs.at(-1)?.to ?? decision?.chosen ?? observedHost,
  };
}

function entryOf(change: Change, sources: EntrySources, lookups: Lookups): Entry {
  const { address, action } = change;
  const desired = sources.desired.resources.get(address);
  const recorded = sources.recorded.resources.get(address);
  const provider = recorded?.provider ?? desired?.provider;
  const at = whereabouts(change, lookups);
  const isIdle = action === "noop" && at.legs.length === 0 && at.preempted === undefined;
  const power = lookups.power.get(address);
  const observed =
    isIdle && power === undefined ? undefined : lookups.objects(provider, change.objectId);
  return {
    address,
    kind: address.slice(0, address.indexOf("/")),
    change,
    action,
    reasons: change.reasons,
    warnings: [],
    desired,
    recorded,
    needed: neededAt(observed?.tag?.address ?? address, sources),
    observed,
    ...at,
    power,
    willNotStart: undefined,
  };
}

function neededAt(address: Address, { recorded, desired }: EntrySources): readonly Address[] {
  const known = recorded.resources.get(address) ?? desired.resources.get(address);
  return known?.dependsOn ?? [];
}

/** True when the resource may be neither destroyed nor replaced. */
export function isProtected(entry: Entry, globs: readonly string[]): boolean {
  const own = entry.desired?.behaviour.preventDestroy ?? entry.recorded?.preventDestroy ?? false;
  return own || globs.some((glob) => matchesAddress(entry.address, glob));
}

/** True when there is, as far as is known, an object now that this change would act on. */
export const exists = ({ observed, recorded, reasons }: Entry): boolean =>
  observed !== undefined ||
  (recorded !== undefined && reasons.some(({ code }) => code === "provider-unreachable"));
