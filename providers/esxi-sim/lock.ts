import { readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { Clock } from "../../engine/contract/clock.ts";

/** Shortest and longest pause between two tries. */
const PAUSE_MS_MIN = 1;
const PAUSE_MS_MAX = 20;

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
    if (abandonedText(path) !== undefined) removeAbandoned(path);
    else {
      if (waitedMs >= waitMsMax) return undefined;
      await clock.sleep(pauseMs);
      pauseMs = Math.min(PAUSE_MS_MAX, pauseMs * 2);
    }
  }
}

/**
 * The lock is a symbolic link whose target is the holder: the system makes name and content in one
 * step, so that a process killed in between cannot leave a lock that names nobody.
 */
function tryCreate(path: string, identity: string): boolean {
  try {
    symlinkSync(identity, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Text of the lock when its holder is dead; what cannot be read belongs to somebody alive. */
function abandonedText(path: string): string | undefined {
  try {
    const text = readlinkSync(path);
    const holder = JSON.parse(text) as Holder;
    return holder.host === hostname() && !isAlive(holder) ? text : undefined;
  } catch {
    return undefined;
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
    if (abandonedText(aside) === undefined) tryCreate(path, readlinkSync(aside));
    rmSync(aside, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
