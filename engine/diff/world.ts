import type { Address } from "../model/address.ts";
import type { Host } from "../model/host.ts";
import type { ObservedObject, Observation } from "../model/observation.ts";
import type { OpenOperation, RecordedState } from "../model/recorded.ts";

/** The observation and the state, indexed for look-ups by address, id and name. */
export interface World {
  readonly byId: (provider: string, id: string) => ObservedObject | undefined;
  /** Objects that carry our mark for this address, in order of their ids. */
  readonly ownAt: (address: Address) => readonly ObservedObject[];
  /** All addresses that some object of ours is marked with. */
  readonly ownAddresses: readonly Address[];
  /** An object of that kind and name which is not ours. */
  readonly foreignAt: (place: Place) => ObservedObject | undefined;
  /** An unfinished create or update at the address. */
  readonly openAt: (address: Address) => OpenOperation | undefined;
  /** An unfinished removal of this object. */
  readonly openRemoval: (objectId: string) => OpenOperation | undefined;
  /** True when an open operation speaks of this object. */
  readonly isOpen: (objectId: string) => boolean;
  /** False: what the provider did not report may exist all the same. */
  readonly isComplete: (provider: string) => boolean;
  /**
   * Why an object that is not seen may exist all the same; undefined: it is gone. `host` is where
   * it was last: a host that was taken out of the settings is not asked any more.
   */
  readonly doubt: (provider: string, host: string | undefined) => string | undefined;
  readonly host: (name: string) => Host | undefined;
}

interface Place {
  readonly provider: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

const placeKey = (place: Place): string =>
  `${place.provider} ${place.kind} ${place.namespace ?? ""} ${place.name}`;

interface Index {
  /** By provider, then by id. */
  readonly ids: Map<string, Map<string, ObservedObject>>;
  readonly own: Map<Address, ObservedObject[]>;
  readonly foreign: Map<string, ObservedObject>;
}

function indexObjects(observation: Observation, lineage: string): Index {
  const index: Index = { ids: new Map(), own: new Map(), foreign: new Map() };
  for (const object of observation.objects) {
    let ids = index.ids.get(object.provider);
    if (ids === undefined) {
      ids = new Map();
      index.ids.set(object.provider, ids);
    }
    ids.set(object.id, object);
    const { tag } = object;
    if (tag === undefined || tag.lineage !== lineage) {
      index.foreign.set(placeKey(object), object);
      continue;
    }
    const list = index.own.get(tag.address);
    if (list === undefined) index.own.set(tag.address, [object]);
    else list.push(object);
  }
  return index;
}

const NONE: readonly ObservedObject[] = Object.freeze([]);

/** `fixedHosts`: providers whose hosts are those of their settings, so that none can be gone. */
export function indexWorld(
  observation: Observation,
  recorded: RecordedState,
  fixedHosts: ReadonlySet<string>,
): World {
  const { ids, own, foreign } = indexObjects(observation, recorded.lineage);
  for (const list of own.values()) list.sort((left, right) => (left.id < right.id ? -1 : 1));
  const open = new Map<Address, OpenOperation>();
  const removals = new Map<string, OpenOperation>();
  const openIds = new Set<string>();
  for (const operation of recorded.openOperations) {
    if (operation.verb === "remove") removals.set(operation.objectId, operation);
    else open.set(operation.address, operation);
    openIds.add(operation.objectId);
  }
  const complete = new Map(observation.readings.map((item) => [item.provider, item.complete]));
  const hosts = new Map(observation.hosts.map((host) => [host.name, host]));
  const isComplete = (provider: string): boolean => complete.get(provider) === true;
  return {
    byId: (provider, id) => ids.get(provider)?.get(id),
    ownAt: (address) => own.get(address) ?? NONE,
    ownAddresses: [...own.keys()].sort(),
    foreignAt: (place) => foreign.get(placeKey(place)),
    openAt: (address) => open.get(address),
    openRemoval: (objectId) => removals.get(objectId),
    isOpen: (objectId) => openIds.has(objectId),
    isComplete,
    doubt: (provider, host) => {
      if (!isComplete(provider)) {
        return `provider "${provider}" could not be read completely, so absence proves nothing`;
      }
      if (host === undefined || hosts.has(host) || !fixedHosts.has(provider)) return undefined;
      return (
        `it was on host "${host}", which provider "${provider}" has no more: put the host back, ` +
        "or forget the object with vpac state rm"
      );
    },
    host: (name) => hosts.get(name),
  };
}
