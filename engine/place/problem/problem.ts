import type { Address } from "../../model/address.ts";
import { compareText } from "../../model/canonical.ts";
import type { Change, DiffResult } from "../../model/change.ts";
import type { DesiredState } from "../../model/desired.ts";
import type { Host } from "../../model/host.ts";
import type { Observation, ObservedObject } from "../../model/observation.ts";
import type {
  DisruptionAllowance,
  PlacementLimits,
  PlacementProblem,
  PlacementWorkload,
} from "../../model/placement.ts";
import { powerLeave } from "../../model/power-leave.ts";
import type { RecordedState } from "../../model/recorded.ts";
import { BALANCE_OFF, type BalanceRequest, balanceWish, leaveFinder } from "./balance.ts";
import { namespacesOf } from "./namespaces.ts";
import { type MoveLeave, movesOf } from "./liberties.ts";
import { enrol, type Roster } from "./roster.ts";
import { desiredWorkload, type Situation } from "./workloads.ts";

export interface ProblemInput {
  readonly desired: DesiredState;
  readonly observation: Observation;
  readonly recorded: RecordedState;
  readonly diff: DiffResult;
  readonly seed: number;
  /** Moves of late, by address; absent: nothing moved. */
  readonly recentMoves?: ReadonlyMap<Address, number>;
  /** Absent: what the documents let a plan do by itself. */
  readonly balance?: BalanceRequest;
}

const BY_ITSELF: BalanceRequest = { scope: "made" };

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
  const balance = balanceWish(desired, input.balance ?? BY_ITSELF);
  const disruption = allowances(desired);
  const hosts = hostsOf(input);
  const { workloads, leaving } = workloadsOf(input, hosts);
  const waiting = workloads.reduce((count, { wish }) => count + (wish === "keep" ? 0 : 1), 0);
  const hasPower = desired.policies.some(({ power }) => power !== undefined);
  const isMovesOnly = (input.balance ?? BY_ITSELF).scope !== "made";
  return {
    hosts,
    workloads,
    leaving,
    namespaces: namespacesOf(desired, observation, workloads),
    pools: [...desired.pools].sort((left, right) => compareText(left.address, right.address)),
    policies: desired.policies,
    seed,
    limits: waiting <= FEW_WORKLOADS ? LIMITS_RICH : LIMITS_LEAN,
    ...(balance === undefined ? {} : { balance }),
    ...(disruption.length === 0 ? {} : { disruption }),
    ...(desired.migration === undefined ? {} : { migration: desired.migration }),
    ...(hasPower ? { power: powerLeave({ ...input, isMovesOnly }) } : {}),
  };
}

/** What PodDisruptionBudgets allow; how a rollout goes about its group is no such promise. */
const allowances = ({ disruption }: DesiredState): readonly DisruptionAllowance[] =>
  disruption.flatMap(({ group, budget }) =>
    budget === undefined ? [] : [{ group, maxUnavailable: budget }],
  );

/** Observed hosts as this plan will leave them, and declared ones that do not exist yet. */
function hostsOf({ desired, observation, recorded, diff }: ProblemInput): readonly Host[] {
  const declared = new Map<string, Host>();
  for (const { host } of desired.resources.values()) {
    if (host !== undefined) declared.set(hostKey(host), host);
  }
  const dropped = new Set<string>();
  for (const { kind, name, address } of recorded.resources.values()) {
    if (kind === "host" && !desired.resources.has(address)) dropped.add(name);
  }
  // What is outside the selection, or left out of a plan of moves, is neither made nor changed.
  const changed = new Set(
    diff.changes.flatMap(({ address, action }) => (action === "blocked" ? [] : [address])),
  );
  const hosts = observation.hosts.map((host): Host => {
    const wish = declared.get(hostKey(host));
    declared.delete(hostKey(host));
    const isChanged = changed.has(`host/${host.name}`);
    const merged = wish === undefined ? host : merge(host, wish, isChanged);
    return dropped.has(host.name) ? { ...merged, connection: "maintenance" } : merged;
  });
  const planned = [...declared.values()].filter(({ name }) => changed.has(`host/${name}`));
  return [...hosts, ...planned].sort((left, right) => compareText(left.name, right.name));
}

const hostKey = (host: Host): string => `${host.provider}\u0000${host.name}`;

/**
 * The documents say what a host offers once this plan has changed it; its state, use and contents
 * are as observed. One that is to be out of service takes nothing more, whoever takes it out.
 */
