import type { Leg } from "./leg.ts";

/** Legs that one rule lets begin in one round: each of the next such round waits for all. */
const BATCH_MAX = 64;

/**
 * The legs that change what one rule counts, round by round. As each waits for all of the round
 * before, nobody but those of one round is ever on the way at the same time.
 */
export class Batches {
  #before: readonly Leg[] = [];
  #now: Leg[] = [];

  get isFull(): boolean {
    return this.#now.length >= BATCH_MAX;
  }

  /** The legs of this round. */
  get now(): readonly Leg[] {
    return this.#now;
  }

  add(leg: Leg): void {
    this.#now.push(leg);
  }

  addWaits({ waits }: Leg): void {
    for (const { position } of this.#before) waits.after.add(position);
  }

  /** Closes the round, if anything happened in it. */
  endRound(): void {
    if (this.#now.length === 0) return;
    this.#before = this.#now;
    this.#now = [];
  }
}
