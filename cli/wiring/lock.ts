/**
 * The writer's lock as files in the state folder. A lock is written whole under a temporary name
 * and linked into place, so nobody ever sees half of one. Taking over from a dead holder links the
 * next name (`lock.2` after `lock`): of two who try, one gets it. Nobody removes a lock that could
 * be alive; after linking, everyone looks again and steps back before another live holder.
 */
import { link, open, readFile, readdir, readlink, unlink } from "node:fs/promises";
import { constants } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import type { LockOwner, LockResult } from "../../engine/contract/storage.ts";

/** What a lock file holds: the owner, and all that tells whether it still lives. */
export interface LockFile extends LockOwner {
  readonly host: string;
  readonly user: string;
  readonly bootId: string;
  /** Start of the process in clock ticks since boot; tells a reused number from the holder. */
  readonly processStart: string;
  readonly processNamespace: string;
}

const ATTEMPTS_MAX = 5;
const LOCK = /^lock(?:\.(\d{1,9}))?$/;

interface FoundLock {
  readonly name: string;
  readonly generation: number;
  /** Undefined when the file cannot be read as a lock: nobody may touch it. */
  readonly file: LockFile | undefined;
}

const lockName = (generation: number): string => (generation === 1 ? "lock" : `lock.${generation}`);

export async function takeLock(folder: string, owner: LockOwner): Promise<LockResult> {
  const mine = await describeSelf(owner);
  for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt++) {
    const result = await tryLock(folder, mine);
    if (result !== undefined) return result;
  }
  return (await tryLock(folder, mine)) ?? { is: "busy", holder: unreadableHolder("lock") };
}

/** Undefined when somebody was faster who is gone by now: worth another try. */
async function tryLock(folder: string, mine: LockFile): Promise<LockResult | undefined> {
  const before = await findLocks(folder);
  const busy = await liveHolder(before, mine);
  if (busy !== undefined) return { is: "busy", holder: busy };
  const last = before.reduce((most, { generation }) => Math.max(most, generation), 0);
  const name = lockName(last + 1);
  if (!(await linkLock(folder, name, mine))) {
    const holder = await liveHolder(await findLocks(folder), mine);
    return holder === undefined ? undefined : { is: "busy", holder };
  }
  const after = (await findLocks(folder)).filter((found) => found.name !== name);
  const rival = await liveHolder(after, mine);
  if (rival !== undefined) {
    await remove(folder, name);
    return { is: "busy", holder: rival };
  }
  for (const dead of after) await remove(folder, dead.name);
  return { is: "held", release: () => releaseOwn(folder, name, mine.id) };
}

/** Who holds the lock now; a dead holder does not count. */
export async function currentHolder(folder: string): Promise<LockOwner | undefined> {
  const self = await describeSelf(NOBODY);
  return liveHolder(await findLocks(folder), self);
}

/** Removes the lock with this id whoever holds it: for people who know that its holder is gone. */
export async function breakLock(folder: string, id: string): Promise<boolean> {
  for (const { name, file } of await findLocks(folder)) {
    const isMeant = file === undefined ? name === id : file.id === id;
    if (!isMeant) continue;
    await remove(folder, name);
    return true;
  }
  return false;
}

const NOBODY: LockOwner = {
  id: "",
  operation: "",
  who: "",
  createdAt: "",
  processId: 0,
  info: "",
};

async function releaseOwn(folder: string, name: string, id: string): Promise<void> {
  const held = (await findLocks(folder)).find((found) => found.name === name);
  if (held?.file?.id === id) await remove(folder, name);
}

async function remove(folder: string, name: string): Promise<void> {
  await unlink(join(folder, name)).catch(ignoreMissing);
}

async function findLocks(folder: string): Promise<FoundLock[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    ignoreMissing(error);
    return [];
  });
  const found: FoundLock[] = [];
  for (const name of names) {
    const match = LOCK.exec(name);
    if (match === null) continue;
    const text = await readLock(join(folder, name));
    if (text === undefined) continue;
    found.push({ name, generation: Number(match[1] ?? "1"), file: parseLock(text) });
  }
  return found.sort((left, right) => left.generation - right.generation);
}

/** Undefined when the lock is gone by now. */
async function readLock(path: string): Promise<string | undefined> {
  try {
    const flag = constants.O_RDONLY | constants.O_NOFOLLOW;
    return await readFile(path, { encoding: "utf8", flag });
  } catch (error) {
    ignoreMissing(error);
    return undefined;
  }
}

function parseLock(text: string): LockFile | undefined {
  try {
    const value = JSON.parse(text) as Partial<LockFile> | null;
    const isLock = typeof value?.id === "string" && typeof value.processId === "number";
    return isLock ? (value as LockFile) : undefined;
  } catch {
    return undefined;
  }
}

async function liveHolder(
  locks: readonly FoundLock[],
  self: LockFile,
): Promise<LockOwner | undefined> {
  for (const { name, file } of locks) {
    if (file === undefined) return unreadableHolder(name);
    if (!(await isDead(file, self))) return ownerOf(file);
  }
  return undefined;
}

const unreadableHolder = (name: string): LockOwner => ({
  ...NOBODY,
  id: name,
  operation: "unknown",
  who: "unknown",
});

const ownerOf = ({ id, operation, who, createdAt, processId, info }: LockFile): LockOwner => ({
  id,
  operation,
  who,
  createdAt,
  processId,
  info,
});

/** Certain only on the same machine; the holder of another one is taken to be alive. */
async function isDead(file: LockFile, self: LockFile): Promise<boolean> {
  if (file.host !== self.host) return false;
  if (file.bootId !== self.bootId) return true;
  if (file.processNamespace !== self.processNamespace) return false;
  if (!isRunning(file.processId)) return true;
  const start = await processStart(file.processId);
  return start !== "" && file.processStart !== "" && start !== file.processStart;
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    // A process of another user cannot be signalled, but it runs.
    return codeOf(error) === "EPERM";
  }
}

async function linkLock(folder: string, name: string, mine: LockFile): Promise<boolean> {
  const temporary = join(folder, `lock-${mine.id}.new`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await open(temporary, flags, 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(mine)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(temporary, join(folder, name));
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    return false;
  } finally {
    await unlink(temporary).catch(ignoreMissing);
  }
}

async function describeSelf(owner: LockOwner): Promise<LockFile> {
  return {
    ...owner,
    processId: process.pid,
    host: hostname(),
    user: userName(),
    bootId: (await textOf("/proc/sys/kernel/random/boot_id")).trim(),
    processStart: await processStart(process.pid),
    processNamespace: await readlink("/proc/self/ns/pid").catch(() => ""),
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return "";
  }
}

/** Field 22 of /proc/PID/stat; empty where there is no such file system or process. */
async function processStart(processId: number): Promise<string> {
  const text = await textOf(`/proc/${processId}/stat`);
  // The command name, field 2, may hold spaces and brackets: count from its end.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return text === "" ? "" : (fields[19] ?? "");
}

const textOf = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;

function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== "ENOENT") throw error;
}
