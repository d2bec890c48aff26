import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, mkdir, open, readdir, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import type {
  LockOwner,
  LockResult,
  Storage,
  StorageHandle,
} from "../../engine/contract/storage.ts";
import { breakLock, currentHolder, takeLock } from "./lock.ts";

/** The storage on this machine's disk, with the one thing only people may do. */
export interface FileStorage extends Storage {
  /** Removes the lock with this id; false when there is none. */
  breakLock(id: string): Promise<boolean>;
}

export interface FileStorageOptions {
  /** Told when a mode was laxer than 0700 or 0600 and has been tightened. */
  readonly warn: (message: string) => void;
}

/** A file or folder that must not be trusted: a link, another user's, or not a regular file. */
class StorageRefusal extends Error {
  override readonly name = "StorageRefusal";
}

/**
 * One flat folder of files. The folder is made, mode 0700, when something is first written; links
 * are never followed (threat T7) and modes laxer than 0600 are tightened (threat T22).
 */
export function openStorage(
  folder: string,
  options: FileStorageOptions = { warn: () => undefined },
): FileStorage {
  const openFiles = new WeakMap<StorageHandle, FileHandle>();
  const handleOf = (name: string, file: FileHandle): StorageHandle => {
    const handle: StorageHandle = { name };
    openFiles.set(handle, file);
    return handle;
  };
  const fileOf = (handle: StorageHandle): FileHandle => {
    const file = openFiles.get(handle);
    if (file === undefined) throw new StorageRefusal(`${handle.name} is not open`);
    return file;
  };
  const path = (name: string): string => join(folder, plainName(name));
  return {
    read: (name) => readWhole(path(name), options),
    list: () => listFolder(folder, options),
    create: async (name, bytes) => {
      await ensureFolder(folder, options);
      const file = await open(path(name), CREATE, FILE_MODE);
      await writeAll(file, bytes);
      return handleOf(name, file);
    },
    open: async (name) => {
      const file = await open(path(name), APPEND);
      await checkFile(file, path(name), options);
      return handleOf(name, file);
    },
    append: (handle, bytes) => writeAll(fileOf(handle), bytes),
    truncate: (handle, size) => fileOf(handle).truncate(size),
    sync: (handle) => fileOf(handle).datasync(),
    close: async (handle) => {
      const file = fileOf(handle);
      openFiles.delete(handle);
      await file.close();
    },
    rename: (from, to) => rename(path(from), path(to)),
    remove: (name) => unlink(path(name)),
    syncFolder: () => syncFolder(folder),
    lock: async (owner: LockOwner): Promise<LockResult> => {
      await ensureFolder(folder, options);
      return takeLock(folder, owner);
    },
    lockHolder: () => currentHolder(folder),
    breakLock: (id) => breakLock(folder, id),
  };
}

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const CREATE =
  constants.O_WRONLY |
  constants.O_CREAT |
  constants.O_EXCL |
  constants.O_APPEND |
  constants.O_NOFOLLOW;
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW;
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Names come from the engine alone; this keeps a mistake there inside the folder. */
function plainName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) return name;
  throw new StorageRefusal(`"${name}" is no name of a state file`);
}

async function readWhole(
  path: string,
  options: FileStorageOptions,
): Promise<Uint8Array | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, READ);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    if (codeOf(error) === "ELOOP") throw new StorageRefusal(`${path} is a symbolic link`);
    throw error;
  }
  try {
    await checkFile(file, path, options);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, from, bytes.length - from);
    from += bytesWritten;
  }
}

async function listFolder(folder: string, options: FileStorageOptions): Promise<string[]> {
  const stats = await lstatIfThere(folder);
  if (stats === undefined) return [];
  await checkFolder(folder, stats, options);
  return (await readdir(folder)).sort();
}

async function ensureFolder(folder: string, options: FileStorageOptions): Promise<void> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  await checkFolder(folder, await lstat(folder), options);
}

async function lstatIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function checkFolder(
  folder: string,
  stats: Stats,
  options: FileStorageOptions,
): Promise<void> {
  if (!stats.isDirectory()) throw new StorageRefusal(`${folder} is not a folder of its own`);
  assertOwner(folder, stats);
  if ((stats.mode & 0o077) === 0) return;
  const handle = await open(folder, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    await handle.chmod(FOLDER_MODE);
  } finally {
    await handle.close();
  }
  options.warn(`${folder} could be read by others; its mode is now 0700`);
}

async function checkFile(
  file: FileHandle,
  path: string,
  options: FileStorageOptions,
): Promise<void> {
  const stats = await file.stat();
  if (!stats.isFile()) throw new StorageRefusal(`${path} is not a regular file`);
  assertOwner(path, stats);
  if ((stats.mode & 0o077) === 0) return;
  await file.chmod(FILE_MODE);
  options.warn(`${path} could be read by others; its mode is now 0600`);
}

function assertOwner(path: string, stats: Stats): void {
  const user = process.getuid?.();
  // Root may read anybody's state, so that a rescue needs no change of owner.
  if (user === undefined || user === 0 || stats.uid === user) return;
  throw new StorageRefusal(`${path} belongs to another user`);
}

/** Makes new names and renames durable; file systems without it lose only their own promise. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
