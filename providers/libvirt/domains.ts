import { createHash } from "node:crypto";
import { canonicalJson } from "../../engine/model/canonical.ts";
import { type JsonObject, objectAt } from "../../engine/model/json.ts";
import { machineOf } from "../../engine/model/machine.ts";
import type { ObservedObject, OwnershipTag, PowerState } from "../../engine/model/observation.ts";
import { mebibytes } from "../../engine/model/quantity.ts";
import type { HostLink } from "./link.ts";
import type { MachineRecord } from "./record.ts";
import { recordOf } from "./record.ts";
import { DOMAIN_STATE } from "./rpc/flags.ts";
import type { Domain } from "./rpc/shapes.ts";
import { type DomainFacts, readDomain } from "./xml/facts.ts";

/** State and reason as libvirt numbers them. */
export interface RunState {
  readonly state: number;
  readonly reason: number;
}

/** A domain on a host, ours or not. */
export interface HeldDomain {
  readonly link: HostLink;
  readonly dom: Domain;
  readonly run: RunState;
  readonly facts: DomainFacts;
  /** Undefined for domains that are not ours, and for damaged metadata. */
  readonly record: MachineRecord | undefined;
  readonly tag: OwnershipTag | undefined;
  /** There is metadata of ours that cannot be understood: it is left alone. */
  readonly isDamaged: boolean;
}

/** Puts together what libvirt says about one domain. Throws `XmlError`. */
export function heldDomain(link: HostLink, dom: Domain, run: RunState, xml: string): HeldDomain {
  const facts = readDomain(xml);
  const read = facts.metadata === undefined ? undefined : recordOf(facts.metadata);
  const isDamaged = facts.metadataDamaged || read === "damaged";
  const known = read === "damaged" ? undefined : read;
  return { link, dom, run, facts, record: known?.record, tag: known?.tag, isDamaged };
}

const STARTING_UP = 11;
/** Reasons of a paused domain that is on its way: migration, starting up, post-copy. */
const MOVING_REASONS: ReadonlySet<number> = new Set([2, STARTING_UP, 12]);

/** True for a start that goes on, and for the halted end of a migration, at either host. */
export const isMoving = ({ state, reason }: RunState): boolean =>
  state === DOMAIN_STATE.paused && MOVING_REASONS.has(reason);

/** True while its host starts a machine, by itself or as the arriving half of a migration. */
export const isStarting = ({ state, reason }: RunState): boolean =>
  state === DOMAIN_STATE.paused && reason === STARTING_UP;

/** The power state in the engine's words. */
export function powerOf(run: RunState): PowerState {
  switch (run.state) {
    case DOMAIN_STATE.running:
    case DOMAIN_STATE.blocked:
    case DOMAIN_STATE.shutdown:
      return "on";
    case DOMAIN_STATE.paused:
      return isMoving(run) ? "on" : "suspended";
    case DOMAIN_STATE.suspendedByGuest:
      return "suspended";
    default:
      return "off";
  }
}

/** Of two domains of one machine, that which counts: one that runs, then one that is on its way. */
export function better(left: HeldDomain, right: HeldDomain): HeldDomain {
  return weight(right) > weight(left) ? right : left;
}

function weight({ run }: HeldDomain): number {
  if (isMoving(run)) return 1;
  return powerOf(run) === "off" ? 0 : 2;
}

/** Namespace and name that a domain's name stands for, where it does not say so itself. */
export function placeOf(full: string): {
  readonly namespace?: string;
  readonly name: string;
} {
  const dot = full.indexOf(".");
  if (dot <= 0 || dot === full.length - 1) return { name: full };
  return { namespace: full.slice(0, dot), name: full.slice(dot + 1) };
}

/** Name of a domain for an object; `another` where a second one of that name has to stand. */
export function domainName(
  { namespace, name }: { readonly namespace: string | undefined; readonly name: string },
  another?: string,
): string {
  const whole = namespace === undefined ? name : `${namespace}.${name}`;
  return another === undefined ? whole : `${whole}.${another.slice(-8)}`;
}

