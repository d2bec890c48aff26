import type { Digest } from "../model/digest.ts";
import type { JournalEntry } from "./entry.ts";

/**
 * One line per record: `{"length":N,"sha256":"…","record":{…}}`. `length` counts UTF-16 units of
 * the record, `sha256` is its digest. Every record names its sequence number and the digest of the
 * record before it, across files and writers, so that nothing can be lost or swapped unseen.
 */
interface Envelope {
  readonly sequence: number;
  readonly previous: string;
  /** Milliseconds since 1970: for people, never for decisions. */
  readonly at: number;
}

type JournalRecord = Envelope & JournalEntry;

/** Position in the chain: the next record has this predecessor and number. */
export interface ChainEnd {
  readonly sequence: number;
  readonly sha256: string;
}

export const CHAIN_START: ChainEnd = { sequence: 0, sha256: "" };

export interface EncodedRecord {
  readonly line: string;
  readonly end: ChainEnd;
}

export function encodeRecord(
  entry: JournalEntry,
  { after, at, digest }: { readonly after: ChainEnd; readonly at: number; readonly digest: Digest },
): EncodedRecord {
  const envelope: Envelope = { sequence: after.sequence + 1, previous: after.sha256, at };
  const text = JSON.stringify({ ...envelope, ...entry });
  const sha256 = digest(text);
  return {
    line: `{"length":${text.length},"sha256":"${sha256}","record":${text}}\n`,
    end: { sequence: envelope.sequence, sha256 },
  };
}

export interface DecodedRecord {
  readonly record: JournalRecord;
  readonly sha256: string;
}

export interface DecodedJournal {
  readonly records: readonly DecodedRecord[];
  /** True when the last write did not reach the disk whole: what a crash leaves. */
  readonly torn: boolean;
  /** Set when a record is not what was written; nothing after it can be trusted. */
  readonly damage: { readonly line: number; readonly why: string } | undefined;
}

const HEAD = /^\{"length":(\d{1,9}),"sha256":"([0-9a-f]{64})","record":/;
const HEAD_LENGTH_MAX = 110;

type Line =
  | { readonly is: "record"; readonly decoded: DecodedRecord; readonly next: number }
  | { readonly is: "torn" }
  | { readonly is: "damaged"; readonly why: string };

/** Reads one journal; checks every record's length, digest, number and predecessor. */
export function decodeJournal(text: string, digest: Digest): DecodedJournal {
  const end = endOfText(text);
  const records: DecodedRecord[] = [];
  let from = 0;
  while (from < end) {
    const line = decodeLine(text, { from, end, digest });
    if (line.is === "torn") return { records, torn: true, damage: undefined };
    const why = line.is === "damaged" ? line.why : gapBetween(records.at(-1), line.decoded);
    if (why !== undefined)
      return { records, torn: false, damage: { line: records.length + 1, why } };
    if (line.is !== "record") break;
    records.push(line.decoded);
    from = line.next;
  }
  return { records, torn: end < text.length, damage: undefined };
}

/** A file system may leave zeros where a write was cut off; they count as not written. */
function endOfText(text: string): number {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return end;
}

function decodeLine(
  text: string,
  { from, end, digest }: { readonly from: number; readonly end: number; readonly digest: Digest },
): Line {
  const head = HEAD.exec(text.slice(from, from + HEAD_LENGTH_MAX));
  const newline = text.indexOf("\n", from);
  const isWhole = newline >= 0 && newline < end;
  if (head === null) return isWhole ? damaged("it does not start as a record") : { is: "torn" };
  const [prefix, lengthText = "", sha256 = ""] = head;
  const bodyFrom = from + prefix.length;
  const bodyEnd = bodyFrom + Number(lengthText);
  // Fewer bytes than promised and no line end: the write was cut. Any other mismatch is damage.
  if (!isWhole && end < bodyEnd + 2) return { is: "torn" };
  if (newline !== bodyEnd + 1 || text[bodyEnd] !== "}") return damaged("its length differs");
  const body = text.slice(bodyFrom, bodyEnd);
  if (digest(body) !== sha256) return damaged("its checksum differs");
  const record = JSON.parse(body) as JournalRecord;
  return { is: "record", decoded: { record, sha256 }, next: newline + 1 };
}

const damaged = (why: string): Line => ({ is: "damaged", why });

function gapBetween(before: DecodedRecord | undefined, after: DecodedRecord): string | undefined {
  if (before === undefined) return undefined;
  if (after.record.previous !== before.sha256) return "its predecessor is another record";
  if (after.record.sequence !== before.record.sequence + 1) return "a record before it is missing";
  return undefined;
}
