import type { Clock } from "../../engine/contract/clock.ts";
import type { CallContext } from "../../engine/contract/provider.ts";

/** Between looks at an object that controllers work on: soon at first, then less often. */
const DELAY_FIRST_MS = 200;
const DELAY_MAX_MS = 2_000;
const DELAY_GROWTH = 1.3;

/**
 * Share of a call's time that waiting may use: we want to say ourselves what is missing, before
 * the engine gives the call up without a word.
 */
const SHARE_OF_DEADLINE = 0.95;

/** The time of one call: `signal` fires when it is up, or when the caller gives up. */
export class CallTime {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly #stop = new AbortController();
  readonly #ended = new AbortController();
  readonly #onAbort = (): void => this.#stop.abort();
  readonly #caller: AbortSignal;

  constructor({ clock, signal }: CallContext, deadlineMs: number) {
    this.clock = clock;
    this.signal = this.#stop.signal;
    this.#caller = signal;
    signal.addEventListener("abort", this.#onAbort);
    if (signal.aborted) this.#stop.abort();
    void clock.sleep(deadlineMs * SHARE_OF_DEADLINE, this.#ended.signal).then(() => {
      // The reason tells calls under way that they are late, not given up.
      const reason = new DOMException("the time of the call is up", "TimeoutError");
      if (!this.#ended.signal.aborted) this.#stop.abort(reason);
    });
  }

  /** True when the caller has given up; else the time was up. */
  get isCancelled(): boolean {
    return this.#caller.aborted;
  }

  /** Lets go of the clock; every call time must be closed. */
  close(): void {
    this.#caller.removeEventListener("abort", this.#onAbort);
    this.#ended.abort();
  }

  /** Looks again and again until there is an answer; undefined when the time is up. */
  async until<Answer>(look: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
    for (let delayMs = DELAY_FIRST_MS; !this.signal.aborted; ) {
      const answer = await look();
      if (answer !== undefined) return answer;
      await this.clock.sleep(delayMs, this.signal);
      delayMs = Math.min(DELAY_MAX_MS, delayMs * DELAY_GROWTH);
    }
    return undefined;
  }
}

/** Calls for one object wait for each other, so that what one of them read still holds. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<Answer>(key: string, work: () => Promise<Answer>): Promise<Answer> {
    const before = this.#last.get(key);
    const mine = (before ?? Promise.resolve()).then(work, work);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}

/** `work` on every item, at most `limit` at once; answers in the order of the items. */
export async function inParallel<Item, Answer>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      answers[index] = await work(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return answers;
}