/** The attributes of a domain: what was asked for, with what is really there laid over it. */
export function attributesOf({ record, facts }: HeldDomain): JsonObject {
  if (record === undefined) return { spec: {}, sizing: foreignSizing(facts) };
  const { attributes } = record;
  const machine = machineOf(attributes);
  if (machine === undefined) return attributes;
  const sizing: JsonObject = {
    ...objectAt(attributes, "sizing"),
    ...(facts.vcpus === machine.vcpus
      ? {}
      : { vcpus: facts.vcpus, cpuMillicores: facts.vcpus * 1000 }),
    ...(mebibytes(facts.memoryBytes) === mebibytes(machine.memoryBytes)
      ? {}
      : { memoryBytes: facts.memoryBytes }),
  };
  return { ...attributes, sizing };
}

/** A guest of others may touch all of its memory at any time. */
const foreignSizing = ({ vcpus, memoryBytes }: DomainFacts): JsonObject => ({
  vcpus,
  cpuMillicores: vcpus * 1000,
  memoryBytes,
  reservation: { cpuMillicores: 0, memoryBytes },
});

/** Host of a domain as the engine sees it: a machine that no host can run is at none. */
const shownHost = ({ record, link }: HeldDomain): string | undefined =>
  record?.stage === "unplaced" ? undefined : link.name;

/**
 * What an earlier call left undone, in words: disks that were never finished, a start or a move
 * that goes on, or volumes at a host that the machine has left.
 */
export function unfinishedOf({ record, link, run }: HeldDomain): string | undefined {
  if (record === undefined) return undefined;
  const others = record.volumesOn.filter((name) => name !== link.name);
  // Other hosts are written down before a move begins: what has none was started here.
  if (isStarting(run) && others.length === 0) return "its start has not ended";
  if (isMoving(run)) return "a move of it has not ended";
  if (record.origin === "adopted") return undefined;
  if (record.stage === "making") return "its disks are not complete";
  if (others.length === 0) return undefined;
  return `volumes of it may be left on ${others.map((name) => `"${name}"`).join(", ")}`;
}

/** Changes with everything that observe shows, and with nothing else. */
export function revisionOf(domain: HeldDomain): string {
  const { tag, record, run } = domain;
  const shown = {
    attributes: attributesOf(domain),
    tag: tag === undefined ? null : { ...tag },
    host: shownHost(domain) ?? null,
    power: powerOf(run),
    stage: record?.stage ?? null,
    unfinished: unfinishedOf(domain) ?? null,
  };
  return createHash("sha256").update(canonicalJson(shown)).digest("hex").slice(0, 32);
}

const PHASES: Readonly<Record<PowerState, string>> = {
  on: "Running",
  off: "Stopped",
  suspended: "Suspended",
};

/** A domain as the engine sees it. */
export function observedObject(domain: HeldDomain, provider: string): ObservedObject {
  const { record, facts, run, tag, dom } = domain;
  const place = record ?? placeOf(facts.name);
  const power = powerOf(run);
  const unfinished = unfinishedOf(domain);
  return {
    id: dom.uuid,
    provider,
    kind: "vm",
    namespace: place.namespace,
    name: place.name,
    attributes: attributesOf(domain),
    revision: revisionOf(domain),
    tag,
    host: shownHost(domain),
    power,
    active: undefined,
    ...(unfinished === undefined ? {} : { unfinished }),
    status: statusOf(domain, power),
  };
}

/** What a human wants to see; it is never compared. */
function statusOf({ record, facts, run, isDamaged }: HeldDomain, power: PowerState): JsonObject {
  const isPending = record !== undefined && record.stage !== "made" && power === "off";
  return {
    phase: isPending ? "Pending" : PHASES[power],
    vmPower: power,
    domain: facts.name,
    ...(run.state === DOMAIN_STATE.crashed ? { reason: "Crashed" } : {}),
    ...(isDamaged ? { reason: "MetadataDamaged" } : {}),
    ...(facts.consolePath === undefined ? {} : { console: facts.consolePath }),
  };
}
