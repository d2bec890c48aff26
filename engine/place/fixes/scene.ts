import type { PlacementPolicy, PoolLimits } from "../../model/desired.ts";
import type { Host } from "../../model/host.ts";
import type { Fix, PlacementProblem, PlacementWorkload } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { Ledger } from "../ledger/ledger.ts";
import type { Pending } from "../deciding/order.ts";
import type { Seat } from "../deciding/seating.ts";

/** Hosts of those that wait for one, by key; undefined for those that get none. */
export type Replay = (problem: PlacementProblem) => ReadonlyMap<string, string | undefined>;

/**
 * What of a copy's answers a plan may overturn: that no host takes a workload, where others may
 * make room for it; any of them, where that which has a host may lose it again.
 */
export type Doubts = "none" | "no" | "any";

/** Where fixes are looked for: everything as the plan leaves it. */
export interface World {
  readonly problem: PlacementProblem;
  readonly ledger: Ledger;
  /** Class and host of everything placed, by key. */
  readonly placed: ReadonlyMap<string, Seat>;
  /** Plans a problem from scratch: the host of each that waits for one, by key. */
  readonly replay: Replay;
  readonly doubts: Doubts;
  /** Workloads and hosts that plans may still be made of, to see what edits do. */
  readonly effort: { left: number };
}

/** What a fix may change, with some edits made. */
export interface Scene {
  readonly world: Pick<World, "problem" | "ledger">;
  readonly workload: PlacementWorkload;
  /** Hosts that are described anew, by name. */
  readonly hosts: ReadonlyMap<string, Host>;
  readonly added: readonly Host[];
  readonly pools: ReadonlyMap<string, PoolLimits>;
  /** By the cluster that they are for; the empty text stands for all others. */
  readonly policies: ReadonlyMap<string, PlacementPolicy>;
  /** Names of rules that no workload has any more. */
  readonly dropped: ReadonlySet<string>;
}

/** One edit that takes one obstacle away, before it was tried. */
export interface Relaxation {
  /** Lower is easier on the user; single per cents for cuts, some ten for anything else. */
  readonly cost: number;
  readonly description: string;
  readonly edit: Fix["edits"][number];
  readonly change: (scene: Scene) => Scene;
}

export const sceneOf = (workload: PlacementWorkload, world: Scene["world"]): Scene => ({
  world,
  workload,
  hosts: new Map(),
  added: [],
  pools: new Map(),
  policies: new Map(),
  dropped: new Set(),
});

/** The workload as filters see it: one that is off asks for nothing but a place. */
export const subjectOf = (
  workload: PlacementWorkload,
  { sample }: WorkloadClass,
): PlacementWorkload =>
  workload.poweredOn ? workload : { ...workload, active: undefined, demand: sample.demand };

/** The scene with some edits made, one after the other. */
export const edited = (scene: Scene, relaxations: readonly Relaxation[]): Scene =>
  relaxations.reduce((known, { change }) => change(known), scene);

/** An edit of the workload alone. */
export const workloadChange =
  (change: (workload: PlacementWorkload) => PlacementWorkload): Relaxation["change"] =>
  (scene) => ({ ...scene, workload: change(scene.workload) });

/**
 * An edit of the description of one host, also of a new one. Edits know what they change by name
 * only, so that each can be made with or without the others.
 */
export const hostChange =
  ({ name }: Host, change: (host: Host) => Host): Relaxation["change"] =>
  (scene) => {
    const { ledger } = scene.world;
    const host =
      scene.hosts.get(name) ??
      ledger.hosts[ledger.indexOf.get(name) ?? -1] ??
      scene.added.find((each) => each.name === name);
    if (host === undefined) return scene;
    return { ...scene, hosts: new Map(scene.hosts).set(name, change(host)) };
  };

/** The same as it is written: a value of the host by its pointer, as it was and as it will be. */
export const hostEdit = (
  { name }: Host,
  {
    path,
    from,
    to,
  }: { readonly path: string; readonly from: string | undefined; readonly to: string },
): Relaxation["edit"] => ({ path: `host/${name}#${path}`, from, to });

