import type { PlacementPolicy, PoolLimits } from "../../model/desired.ts";
import type { Host } from "../../model/host.ts";
import type { Fix, PlacementProblem, PlacementWorkload } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes.ts";
import { Ledger } from "../ledger.ts";
import type { Seat } from "../seating.ts";

/** Where fixes are looked for: everything as the plan leaves it. */
export interface World {
  readonly problem: PlacementProblem;
  readonly ledger: Ledger;
  /** Class and host of everything placed, by key. */
  readonly placed: ReadonlyMap<string, Seat>;
  /** Places a problem from scratch: the host of each that waits for one, by key. */
  readonly replay: (problem: PlacementProblem) => ReadonlyMap<string, string | undefined>;
  /** True where others may move, end or wake for somebody who finds no host. */
  readonly mayRescue: boolean;
}

/** What a fix may change, with some edits made. */
export interface Scene {
  readonly workload: PlacementWorkload;
  /** Hosts that are described anew, by name. */
  readonly hosts: ReadonlyMap<string, Host>;
  readonly added: readonly Host[];
  readonly pools: ReadonlyMap<string, PoolLimits>;
  readonly policies: ReadonlyMap<PlacementPolicy, PlacementPolicy>;
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

export const sceneOf = (workload: PlacementWorkload): Scene => ({
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
): PlacementWorkload => (workload.poweredOn ? workload : { ...sample, key: workload.key });

/** An edit of the workload alone. */
export const workloadChange =
  (change: (workload: PlacementWorkload) => PlacementWorkload): Relaxation["change"] =>
  (scene) => ({ ...scene, workload: change(scene.workload) });

/** An edit of the description of one host. */
export const hostChange =
  (host: Host, change: (host: Host) => Host): Relaxation["change"] =>
  (scene) => ({
    ...scene,
    hosts: new Map(scene.hosts).set(host.name, change(scene.hosts.get(host.name) ?? host)),
  });

/** The ledger with a scene's edits: the plan's own one where only the workload differs. */
export function ledgerOf(scene: Scene, world: World): Ledger {
  const { hosts, added, pools, policies, dropped } = scene;
  const edits = hosts.size + added.length + pools.size + policies.size + dropped.size;
  return edits === 0 ? world.ledger : copyOf(scene, world);
}

/** Workloads and hosts up to which a world is placed from scratch to try an edit. */
const REPLAYED_MAX = 5000;

/** True when a world is small enough to be placed from scratch now and then. */
export const isReplayable = ({ problem: { workloads, hosts } }: World): boolean =>
  workloads.length + hosts.length <= REPLAYED_MAX;

/**
 * The hosts that some workloads get with a scene's edits, by key: they are placed as a plan places
 * them, with everything else where it is.
 */
export function replayed(
  scene: Scene,
  waiting: readonly PlacementWorkload[],
  { problem, ledger, placed, replay }: World,
): ReturnType<World["replay"]> {
  const { hosts, added, pools, policies, dropped } = scene;
  const keys = new Set(waiting.map(({ key }) => key));
  const staying = problem.workloads.flatMap((workload): PlacementWorkload[] => {
    const seat = placed.get(workload.key);
    const at = seat === undefined ? undefined : ledger.hosts[seat.host]?.name;
    if (at === undefined || keys.has(workload.key)) return [];
    const { gang: _gang, ...alone } = workload;
    return [{ ...alone, at, wish: "keep" }];
  });
  const asking = waiting.map((each) => (each.key === scene.workload.key ? scene.workload : each));
  const { leaving: _leaving, balance: _balance, ...rest } = problem;
  return replay({
    ...rest,
    hosts: [...ledger.hosts.map((host) => hosts.get(host.name) ?? host), ...added],
    workloads: [...staying, ...asking].map((each) => withoutRules(each, dropped)),
    pools: problem.pools.map((pool) => pools.get(pool.address) ?? pool),
    policies: problem.policies.map((policy) => policies.get(policy) ?? policy),
    limits: { candidatesMax: 0, rejectedMax: 0, fixesMax: 0 },
  });
}

/** A ledger of the edited hosts, pools and policies, with everything seated again. */
function copyOf(scene: Scene, { problem, ledger, placed }: World): Ledger {
  const { hosts, added, pools, policies, dropped } = scene;
  const copy = new Ledger({
    hosts: [...ledger.hosts.map((host) => hosts.get(host.name) ?? host), ...added],
    namespaces: problem.namespaces,
    pools: problem.pools.map((pool) => pools.get(pool.address) ?? pool),
    policies: problem.policies.map((policy) => policies.get(policy) ?? policy),
  });
  const newIndex = ledger.hosts.map(({ name }) => copy.indexOf.get(name) ?? 0);
  // Every class has to be known before anything is counted.
  const classes = new Map(
    ledger.classes
      .all()
      .map((each) => [each, copy.classes.classOf(withoutRules(each.sample, dropped))] as const),
  );
  copy.classes.classOf(scene.workload);
  for (const [key, { workloadClass, host }] of placed) {
    if (key === scene.workload.key) continue;
    const again = classes.get(workloadClass);
    if (again !== undefined) copy.add(again, newIndex[host] ?? 0, 1);
  }
  return copy;
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
