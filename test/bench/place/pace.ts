/** Temperatures of a run: enough for a smooth fall, few enough to print their counts. */
const LEVELS = 100;
/** Kept back for writing the result and for a process that is slow to end ... */
const RESERVE_MS = 1000;
/** ... though not more than a share of a short run ... */
const RESERVE_SHARE = 0.3;
/**
 * ... and as long as it took to get this far: on a busy machine what came before this process, and
 * what comes after the search, takes longer in the same measure.
 */
const RESERVE_OF_START = 1;

export interface Pace {
  readonly levels: number;
  readonly more: (level: number, chunk: number) => boolean;
}

/**
 * How long each level lasts: equal shares of the time since the process began, or the counts of an
 * earlier run.
 */
export function pace(options: { seconds: number; schedule?: string | undefined }): Pace {
  if (options.schedule !== undefined) {
    const counts = options.schedule.split(",").map(Number);
    return { levels: counts.length, more: (level, chunk) => chunk < counts[level]! };
  }
  const start = performance.now();
  const total = options.seconds * 1000;
  const reserve = Math.min(RESERVE_MS, RESERVE_SHARE * total) + RESERVE_OF_START * start;
  const end = Math.max(start, total - reserve);
  const share = (end - start) / LEVELS;
  return { levels: LEVELS, more: (level) => performance.now() < start + share * (level + 1) };
}
