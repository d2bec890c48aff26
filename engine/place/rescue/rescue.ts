import type { Address } from "../../model/address.ts";
import { compareText } from "../../model/canonical.ts";
import type { Move, PowerAdvice, Preemption } from "../../model/placement.ts";
import type { World } from "../fixes/scene.ts";
import { hostGate, poolGate } from "../judging/gates.ts";
import { Board } from "../improve/board.ts";
import { Rules } from "../improve/rules.ts";
import type { Pending } from "../deciding/order.ts";
import type { SeatRegister } from "../deciding/seat-register.ts";
import type { Seat } from "../deciding/seating.ts";
import { type Effort, Ejection } from "./ejection.ts";
import { VictimSearch } from "./preemption.ts";
import type { Sacrifice } from "./victims.ts";
import { sleeperFor, sleepersOf } from "./standby.ts";

/** Moves and hosts that are tried for one plan before what is left stays without a host. */
const EFFORT = 100_000;

/** The world in which room is made; ledger and register follow what is done. */
export interface RescueWorld extends World {
  readonly register: SeatRegister;
  /** Told of every host that is woken: what was known of it is no longer true. */
  readonly onWake: () => void;
}

/** What was done to make room. */
export interface Rescued {
  /** In the order of keys; they have no waves yet. */
  readonly moves: readonly Move[];
  readonly preempted: readonly Preemption[];
  readonly power: readonly PowerAdvice[];
}

/** A workload that was moved to make room: where it was at first, and for whom it moved last. */
interface Ejected {
  readonly from: number;
  readonly to: number;
  readonly for: string;
}

/**
 * Makes room for workloads that no host takes, one by one: by moving others away, by waking a host,
 * by ending others of lower priority, for whom the next plan would wake it all the same. What is
 * done stays done in the ledger; a workload for which nothing helps leaves everything as it was.
 */
export class Rescue {
  readonly #world: RescueWorld;
  readonly #effort: Effort = { left: EFFORT };
  readonly #ejected = new Map<string, Ejected>();
  readonly #preempted: Preemption[] = [];
  readonly #power: PowerAdvice[] = [];
  /** Members without a host by group. */
  readonly #down: Map<Address, number>;
  /** Classes for which nothing helped since anything changed. */
  readonly #hopeless = new Set<number>();
  /** What takes back each thing that was done. */
  readonly #undo: (() => void)[] = [];
  readonly #means: ReturnType<typeof meansOf>;
  #board: Board | undefined;
  #rules: Rules | undefined;
  #victims: VictimSearch | undefined;

  constructor(world: RescueWorld, failed: readonly Pending[]) {
    this.#world = world;
    this.#means = failed.length === 0 ? NO_MEANS : meansOf(world);
    this.#down = new Map();
    for (const { workload } of failed) this.#countDown(workload.group, 1);
    this.#undo.length = 0;
  }

  /** True once room was made for somebody; others may find some as well. */
  get hasHelped(): boolean {
    return this.#ejected.size + this.#preempted.length + this.#power.length > 0;
  }

