import {
  closeSync,
  constants,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import type { Clock } from "../../engine/contract/clock.ts";

/** Shortest and longest pause between two tries. */
const PAUSE_MS_MIN = 1;
const PAUSE_MS_MAX = 20;
/** A lock without readable content is one whose writer died between two system calls. */
const EMPTY_AGE_MS_MAX = 2000;

interface Holder {
  readonly host: string;
  readonly processId: number;
  /** Start time of the process in clock ticks, so that a reused number is not mistaken for it. */
  readonly startedAt: string;
}

/** What this process writes into its locks; read once, since it cannot change. */
export function lockIdentity(): string {
  const me: Holder = {
    host: hostname(),
    processId: process.pid,
    startedAt: startOf(process.pid) ?? "",
  };
  return JSON.stringify(me);
}

export interface LockWish {
  readonly path: string;
  /** From `lockIdentity`. */
  readonly identity: string;
  readonly clock: Clock;
  readonly waitMsMax: number;
}

/**
 * Takes the short lock that orders writers of one world; undefined when somebody else kept it for
 * `waitMsMax`. The lock of a dead process on this machine is taken over. It is for politeness:
 * two holders at once cannot harm the journal, whose records form a chain.
 */
export async function takeLock(wish: LockWish): Promise<(() => void) | undefined> {
  const { path, identity, clock, waitMsMax } = wish;
  let pauseMs = PAUSE_MS_MIN;
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    if (tryCreate(path, identity)) return () => rmSync(path, { force: true });
    if (isAbandoned(path)) removeAbandoned(path);
    else {
      if (waitedMs >= waitMsMax) return undefined;
      await clock.sleep(pauseMs);
      pauseMs = Math.min(PAUSE_MS_MAX, pauseMs * 2);
    }
  }
}

function tryCreate(path: string, identity: string): boolean {
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;
  try {
    const file = openSync(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
    writeSync(file, identity);
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function isAbandoned(path: string): boolean {
  try {
    const text = readFileSync(path, "utf8");
    // Real file times are compared with real time here; neither decides what the world holds.
    if (text === "") return Date.now() - statSync(path).mtimeMs > EMPTY_AGE_MS_MAX;
    const holder = JSON.parse(text) as Holder;
    return holder.host === hostname() && !isAlive(holder);
  } catch {
    return false;
  }
}

function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.processId, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const startedAt = startOf(holder.processId);
  return startedAt === undefined || holder.startedAt === "" || startedAt === holder.startedAt;
}

/** Start time by the kernel; undefined where there is no /proc. */
function startOf(processId: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

/**
 * Moves the lock aside before it goes, so that of several takers only one removes it; what turns
 * out to be the fresh lock of a faster taker is put back.
 */
function removeAbandoned(path: string): void {
  const aside = `${path}.dead-${process.pid}`;
  try {
    renameSync(path, aside);
    if (!isAbandoned(aside)) linkSync(aside, path);
    rmSync(aside, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
