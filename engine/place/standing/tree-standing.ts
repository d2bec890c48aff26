import type { Amounts } from "../../model/demand.ts";
import type { Applicant } from "../classes/applicant.ts";
import type { HostTree } from "./host-tree.ts";
import { FULL, type HostOrder, hostOrder } from "./plain-order.ts";
import { type HostLoads, isLoadedBeyond, loadPpmAfter } from "../judging/score.ts";
import type { PartedScores, ScoreValues } from "../scores/parted.ts";
import { Light } from "./light.ts";
import type { Question } from "./tree-verdicts.ts";

/** Hosts that are searched for; where more are wanted all are sorted. */
const SEARCHED_MAX = 64;

/** Looking at so many hosts costs what a search does. */
const HOSTS_PER_SEARCH = 512;

/**
 * How all hosts stand for a class for which each host stands for itself, found by bounds: nothing
 * is kept by host, so that opening it costs next to nothing, and each answer a search in a tree
 * that all classes share. What it is asked is answered as the ledger is; `sync` comes before.
 */
export class TreeStanding extends Light {
  readonly #tree: HostTree;
  readonly #load: Amounts;
  readonly #scores: PartedScores;
  readonly #values: (host: number) => ScoreValues;
  readonly #order: HostOrder;
  /** True where nothing but amounts tells feasible hosts apart. */
  readonly #areEqualRatedAlike: boolean;
  /** True where no host will do that is not open to everybody. */
  readonly #isForOpen: boolean;
  /** The best hosts, as many as were asked for since the last change. */
  #top: number[] = [];
  #topCount = 0;
  /** Largest key with which a host may still be among them, and the load that goes with it. */
  #limit = 0;
  #roughly = 0;
  #cursor: number;

