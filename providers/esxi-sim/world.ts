import type { Host, HostConnection } from "../../engine/model/host.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import type { Machine } from "../../engine/model/machine.ts";
import type { Amounts } from "../../engine/model/demand.ts";
import type { OwnershipTag, PowerState } from "../../engine/model/observation.ts";
import type { MeasuredUsage } from "../../engine/model/usage.ts";

/** A machine and what it needs of its host: vSphere Pods run as CRX instances, the rest as VMs. */
export interface SimMachine extends Machine {
  readonly runtime: "crx" | "vmx";
}

/** Where an unfinished start of a Pod stands; gone once step 14 is stored (rows P01-P15). */
interface StartState {
  /** Last step that is stored, 2..13. */
  readonly step: number;
  readonly host?: string;
  readonly vmId?: string;
  readonly source?: string;
}

/**
 * One thing in the simulated world. Objects with an `owner` are its parts (the VM of a Pod, the
 * node of a Spherelet): they live and die with it and carry no tag of their own.
 */
export interface WorldObject {
  readonly id: string;
  readonly kind: string;
  readonly kindKey: string;
  readonly apiVersion: string;
  readonly namespace?: string;
  readonly name: string;
  readonly attributes: JsonObject;
  readonly tag?: OwnershipTag;
  readonly owner?: string;
  readonly host?: string;
  readonly power?: PowerState;
  readonly phase?: string;
  /** Why the object is not what it should be, for example `LimitExceedsHost`. */
  readonly reason?: string;
  readonly message?: string;
  readonly address?: string;
  /** Number that hostd gave the VM, unique on its host. */
  readonly vmId?: string;
  readonly machine?: SimMachine;
  /** Measured use; absent while nothing has been measured. */
  readonly load?: Amounts;
  /** Further figures besides `load`; they mean nothing without it. */
  readonly usage?: MeasuredUsage;
  readonly start?: StartState;
  /** Hosts only. */
  readonly connection?: HostConnection;
  readonly lastVmId?: number;
  /** Revision of the record that last changed it. */
  readonly revision: number;
}

/** New values of some members; `null` takes a member away. */
type WorldPatch = {
  readonly [Key in keyof WorldObject]?: WorldObject[Key] | null;
};

export interface FaultSettings {
  readonly seed: number;
  readonly ratePercent: number;
  readonly latencyMs: number;
}

/** What goes wrong with one call; `none` for most. */
export type Fault = "none" | "unavailable" | "timeout-before" | "timeout-after";

/** What the world knows besides its objects. */
export interface WorldMeta {
  /** Highest fence seen per lineage: older writers are refused. */
  readonly fences: Readonly<Record<string, number>>;
  readonly faults?: FaultSettings | undefined;
  /** Meets the next writing call and is used up by it. */
  readonly nextFault?: Fault | undefined;
  /** Images in the store of each cluster, as `cluster image`. */
  readonly images: Readonly<Record<string, readonly string[]>>;
  /** Segments the world made for namespaces that declare none, by namespace. */
  readonly segments: Readonly<Record<string, string>>;
}

/**
 * One change of the world as the journal keeps it: `put` and `drop` an object, `set` members (the
 * object's revision grows), `note` members that are no part of its identity (it does not), `meta`.
 */
export type Change =
  | readonly ["put", WorldObject]
  | readonly ["drop", string]
  | readonly ["set", string, WorldPatch]
  | readonly ["note", string, WorldPatch]
  | readonly ["meta", { readonly [Key in keyof WorldMeta]?: WorldMeta[Key] | null }];

/** The world as far as one process has read it. */
export interface World {
  /** Number of the last record: it grows by one with each, as etcd's does. */
  revision: number;
  /** Virtual time. */
  timeMs: number;
  meta: WorldMeta;
  readonly objects: Map<string, WorldObject>;
  /** Ids by `kind/namespace/name`; a replacement stands beside its predecessor for a while. */
  readonly names: Map<string, readonly string[]>;
  /** Ids of the parts of each owner. */
  readonly parts: Map<string, readonly string[]>;
  /** What the powered-on machines of each host reserve, overhead included. */
  readonly reserved: Map<string, HostLoad>;
  /** Address to the id of its owner. */
  readonly addresses: Map<string, string>;
  /** Where the search for a free address goes on, by CIDR. */
  readonly leaseHints: Map<string, number>;
  /** Hosts already read from their attributes. */
  readonly hostViews: WeakMap<JsonObject, Host>;
}

export interface HostLoad {
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
  readonly machines: number;
}

const NO_LOAD: HostLoad = Object.freeze({ cpuMillicores: 0, memoryBytes: 0, machines: 0 });

export function emptyWorld(): World {
  return {
    revision: 0,
    timeMs: 0,
    meta: { fences: {}, images: {}, segments: {} },
    objects: new Map(),
    names: new Map(),
    parts: new Map(),
    reserved: new Map(),
    addresses: new Map(),
    leaseHints: new Map(),
    hostViews: new WeakMap(),
  };
}

