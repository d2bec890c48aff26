import { chmodSync, lstatSync, type Stats } from "node:fs";
import { join } from "node:path";
import { CommandError, exitOf } from "../exit.ts";

/** What is kept in the data folder, each in a folder of its own. */
const FOLDERS = ["", "state", "sim", "runs", "cache", join("cache", "parse"), "crash"];
const FOLDER_MODE = 0o700;
const OTHERS_MAY_WRITE = 0o022;

/**
 * Looks at the data folder before anything is read from it or written to it. A repository that is
 * being planned can bring a `.vpac` of its own, so a link is never followed (threat T7) and what
 * others may write is closed (threat T22). A data folder named by the user may be a link.
 */
export function guardDataFolder(
  dataFolder: string,
  options: { readonly named: boolean; readonly warn: (message: string) => void },
): void {
  for (const name of FOLDERS) {
    const path = join(dataFolder, name);
    const facts = factsOf(path);
    if (facts === undefined) continue;
    if (facts.isSymbolicLink()) {
      if (name === "" && options.named) continue;
      throw refused(`${path} is a symbolic link`);
    }
    if (!facts.isDirectory()) throw refused(`${path} is not a folder`);
    if ((facts.mode & OTHERS_MAY_WRITE) !== 0) tighten(path, facts, options.warn);
  }
}

function factsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function tighten(path: string, facts: Stats, warn: (message: string) => void): void {
  const own = process.getuid?.();
  if (own !== undefined && facts.uid !== own && own !== 0) {
    throw refused(`${path} belongs to another user, and others may write to it`);
  }
  chmodSync(path, FOLDER_MODE);
  warn(`others could write to ${path}; its mode is 0700 now`);
}

const refused = (message: string): CommandError =>
  new CommandError(exitOf(1), `the data folder cannot be used: ${message}`, {
    help: ["remove it, or name another data folder with VPAC_DATA_DIR"],
  });
