import { crc32 } from "node:zlib";
import type { JsonObject } from "../../engine/model/json.ts";
import type { Change } from "./world.ts";

/** Something an actor did, as the trace of an object shows it. */
export interface TraceEvent {
  /** Step of a Pod's start, 1 to 14; absent for everything else. */
  readonly step?: number;
  readonly actor: string;
  readonly event: string;
  /** Id of the object it belongs to. */
  readonly object: string;
  readonly detail?: JsonObject;
}

/** One durable record: all of its changes, or none. Its number is the revision of the world. */
export interface JournalRecord {
  readonly revision: number;
  /** Checksum of the record before, so that the records form a chain. */
  readonly previous: string;
  /** Virtual time after the record. */
  readonly timeMs: number;
  readonly events: readonly TraceEvent[];
  readonly changes: readonly Change[];
}

/** Where reading of a journal has come to. */
export interface JournalPosition {
  readonly revision: number;
  readonly checksum: string;
  /** Bytes that are read and understood. */
  readonly bytes: number;
}

/** The journal holds something that no crash can have left: it was changed from outside. */
export class DamagedJournalError extends Error {
  override readonly name = "DamagedJournalError";
}

const CHECKSUM_LENGTH = 8;
const LINE_FEED = 10;

export const checksumOf = (content: string | Buffer): string => checksumText(crc32(content));

export const checksumText = (checksum: number): string =>
  checksum.toString(16).padStart(CHECKSUM_LENGTH, "0");

/** A record as one line: checksum, blank, JSON, line feed. */
export function encodeRecord(record: JournalRecord): { line: string; checksum: string } {
  const body = JSON.stringify({
    q: record.revision,
    p: record.previous,
    t: record.timeMs,
    ...(record.events.length === 0 ? {} : { e: record.events }),
    o: record.changes,
  });
  const checksum = checksumOf(body);
  return { line: `${checksum} ${body}\n`, checksum };
}

/**
 * Reads the records that follow a position. A last line that is cut short or does not fit its
 * checksum is a torn tail and is left unread. Whole records that do not continue the chain are
 * the void writes of a process that lost a race, and are skipped; a gap is damage.
 */
export function decodeRecords(
  content: Buffer,
  from: JournalPosition,
): { records: readonly JournalRecord[]; position: JournalPosition } {
  const records: JournalRecord[] = [];
  let { revision, checksum, bytes } = from;
  let skipped: number | undefined;
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf(LINE_FEED, start);
    if (end < 0) break;
    const line = content.toString("utf8", start, end);
    start = end + 1;
    const offset = from.bytes + start;
    const record = decodeLine(line);
    if (record?.revision === revision + 1 && record.previous === checksum) {
      records.push(record);
      revision = record.revision;
      checksum = line.slice(0, CHECKSUM_LENGTH);
      bytes = offset;
      skipped = undefined;
    } else if (record !== undefined && record.revision > revision + 1) {
      throw new DamagedJournalError(`records ${revision + 1} to ${record.revision - 1} are gone`);
    } else {
      skipped = offset;
    }
  }
  // Void but whole lines at the end need not be read again; a torn one is healed by a line feed.
  return { records, position: { revision, checksum, bytes: skipped ?? bytes } };
}

function decodeLine(line: string): JournalRecord | undefined {
  const body = line.slice(CHECKSUM_LENGTH + 1);
  if (line[CHECKSUM_LENGTH] !== " " || checksumOf(body) !== line.slice(0, CHECKSUM_LENGTH)) {
    return undefined;
  }
  const found = JSON.parse(body) as {
    q: number;
    p: string;
    t: number;
    e?: readonly TraceEvent[];
    o: readonly Change[];
  };
  return {
    revision: found.q,
    previous: found.p,
    timeMs: found.t,
    events: found.e ?? [],
    changes: found.o,
  };
}

/** Position just before the first whole record of a journal. */
export function firstPosition(content: Buffer): JournalPosition {
  const head = content.toString("utf8", 0, 64);
  const match = /^[0-9a-f]{8} \{"q":(\d+),"p":"([0-9a-f]*)"/.exec(head);
  return { revision: Number(match?.[1] ?? 1) - 1, checksum: match?.[2] ?? "", bytes: 0 };
}
