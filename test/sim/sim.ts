/**
 * Virtual time and virtual processes. A crash means that the promises of one incarnation never
 * settle again: no handler and no finally block runs, exactly as with SIGKILL.
 */
import type { Clock } from "../../engine/contract/clock.ts";
import { hash32 } from "./random.ts";

interface Event {
  readonly time: number;
  readonly tie: number;
  readonly run: () => void;
}

export type ProcessEnd =
  | { readonly is: "done" }
  | { readonly is: "threw"; readonly error: unknown }
  | { readonly is: "crashed" }
  | { readonly is: "deadlock" }
  | { readonly is: "overtime" };

const START_MS = Date.UTC(2026, 0, 1);
/** A run that has not ended after this much virtual time never will (I12). */
const RUN_MS_MAX = 12 * 3_600_000;

export class Sim {
  now = START_MS;
  incarnation = 0;
  /** Scheduler steps of all processes so far. */
  steps = 0;
  traceHash = 0x811c9dc5;
  readonly trace: string[] = [];
  #tie = 0;
  readonly #heap: Event[] = [];

  /** Remembers what happened, for the hash that proves a replay and for people. */
  note(text: string): void {
    this.traceHash = hash32(`${this.now}|${text}`, this.traceHash);
    this.trace.push(`${((this.now - START_MS) / 1000).toFixed(3)} s  ${text}`);
    if (this.trace.length > 4_000) this.trace.splice(0, 2_000);
  }

  /** Runs `run` later whatever becomes of the process that asked: an effect out in the world. */
  at(delayMs: number, run: () => void): void {
    this.#push({ time: this.now + Math.max(0, delayMs), tie: this.#tie++, run });
  }

  /** Resolves later, unless the process that waits has crashed by then. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    const { incarnation } = this;
    return new Promise((resolve) => {
      const wake = (): void => {
        signal?.removeEventListener("abort", onAbort);
        if (incarnation === this.incarnation) resolve();
      };
      const onAbort = (): void => this.at(0, wake);
      if (signal?.aborted === true) return this.at(0, wake);
      signal?.addEventListener("abort", onAbort, { once: true });
      this.at(delayMs, wake);
    });
  }

  clock(): Clock {
    return { now: () => this.now, sleep: (ms, signal) => this.sleep(ms, signal) };
  }

  /** One process from start to end; `crashAt` counts its scheduler steps. */
  async run(main: () => Promise<void>, crashAt = Number.POSITIVE_INFINITY): Promise<ProcessEnd> {
    this.incarnation++;
    const until = this.now + RUN_MS_MAX;
    let end: ProcessEnd | undefined;
    main().then(
      () => {
        end = { is: "done" };
      },
      (error: unknown) => {
        end = { is: "threw", error };
      },
    );
    await settle();
    for (let count = 0; end === undefined; count++) {
      if (count === crashAt) {
        this.incarnation++;
        return { is: "crashed" };
      }
      if (this.now > until) return { is: "overtime" };
      const event = this.#pop();
      if (event === undefined) return { is: "deadlock" };
      this.#fire(event);
      await settle();
    }
    return end;
  }

  /** Lets `durationMs` pass with nobody running; late effects land. */
  async pass(durationMs: number): Promise<void> {
    this.incarnation++;
    const until = this.now + durationMs;
    for (let next = this.#heap[0]; next !== undefined && next.time <= until; next = this.#heap[0]) {
      this.#fire(this.#pop()!);
      await settle();
    }
    this.now = until;
  }

  #fire(event: Event): void {
    this.now = Math.max(this.now, event.time);
    this.steps++;
    event.run();
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (isBefore(heap[parent]!, event)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (isBefore(last, heap[child]!)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

const isBefore = (left: Event, right: Event): boolean =>
  left.time < right.time || (left.time === right.time && left.tie < right.tie);

/** All microtasks have run. */
const settle = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