function merge(observed: Host, wish: Host, isChanged: boolean): Host {
  const connection = observed.connection === "connected" ? wish.connection : observed.connection;
  if (!isChanged) return { ...observed, connection };
  return {
    ...wish,
    connection,
    memoryPressure: observed.memoryPressure,
    active: observed.active,
    images: observed.images,
    ...(observed.imageBytes === undefined ? {} : { imageBytes: observed.imageBytes }),
    planned: false,
  };
}

/** Everything that takes or wants room: first what is observed, then the newcomers. */
function workloadsOf(input: ProblemInput, hosts: readonly Host[]): Roster {
  const { desired, diff } = input;
  const roster: Roster = { workloads: [], leaving: [] };
  const leave = leaveIn(input);
  const seated = enrolObserved(roster, input, { hosts, leave });
  for (const change of diff.changes) {
    const resource = desired.resources.get(change.address);
    const terms = resource?.workload;
    if (resource === undefined || terms === undefined || seated.has(change.address)) continue;
    if (wantsHost(change, terms.poweredOn)) {
      const declared = desiredWorkload(resource, terms, newcomer(change));
      roster.workloads.push({ ...declared, ...movesOf(resource, leave) });
    }
  }
  const byKey = (left: PlacementWorkload, right: PlacementWorkload): number =>
    compareText(left.key, right.key);
  roster.workloads.sort(byKey);
  roster.leaving.sort(byKey);
  return roster;
}

const NOBODY_MOVED: ReadonlyMap<Address, number> = new Map();

function leaveIn({
  desired,
  observation,
  recentMoves = NOBODY_MOVED,
  balance = BY_ITSELF,
}: ProblemInput): MoveLeave {
  return {
    recentMoves,
    leaveOf: leaveFinder(desired.balance ?? BALANCE_OFF, balance),
    movers: new Set(
      observation.readings.flatMap(({ provider, movesLive }) => (movesLive ? [provider] : [])),
    ),
  };
}

/** Returns the addresses whose object is in the roster and needs no other host besides. */
function enrolObserved(
  roster: Roster,
  input: ProblemInput,
  { hosts, leave }: { readonly hosts: readonly Host[]; readonly leave: MoveLeave },
): ReadonlySet<string> {
  const hostByName = new Map(hosts.map((host) => [host.name, host]));
  const ownerOf = ownerIndex(input);
  const { desired, observation } = input;
  const seated = new Set<string>();
  for (const object of observation.objects) {
    const { address, change } = ownerOf(object);
    const resource = address === undefined ? undefined : desired.resources.get(address);
    const foreignKey = foreignKeyOf(object, input);
    const isSeated = enrol(roster, { object, resource, change, hostByName, foreignKey, ...leave });
    if (isSeated && resource !== undefined) seated.add(resource.address);
  }
  return seated;
}

/** The id of a Pod of another cluster is its address, as long as nothing of ours has that. */
function foreignKeyOf(
  { id, provider, terms }: ObservedObject,
  { desired, recorded }: ProblemInput,
): string {
  const isAddress = terms !== undefined && id.includes("/");
  const isTaken = desired.resources.has(id as Address) || recorded.resources.has(id as Address);
  return isAddress && !isTaken ? id : `${provider}:${id}`;
}

interface Owner {
  readonly address: Address | undefined;
  readonly change: Change | undefined;
}

const NOBODY: Owner = { address: undefined, change: undefined };

/** Finds whose an object is: by the state, else by its mark. */
function ownerIndex({ recorded, diff }: ProblemInput): (object: ObservedObject) => Owner {
  const addressOf = new Map<string, Address>();
  for (const { id, address } of recorded.resources.values()) addressOf.set(id, address);
  const changes = new Map<Address, Change>();
  for (const change of diff.changes) changes.set(change.address, change);
  return ({ id, tag }) => {
    const address = addressOf.get(id) ?? tag?.address;
    if (address === undefined) return NOBODY;
    const change = changes.get(address);
    // A second object with our mark, left by an unfinished run, is not the one at the address.
    return (change?.objectId ?? id) === id ? { address, change } : NOBODY;
  };
}

/** What diff asks a host for, and what is off and shall run: its host may have filled up. */
const wantsHost = (change: Change, isOn: boolean): boolean =>
  change.needsHost || (change.action === "update" && isOn);

/** A replacement is a new object and may go anywhere; an update rather stays. */
const newcomer = (change: Change): Situation => ({
  wish: "place",
  at: change.action === "update" || change.action === "adopt" ? change.observedHost : undefined,
  active: undefined,
});
