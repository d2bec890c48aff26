import type { SeededRandom } from "../../../../engine/place/basics/random.ts";
import type {
  Move,
  PlacementProblem,
  PlacementWorkload,
} from "../../../../engine/model/placement.ts";
import type { MoveOrder } from "../../../../engine/place/waves/order-moves.ts";
import { hardSpread, isCompany, type Place, type Places } from "./places.ts";
import { WorldCheck } from "./world-check.ts";

/** A problem, where everything is, and what shall happen. */
export interface Plan {
  readonly problem: PlacementProblem;
  /** What runs before, on the host it is `at`. */
  readonly running: readonly PlacementWorkload[];
  readonly leaving: readonly PlacementWorkload[];
  /** Newcomers by their host. */
  readonly arriving: ReadonlyMap<PlacementWorkload, string>;
  readonly order: Pick<MoveOrder, "moves" | "arrivalWaits" | "unordered" | "parted">;
}

const LEAVER = "leaver ";

interface State {
  readonly plan: Plan;
  readonly check: WorldCheck;
  readonly places: Map<string, Place>;
  readonly started: Set<number>;
  readonly ended: Set<number>;
  readonly gone: Set<string>;
  readonly arrived: Set<string>;
  readonly violations: string[];
  /** Limits say how fast a plan may be run, not what makes it safe, so some runs have none. */
  readonly movesPerHostMax: number;
  /** What was broken before, or will be in the end, is not asked for in between. */
  readonly bearable: { readonly near: readonly string[]; readonly skews: readonly Skew[] };
}

interface Skew {
  readonly holder: PlacementWorkload;
  readonly index: number;
  readonly most: number;
}

/** Runs a plan in one random order that its waits and limits allow; returns what went wrong. */
export function execute(plan: Plan, random: SeededRandom): readonly string[] {
  const { movesPerHostMax = 4 } = plan.problem.migration ?? {};
  const state = begin(plan, random.below(3) === 0 ? Infinity : movesPerHostMax);
  // Eager runs keep as much on the way as they may, lazy ones as little.
  const eagerness = random.below(3);
  for (;;) {
    const starts = startable(state);
    const running = [...state.started].filter((position) => !state.ended.has(position));
    const events = [...starts, ...running.map((position) => () => end(state, position))];
    const isStart = starts.length > 0 && (eagerness === 2 || random.below(eagerness + 2) > 0);
    const choice = isStart ? random.below(starts.length) : random.below(events.length);
    const event = (isStart ? starts : events)[choice];
    if (event === undefined) break;
    event();
    watch(state);
    if (state.violations.length > 0) return state.violations;
  }
  if (state.ended.size < plan.order.moves.length) state.violations.push("moves wait for ever");
  const stuck = new Set(plan.order.unordered.map(({ key }) => key));
  for (const { key } of plan.arriving.keys()) {
    if (!state.arrived.has(key) && !stuck.has(key)) state.violations.push(`${key} waits for ever`);
  }
  return state.violations;
}

function begin(plan: Plan, movesPerHostMax: number): State {
  const check = new WorldCheck(plan.problem);
  const places = new Map<string, Place>();
  for (const workload of plan.running) {
    places.set(workload.key, { workload, at: workload.at ?? "" });
  }
  const settled = new Map(places);
  for (const { key, to } of plan.order.moves) {
    const place = settled.get(key);
    if (place !== undefined) settled.set(key, { ...place, at: to });
  }
  const beside = new Map(places);
  for (const workload of plan.leaving) {
    beside.set(LEAVER + workload.key, { workload, at: workload.at ?? "" });
  }
  const bearable = {
    near: plan.running.flatMap(({ key, scheduling }) => {
      if (scheduling.podAffinity.required.length === 0 || plan.order.parted.length > 0) return [];
      // Who comes or ends makes or leaves somebody alone by itself.
      const seat = places.get(key);
      const others = [...plan.arriving.keys(), ...plan.leaving];
      const isMet = (workload: PlacementWorkload): boolean =>
        seat !== undefined && isCompany(seat.workload, { workload, at: "" });
      if (others.some(isMet)) return [];
      return check.isNear(key, places) && check.isNear(key, settled) ? [key] : [];
    }),
    skews: skewsOf(plan, check, [places, settled]),
  };
  return {
    plan,
    check,
    places: beside,
    started: new Set(),
    ended: new Set(),
    gone: new Set(),
    arrived: new Set(),
    violations: [],
    movesPerHostMax,
    bearable,
  };
}

