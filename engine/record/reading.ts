import type { Storage } from "../contract/storage.ts";
import { type CodeEntry, diagnose } from "../diagnostics/catalogue.ts";
import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import type { Digest } from "../model/digest.ts";
import { newestGoodBackup } from "./backups.ts";
import { CODES } from "./codes.ts";
import { emptyLedger, foldEntry, type Ledger } from "./fold.ts";
import {
  CHAIN_START,
  type ChainEnd,
  type DecodedJournal,
  type DecodedRecord,
  decodeJournal,
} from "./journal.ts";
import { type FolderContent, type JournalFile, readNames, STATE_NAME } from "./names.ts";
import { decodeSnapshot, ledgerDigest, type Snapshot } from "./snapshot.ts";

/** The state as it is on the disk: the snapshot with every journal of its serial folded in. */
export interface Reading {
  readonly snapshot: Snapshot;
  readonly isFresh: boolean;
  /** Highest fence any writer has used; the next one takes one more. */
  readonly fence: number;
  readonly chain: ChainEnd;
  readonly ledger: Ledger;
  readonly lineage: string;
  readonly digest: string;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ReadPorts {
  readonly digest: Digest;
  readonly workspace: string;
}

/** Reads and checks everything; never writes, never throws for what is on the disk. */
export async function readState(storage: Storage, ports: ReadPorts): Promise<Reading> {
  const folder = readNames(await storage.list());
  const found = await readSnapshot(storage, folder, ports);
  if (found.is === "broken") return broken(ports, found.diagnostic);
  return replay(
    storage,
    { folder, snapshot: found.snapshot, isFresh: found.is === "fresh" },
    ports,
  );
}

type FoundSnapshot =
  | { readonly is: "found" | "fresh"; readonly snapshot: Snapshot }
  | { readonly is: "broken"; readonly diagnostic: Diagnostic };

async function readSnapshot(
  storage: Storage,
  folder: FolderContent,
  ports: ReadPorts,
): Promise<FoundSnapshot> {
  const fail = async (entry: CodeEntry, detail: string): Promise<FoundSnapshot> => {
    const backup = await newestGoodBackup(storage, folder, ports.digest);
    return { is: "broken", diagnostic: diagnose(entry, { detail, help: adviceFor(backup) }) };
  };
  const bytes = await storage.read(STATE_NAME);
  if (bytes === undefined) {
    // The state of serial 0 is durable before the first journal: nothing else comes before it.
    const isUnused = folder.backups.length === 0 && folder.journals.length === 0;
    if (isUnused) return { is: "fresh", snapshot: freshSnapshot(ports) };
    return fail(CODES.stateMissing, "The folder holds backups or journals of a state, but not it.");
  }
  const decoded = decodeSnapshot(textOf(bytes), ports.digest);
  switch (decoded.is) {
    case "empty":
      return fail(CODES.stateEmpty, `The file ${STATE_NAME} exists and holds nothing.`);
    case "damaged":
      return fail(CODES.stateDamaged, `The file ${STATE_NAME} is damaged: ${decoded.why}.`);
    case "newer":
      return fail(
        CODES.stateNewer,
        `The state has format version ${decoded.formatVersion}; this vpac knows version 1.`,
      );
    case "good":
      if (decoded.snapshot.workspace === ports.workspace) {
        return { is: "found", snapshot: decoded.snapshot };
      }
      return fail(
        CODES.stateForeign,
        `It is of workspace "${decoded.snapshot.workspace}", in use is "${ports.workspace}".`,
      );
  }
}

function adviceFor(
  backup: { readonly name: string; readonly serial: number } | undefined,
): string[] {
  if (backup === undefined) return ["there is no readable backup in the state folder"];
  return [
    `the newest good backup is ${backup.name} (serial ${backup.serial}): copy it to state.json`,
  ];
}

interface Replay {
  readonly folder: FolderContent;
  readonly snapshot: Snapshot;
  readonly isFresh: boolean;
}

/** Folds the journals of the snapshot's serial in, writer by writer. */
async function replay(
  storage: Storage,
  { folder, snapshot, isFresh }: Replay,
  { digest }: ReadPorts,
): Promise<Reading> {
  const diagnostics: Diagnostic[] = [];
  const later = folder.journals.filter(({ serial }) => serial > snapshot.serial);
  if (later.length > 0)
    diagnostics.push(await outdated(storage, { folder, later, snapshot }, digest));
  const files = folder.journals.filter(({ serial }) => serial === snapshot.serial);
  const journals: ReadJournal[] = [];
  for (const file of files) {
    const bytes = await storage.read(file.name);
    const decoded = decodeJournal(bytes === undefined ? "" : textOf(bytes), digest);
    if (decoded.damage !== undefined) diagnostics.push(damagedJournal(file, decoded.damage));
    journals.push({ file, decoded });
  }
  const fence = folder.journals.reduce((most, file) => Math.max(most, file.fence), snapshot.fence);
  const base = { snapshot, isFresh, fence, lineage: snapshot.lineage };
  if (hasErrors(diagnostics)) {
    const { ledger, chain } = snapshot;
    return { ...base, ledger, chain, digest: snapshot.digest, diagnostics };
  }
  const folded = foldJournals(snapshot, journals);
  diagnostics.push(...folded.diagnostics);
  const unchanged = folded.changes === 0;
  return {
    ...base,
    lineage: folded.lineage,
    ledger: snapshot.ledger,
    chain: folded.chain,
    digest: unchanged ? snapshot.digest : ledgerDigest(snapshot.ledger, folded.lineage, digest),
    diagnostics,
  };
}

interface ReadJournal {
  readonly file: JournalFile;
  readonly decoded: DecodedJournal;
}

interface Folded {
  readonly chain: ChainEnd;
  readonly lineage: string;
  readonly changes: number;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Each journal is valid up to the record that its successor took over at. What a fenced writer
 * wrote after that has no effect.
 */
function foldJournals(snapshot: Snapshot, journals: readonly ReadJournal[]): Folded {
  const diagnostics: Diagnostic[] = [];
  const started = journals.filter(({ decoded }) => decoded.records.length > 0);
  let { chain, lineage } = snapshot;
  let changes = 0;
  for (const [index, { file, decoded }] of started.entries()) {
    const [first] = decoded.records;
    if (first?.record.kind !== "open" || first.record.previous !== chain.sha256) {
      diagnostics.push(damagedJournal(file, { line: 1, why: "a journal before it is missing" }));
      break;
    }
    const takenOverAt = started[index + 1]?.decoded.records[0]?.record.previous;
    const valid = validRecords(decoded.records, { chain, takenOverAt });
    const ignored = decoded.records.length - valid.length;
    if (ignored > 0) diagnostics.push(ignoredRecords(file, ignored));
    for (const [line, { record, sha256 }] of valid.entries()) {
      const why = foldEntry(snapshot.ledger, record);
      if (why !== undefined) diagnostics.push(damagedJournal(file, { line: line + 1, why }));
      if (record.kind === "open") lineage = record.lineage;
      chain = { sequence: record.sequence, sha256 };
    }
    changes += valid.length;
  }
  return { chain, lineage, changes, diagnostics };
}

function validRecords(
  records: readonly DecodedRecord[],
  at: { readonly chain: ChainEnd; readonly takenOverAt: string | undefined },
): readonly DecodedRecord[] {
  if (at.takenOverAt === undefined) return records;
  if (at.takenOverAt === at.chain.sha256) return [];
  return records.slice(0, records.findIndex(({ sha256 }) => sha256 === at.takenOverAt) + 1);
}

const damagedJournal = (
  { name }: JournalFile,
  { line, why }: { readonly line: number; readonly why: string },
): Diagnostic =>
  diagnose(CODES.journalDamaged, {
    detail: `Record ${line} of the journal ${name} cannot be used: ${why}.`,
    help: [`put ${name} back from a copy of the state folder`],
  });

const ignoredRecords = ({ name }: JournalFile, count: number): Diagnostic =>
  diagnose(CODES.journalFenced, {
    detail: `The last ${count} records of ${name} were written after another writer took over.`,
  });

/** True journals of a later serial exist only once that serial's state was durable. */
async function outdated(
  storage: Storage,
  {
    folder,
    later,
    snapshot,
  }: { folder: FolderContent; later: readonly JournalFile[]; snapshot: Snapshot },
  digest: Digest,
): Promise<Diagnostic> {
  const backup = await newestGoodBackup(storage, folder, digest);
  const newest = later.at(-1)?.name ?? "";
  return diagnose(CODES.stateOutdated, {
    detail:
      `The state has serial ${snapshot.serial}, ` +
      `but the journal ${newest} follows a later one.`,
    help: adviceFor(backup),
  });
}

const freshSnapshot = ({ workspace, digest }: ReadPorts): Snapshot => ({
  workspace,
  lineage: "",
  serial: 0,
  fence: 0,
  chain: CHAIN_START,
  ledger: emptyLedger(),
  digest: ledgerDigest(emptyLedger(), "", digest),
  checksum: "",
});

function broken(ports: ReadPorts, diagnostic: Diagnostic): Reading {
  const snapshot = freshSnapshot(ports);
  const { ledger, chain, lineage, digest, fence } = snapshot;
  const state = { snapshot, isFresh: false, fence, chain, ledger, lineage, digest };
  return { ...state, diagnostics: [diagnostic] };
}

const DECODER = new TextDecoder();

export const textOf = (bytes: Uint8Array): string => DECODER.decode(bytes);
