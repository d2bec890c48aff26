import type { ReassignState } from "./state.ts";

/** The moves of one compound move, so that it can be judged as a whole and taken back. */
export class MoveJournal {
  readonly #state: ReassignState;
  readonly #processes: number[] = [];
  readonly #origins: number[] = [];

  constructor(state: ReassignState) {
    this.#state = state;
  }

  get length(): number {
    return this.#processes.length;
  }

  process(index: number): number {
    return this.#processes[index] as number;
  }

  start(): void {
    this.#processes.length = 0;
    this.#origins.length = 0;
  }

  /** Takes a process off its machine. */
  lift(process: number): void {
    this.#processes.push(process);
    this.#origins.push(this.#state.at[process] as number);
    this.#state.lift(process);
  }

  move(process: number, machine: number): void {
    this.lift(process);
    this.#state.drop(process, machine);
  }

  /** True when spread and dependencies hold for every service that was touched. */
  rulesHold(): boolean {
    const { rules, problem } = this.#state;
    return this.#processes.every((process) => rules.holdFor(problem.services[process] as number));
  }

  undo(): void {
    const state = this.#state;
    for (let index = this.length - 1; index >= 0; index--) {
      const process = this.process(index);
      if ((state.at[process] as number) >= 0) state.lift(process);
      state.drop(process, this.#origins[index] as number);
    }
  }
}
