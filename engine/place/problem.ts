import { compareText } from "../model/canonical.ts";
import type { Change, DiffResult } from "../model/change.ts";
import type { DesiredResource, DesiredState } from "../model/desired.ts";
import type { Host } from "../model/host.ts";
import type { Observation, ObservedObject } from "../model/observation.ts";
import type { PlacementLimits, PlacementProblem, PlacementWorkload } from "../model/placement.ts";
import type { RecordedState } from "../model/recorded.ts";
import { namespacesOf } from "./namespaces.ts";
import { desiredWorkload, observedWorkload } from "./workloads.ts";
import { untoleratedTaint } from "./selectors.ts";

export interface ProblemInput {
  readonly desired: DesiredState;
  readonly observation: Observation;
  readonly recorded: RecordedState;
  readonly diff: DiffResult;
  readonly seed: number;
}

/** Explanations of small plans are rich; those of large ones stay readable and small. */
const FEW_WORKLOADS = 500;
const LIMITS_RICH: PlacementLimits = { candidatesMax: 5, rejectedMax: 16, fixesMax: 3 };
const LIMITS_LEAN: PlacementLimits = { candidatesMax: 2, rejectedMax: 4, fixesMax: 3 };

/**
 * Turns what is wished, what is there and what differs into the one question that `place`
 * answers: hosts as they will be, who keeps a place, who needs one, and whose room becomes free.
 */
export function buildProblem(input: ProblemInput): PlacementProblem {
  const { desired, observation, seed } = input;
  const hosts = hostsOf(input);
  const { workloads, leaving } = workloadsOf(input, hosts);
  const waiting = workloads.reduce((count, { wish }) => count + (wish === "keep" ? 0 : 1), 0);
  return {
    hosts,
    workloads,
    leaving,
    namespaces: namespacesOf(desired, observation, workloads),
    pools: [...desired.pools].sort((left, right) => compareText(left.address, right.address)),
    policies: desired.policies,
    seed,
    limits: waiting <= FEW_WORKLOADS ? LIMITS_RICH : LIMITS_LEAN,
  };
}

/** Observed hosts as the documents will leave them, and declared ones that do not exist yet. */
function hostsOf({ desired, observation, diff }: ProblemInput): readonly Host[] {
  const declared = new Map<string, Host>();
  for (const { host } of desired.resources.values()) {
    if (host !== undefined) declared.set(hostKey(host), host);
  }
  const deleted = new Set(
    diff.changes.flatMap(({ action, address }) => (action === "delete" ? [address] : [])),
  );
  const hosts = observation.hosts.map((host): Host => {
    const wish = declared.get(hostKey(host));
    declared.delete(hostKey(host));
    const isLeaving = deleted.has(`host/${host.name}`);
    const merged = wish === undefined ? host : overridden(host, wish);
    return isLeaving ? { ...merged, connection: "maintenance" } : merged;
  });
  return [...hosts, ...declared.values()].sort((left, right) => compareText(left.name, right.name));
}

const hostKey = (host: Host): string => `${host.provider}\u0000${host.name}`;

/** The documents say what a host offers; its state, use and contents are as observed. */
function overridden(observed: Host, wish: Host): Host {
  return {
    ...wish,
    connection: observed.connection,
    memoryPressure: observed.memoryPressure,
    active: observed.active,
    images: observed.images,
    ...(observed.imageBytes === undefined ? {} : { imageBytes: observed.imageBytes }),
    planned: false,
  };
}

interface Split {
  readonly workloads: readonly PlacementWorkload[];
  readonly leaving: readonly PlacementWorkload[];
}

