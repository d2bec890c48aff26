import type { WorkloadClass } from "../classes/classes.ts";
import type { Need } from "../filters/filter.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Victim } from "./victims.ts";

/**
 * Who has to end on a host for a class that asks for amounts and nothing else: what is free is
 * added up with what each victim gives back, which is measured once for each class of victims.
 */
export class Release {
  readonly #needs: readonly Need[];
  readonly #ledger: Ledger;
  readonly #given = new Map<WorkloadClass, Float64Array>();
  /** What is left of each need on the host in question; below 0 it is lacking. */
  readonly #left: Float64Array;

  constructor(needs: readonly Need[], ledger: Ledger) {
    this.#needs = needs.filter(({ wanted }) => wanted > 0);
    this.#ledger = ledger;
    this.#left = new Float64Array(this.#needs.length);
  }

  /** Ends all of them, then spares whoever is not needed, the most important ones first. */
  neededOn(host: number, victims: readonly Victim[]): readonly Victim[] | undefined {
    for (let index = 0; index < this.#needs.length; index++) {
      const { wanted, from } = this.#needs[index] as Need;
      this.#left[index] = from.wholeOf(host) - from.takenOf(host) - wanted;
    }
    for (const victim of victims) this.#give(victim, host, 1);
    if (this.#isLacking()) return undefined;
    const needed: Victim[] = [];
    for (let index = victims.length - 1; index >= 0; index--) {
      const victim = victims[index] as Victim;
      this.#give(victim, host, -1);
      if (!this.#isLacking()) continue;
      this.#give(victim, host, 1);
      needed.push(victim);
    }
    return needed;
  }

  #isLacking(): boolean {
    for (const amount of this.#left) {
      if (amount < 0) return true;
    }
    return false;
  }

  #give({ workloadClass }: Victim, host: number, sign: 1 | -1): void {
    const given = this.#givenBy(workloadClass, host);
    for (let index = 0; index < given.length; index++) {
      this.#left[index] = (this.#left[index] ?? 0) + sign * (given[index] ?? 0);
    }
  }

  /** What one of them takes of each need, as the ledger has it. */
  #givenBy(workloadClass: WorkloadClass, host: number): Float64Array {
    let given = this.#given.get(workloadClass);
    if (given === undefined) {
      const before = this.#needs.map(({ from }) => from.takenOf(host));
      const mark = this.#ledger.mark();
      this.#ledger.add(workloadClass, host, -1);
      given = Float64Array.from(
        this.#needs,
        ({ from }, index) => (before[index] ?? 0) - from.takenOf(host),
      );
      this.#ledger.rollback(mark);
      this.#given.set(workloadClass, given);
    }
    return given;
  }
}
