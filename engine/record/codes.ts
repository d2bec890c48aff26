import type { CodeEntry } from "../diagnostics/catalogue.ts";

type RecordCode =
  | "stateEmpty"
  | "stateDamaged"
  | "stateMissing"
  | "stateNewer"
  | "stateForeign"
  | "stateOutdated"
  | "journalDamaged"
  | "journalFenced"
  | "writerFenced"
  | "writeFailed"
  | "planConsumed"
  | "notRecorded"
  | "alreadyRecorded";

/** Everything that can be wrong with the state, its journal and its lock. */
export const CODES: Readonly<Record<RecordCode, CodeEntry>> = {
  stateEmpty: {
    code: "VP5001",
    severity: "error",
    summary: "state file is empty",
    explanation:
      'The state file exists and holds nothing. An empty file is never read as "nothing was ' +
      'made": the next plan would create everything a second time. Put the named backup back.',
    example: { wrong: ": > .vpac/state/state.json", right: "cp state-41.json state.json" },
  },
  stateDamaged: {
    code: "VP5002",
    severity: "error",
    summary: "state file cannot be read",
    explanation:
      "The state file is not the JSON that was written, or its checksum differs: it was edited " +
      "by hand, cut short, or damaged on disk. Put the named backup back.",
    example: { wrong: "sed -i s/a/b/ state.json", right: "cp state-41.json state.json" },
  },
  stateMissing: {
    code: "VP5003",
    severity: "error",
    summary: "state file is missing",
    explanation:
      "There is no state file, but its backups or its journal are there, so there was one. " +
      "Without it every object would look unrecorded. Put the named backup back.",
    example: { wrong: "rm .vpac/state/state.json", right: "cp state-41.json state.json" },
  },
  stateNewer: {
    code: "VP5004",
    severity: "error",
    summary: "state is of a newer format",
    explanation:
      "The state was written by a newer vpac in a format that this one does not know. Use that " +
      "version or a later one; this one changes nothing.",
    example: { wrong: "formatVersion 2 read by vpac 0.1", right: "use the vpac that wrote it" },
  },
  stateForeign: {
    code: "VP5005",
    severity: "error",
    summary: "state belongs to another workspace",
    explanation:
      "The state names another workspace than the one in use, so its objects are not those of " +
      "this run. Choose the workspace, or open the folder that belongs to it.",
    example: { wrong: "vpac plan -w prod", right: "vpac plan -w test" },
  },
  stateOutdated: {
    code: "VP5006",
    severity: "error",
    summary: "state file is older than its journal",
    explanation:
      "The journal holds operations that were begun after a later state than this one. The state " +
      "file was put back from an old copy; what was made since then would be made again.",
    example: { wrong: "cp old/state.json state.json", right: "cp state-41.json state.json" },
  },
  journalDamaged: {
    code: "VP5010",
    severity: "error",
    summary: "journal is damaged",
    explanation:
      "A record of the journal has another checksum, length or predecessor than it was " +
      "written with, and it is not the torn end that a crash leaves. Operations may be lost, so " +
      "nothing is changed. Put the file back from a copy.",
    example: { wrong: "one bit of a record flipped", right: "the journal as it was written" },
  },
  journalFenced: {
    code: "VP5011",
    severity: "warning",
    summary: "records of a fenced writer are ignored",
    explanation:
      "A process went on writing its journal after another one had taken over. Its later records " +
      "have no effect; what it may have made is found by its ownership tag in the next reading.",
    example: { wrong: "a writer that slept past its lock", right: "one writer at a time" },
  },
  writerFenced: {
    code: "VP5020",
    severity: "error",
    summary: "another writer has taken over",
    explanation:
      "Since this process took the lock, another one has written the state. Committing now would " +
      "undo its work, so this process stops. What it finished is found in the next reading.",
    example: { wrong: "two applies after a forced release", right: "run apply again" },
  },
  writeFailed: {
    code: "VP5021",
    severity: "error",
    summary: "state cannot be written",
    explanation:
      "The disk refused a record or a new state: it is full, read-only or broken. Nothing is " +
      "started that cannot be recorded. Operations already begun are found in the next reading.",
    example: { wrong: "apply on a full disk", right: "free space, then apply again" },
  },
  planConsumed: {
    code: "VP5022",
    severity: "error",
    summary: "plan was applied before",
    explanation:
      "Every plan is applied once. The state lists this plan among those already applied.",
    example: { wrong: "vpac apply old.vpacplan", right: "vpac plan --out new.vpacplan" },
  },
  notRecorded: {
    code: "VP5024",
    severity: "error",
    summary: "address is not recorded",
    explanation: "The state holds no record at this address, so there is nothing to change.",
    example: { wrong: "vpac state rm vm/shop/dbb", right: "vpac state rm vm/shop/db" },
  },
  alreadyRecorded: {
    code: "VP5025",
    severity: "error",
    summary: "address is already recorded",
    explanation:
      "The state already holds a record at this address. One address has one object; remove or " +
      "rename the record first.",
    example: { wrong: "vpac state mv vm/a/x vm/a/y", right: "vpac state rm vm/a/y" },
  },
};
