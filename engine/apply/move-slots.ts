import { DEFAULT_MIGRATION } from "../model/placement.ts";
import type { PlanMove, Step } from "../model/plan.ts";

/** Keeps each host from taking part in too many live moves at once. */
export class MoveSlots {
  readonly #fromByLeg: ReadonlyMap<string, string>;
  readonly #movingBy = new Map<string, number>();

  constructor(moves: readonly PlanMove[]) {
    this.#fromByLeg = new Map(moves.map(({ address, from, to }) => [legOf(address, to), from]));
  }

  /** True when the step moves nothing, or both hosts have a slot left. */
  mayStart(step: Step): boolean {
    return this.#hostsOf(step).every(
      (host) => (this.#movingBy.get(host) ?? 0) < DEFAULT_MIGRATION.movesPerHostMax,
    );
  }

  start(step: Step): void {
    this.#count(step, 1);
  }

  end(step: Step): void {
    this.#count(step, -1);
  }

  #count(step: Step, sign: 1 | -1): void {
    for (const host of this.#hostsOf(step)) {
      this.#movingBy.set(host, (this.#movingBy.get(host) ?? 0) + sign);
    }
  }

  #hostsOf({ mode, address, host }: Step): readonly string[] {
    if (mode !== "move" || host === undefined) return [];
    const from = this.#fromByLeg.get(legOf(address, host));
    return from === undefined ? [host] : [host, from];
  }
}

const legOf = (address: string, to: string): string => `${address}\u0000${to}`;