  /** True when a host takes the workload now; it is not seated by this. */
  makeRoom(member: Pending): boolean {
    const { ledger } = this.#world;
    const { workloadClass, seat } = member;
    if (!this.#means.any || this.#hopeless.has(workloadClass.id)) return false;
    const mark = ledger.mark();
    if (seat !== undefined) this.#add(seat, -1);
    const isSaved = this.#tryAll(member);
    if (seat !== undefined) this.#add(seat, 1);
    if (!isSaved) {
      ledger.rollback(mark);
      this.#hopeless.add(workloadClass.id);
    }
    return isSaved;
  }

  /** What hurts least comes first; a refusal that holds for every host is cured by none of it. */
  #tryAll(member: Pending): boolean {
    const { ledger } = this.#world;
    const { workloadClass } = member;
    if (hostGate(workloadClass, ledger) !== undefined) return false;
    if (poolGate(workloadClass, ledger) !== undefined) return false;
    const { moves, ends, sleepers } = this.#means;
    return (
      (moves && this.#moveOthers(member)) ||
      (sleepers && this.#wake(member)) ||
      (ends && this.#preempt(member))
    );
  }

  /** Tells that a workload that had none has a host now. */
  seated({ workload, workloadClass: { terms }, seat }: Pending, host: number): void {
    this.#hopeless.clear();
    this.#countDown(workload.group, -1);
    this.#note(host);
    if (seat !== undefined) this.#note(seat.host);
    const isWatched = terms.affinity !== undefined || terms.spreadHard.length > 0;
    if (isWatched || seat !== undefined) this.#board = undefined;
  }

  /** A point to which `rollback` returns. */
  mark(): number {
    return this.#undo.length;
  }

  /** Forgets what was done since; the ledger has to be rolled back before. */
  rollback(mark: number): void {
    while (this.#undo.length > mark) this.#undo.pop()?.();
    this.#hopeless.clear();
    this.#forget();
  }

  /** All that was done so far, moves by key. */
  report(): Rescued {
    const name = (host: number): string => this.#world.ledger.hosts[host]?.name ?? "";
    const moves = [...this.#ejected]
      .filter(([, { from, to }]) => from !== to)
      .map(
        ([key, { from, to, for: beneficiary }]): Move => ({
          key,
          from: name(from),
          to: name(to),
          reason: "prerequisite",
          priority: 1,
          message: `${key} makes room for ${beneficiary}`,
          for: beneficiary,
          wave: 0,
          after: [],
        }),
      )
      .sort((left, right) => compareText(left.key, right.key));
    return { moves, preempted: this.#preempted, power: this.#power };
  }

  #moveOthers({ workload, workloadClass }: Pending): boolean {
    const board = this.#boardOf();
    const isGone = (unit: number): boolean =>
      board.units[unit]?.some(({ workload: { key } }) => !this.#placed.has(key)) === true;
    const before = board.at.slice();
    const ejection = new Ejection(board, isGone, this.#effort);
    if (ejection.makeRoom(workloadClass) === undefined) return false;
    this.#noteMoves(before, workload.key);
    return true;
  }

  #noteMoves(before: Int32Array, beneficiary: string): void {
    const board = this.#boardOf();
    before.forEach((from, unit) => {
      const to = board.at[unit] ?? from;
      if (from === to) return;
      for (const { workload, workloadClass } of board.units[unit] ?? []) {
        const { key } = workload;
        const seat = { workloadClass, host: to };
        this.#victims?.tellSeat(workload, from, seat);
        const first = this.#ejected.get(key)?.from ?? from;
        this.#eject(key, { from: first, to, for: beneficiary });
        this.#seat(key, seat);
      }
    });
  }

  #preempt({ workload, workloadClass }: Pending): boolean {
    this.#victims ??= new VictimSearch({
      ...this.#world,
      placed: this.#placed,
      down: this.#down,
    });
    const sacrifice = this.#victims.choose(workloadClass, this.#rulesOf());
    if (sacrifice === undefined) return false;
    this.#end(sacrifice, workload.key);
    return true;
  }

  /** Ends the victims where they run now, whatever was planned for them before. */
  #end({ host, victims }: Sacrifice, beneficiary: string): void {
    const { ledger } = this.#world;
    for (const { workload, workloadClass } of victims) {
      this.#add({ workloadClass, host }, -1);
      this.#seat(workload.key, undefined);
      this.#victims?.tellSeat(workload, host, undefined);
      this.#countDown(workload.group, 1);
      const at = this.#ejected.get(workload.key)?.from ?? host;
      this.#eject(workload.key, undefined);
      const name = ledger.hosts[at]?.name ?? "";
      this.#preempted.push({ key: workload.key, host: name, for: beneficiary });
      this.#undo.push(() => this.#preempted.pop());
    }
  }

  #wake(member: Pending): boolean {
    const { ledger } = this.#world;
    const host = sleeperFor(member, { ...this.#world, placed: this.#placed });
    if (host === undefined) return false;
    const { key } = member.workload;
    const name = ledger.hosts[host]?.name ?? "";
    this.#power.push({ host: name, to: "on", message: `${name} wakes for ${key}`, for: key });
    this.#setAwake(host, true);
    this.#undo.push(() => {
      this.#power.pop();
      this.#setAwake(host, false);
    });
    return true;
  }

  #setAwake(host: number, isAwake: boolean): void {
    this.#world.ledger.wake(host, isAwake);
    this.#world.onWake();
    this.#forget();
  }

  /** Gives up what was found out about hosts. */
  #forget(): void {
    this.#board = undefined;
    this.#rules = undefined;
    this.#victims = undefined;
  }

  /** Notes where a workload is now; undefined: it ended. */
  #seat(key: string, seat: Seat | undefined): void {
    const before = this.#placed.get(key);
    setOrDelete(this.#placed, key, seat);
    this.#undo.push(() => setOrDelete(this.#placed, key, before));
  }

  #eject(key: string, ejected: Ejected | undefined): void {
    const before = this.#ejected.get(key);
    setOrDelete(this.#ejected, key, ejected);
    this.#undo.push(() => setOrDelete(this.#ejected, key, before));
  }

  #add({ workloadClass, host }: Seat, sign: 1 | -1): void {
    this.#world.ledger.add(workloadClass, host, sign);
    this.#note(host);
  }

  #note(host: number): void {
    this.#rules?.note(host);
    this.#victims?.tell(host);
  }

  #countDown(group: Address | undefined, by: number): void {
    if (group === undefined) return;
    const before = this.#down.get(group) ?? 0;
    this.#down.set(group, before + by);
    this.#victims?.tellGroup(group);
    this.#undo.push(() => this.#down.set(group, before));
  }

  #boardOf(): Board {
    const { problem, ledger } = this.#world;
    this.#board ??= new Board(problem, { ledger, seats: this.#placed }, this.#rulesOf());
    return this.#board;
  }

  #rulesOf(): Rules {
    this.#rules ??= new Rules(this.#world.ledger);
    return this.#rules;
  }

  get #placed(): Map<string, Seat> {
    return this.#world.register.all();
  }
}

function setOrDelete<Value>(map: Map<string, Value>, key: string, value: Value | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

const NO_MEANS = { any: false, moves: false, ends: false, sleepers: false };

/** What can be done at all; most plans can do nothing of it, which is quickly seen. */
function meansOf({ problem, ledger }: Pick<World, "problem" | "ledger">): typeof NO_MEANS {
  const moves = problem.workloads.some(({ isMovable }) => isMovable === true);
  const ends = problem.workloads.some(({ isPreemptible }) => isPreemptible === true);
  const sleepers =
    ledger.clusters.some(({ policy }) => policy?.power !== undefined) &&
    sleepersOf({ problem, ledger }).length > 0;
  return { any: moves || ends || sleepers, moves, ends, sleepers };
}

/** True when something could be done for a workload that finds no host. */
export const mayRescue = (world: Pick<World, "problem" | "ledger">): boolean => meansOf(world).any;
