import { hash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { diagnose } from "../../engine/diagnostics/catalogue.ts";
import type { CodeEntry } from "../../engine/diagnostics/catalogue.ts";
import type { Diagnostic } from "../../engine/diagnostics/diagnostic.ts";
import type { SourceText } from "../../engine/model/document.ts";
import { INPUT_CODES } from "./codes.ts";

export interface InputLimits {
  readonly fileBytesMax: number;
  readonly runBytesMax: number;
  readonly filesMax: number;
}

/** What one file and one run may have (threat T3). */
export const INPUT_LIMITS: InputLimits = {
  fileBytesMax: 64 * 1024 * 1024,
  runBytesMax: 512 * 1024 * 1024,
  filesMax: 100_000,
};

export type ReadResult =
  | { readonly is: "text"; readonly text: SourceText; readonly bytes: number }
  | { readonly is: "refused"; readonly diagnostic: Diagnostic };

/** A file that was found: where it really is, and how the user would write it. */
export interface FoundFile {
  readonly path: string;
  readonly realPath: string;
  readonly readOnly: boolean;
}

/**
 * Reads one regular file. It is opened without waiting and without following a link, and judged
 * by its descriptor, so that nothing can be put in its place between the check and the reading.
 */
export function readFound(file: FoundFile): ReadResult {
  let descriptor: number | undefined;
  try {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    descriptor = openSync(file.realPath, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const status = fstatSync(descriptor);
    if (!status.isFile()) return notRegular(file.path);
    if (status.size > INPUT_LIMITS.fileBytesMax) return tooLarge(file.path);
    return textOf(readFileSync(descriptor), file);
  } catch (error) {
    return unreadable(file.path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Makes a text of bytes that were read, or says why they are none. */
export function textOf(bytes: Uint8Array, file: Pick<FoundFile, "path" | "readOnly">): ReadResult {
  if (bytes.length > INPUT_LIMITS.fileBytesMax) return tooLarge(file.path);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return notUtf8(bytes, file.path);
  }
  const { path, readOnly } = file;
  const sha256 = hash("sha256", bytes, "hex");
  const source = readOnly ? { path, text, sha256, readOnly } : { path, text, sha256 };
  return { is: "text", text: source, bytes: bytes.length };
}

export const notRegular = (path: string): ReadResult =>
  refused(INPUT_CODES.notRegular, path, {
    detail: `${path} is a pipe, a socket or a device; documents are read from regular files.`,
    help: ["pass such input on standard input: -f -"],
  });

const tooLarge = (path: string): ReadResult =>
  refused(INPUT_CODES.fileTooLarge, path, {
    detail: `The file ${path} has more than ${INPUT_LIMITS.fileBytesMax} bytes and was not read.`,
    help: ["split it into several files of one folder"],
  });

/** The system's own word for the failure is in its code, such as EACCES. */
export function unreadable(path: string, error: unknown): ReadResult {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
  const why = REASONS[code] ?? `the system answered ${code}`;
  return refused(INPUT_CODES.unreadable, path, {
    detail: `${path} cannot be read: ${why}.`,
    help: code === "EACCES" ? [`chmod u+r ${path}`] : ["check the file, or list it in .vpacignore"],
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission is denied (EACCES)",
  EPERM: "permission is denied (EPERM)",
  EIO: "the device failed (EIO)",
  EMFILE: "too many files are open (EMFILE)",
  ENOENT: "it is gone (ENOENT)",
  ENXIO: "it is a socket, or a pipe that nobody writes to (ENXIO)",
};

function notUtf8(bytes: Uint8Array, path: string): ReadResult {
  const lossy = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const before = lossy.slice(0, Math.max(0, lossy.indexOf("\ufffd")));
  const line = before.split("\n").length;
  const column = before.length - before.lastIndexOf("\n");
  const isUtf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const what = isUtf16 ? "It looks like UTF-16." : "It looks like binary data or Latin-1.";
  const diagnostic = diagnose(INPUT_CODES.notUtf8, {
    detail: `The file ${path} has a byte here that is not UTF-8. ${what}`,
    source: { path, line, column, endLine: line, endColumn: column + 1 },
    help: [isUtf16 ? "save the file as UTF-8" : "name only text files, or list it in .vpacignore"],
  });
  return { is: "refused", diagnostic };
}

export function refused(
  entry: CodeEntry,
  path: string,
  words: { readonly detail: string; readonly help: readonly string[] },
): { readonly is: "refused"; readonly diagnostic: Diagnostic } {
  return { is: "refused", diagnostic: diagnose(entry, { ...words, source: { path } }) };
}
