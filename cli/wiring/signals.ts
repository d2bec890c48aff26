/** Stop in stages: the first signal asks to finish, the second ends at once, a third kills. */
export interface StopSignals {
  /** Fires on the first SIGINT or SIGTERM: start nothing new. */
  readonly stop: AbortSignal;
  /** Fires on the second: give up waiting. The journal is durable at every moment. */
  readonly abort: AbortSignal;
  /** Exit code the signal asks for: 130 or 143; undefined when none came. */
  code(): number | undefined;
  dispose(): void;
}

/** One key press reaches the group and is passed on by a launcher, too: within this it is one. */
const ECHO_MS = 100;

/** Time to write the end of the run, on a disk that is very busy too; usually a few ms pass. */
const CLOSING_MS = 1500;

/** Listens for signals; `onFirst` tells the user what the first one does. */
export function listenForStop(onFirst: (name: string) => void): StopSignals {
  const stop = new AbortController();
  const abort = new AbortController();
  let code: number | undefined;
  let lastMs = 0;
  const handle = (name: string, exitCode: number): void => {
    const nowMs = performance.now();
    const isEcho = code !== undefined && nowMs - lastMs < ECHO_MS;
    lastMs = nowMs;
    if (isEcho) return;
    if (code === undefined) {
      code = exitCode;
      onFirst(name);
      stop.abort();
    } else if (abort.signal.aborted) {
      process.exit(code);
    } else {
      abort.abort();
      process.exitCode = code;
      // The second signal must win over any open handle; the journal loses nothing.
      setTimeout(() => process.exit(code), CLOSING_MS).unref();
    }
  };
  const onInterrupt = (): void => handle("SIGINT", 130);
  const onTerminate = (): void => handle("SIGTERM", 143);
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  return {
    stop: stop.signal,
    abort: abort.signal,
    code: () => code,
    dispose: () => {
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onTerminate);
    },
  };
}
