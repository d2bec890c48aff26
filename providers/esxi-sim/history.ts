import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { readWhole } from "./files.ts";
import { decodeRecords, firstPosition, type JournalRecord, type TraceEvent } from "./journal.ts";

/** Old journals are the trace of what happened; the oldest go first. */
const HISTORY_BYTES_MAX = 256 * 2 ** 20;

export interface PastEvent extends TraceEvent {
  readonly revision: number;
  readonly timeMs: number;
}

export const journalName = (generation: number): string =>
  `journal-${String(generation).padStart(8, "0")}.ndjson`;

/** Everything that happened to an object, as far as the journals of the folder reach. */
export function traceOf(folder: string, objectId: string): readonly PastEvent[] {
  return journalsOf(folder).flatMap((name) => {
    const content = readWhole(join(folder, name));
    // The journal before may be gone: the first record is taken as it is.
    const { records } = decodeRecords(content, firstPosition(content));
    return records.flatMap((record) => eventsOf(record, objectId));
  });
}

function eventsOf(record: JournalRecord, objectId: string): readonly PastEvent[] {
  const { revision, timeMs } = record;
  return record.events
    .filter((event) => event.object === objectId)
    .map((event) => ({ ...event, revision, timeMs }));
}

/** Removes the oldest journals until the rest fits; the newest always stays. */
export function dropOldHistory(folder: string): void {
  let kept = 0;
  for (const name of journalsOf(folder).toReversed()) {
    const path = join(folder, name);
    const { size } = statSync(path);
    if (kept > 0 && kept + size > HISTORY_BYTES_MAX) rmSync(path, { force: true });
    else kept += size;
  }
}

/** Removes all records of a world that cannot be read any more. */
export function removeRecords(folder: string): void {
  for (const name of ["world.json", ...journalsOf(folder)]) {
    rmSync(join(folder, name), { force: true });
  }
}

const journalsOf = (folder: string): readonly string[] =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => /^journal-\d{8}\.ndjson$/.test(name))
    .sort();
