import { MoveCosts } from "./move-costs.ts";
import { emptyBalanceCost, type ReassignProblem } from "./problem.ts";
import { RuleCounters } from "./rules.ts";
import { heldBy, roomBesideHeld, takenOnReturn } from "./transients.ts";

/** Where a process is between `lift` and `drop`. */
const NOWHERE = -1;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * A working assignment with everything a search asks of it kept up to date: what each machine has
 * left, its members, the rule counters and the exact cost. Questions (`fits`, `leaveDelta`, ...)
 * change nothing; `lift` and `drop` do.
 */
export class ReassignState {
  readonly problem: ReassignProblem;
  readonly rules: RuleCounters;
  readonly moves: MoveCosts;
  /** Per process its machine. */
  readonly at: Int32Array;
  /** Per machine its processes, in no order. */
  readonly members: readonly number[][];
  /** The processes that are not on their first machine, in no order. */
  readonly away: number[] = [];
  /** Machines x resources: safety capacity minus use; below 0 it costs. */
  readonly headroom: Float64Array;
  /** Machines x resources: capacity minus use and minus what moved processes still hold. */
  readonly room: Float64Array;
  /** Machines x resources: capacity minus safety capacity. */
  readonly reserve: Float64Array;
  readonly #transients: Int32Array;
  /** Processes x resources: what a process takes anew when it comes back to its first machine. */
  readonly #returning: Float64Array;
  /** Index of each process among the members of its machine. */
  readonly #slots: Int32Array;
  /** Index of each process among those away. */
  readonly #awaySlots: Int32Array;
  /** Per process what it holds on its first machine while it is elsewhere, at load weights. */
  readonly #held: Float64Array;
  #cost = 0;
  #moveCost = 0;
  #heldAll = 0;

  constructor(problem: ReassignProblem, assignment: Int32Array = problem.initial) {
    this.problem = problem;
    this.rules = new RuleCounters(problem);
    this.moves = new MoveCosts(problem);
    const { capacities, safetyCapacities, transient } = problem;
    this.headroom = safetyCapacities.slice();
    this.room = roomBesideHeld(problem);
    this.reserve = capacities.map((capacity, index) => capacity - (safetyCapacities[index] ?? 0));
    this.#transients = Int32Array.from(transient.keys()).filter((r) => transient[r] === 1);
    this.#returning = takenOnReturn(problem);
    this.#held = heldBy(problem);
    this.at = new Int32Array(problem.processCount).fill(NOWHERE);
    this.members = Array.from({ length: problem.machineCount }, () => []);
    this.#slots = new Int32Array(problem.processCount);
    this.#awaySlots = new Int32Array(problem.processCount);
    for (let process = 0; process < problem.processCount; process++) this.#addAway(process);
    this.#moveCost = this.moves.empty;
    this.#cost = emptyBalanceCost(problem) + this.#moveCost;
    for (const [process, machine] of assignment.entries()) this.drop(process, machine);
  }

  /** The exact objective; meaningful while no process is lifted. */
  get cost(): number {
    return this.#cost;
  }

  /** What moved processes hold on the machines they came from, at load weights. */
  get held(): number {
    return this.#heldAll;
  }

  /** What the process holds on its first machine while it is elsewhere, at load weights. */
  heldBy(process: number): number {
    return this.#held[process] as number;
  }

  /** The share of the cost that the moves cause. */
  get moveCost(): number {
    return this.#moveCost;
  }

  /** True when the machine has what the process needs, its own transient share counted once. */
  fits(process: number, machine: number): boolean {
    const count = this.problem.resourceCount;
    const needs = this.#needs(process, machine);
    const room = this.room;
    const base = machine * count;
    const own = process * count;
    for (let resource = 0; resource < count; resource++) {
      if ((room[base + resource] as number) < (needs[own + resource] as number)) return false;
    }
    return true;
  }

