import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";

/** Opens for reading, never through a link; undefined when there is no such file. */
export function openIfPresent(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Everything from `offset` to the end of an open file. */
export function readFrom(file: number, offset: number): Buffer {
  const size = fstatSync(file).size - offset;
  if (size <= 0) return Buffer.alloc(0);
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const read = readSync(file, bytes, filled, size - filled, offset + filled);
    if (read === 0) break;
    filled += read;
  }
  return bytes.subarray(0, filled);
}

/** A whole file; empty when there is none. */
export function readWhole(path: string): Buffer {
  const file = openIfPresent(path);
  if (file === undefined) return Buffer.alloc(0);
  try {
    return readFrom(file, 0);
  } finally {
    closeSync(file);
  }
}

/** Writes all bytes at the end of a file or at its position; the system may take them in parts. */
export function writeAll(file: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}

/** Makes names durable; not every file system can, and those that cannot need no help. */
export function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, constants.O_RDONLY);
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    return;
  }
}