function workloadsOf(input: ProblemInput, hosts: readonly Host[]): Split {
  const { desired, observation, recorded, diff } = input;
  const hostByName = new Map(hosts.map((host) => [host.name, host]));
  const addressOf = new Map(
    [...recorded.resources.values()].map((item) => [item.id, item.address]),
  );
  const changes = new Map(diff.changes.map((change) => [change.address as string, change]));
  const workloads: PlacementWorkload[] = [];
  const leaving: PlacementWorkload[] = [];
  const seen = new Set<string>();
  for (const object of observation.objects) {
    const address = addressOf.get(object.id) ?? object.tag?.address;
    const change = address === undefined ? undefined : changes.get(address);
    const isOurs =
      change?.objectId === object.id || (address !== undefined && change === undefined);
    const resource = address !== undefined && isOurs ? desired.resources.get(address) : undefined;
    const facts = { object, resource, change: isOurs ? change : undefined, hostByName };
    const placed = placedWorkload(facts);
    if (placed === undefined) continue;
    if (placed.isLeaving) leaving.push(placed.workload);
    else workloads.push(placed.workload);
    if (placed.workload.wish === "place") leaving.push(...formerSelf(object, placed.workload.key));
    if (resource !== undefined && !placed.isLeaving) seen.add(resource.address);
  }
  for (const change of diff.changes) {
    const resource = desired.resources.get(change.address);
    if (!change.needsHost || resource?.workload === undefined || seen.has(change.address)) continue;
    workloads.push(desiredWorkload(resource, resource.workload, newcomer(change)));
  }
  const byKey = (left: PlacementWorkload, right: PlacementWorkload): number =>
    compareText(left.key, right.key);
  return { workloads: workloads.sort(byKey), leaving: leaving.sort(byKey) };
}

const newcomer = (
  change: Change,
): { readonly wish: "place"; readonly at: string | undefined; readonly active: undefined } => ({
  wish: "place",
  // A replacement is a new object and may go anywhere; an update rather stays.
  at: change.action === "update" || change.action === "adopt" ? change.observedHost : undefined,
  active: undefined,
});

interface ObjectFacts {
  readonly object: ObservedObject;
  readonly resource: DesiredResource | undefined;
  readonly change: Change | undefined;
  readonly hostByName: ReadonlyMap<string, Host>;
}

/** What an observed object means for placement; undefined when it takes no room on a host. */
function placedWorkload(
  facts: ObjectFacts,
): { readonly workload: PlacementWorkload; readonly isLeaving: boolean } | undefined {
  const { object, resource, change } = facts;
  if (object.host === undefined || object.power === "off") return undefined;
  const isGoing = change?.action === "delete" || change?.action === "replace";
  if (isGoing) {
    const workload = observedWorkload(object, change.address);
    if (workload === undefined) return undefined;
    const isCreateFirst =
      change.action === "replace" && resource?.rules.replaceOrder === "create-first";
    return isCreateFirst
      ? { workload: { ...workload, key: objectKey(object) }, isLeaving: false }
      : { workload, isLeaving: true };
  }
  const terms = resource?.workload;
  if (resource === undefined || terms === undefined) {
    const workload = observedWorkload(object, objectKey(object));
    return workload === undefined ? undefined : { workload, isLeaving: false };
  }
  if (!terms.poweredOn) {
    const workload = observedWorkload(object, resource.address);
    return workload === undefined ? undefined : { workload, isLeaving: true };
  }
  const wish = wishOf(facts);
  // What is resized or started counts as new: its room is found afresh, on its host if it fits.
  const { host: at, active } = object;
  return { workload: desiredWorkload(resource, terms, { wish, at, active }), isLeaving: false };
}

/** The running version of what is about to be changed: its room is taken until then. */
const formerSelf = (object: ObservedObject, key: string): readonly PlacementWorkload[] => {
  const former = observedWorkload(object, key);
  return former === undefined ? [] : [former];
};

const objectKey = (object: ObservedObject): string => `${object.provider}:${object.id}`;

/** `repair` where it must go; `place` where diff asks for a host; else it stays untouched. */
function wishOf({ object, resource, change, hostByName }: ObjectFacts): PlacementWorkload["wish"] {
  const host = object.host === undefined ? undefined : hostByName.get(object.host);
  const terms = resource?.workload;
  const isHeld = change?.action === "blocked" || resource?.behaviour.paused === true;
  if (terms === undefined || isHeld) return "keep";
  const mustLeave =
    host === undefined ||
    host.connection === "maintenance" ||
    host.connection === "disconnected" ||
    change?.action === "move" ||
    (terms.pinHost !== undefined && terms.pinHost !== host.name) ||
    isEvicted(host, terms.scheduling.tolerations);
  if (mustLeave) return "repair";
  return change?.needsHost === true && change.action === "update" ? "place" : "keep";
}

/** A taint with NoExecute also drives out what runs already. */
function isEvicted(
  host: Host,
  tolerations: NonNullable<DesiredResource["workload"]>["scheduling"]["tolerations"],
): boolean {
  const evicting = host.taints.filter((taint) => taint.effect === "NoExecute");
  return untoleratedTaint(evicting, tolerations) !== undefined;
}
