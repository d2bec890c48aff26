/** The only source of time. `now` is milliseconds since 1970, never used for correctness. */
export interface Clock {
  now(): number;
  /** Resolves after `ms`, or at once when the signal fires; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