  #needs(process: number, machine: number): Float64Array {
    const isHome = machine === (this.problem.initial[process] as number);
    return isHome ? this.#returning : this.problem.requirements;
  }

  /** What load and balance cost less (below 0) when the process leaves its machine. */
  leaveDelta(process: number): number {
    const { resourceCount: count, loadWeights, requirements, balances } = this.problem;
    const machine = this.at[process] as number;
    const headroom = this.headroom;
    const base = machine * count;
    const own = process * count;
    let delta = 0;
    for (let resource = 0; resource < count; resource++) {
      const left = headroom[base + resource] as number;
      if (left >= 0) continue;
      const amount = requirements[own + resource] as number;
      delta -= (loadWeights[resource] as number) * (amount < -left ? amount : -left);
    }
    return balances.length === 0 ? delta : delta + this.#balanceDelta(machine, process, NOWHERE);
  }

  /**
   * What load and balance cost more when the process enters the machine: infinite when it does not
   * fit, or when the sum, which is then not finished, is above `limit`.
   */
  enterDelta(process: number, machine: number, limit: number): number {
    const { resourceCount: count, loadWeights, requirements, balances } = this.problem;
    const { headroom, reserve } = this;
    const base = machine * count;
    const own = process * count;
    let delta = balances.length === 0 ? 0 : this.#balanceDelta(machine, NOWHERE, process);
    for (let resource = 0; resource < count; resource++) {
      const left = headroom[base + resource] as number;
      const amount = requirements[own + resource] as number;
      if (left >= amount) continue;
      if (left + (reserve[base + resource] as number) < amount) return NEVER;
      delta += (loadWeights[resource] as number) * (left < 0 ? amount : amount - left);
      if (delta > limit) return NEVER;
    }
    return delta <= limit && this.#canHold(machine, NOWHERE, process) ? delta : NEVER;
  }

  /**
   * What load and balance cost more when one process takes another's place on its machine: infinite
   * when it does not fit.
   */
  replaceDelta(leaving: number, entering: number): number {
    const { resourceCount: count, loadWeights, requirements, balances } = this.problem;
    const machine = this.at[leaving] as number;
    const { headroom, reserve } = this;
    const base = machine * count;
    const out = leaving * count;
    const own = entering * count;
    let delta = 0;
    for (let resource = 0; resource < count; resource++) {
      const left = headroom[base + resource] as number;
      const after =
        left + (requirements[out + resource] as number) - (requirements[own + resource] as number);
      if (after < 0 && after + (reserve[base + resource] as number) < 0) return NEVER;
      const excess = (after < 0 ? -after : 0) - (left < 0 ? -left : 0);
      delta += (loadWeights[resource] as number) * excess;
    }
    if (!this.#canHold(machine, leaving, entering)) return NEVER;
    return balances.length === 0 ? delta : delta + this.#balanceDelta(machine, leaving, entering);
  }

  /** True when what moved processes still hold leaves room for one that enters as one leaves. */
  #canHold(machine: number, leaving: number, entering: number): boolean {
    const { resourceCount: count, requirements, initial } = this.problem;
    if (initial[entering] === machine) return true;
    const isFreeing = leaving !== NOWHERE && initial[leaving] !== machine;
    for (let index = 0; index < this.#transients.length; index++) {
      const resource = this.#transients[index] as number;
      const freed = isFreeing ? (requirements[leaving * count + resource] as number) : 0;
      const room = (this.room[machine * count + resource] as number) + freed;
      if (room < (requirements[entering * count + resource] as number)) return false;
    }
    return true;
  }

  #balanceDelta(machine: number, leaving: number, entering: number): number {
    const { balances, resourceCount } = this.problem;
    const base = machine * resourceCount;
    let delta = 0;
    for (let index = 0; index < balances.length; index++) {
      const balance = balances[index];
      if (balance === undefined) continue;
      const { first, second, target, weight } = balance;
      const before = target * this.#free(base + first) - this.#free(base + second);
      const change =
        target * (this.#amount(leaving, first) - this.#amount(entering, first)) -
        (this.#amount(leaving, second) - this.#amount(entering, second));
      const after = before + change;
      delta += weight * ((after > 0 ? after : 0) - (before > 0 ? before : 0));
    }
    return delta;
  }

  #free(index: number): number {
    return (this.headroom[index] as number) + (this.reserve[index] as number);
  }

  #amount(process: number, resource: number): number {
    if (process === NOWHERE) return 0;
    return this.problem.requirements[process * this.problem.resourceCount + resource] as number;
  }

  /** Takes the process off its machine; it must be dropped again before the cost is read. */
  lift(process: number): void {
    const machine = this.at[process] as number;
    this.#count(this.leaveDelta(process), this.moves.lift(process, machine));
    this.#take(process, machine, 1);
    if (machine === this.problem.initial[process]) this.#addAway(process);
    this.rules.count(this.problem.services[process] as number, machine, -1);
    remove(this.members[machine] as number[], process, this.#slots);
    this.at[process] = NOWHERE;
  }

  /** Puts a lifted process on a machine; whether rules and capacity allow it is not asked. */
  drop(process: number, machine: number): void {
    this.#count(this.#loadOf(process, machine), this.moves.drop(process, machine));
    this.#take(process, machine, -1);
    if (machine === this.problem.initial[process]) this.#removeAway(process);
    this.rules.count(this.problem.services[process] as number, machine, 1);
    const list = this.members[machine] as number[];
    this.#slots[process] = list.length;
    list.push(process);
    this.at[process] = machine;
  }

  /** Puts every process back on its first machine, as if none had ever left it. */
  returnAll(): void {
    for (const process of this.away.slice()) {
      this.lift(process);
      this.drop(process, this.problem.initial[process] as number);
    }
    // A search draws members by their place in the list, so that has to be the first one as well.
    for (const list of this.members) {
      list.sort((a, b) => a - b);
      for (const [slot, process] of list.entries()) this.#slots[process] = slot;
    }
  }

  #count(load: number, moving: number): void {
    this.#cost += load + moving;
    this.#moveCost += moving;
  }

  #addAway(process: number): void {
    this.#heldAll += this.#held[process] as number;
    this.#awaySlots[process] = this.away.length;
    this.away.push(process);
  }

  #removeAway(process: number): void {
    this.#heldAll -= this.#held[process] as number;
    remove(this.away, process, this.#awaySlots);
  }

  /** What load and balance cost more when the process enters, whether it fits or not. */
  #loadOf(process: number, machine: number): number {
    const { resourceCount: count, loadWeights, requirements, balances } = this.problem;
    let delta = balances.length === 0 ? 0 : this.#balanceDelta(machine, NOWHERE, process);
    for (let resource = 0; resource < count; resource++) {
      const left = this.headroom[machine * count + resource] as number;
      const amount = requirements[process * count + resource] as number;
      if (left >= amount) continue;
      delta += (loadWeights[resource] as number) * (left < 0 ? amount : amount - left);
    }
    return delta;
  }

  #take(process: number, machine: number, sign: 1 | -1): void {
    const { resourceCount: count, requirements } = this.problem;
    const needs = this.#needs(process, machine);
    const { headroom, room } = this;
    const base = machine * count;
    const own = process * count;
    for (let resource = 0; resource < count; resource++) {
      const index = base + resource;
      const amount = requirements[own + resource] as number;
      headroom[index] = (headroom[index] as number) + sign * amount;
      room[index] = (room[index] as number) + sign * (needs[own + resource] as number);
    }
  }
}

/** Takes a process out of a list in which it has the given slot; the last one gets its slot. */
function remove(list: number[], process: number, slots: Int32Array): void {
  const last = list.pop() as number;
  if (last === process) return;
  const slot = slots[process] as number;
  list[slot] = last;
  slots[last] = slot;
}
