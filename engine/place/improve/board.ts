import { compareText } from "../../model/canonical.ts";
import type { PlacementProblem, PlacementWorkload } from "../../model/placement.ts";
import type { WorkloadClass } from "../classes.ts";
import type { Ledger } from "../ledger.ts";
import type { Seated } from "../settled.ts";
import { Neighbours } from "./neighbours.ts";
import { Rules } from "./rules.ts";

/**
 * Who may move, where everyone is, and the only way to move anyone: `move` asks every filter and
 * those who stay behind, and leaves everything as it was when one of them objects. Movable
 * workloads have numbers in the order of their keys, hosts those of the ledger.
 */
export class Board {
  readonly ledger: Ledger;
  readonly rules: Rules;
  readonly workloads: readonly PlacementWorkload[];
  readonly classes: readonly WorkloadClass[];
  /** Host of each before anything moved, and now. */
  readonly home: Int32Array;
  readonly at: Int32Array;
  /** Movable workloads of each host, in no order. */
  readonly members: readonly number[][];
  /** Load of each: millicores of the cluster's slowest core, and bytes. */
  readonly cpu: Float64Array;
  readonly memory: Float64Array;
  readonly #neighbours: Neighbours;
  readonly #isFree = new Map<WorkloadClass, boolean>();
  readonly #slots: Int32Array;
  readonly #journal: { readonly item: number; readonly from: number }[] = [];

  constructor(problem: PlacementProblem, settled: Seated) {
    this.ledger = settled.ledger;
    this.rules = new Rules(settled.ledger);
    this.#neighbours = new Neighbours(settled, this.rules);
    this.workloads = movableOf(problem, settled);
    const seats = this.workloads.map(({ key }) => settled.seats.get(key));
    this.classes = seats.flatMap((seat) => (seat === undefined ? [] : [seat.workloadClass]));
    this.home = Int32Array.from(seats, (seat) => seat?.host ?? 0);
    this.at = this.home.slice();
    this.cpu = Float64Array.from(this.classes, ({ load }) => load.cpuMillicores);
    this.memory = Float64Array.from(this.classes, ({ load }) => load.memoryBytes);
    this.members = this.ledger.hosts.map(() => []);
    this.#slots = new Int32Array(this.at.length);
    this.at.forEach((host, item) => this.#enter(item, host));
  }

  /** Moves one workload when that is allowed; false: nothing has changed. */
  move(item: number, to: number): boolean {
    const { ledger } = this;
    const from = this.at[item] as number;
    const workloadClass = this.classes[item] as WorkloadClass;
    if (from === to || !this.rules.admits(workloadClass, to)) return false;
    const mark = ledger.mark();
    const isFree = this.#isFreeOf(workloadClass);
    const skews = isFree ? [] : this.#neighbours.skewsOf(workloadClass, from, to);
    this.#add(workloadClass, from, -1);
    const isAllowed = this.rules.allows(workloadClass, to);
    if (isAllowed) {
      this.#add(workloadClass, to, 1);
      if (isFree || !this.#harms(item, { from, to }, { skews, mark })) {
        this.#seat(item, to);
        return true;
      }
    }
    this.#undo({ from, to }, mark);
    return false;
  }

  /** True when the move would be allowed. */
  mayMove(item: number, to: number): boolean {
    const mark = this.mark();
    if (!this.move(item, to)) return false;
    this.rollback(mark);
    return true;
  }

  /** A point to which `rollback` returns. */
  mark(): number {
    return this.#journal.length;
  }

  /** Undoes moves, which needs no one's leave. */
  rollback(mark: number): void {
    while (this.#journal.length > mark) {
      const entry = this.#journal.pop();
      if (entry === undefined) return;
      const workloadClass = this.classes[entry.item] as WorkloadClass;
      this.#add(workloadClass, this.at[entry.item] as number, -1);
      this.#add(workloadClass, entry.from, 1);
      this.#leave(entry.item);
      this.#settle(entry.item, entry.from);
    }
  }

  /** Whether the others lose something; the move is made in the ledger, and stays so if not. */
  #harms(
    item: number,
    way: { readonly from: number; readonly to: number },
    before: { readonly skews: readonly number[]; readonly mark: number },
  ): boolean {
    const workloadClass = this.classes[item] as WorkloadClass;
    if (this.#neighbours.isSkewed(workloadClass, way, before.skews)) return true;
    const broken = this.#neighbours
      .endangered(this.workloads[item]?.key ?? "", workloadClass, way.from)
      .filter((resident) => this.#neighbours.isBroken(resident));
    if (broken.length === 0) return false;
    this.#undo(way, before.mark);
    const wasBroken = broken.every((resident) => this.#neighbours.isBroken(resident));
    this.#add(workloadClass, way.from, -1);
    this.#add(workloadClass, way.to, 1);
    return !wasBroken;
  }

  #add(workloadClass: WorkloadClass, host: number, sign: 1 | -1): void {
    this.ledger.add(workloadClass, host, sign);
    this.rules.note(host);
  }

  #undo(way: { readonly from: number; readonly to: number }, mark: number): void {
    this.ledger.rollback(mark);
    this.rules.note(way.from);
    this.rules.note(way.to);
  }

  #isFreeOf(workloadClass: WorkloadClass): boolean {
    let isFree = this.#isFree.get(workloadClass);
    if (isFree === undefined) {
      isFree = this.#neighbours.isFree(workloadClass);
      this.#isFree.set(workloadClass, isFree);
    }
    return isFree;
  }

  #seat(item: number, to: number): void {
    this.#journal.push({ item, from: this.at[item] as number });
    this.#leave(item);
    this.#settle(item, to);
  }

  #settle(item: number, host: number): void {
    this.at[item] = host;
    this.#enter(item, host);
    this.#neighbours.seat(this.workloads[item]?.key ?? "", host);
  }

  #enter(item: number, host: number): void {
    const list = this.members[host] as number[];
    this.#slots[item] = list.length;
    list.push(item);
  }

  #leave(item: number): void {
    const list = this.members[this.at[item] as number] as number[];
    const slot = this.#slots[item] as number;
    const last = list.pop() as number;
    if (last === item) return;
    list[slot] = last;
    this.#slots[last] = slot;
  }
}

/** What runs, is ours, stays, and may change its host. */
function movableOf({ workloads }: PlacementProblem, { seats }: Seated): PlacementWorkload[] {
  const found = workloads.filter(
    ({ key, isMovable, wish, isEnding }) =>
      isMovable === true && wish === "keep" && isEnding !== true && seats.has(key),
  );
  const isSorted = found.every(
    ({ key }, index) => index === 0 || (found[index - 1]?.key ?? "") <= key,
  );
  return isSorted ? found : found.sort((left, right) => compareText(left.key, right.key));
}