/** An edit of one pool. */
export const poolChange =
  ({ address }: PoolLimits, change: (pool: PoolLimits) => PoolLimits): Relaxation["change"] =>
  (scene) => {
    const { pools } = scene.world.problem;
    const pool = scene.pools.get(address) ?? pools.find((each) => each.address === address);
    if (pool === undefined) return scene;
    return { ...scene, pools: new Map(scene.pools).set(address, change(pool)) };
  };

/** An edit of one policy. */
export const policyChange =
  (
    { cluster }: PlacementPolicy,
    change: (policy: PlacementPolicy) => PlacementPolicy,
  ): Relaxation["change"] =>
  (scene) => {
    const { policies } = scene.world.problem;
    const key = cluster ?? "";
    const policy = scene.policies.get(key) ?? policies.find((each) => each.cluster === cluster);
    if (policy === undefined) return scene;
    return { ...scene, policies: new Map(scene.policies).set(key, change(policy)) };
  };

/** The hosts, pools and policies of a scene. */
function described({
  world,
  hosts,
  added,
  pools,
  policies,
}: Scene): Pick<PlacementProblem, "hosts" | "namespaces" | "pools" | "policies"> {
  const { problem, ledger } = world;
  return {
    hosts: [...ledger.hosts, ...added].map((host) => hosts.get(host.name) ?? host),
    namespaces: problem.namespaces,
    pools: problem.pools.map((pool) => pools.get(pool.address) ?? pool),
    policies: problem.policies.map((policy) => policies.get(policy.cluster ?? "") ?? policy),
  };
}

/** Workloads and hosts up to which a world is placed from scratch to try an edit. */
const REPLAYED_MAX = 5000;

/** True when a world is small enough to be placed from scratch now and then. */
export const isReplayable = ({ problem: { workloads, hosts } }: World): boolean =>
  workloads.length + hosts.length <= REPLAYED_MAX;

/** What plans are made for to see what edits do; none where the world is too large for that. */
export const doubtsOf = (world: World): Doubts => (isReplayable(world) ? world.doubts : "none");

/**
 * The hosts that some workloads get with a scene's edits, by key: they are placed as a plan places
 * them, with everything else where it is.
 */
export function replayed(
  scene: Scene,
  waiting: readonly PlacementWorkload[],
  { problem, ledger, placed, replay }: World,
): ReturnType<Replay> {
  const { dropped } = scene;
  const keys = new Set(waiting.map(({ key }) => key));
  const others = problem.workloads.filter(({ key }) => !keys.has(key));
  const staying = others.flatMap(({ gang: _gang, ...workload }): PlacementWorkload[] => {
    const seat = placed.get(workload.key);
    const at = seat === undefined ? workload.at : ledger.hosts[seat.host]?.name;
    const isGone = at === undefined || (seat === undefined && workload.wish === "place");
    if (isGone) return [];
    const { isMovable: _movable, isPreemptible: _preemptible, ...stuck } = workload;
    // Who has to leave and cannot is neither moved nor ended for others.
    return [{ ...(workload.wish === "repair" ? stuck : workload), at, wish: "keep" }];
  });
  const asking = waiting.map((each) => (each.key === scene.workload.key ? scene.workload : each));
  const { leaving: _leaving, ...rest } = problem;
  const down = others.filter(
    ({ key, wish }) => wish === "repair" || (wish === "place" && !placed.has(key)),
  );
  return replay({
    ...withoutAllowances(rest, down),
    ...described(scene),
    workloads: [...staying, ...asking].map((each) => withoutRules(each, dropped)),
    limits: { candidatesMax: 0, rejectedMax: 0, fixesMax: 0 },
  });
}

