import type { Applicant } from "./applicant.ts";
import { type HostTree, ROOT } from "./host-tree.ts";
import type { Ledger } from "./ledger.ts";
import { type HostOrder, hostOrder } from "./plain-order.ts";
import type { PartedScores, ScoreValues } from "./scores/parted.ts";
import { type Question, TreeVerdicts } from "./tree-verdicts.ts";

/** Hosts that are searched for; where more are wanted all are sorted. */
const SEARCHED_MAX = 64;

/**
 * How all hosts stand for a class for which each host stands for itself, found by bounds: nothing
 * is kept by host, so that opening it costs next to nothing, and each answer a search down a tree
 * that all classes share. What it is asked is answered as the ledger is; `sync` comes before.
 */
export class TreeStanding {
  readonly isLight = true;
  readonly applicant: Applicant;
  readonly ledger: Ledger;
  readonly #tree: HostTree;
  readonly #verdicts: TreeVerdicts;
  readonly #scores: PartedScores;
  readonly #values: (host: number) => ScoreValues;
  readonly #order: HostOrder;
  /** The best hosts, as many as were asked for since the last change. */
  #top: number[] = [];
  #topCount = 0;
  /** Largest key with which a host may still be among them. */
  #limit = 0;
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
    const { ledger } = tree;
    this.applicant = applicant;
    this.ledger = ledger;
    this.#tree = tree;
    this.#verdicts = new TreeVerdicts(question, tree);
    this.#scores = scores;
    this.#values = scores.valuesOf();
    this.#order = hostOrder("drs", {
      workloadClass: applicant.workloadClass,
      ledger,
      keys: tree.keys,
      totalOf: (host) => scores.own(host) + scores.shared(),
    });
    this.#cursor = ledger.version;
  }

  get isLasting(): boolean {
    return this.#verdicts.isLasting && this.#scores.isQuiet;
  }

  get reasonCounts(): Int32Array {
    return this.#verdicts.counts;
  }

  get reasonVersion(): number {
    return this.#verdicts.version;
  }

  get feasible(): number {
    return this.reasonCounts[0] ?? 0;
  }

  reasonOf(host: number): number {
    return this.#verdicts.reasonOf(host);
  }

  top(count: number): readonly number[] {
    if (count > this.#topCount) {
      this.#topCount = count;
      this.#top = [];
      this.#limit = Number.MAX_VALUE;
      if (count > SEARCHED_MAX) this.#sortAll();
      else this.#visit(ROOT, this.#boundOf(ROOT));
    }
    return this.#top.length > count ? this.#top.slice(0, count) : this.#top;
  }

  get namedVersion(): number {
    return this.#verdicts.named.version;
  }

  rejected(countMax: number): readonly number[] {
    return this.#verdicts.named.first(countMax);
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
    for (let other = 0; other < this.ledger.hosts.length; other++) {
      if (this.reasonOf(other) === 0 && this.#scores.own(other) > own) rank++;
    }
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
      this.#verdicts.renew(this.ledger.changedAt(index));
    }
  }

  /** No feasible host below the node has a smaller key; infinite where none can be feasible. */
  #boundOf(node: number): number {
    if (this.#verdicts.isShort(node)) return Infinity;
    return this.#tree.ideal.keyOf(node, this.applicant.workloadClass.load);
  }

  #visit(node: number, bound: number): void {
    if (bound > this.#limit) return;
    if (node >= this.#tree.leaves) {
      const end = this.#tree.startOf(node + 1);
      for (let place = this.#tree.startOf(node); place < end; place++)
        this.#look(this.#tree.hosts[place] ?? 0);
      return;
    }
    const [left, right] = [2 * node, 2 * node + 1];
    const [atLeft, atRight] = [this.#boundOf(left), this.#boundOf(right)];
    if (atLeft <= atRight) {
      this.#visit(left, atLeft);
      this.#visit(right, atRight);
    } else {
      this.#visit(right, atRight);
      this.#visit(left, atLeft);
    }
  }

  /** Long lists are for people. */
  #sortAll(): void {
    for (let host = 0; host < this.ledger.hosts.length; host++) {
      if (this.reasonOf(host) !== 0) continue;
      this.#order.renew(host);
      this.#top.push(host);
    }
    this.#top.sort((left, right) => (this.#isBetter(left, right) ? -1 : 1));
  }

  /** Puts a host where it belongs among the best. */
  #look(host: number): void {
    if (this.reasonOf(host) !== 0) return;
    this.#order.renew(host);
    if ((this.#tree.keys[host] ?? 0) > this.#limit) return;
    const best = this.#top;
    let place = best.length;
    while (place > 0 && this.#isBetter(host, best[place - 1] ?? 0)) place--;
    best.splice(place, 0, host);
    if (best.length < this.#topCount) return;
    best.length = this.#topCount;
    this.#limit = this.#tree.keys[best[this.#topCount - 1] ?? 0] ?? 0;
  }

  #isBetter(left: number, right: number): boolean {
    const [one, other] = [this.#tree.keys[left] ?? 0, this.#tree.keys[right] ?? 0];
    return one === other ? this.#order.compare(left, right, one) < 0 : one < other;
  }
}
