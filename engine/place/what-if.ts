import type { Host, HostConnection } from "../model/host.ts";
import type { ObservedObject, Observation } from "../model/observation.ts";
import type { Decision } from "../model/placement.ts";
import { endsWithHost } from "./classes/ends-with-host.ts";
import { place } from "./place.ts";
import { frozen, leftBy, type Placed, seatsAfter } from "./outcome/seats.ts";

/** Hosts as they might be. Names are those of the problem that the world gave. */
export interface HostOverlay {
  /** Emptied in good order: what runs there moves. */
  readonly drain: readonly string[];
  /** Lost at once: what ran there starts elsewhere. */
  readonly fail: readonly string[];
  /** New hosts, each empty and otherwise like one that is there. */
  readonly add: readonly { readonly name: string; readonly like: string }[];
}

/**
 * The world with other hosts; objects stay as they are, but those of others that a controller
 * would make anew look for a host where theirs is out. `known` are all hosts of the problem, so
 * that one that is only declared can be drained or copied as well. Unknown names are left out.
 */
export function withHosts(
  observation: Observation,
  known: readonly Host[],
  overlay: HostOverlay,
): Observation {
  const hosts = new Map(observation.hosts.map((host) => [host.name, host]));
  const knownByName = new Map(known.map((host) => [host.name, host]));
  const put = (names: readonly string[], connection: HostConnection): void => {
    for (const name of names) {
      const host = hosts.get(name) ?? knownByName.get(name);
      if (host !== undefined) hosts.set(name, { ...host, connection, planned: false });
    }
  };
  for (const { name, like } of overlay.add) {
    const model = knownByName.get(like);
    if (model !== undefined) hosts.set(name, emptyLike(model, name));
  }
  put(overlay.drain, "maintenance");
  put(overlay.fail, "disconnected");
  const out = new Set([...overlay.drain, ...overlay.fail]);
  const objects = observation.objects.map((object): ObservedObject => {
    const { terms, host } = object;
    if (terms?.isReplaced !== true || host === undefined || !out.has(host)) return object;
    return { ...object, terms: { ...terms, isDisplaced: true } };
  });
  return { ...observation, hosts: [...hosts.values()], objects };
}

const HOSTNAME = "kubernetes.io/hostname";

function emptyLike(model: Host, name: string): Host {
  return {
    ...model,
    name,
    connection: "connected",
    unschedulable: false,
    memoryPressure: false,
    planned: false,
    active: { cpuMillicores: 0, memoryBytes: 0 },
    labels: { ...model.labels, [HOSTNAME]: name },
  };
}

export interface SeatChange {
  readonly key: string;
  /** Undefined: it had no host, or was not there. */
  readonly from: string | undefined;
  /** Undefined: it gets no host, or is not there any more. */
  readonly to: string | undefined;
  /** Undefined for what is gone. */
  readonly decision: Decision | undefined;
}

/** What differs between two answers, each list in key order. */
export interface SeatChanges {
  /** On another host than before. */
  readonly moved: readonly SeatChange[];
  /** On a host, and before on none. */
  readonly arrived: readonly SeatChange[];
  /** There before, and not asked for any more. */
  readonly gone: readonly SeatChange[];
  /** Without a host; `from` is set where it had one. */
  readonly unplaced: readonly SeatChange[];
  /** Stay on a host that is out now and was not before, since the plan may not move them. */
  readonly stranded: readonly Stranded[];
  /** On such a host as well, and end with it: daemons, and what was told to stop. */
  readonly ending: readonly Omit<Stranded, "refuge">[];
}

interface Stranded {
  readonly key: string;
  readonly host: string;
  /** Host that would take it after everything else; undefined when none would. */
  readonly refuge: string | undefined;
}

/** Compares who is where after two runs of the core. */
export function compareSeats(before: Placed, after: Placed): SeatChanges {
  const old = seatsAfter(before);
  const decisions = new Map(after.placement.decisions.map((item) => [item.key, item]));
  const now = seatsAfter(after);
  const changes = [...now].map(
    ([key, to]): SeatChange => ({ key, from: old.get(key), to, decision: decisions.get(key) }),
  );
  return {
    moved: changes.filter(({ from, to }) => from !== undefined && to !== undefined && from !== to),
    arrived: changes.filter(({ from, to }) => from === undefined && to !== undefined),
    gone: [...old].flatMap(([key, from]) =>
      now.has(key) ? [] : [{ key, from, to: undefined, decision: undefined }],
    ),
    unplaced: changes.filter(({ to }) => to === undefined),
    ...staying(after, decisions, outIn(before)),
  };
}

/** Names of the hosts that carry nothing in good order. */
const outIn = ({ problem }: Placed): ReadonlySet<string> =>
  new Set(
    problem.hosts
      .filter(({ connection }) => connection === "maintenance" || connection === "disconnected")
      .map(({ name }) => name),
  );

/** What stays on hosts that are out only since `already`. */
function staying(
  after: Placed,
  decisions: ReadonlyMap<string, Decision>,
  already: ReadonlySet<string>,
): Pick<SeatChanges, "stranded" | "ending"> {
  const out = outIn(after);
  const left = after.problem.workloads.filter(
    ({ key, at, poweredOn }) =>
      at !== undefined && poweredOn && out.has(at) && !already.has(at) && !decisions.has(key),
  );
  const ending = left.filter((workload) => endsWithHost(workload, workload.at));
  const stranded = left.filter((workload) => !ending.includes(workload));
  const refuges = refugesOf(after, new Set(stranded.map(({ key }) => key)));
  return {
    stranded: stranded.map(({ key, at = "" }) => ({ key, host: at, refuge: refuges.get(key) })),
    ending: ending.map(({ key, at = "" }) => ({ key, host: at })),
  };
}

/** Where those would go if somebody moved them once everything else stands. */
function refugesOf(
  { problem, placement }: Placed,
  keys: ReadonlySet<string>,
): ReadonlyMap<string, string | undefined> {
  if (keys.size === 0) return new Map();
  const { workloads, ...rest } = frozen(leftBy({ problem, placement }));
  const limits = { candidatesMax: 1, rejectedMax: 0, fixesMax: 0 };
  const { decisions } = place({
    ...rest,
    workloads: workloads.map((workload) =>
      keys.has(workload.key) ? { ...workload, wish: "repair" } : workload,
    ),
    limits,
  });
  return new Map(decisions.map((item) => [item.key, item.chosen]));
}
