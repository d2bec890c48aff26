import type { EnginePorts } from "./ports.ts";

interface Stopwatch {
  (stage: string): void;
  readonly timingMs: Readonly<Record<string, number>>;
}

/** Emits and keeps how long each stage took; the stages themselves know no clock. */
export function stopwatch(
  ports: EnginePorts,
  before: Readonly<Record<string, number>> = {},
): Stopwatch {
  let since = ports.clock.now();
  const timingMs: Record<string, number> = { ...before };
  const told = (stage: string): void => {
    const now = ports.clock.now();
    timingMs[stage] = now - since;
    ports.emit({ type: "stage", stage, elapsedMs: now - since });
    since = now;
  };
  return Object.assign(told, { timingMs });
}
