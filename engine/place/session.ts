import type { Decision, PlacementProblem, PlacementWorkload } from "../model/placement.ts";
import type { Run } from "./deciding/deciding.ts";
import { decideAll, openRun, settleAll } from "./run.ts";
import { isRelated } from "./classes/terms.ts";
import { Waiting } from "./deciding/waiting.ts";

/** A world that is kept, so that one workload more costs no look at all the others. */
export interface Session {
  /**
   * Decides about a workload that waits, and seats it; the answer is that of `place` for a problem
   * in which everything else keeps its place. Its key must be new.
   */
  readonly add: (workload: PlacementWorkload) => Decision;
  /** Frees the room of a workload; false when nothing of that key has any. */
  readonly remove: (key: string) => boolean;
}

/** Opens a session; whoever waits in the problem is decided about first. O(workloads). */
export function openSession(problem: PlacementProblem): Session {
  return new KeptSession(problem);
}

class KeptSession implements Session {
  readonly #problem: PlacementProblem;
  /** What has a place, each where it is now. */
  readonly #workloads: Map<string, PlacementWorkload>;
  #run: Run;
  /** Selectors that have counted everything that is placed. */
  #revision: number;
  /** True when the run knows of something that is not there any more. */
  #isStale = false;

  constructor(problem: PlacementProblem) {
    this.#problem = problem;
    this.#workloads = new Map(problem.workloads.map((workload) => [workload.key, workload]));
    this.#run = this.#opened();
    this.#keepPlaces();
    this.#revision = this.#selectors();
  }

  add(workload: PlacementWorkload): Decision {
    this.#refresh();
    this.#run.ledger.classes.classOf(workload);
    // A selector that is new has counted nothing of what is there.
    if (this.#selectors() !== this.#revision) this.#reopen(workload);
    const run = this.#run;
    const { classes } = run.ledger;
    const workloadClass = classes.merged(classes.classOf(workload));
    // More of the same are likely to come.
    run.recurring.add(workloadClass);
    run.drafts.cut(0);
    run.rescued = { moves: [], preempted: [], power: [] };
    const newcomer = { workload, workloadClass, seat: undefined, mayStay: undefined };
    decideAll(run, Waiting.of([newcomer], classes));
    const [decision] = run.drafts;
    if (decision === undefined) throw new Error("a workload that waits has a decision");
    this.#workloads.set(workload.key, workload);
    this.#keepPlaces();
    const isGone = decision.chosen === undefined && isRelated(workloadClass.terms);
    const isRescued = run.rescued.preempted.length + run.rescued.power.length > 0;
    // Edits that were tried as fixes may have brought selectors of their own.
    this.#isStale ||= isGone || isRescued || this.#selectors() !== this.#revision;
    return decision;
  }

  remove(key: string): boolean {
    this.#refresh();
    const workload = this.#workloads.get(key);
    const seat = this.#run.placed.get(key);
    if (workload === undefined || seat === undefined) return false;
    this.#workloads.delete(key);
    this.#run.register.remove(key);
    this.#run.ledger.add(seat.workloadClass, seat.host, -1);
    // The measured use of a host holds that of the workload, whoever told of it.
    this.#isStale = workload.active !== undefined || isRelated(seat.workloadClass.terms);
    return true;
  }

  #selectors(): number {
    return this.#run.ledger.classes.matchers.revision;
  }

  #refresh(): void {
    if (this.#isStale) this.#reopen();
  }

  #reopen(waiting?: PlacementWorkload): void {
    this.#run = this.#opened(waiting);
    this.#revision = this.#selectors();
    this.#isStale = false;
  }

  #opened(waiting?: PlacementWorkload): Run {
    const workloads = [...this.#workloads.values()];
    const run = openRun({ ...this.#problem, workloads }, "fast");
    // Whoever is counted has to know the selectors of all others.
    if (waiting !== undefined) run.ledger.classes.classOf(waiting);
    settleAll(run);
    run.desks.expectSingles();
    return run;
  }

  /** Notes where those are that were decided about, and whom they moved. */
  #keepPlaces(): void {
    const { drafts, rescued } = this.#run;
    for (const { key, chosen } of drafts) this.#keepAt(key, chosen);
    for (const { key, to } of rescued.moves) this.#keepAt(key, to);
    for (const { key } of rescued.preempted) this.#workloads.delete(key);
  }

  #keepAt(key: string, host: string | undefined): void {
    const workload = this.#workloads.get(key);
    const at = host ?? workload?.at;
    if (workload === undefined || at === undefined) this.#workloads.delete(key);
    else this.#workloads.set(key, { ...workload, at, wish: "keep" });
  }
}
