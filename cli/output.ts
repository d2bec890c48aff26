import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Context } from "./context.ts";
import { CommandError, exitOf, usageError } from "./exit.ts";

/** True when stdout shall hold machine output only. */
export const wantsJson = (context: Context): boolean =>
  context.options.output.is === "json" || context.options.output.is === "ndjson";

/** Writes a new file whole or not at all: temporary name, sync, rename. Mode 0600. */
export function writeFileWhole(context: Context, file: string, bytes: string | Uint8Array): void {
  writeWhole({ file, path: resolve(context.io.cwd, file), bytes, mode: 0o600 });
}

/** Replaces a file of the user, keeping its mode and any link that leads to it. */
export function rewriteFile(context: Context, file: string, bytes: string): void {
  const path = realpathSync(resolve(context.io.cwd, file));
  writeWhole({ file, path, bytes, mode: statSync(path).mode & 0o7777 });
}

interface WholeFile {
  readonly file: string;
  readonly path: string;
  readonly bytes: string | Uint8Array;
  readonly mode: number;
}

function writeWhole({ file, path, bytes, mode }: WholeFile): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.vpac-tmp`);
  try {
    if (isDevice(path)) writeInto(path, bytes, "w");
    else {
      const handle = openSync(temporary, "wx", mode);
      try {
        writeAll(handle, bytes);
        fchmodSync(handle, mode);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(temporary, path);
    }
  } catch (error) {
    removeQuietly(temporary);
    throw writeFailure(file, error);
  }
}

/** Names that cannot be files are wrong arguments; a full disk or a missing right is not. */
const WRONG_NAMES = new Set(["ENOENT", "ENOTDIR", "EISDIR", "ENAMETOOLONG"]);

function writeFailure(file: string, error: unknown): CommandError {
  const why = error instanceof Error ? error.message : String(error);
  const { code } = error as NodeJS.ErrnoException;
  const exit = exitOf(WRONG_NAMES.has(code ?? "") ? 64 : 1);
  return new CommandError(exit, `cannot write ${file}: ${why}`, {
    help: ["check the folder, the disk and the rights"],
  });
}

/** `/dev/stdout` and the like are written to, never replaced. */
function isDevice(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

function writeInto(path: string, bytes: string | Uint8Array, flags: string): void {
  const handle = openSync(path, flags);
  try {
    writeAll(handle, bytes);
  } finally {
    closeSync(handle);
  }
}

function writeAll(handle: number, bytes: string | Uint8Array): void {
  const data = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  for (let at = 0; at < data.length; ) at += writeSync(handle, data, at);
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was renamed, or never made.
  }
}

/**
 * Prints machine output where it was asked for: on stdout, into a file, or both. A long document is
 * given as a function, so that nobody pays for one that is not wanted.
 */
export function emitMachine(context: Context, made: string | (() => string)): void {
  const into = context.options.jsonInto;
  if (into === undefined && !wantsJson(context)) return;
  const text = typeof made === "string" ? made : made();
  if (into !== undefined) {
    if (into === "-") throw usageError("--json-into needs a file", "use -o json for stdout");
    writeFileWhole(context, into, text);
  }
  if (wantsJson(context)) context.io.stdout.write(text);
}