const nameKey = (kind: string, namespace: string | undefined, name: string): string =>
  `${kind}/${namespace ?? ""}/${name}`;

const NO_OBJECTS: readonly WorldObject[] = Object.freeze([]);

/** Objects of a kind, namespace and name; more than one only while a replacement runs. */
export function findByName(
  world: World,
  kind: string,
  namespace: string | undefined,
  name: string,
): readonly WorldObject[] {
  const ids = world.names.get(nameKey(kind, namespace, name));
  return ids === undefined ? NO_OBJECTS : ids.flatMap((id) => world.objects.get(id) ?? []);
}

export const hostNamed = (world: World, name: string): WorldObject | undefined =>
  findByName(world, "host", undefined, name)[0];

export const partsOf = (world: World, id: string): readonly WorldObject[] =>
  (world.parts.get(id) ?? []).flatMap((part) => world.objects.get(part) ?? []);

export const loadOn = (world: World, host: string): HostLoad => world.reserved.get(host) ?? NO_LOAD;

/** Carries one change into the world and its indexes. Unknown ids are a damaged journal. */
export function applyChange(world: World, change: Change, revision: number): void {
  switch (change[0]) {
    case "put": {
      const object = change[1];
      // What a snapshot holds has its revision already: ten thousand copies less at every start.
      const after = object.revision === revision ? object : { ...object, revision };
      replaceObject(world, world.objects.get(object.id), after);
      return;
    }
    case "drop":
      replaceObject(world, known(world, change[1]), undefined);
      return;
    case "set":
    case "note": {
      const before = known(world, change[1]);
      const after = patched(before, change[2]);
      replaceObject(world, before, change[0] === "set" ? { ...after, revision } : after);
      return;
    }
    case "meta":
      world.meta = patchedMeta(world.meta, change[1]);
  }
}

/** As `patched`: what is null goes away. */
function patchedMeta(meta: WorldMeta, patch: object): WorldMeta {
  const kept = Object.entries({ ...meta, ...patch }).filter(([, value]) => value !== null);
  return Object.fromEntries(kept) as unknown as WorldMeta;
}

function known(world: World, id: string): WorldObject {
  const object = world.objects.get(id);
  if (object === undefined) throw new Error(`the world has no object ${id}`);
  return object;
}

function patched(object: WorldObject, patch: WorldPatch): WorldObject {
  const merged = { ...object, ...patch };
  // Most patches take nothing away, and a spread is far cheaper than a copy key by key.
  if (!Object.values(patch).includes(null)) return merged as WorldObject;
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(merged)) {
    if (value !== null) result[key] = value;
  }
  return result as unknown as WorldObject;
}

/** The one place that changes `objects`, so that no index can be forgotten. */
function replaceObject(
  world: World,
  before: WorldObject | undefined,
  after: WorldObject | undefined,
): void {
  if (before !== undefined) countReservation(world, before, -1);
  if (before !== undefined && after === undefined) unlist(world, before);
  if (before === undefined && after !== undefined) list(world, after);
  if (before?.address !== undefined && before.address !== after?.address) {
    world.addresses.delete(before.address);
  }
  if (after === undefined) return;
  world.objects.set(after.id, after);
  if (after.address !== undefined) world.addresses.set(after.address, after.id);
  countReservation(world, after, 1);
}

function list(world: World, object: WorldObject): void {
  const key = nameKey(object.kind, object.namespace, object.name);
  const others = world.names.get(key);
  world.names.set(key, others === undefined ? [object.id] : [...others, object.id]);
  if (object.owner === undefined) return;
  world.parts.set(object.owner, [...(world.parts.get(object.owner) ?? []), object.id]);
}

function unlist(world: World, object: WorldObject): void {
  world.objects.delete(object.id);
  without(world.names, nameKey(object.kind, object.namespace, object.name), object.id);
  if (object.owner !== undefined) without(world.parts, object.owner, object.id);
}

function without(index: Map<string, readonly string[]>, key: string, id: string): void {
  const rest = (index.get(key) ?? []).filter((other) => other !== id);
  if (rest.length === 0) index.delete(key);
  else index.set(key, rest);
}

/** Only powered-on machines take room; the parts of a Pod are counted by the Pod itself. */
function countReservation(world: World, object: WorldObject, sign: 1 | -1): void {
  const { machine, host } = object;
  if (machine === undefined || host === undefined || object.power !== "on") return;
  if (object.owner !== undefined) return;
  const load = loadOn(world, host);
  world.reserved.set(host, {
    cpuMillicores: load.cpuMillicores + sign * machine.reservedCpuMillicores,
    memoryBytes: load.memoryBytes + sign * (machine.reservedMemoryBytes + machine.overheadBytes),
    machines: load.machines + sign,
  });
}