function skewsOf(plan: Plan, check: WorldCheck, moments: readonly Places[]): readonly Skew[] {
  // What is to go or to come changes the skew by itself.
  if (plan.leaving.length > 0 || plan.arriving.size > 0) return [];
  return plan.running.flatMap((holder) =>
    hardSpread(holder).map((constraint, index) => {
      const skews = moments.map((places) => check.skew(holder, constraint, places));
      return { holder, index, most: Math.max(constraint.maxSkew, ...skews) };
    }),
  );
}

/** Everything that may begin now. */
function startable(state: State): readonly (() => void)[] {
  const { plan, started, gone, arrived } = state;
  const moves = plan.order.moves.flatMap((move, position) =>
    !started.has(position) && isFree(state, move) ? [() => start(state, position)] : [],
  );
  const departures = plan.leaving.flatMap(({ key }) =>
    gone.has(key) ? [] : [() => leave(state, key)],
  );
  const waits = new Map(plan.order.arrivalWaits.map((wait) => [wait.key, wait]));
  const stuck = new Set(plan.order.unordered.map(({ key }) => key));
  const arrivals = [...plan.arriving].flatMap(([workload, host]) => {
    const { key } = workload;
    const wait = waits.get(key) ?? { after: [], afterGone: [] };
    const isReady = !arrived.has(key) && !stuck.has(key) && isDone(state, wait);
    return isReady ? [() => arrive(state, workload, host)] : [];
  });
  return [...moves, ...departures, ...arrivals];
}

type Wait = Partial<Pick<Move, "after" | "afterGone">>;

const isDone = ({ ended, gone }: State, { after = [], afterGone = [] }: Wait): boolean =>
  after.every((position) => ended.has(position)) && afterGone.every((key) => gone.has(key));

function isFree(state: State, move: Move): boolean {
  const { plan, started, ended, movesPerHostMax } = state;
  if (!isDone(state, move)) return false;
  const busy = plan.order.moves.filter(
    (_other, position) => started.has(position) && !ended.has(position),
  );
  return [move.from, move.to].every(
    (name) => busy.filter(({ from, to }) => from === name || to === name).length < movesPerHostMax,
  );
}

function start(state: State, position: number): void {
  const move = state.plan.order.moves[position];
  const place = move === undefined ? undefined : state.places.get(move.key);
  state.started.add(position);
  if (move === undefined || place === undefined || place.at !== move.from) {
    state.violations.push(`move ${position} starts where nothing is`);
    return;
  }
  enter(state, move.key, place.workload, move.to);
  state.places.set(move.key, { ...place, to: move.to });
}

function end(state: State, position: number): void {
  state.ended.add(position);
  const move = state.plan.order.moves[position];
  const place = move === undefined ? undefined : state.places.get(move.key);
  if (move === undefined || place === undefined) return;
  state.places.set(move.key, { workload: place.workload, at: move.to });
}

function leave(state: State, key: string): void {
  state.gone.add(key);
  state.places.delete(LEAVER + key);
}

function arrive(state: State, workload: PlacementWorkload, host: string): void {
  state.arrived.add(workload.key);
  state.places.set(workload.key, { workload, at: host });
  const others = new Map(state.places);
  others.delete(workload.key);
  const refusal = state.check.roomFor(workload, host, others);
  if (refusal !== undefined) state.violations.push(`${workload.key} comes to ${host}: ${refusal}`);
}

function enter(state: State, key: string, workload: PlacementWorkload, to: string): void {
  const refusal = state.check.refusal(key, workload, to, state.places);
  if (refusal === undefined) return;
  if (refusal.startsWith("alone") && state.plan.order.parted.length > 0) return;
  state.violations.push(`${key} goes to ${to}: ${refusal}`);
}

/** What has to hold at every instant, not only for whoever sets out. */
function watch({ check, places, bearable, violations }: State): void {
  for (const key of bearable.near) {
    if (!check.isNear(key, places)) violations.push(`${key} is alone`);
  }
  for (const { holder, index, most } of bearable.skews) {
    const constraint = hardSpread(holder)[index];
    if (constraint === undefined) continue;
    const skew = check.skew(holder, constraint, places);
    if (skew > most) violations.push(`${holder.key} sees a skew of ${skew}, not ${most}`);
  }
}