/** The problem in which some members of groups are without a host already. */
function withoutAllowances(
  problem: PlacementProblem,
  down: readonly PlacementWorkload[],
): PlacementProblem {
  const { disruption } = problem;
  if (disruption === undefined || down.length === 0) return problem;
  return {
    ...problem,
    disruption: disruption.map(({ group, maxUnavailable }) => {
      const count = down.filter((each) => each.group === group).length;
      return { group, maxUnavailable: Math.max(0, maxUnavailable - count) };
    }),
  };
}

/** Who will ask for a host in a copy, and the hosts it is made of; absent: the workload, all. */
interface Extent {
  readonly askers?: readonly PlacementWorkload[];
  readonly hosts?: readonly Host[];
}

/** The edited hosts, pools and policies with everything seated again. */
export function copyOf(
  scene: Scene,
  { ledger, placed }: World,
  { askers = [scene.workload], hosts }: Extent = {},
): Ledger {
  const world = described(scene);
  const given = hosts?.map((host) => scene.hosts.get(host.name) ?? host);
  const copy = new Ledger({ ...world, hosts: given ?? world.hosts });
  // Whoever is counted has to know all others before.
  for (const asker of askers) copy.classes.classOf(asker);
  if (copy.hosts.some(({ name }) => ledger.indexOf.has(name)))
    seatAll(copy, scene, { ledger, placed });
  return copy;
}

/** Seats everybody but the workload on those hosts of the copy that were there before. */
function seatAll(
  copy: Ledger,
  { workload, dropped }: Scene,
  { ledger, placed }: Pick<World, "ledger" | "placed">,
): void {
  const newIndex = ledger.hosts.map(({ name }) => copy.indexOf.get(name));
  const seats = [...placed].filter(([, { host }]) => newIndex[host] !== undefined);
  const classes = new Map<WorkloadClass, WorkloadClass>();
  for (const [, { workloadClass }] of seats) {
    if (classes.has(workloadClass)) continue;
    const again = copy.classes.classOf(withoutRules(workloadClass.sample, dropped));
    classes.set(workloadClass, again);
  }
  for (const [key, { workloadClass, host }] of seats) {
    const again = key === workload.key ? undefined : classes.get(workloadClass);
    const there = newIndex[host];
    if (again !== undefined && there !== undefined) copy.add(again, there, 1);
  }
}

/** The world with a scene's edits made and whoever of some others finds a host there seated. */
export function worldWith(scene: Scene, others: readonly Pending[], world: World): World {
  const waiting = others.map(({ workload }) => workload);
  const hosts = replayed(scene, waiting, world);
  const ledger = copyOf(scene, world, { askers: [scene.workload, ...waiting] });
  const placed = new Map<string, Seat>();
  for (const [key, { workloadClass, host }] of world.placed) {
    const at = ledger.indexOf.get(world.ledger.hosts[host]?.name ?? "");
    if (at === undefined) continue;
    placed.set(key, { workloadClass: ledger.classes.classOf(workloadClass.sample), host: at });
  }
  for (const workload of waiting) {
    const host = ledger.indexOf.get(hosts.get(workload.key) ?? "");
    if (host === undefined || workload.key === scene.workload.key) continue;
    const workloadClass = ledger.classes.classOf(workload);
    ledger.add(workloadClass, host, 1);
    placed.set(workload.key, { workloadClass, host });
  }
  return { ...world, problem: { ...world.problem, ...described(scene) }, ledger, placed };
}

/** A workload without the anti-affinity terms of some rules. */
export function withoutRules(
  workload: PlacementWorkload,
  rules: ReadonlySet<string>,
): PlacementWorkload {
  const { scheduling } = workload;
  const { podAntiAffinity } = scheduling;
  if (!podAntiAffinity.required.some(({ rule }) => rules.has(rule))) return workload;
  const required = podAntiAffinity.required.filter(({ rule }) => !rules.has(rule));
  return {
    ...workload,
    scheduling: { ...scheduling, podAntiAffinity: { ...podAntiAffinity, required } },
  };
}

/** For each obstacle the ways around it, of which one is enough. */
export type Obstacles = readonly (readonly Relaxation[])[];
