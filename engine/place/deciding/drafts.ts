import type { Decision } from "../../model/placement.ts";
import { type Draft, withNumber } from "./decision.ts";
import type { DecisionLog } from "./decision-log.ts";
import { PlacedDecision } from "./placed-decision.ts";
import { GrowingList } from "../basics/growing-list.ts";
import { OnDemandList } from "../basics/on-demand-list.ts";

/**
 * What a run has decided so far, numbered in its order. Of decisions of the log nothing is kept but
 * their places in it: a plan may have a million of them, and most are read once.
 */
export class Drafts extends OnDemandList<Decision> {
  readonly #log: DecisionLog;
  /** Places in the log; those below 0 are complements of places among the others. */
  readonly #places = new GrowingList();
  readonly #others: Draft[] = [];

  constructor(log: DecisionLog) {
    super();
    this.#log = log;
  }

  get length(): number {
    return this.#places.length;
  }

  /** How many found no host. */
  get unplaced(): number {
    let count = 0;
    for (let index = 0; index < this.length; index++) if (this.#places.at(index) < 0) count++;
    return count;
  }

  /** Makes room for so many at once. */
  expect(drafts: number): void {
    this.#places.expect(drafts);
  }

  push(draft: Draft): void {
    const isLogged = draft instanceof PlacedDecision;
    this.#places.push(isLogged ? draft.index : ~(this.#others.push(draft) - 1));
  }

  /** Puts some decisions at the end that follow each other in the log. */
  pushLogged(from: number, count: number): void {
    this.#places.appendSteps(from, 1, count);
  }

  /** Puts another decision in the place of one. */
  replace(index: number, decision: PlacedDecision): void {
    this.#places.set(index, decision.index);
  }

  /** Forgets all but the first so many. */
  cut(length: number): void {
    this.#places.cut(length);
  }

  protected make(index: number): Decision {
    const place = this.#places.at(index);
    if (place >= 0) return new PlacedDecision(this.#log, place, index + 1);
    const draft = this.#others[~place];
    if (draft === undefined) throw new Error("no such decision");
    return withNumber(draft, index + 1);
  }
}
