import { CommandError, exitOf } from "./exit.ts";

/** What the disk says no with, and what that means to somebody who runs a command. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EDQUOT: "the quota of the disk is used up",
  EIO: "the disk failed",
  ELOOP: "it is a symbolic link",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is no folder",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
};

const HELP = "make it readable and writable for you, or name another folder in VPAC_DATA_DIR";

/**
 * A disk or a folder that does not do what it should is no bug of ours: the failure for it, or
 * undefined for any other error. Files that must not be trusted (a link, another user's) count.
 */
export function diskFailure(error: unknown): CommandError | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === "StorageRefusal") {
    const help = ["vpac trusts only files and folders of its own: remove it, or put a copy there"];
    return new CommandError(exitOf(1), error.message, { help });
  }
  if (!("code" in error && "path" in error) || typeof error.path !== "string") return undefined;
  const reason = REASONS[String(error.code)];
  if (reason === undefined) return undefined;
  return new CommandError(exitOf(1), `${error.path} cannot be used: ${reason}`, { help: [HELP] });
}
