import type { Storage } from "../contract/storage.ts";
import type { Digest } from "../model/digest.ts";
import { type BackupFile, type FolderContent, readNames } from "./names.ts";
import { decodeSnapshot } from "./snapshot.ts";

/** States that are kept, the current one included. */
const BACKUPS_MAX = 10;

/** The newest state in the folder that reads well; undefined when none does. */
export async function newestGoodBackup(
  storage: Storage,
  folder: FolderContent,
  digest: Digest,
): Promise<BackupFile | undefined> {
  for (const backup of folder.backups.toReversed()) {
    const bytes = await storage.read(backup.name).catch(() => undefined);
    if (bytes === undefined) continue;
    if (decodeSnapshot(new TextDecoder().decode(bytes), digest).is === "good") return backup;
  }
  return undefined;
}

/** Removes states and journals that are too old to keep, and what unfinished commits left. */
export async function pruneFolder(storage: Storage, serial: number): Promise<void> {
  const folder = readNames(await storage.list());
  const oldestKept = serial - BACKUPS_MAX + 1;
  const isOld = (file: { readonly serial: number }): boolean => file.serial < oldestKept;
  for (const { name } of folder.backups.filter(isOld)) await storage.remove(name);
  for (const { name } of folder.journals.filter(isOld)) await storage.remove(name);
  for (const name of folder.temporaries) await storage.remove(name);
}
