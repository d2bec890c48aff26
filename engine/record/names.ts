/** File names of the state folder: one flat folder per workspace. */
export const STATE_NAME = "state.json";

export const backupName = (serial: number): string => `state-${serial}.json`;

/** Every writer has a journal of its own, so that a fenced one cannot spoil its successor's. */
export const journalName = (serial: number, fence: number): string =>
  `journal-${serial}-${fence}.ndjson`;

export const temporaryName = (fence: number): string => `state.json.new-${fence}`;

const TEMPORARY = /^state\.json\.new-\d{1,15}$/;
const BACKUP = /^state-(\d{1,15})\.json$/;
const JOURNAL = /^journal-(\d{1,15})-(\d{1,15})\.ndjson$/;

export interface JournalFile {
  readonly name: string;
  readonly serial: number;
  readonly fence: number;
}

export interface BackupFile {
  readonly name: string;
  readonly serial: number;
}

/** What the folder holds, in rising order; names that are not ours are left alone. */
export interface FolderContent {
  readonly hasState: boolean;
  readonly journals: readonly JournalFile[];
  readonly backups: readonly BackupFile[];
  readonly temporaries: readonly string[];
}

export function readNames(names: readonly string[]): FolderContent {
  const journals: JournalFile[] = [];
  const backups: BackupFile[] = [];
  for (const name of names) {
    const journal = JOURNAL.exec(name);
    if (journal !== null) {
      journals.push({ name, serial: Number(journal[1]), fence: Number(journal[2]) });
    }
    const backup = BACKUP.exec(name);
    if (backup !== null) backups.push({ name, serial: Number(backup[1]) });
  }
  journals.sort((left, right) => left.serial - right.serial || left.fence - right.fence);
  backups.sort((left, right) => left.serial - right.serial);
  return {
    hasState: names.includes(STATE_NAME),
    journals,
    backups,
    temporaries: names.filter((name) => TEMPORARY.test(name)),
  };
}