  constructor(
    applicant: Applicant,
    purpose: {
      readonly tree: HostTree;
      readonly question: Question;
      readonly scores: PartedScores;
    },
  ) {
    const { tree, question, scores } = purpose;
    super(applicant, question, tree);
    const { ledger } = tree;
    this.#tree = tree;
    this.#load = applicant.workloadClass.load;
    this.#isForOpen = this.verdicts.rejectsAll(tree.closed);
    this.#areEqualRatedAlike = scores.isOfAmounts;
    this.#scores = scores;
    this.#values = scores.valuesOf();
    this.#order = hostOrder("drs", {
      workloadClass: applicant.workloadClass,
      ledger,
      keys: tree.room.keys,
      totalOf: (host) => scores.own(host) + scores.shared(),
    });
    this.#cursor = ledger.version;
  }

  override get isLasting(): boolean {
    return super.isLasting && this.#scores.isQuiet;
  }

  top(count: number): readonly number[] {
    if (count > this.#topCount) {
      this.#topCount = count;
      this.#top = [];
      this.#limit = Number.MAX_VALUE;
      this.#roughly = FULL;
      if (count > SEARCHED_MAX) this.#sortAll();
      else if (this.feasible <= HOSTS_PER_SEARCH)
        this.verdicts.eachFeasible((host) => {
          if (!this.#isBeyond(host, this.ledger)) this.#look(host);
        });
      else this.#search();
    }
    return this.#top.length > count ? this.#top.slice(0, count) : this.#top;
  }

  difference(left: number, right: number): number {
    // Others share the keys.
    this.#order.renew(left);
    this.#order.renew(right);
    return this.#order.difference(left, right);
  }

  valuesOf(): (host: number) => ScoreValues {
    return this.#values;
  }

  rankOf(host: number): number {
    const own = this.#scores.own(host);
    let rank = 1;
    this.verdicts.eachFeasible((other) => {
      if (this.#scores.own(other) > own) rank++;
    });
    return rank;
  }

  sync(): void {
    const { version } = this.ledger;
    const since = this.#cursor;
    if (version === since) return;
    this.#cursor = version;
    this.#tree.sync();
    this.#topCount = 0;
    for (let index = since; index < version; index++) {
      this.renew(this.ledger.changedAt(index));
    }
  }

  /** Looks at the blocks that may have one of the best hosts. */
  #search(): void {
    const { hosts, room } = this.#tree;
    room.searches++;
    // What was good for somebody else tells soonest how good a host has to be.
    for (const host of room.best) this.#visit(hosts.blockOf[host] ?? 0);
    this.#readBounds();
    do this.#visitBest();
    while (this.#limit === Number.MAX_VALUE);
    for (let at = 0; at < room.blockCount; at++) {
      if ((room.bounds[at] ?? 0) <= this.#limit) this.#visit(room.blocks[at] ?? 0);
    }
    room.best = this.#top;
  }

  /** Writes down the blocks that may still hold one of the best, those of open hosts first. */
  #readBounds(): void {
    const { hosts, room } = this.#tree;
    const open = this.#firstClosed();
    room.blockCount = 0;
    this.#readRange(0, open);
    room.openCount = room.blockCount;
    if (!this.#isForOpen) this.#readRange(open, hosts.order.length);
  }

  #readRange(from: number, end: number): void {
    const load = this.#load;
    const { hosts, bounds, room } = this.#tree;
    const { order } = hosts;
    const isAny = this.#roughly === FULL;
    for (let place = from; place < end; place++) {
      const block = order[place] ?? 0;
      if (!isAny && bounds.isBeyond(block, load, this.#roughly)) continue;
      room.blocks[room.blockCount] = block;
      room.bounds[room.blockCount++] = bounds.keyOf(block, load);
    }
  }

  /** Place of the first block without an open host: they come last. */
  #firstClosed(): number {
    const { closed, hosts } = this.#tree;
    let low = 0;
    let high = hosts.order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (closed.has(hosts.rows[hosts.order[middle] ?? 0]?.[0] ?? 0)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Looks at the best block that is written down, of those with open hosts where there is one. */
  #visitBest(): void {
    const { openCount, blockCount } = this.#tree.room;
    const best = this.#bestOf(0, openCount) ?? this.#bestOf(openCount, blockCount);
    if (best !== undefined) this.#visit(best);
  }

  /** The best of some of the blocks that are written down and were not looked at. */
  #bestOf(from: number, end: number): number | undefined {
    const { blocks, bounds, visited, searches } = this.#tree.room;
    let best: number | undefined;
    let least = Infinity;
    for (let at = from; at < end; at++) {
      const bound = bounds[at] ?? 0;
      if (bound >= least || visited[blocks[at] ?? 0] === searches) continue;
      least = bound;
      best = blocks[at];
    }
    return best;
  }

  #visit(block: number): void {
    const { hosts, bounds, room } = this.#tree;
    if (room.visited[block] === room.searches) return;
    room.visited[block] = room.searches;
    const row = hosts.rows[block] ?? NO_ROW;
    const length = hosts.lengths[block] ?? 0;
    if (this.#isOfLater(block, row, length)) return;
    const members = bounds.membersOf(block);
    for (let at = 0; at < length; at++) {
      const host = row[at] ?? 0;
      if (!this.verdicts.passes(host)) continue;
      if (this.#isBeyond(at, members)) continue;
      room.lookedAt++;
      this.#look(host);
    }
  }

  /** True where all of a block are equal to the last of the best and come after it by name. */
  #isOfLater(block: number, row: Int32Array, length: number): boolean {
    const { hosts, bounds } = this.#tree;
    const last = this.#areEqualRatedAlike ? this.#top[this.#topCount - 1] : undefined;
    if (last === undefined || last > (row[0] ?? 0) || !hosts.isLevel(block)) return false;
    return bounds.areEqualTo(last, block, row, length);
  }

  /** Long lists are for people. */
  #sortAll(): void {
    this.verdicts.eachFeasible((host) => {
      this.#order.renew(host);
      this.#top.push(host);
    });
    this.#top.sort((left, right) => (this.#isBetter(left, right) ? -1 : 1));
  }

  /** True where a host of some, or of all, is loaded more than the last of the best. */
  #isBeyond(host: number, hosts: HostLoads): boolean {
    return this.#roughly < FULL && isLoadedBeyond(host, this.#load, hosts, this.#roughly);
  }

  /** Puts a feasible host where it belongs among the best. */
  #look(host: number): void {
    this.#order.renew(host);
    if ((this.#tree.room.keys[host] ?? 0) > this.#limit) return;
    this.#insert(host);
    const last = this.#top[this.#topCount - 1];
    if (last === undefined) return;
    this.#limit = this.#tree.room.keys[last] ?? 0;
    this.#roughly = Math.min(FULL, loadPpmAfter(last, this.#load, this.ledger));
  }

  #insert(host: number): void {
    const best = this.#top;
    let place = best.length;
    while (place > 0 && this.#isBetter(host, best[place - 1] ?? 0)) place--;
    if (place === this.#topCount) return;
    if (best.length < this.#topCount) best.push(host);
    for (let at = best.length - 1; at > place; at--) best[at] = best[at - 1] ?? 0;
    best[place] = host;
  }

  #isBetter(left: number, right: number): boolean {
    const { keys } = this.#tree.room;
    const one = keys[left] ?? 0;
    const other = keys[right] ?? 0;
    return one === other ? this.#order.compare(left, right, one) < 0 : one < other;
  }
}

const NO_ROW = new Int32Array(0);
