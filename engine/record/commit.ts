import type { Storage } from "../contract/storage.ts";
import type { Digest } from "../model/digest.ts";
import { CODES } from "./codes.ts";
import { bytesOf } from "./group.ts";
import { backupName, readNames, STATE_NAME, temporaryName } from "./names.ts";
import { recordError } from "./problem.ts";
import { textOf } from "./reading.ts";
import { checksumIn, encodeSnapshot, type SnapshotContent } from "./snapshot.ts";

/** What a writer must find unchanged, or somebody else has become the writer. */
export interface Claim {
  /** Checksum of the state file that the writer started from or wrote itself. */
  readonly checksum: string;
  readonly fence: number;
}

/** More than what follows the resources in a state file: its checksum is in there. */
const END_BYTES = 4096;

/**
 * Throws when another writer has a higher fence or has written another state. Another state has
 * another checksum, so that only the end of the file is looked at: reading a state of ten thousand
 * resources again would take 50 MB at the time when memory is shortest.
 */
export async function assertNotFenced(storage: Storage, claim: Claim): Promise<void> {
  await assertNoSuccessor(storage, claim);
  const bytes = await storage.read(STATE_NAME);
  const end = bytes === undefined ? "" : textOf(bytes.subarray(-END_BYTES));
  if (checksumIn(end) !== claim.checksum)
    throw fenced(claim, "the state file is not the one that this writer started with");
}

async function assertNoSuccessor(storage: Storage, claim: Claim): Promise<void> {
  const { journals } = readNames(await storage.list());
  const successor = journals.find(({ fence }) => fence > claim.fence);
  if (successor === undefined) return;
  throw fenced(claim, `a writer with fence ${successor.fence} has begun a journal`);
}

const fenced = (claim: Claim, why: string): Error =>
  recordError(CODES.writerFenced, {
    detail: `The writer with fence ${claim.fence} must stop: ${why}.`,
    help: ["run the same command again"],
  });

/**
 * Writes the next state: backup, then a new file under a temporary name, then the rename that
 * makes it the state. Every crash in between leaves the old state or the new one. Gives the
 * checksum of what was written.
 */
export async function writeSnapshot(
  storage: Storage,
  snapshot: SnapshotContent,
  { claim, digest }: { readonly claim: Claim; readonly digest: Digest },
): Promise<string> {
  const { bytes, checksum } = bytesOfSnapshot(snapshot, digest);
  const names = new Set(await storage.list());
  const backup = backupName(snapshot.serial);
  const temporary = temporaryName(snapshot.fence);
  for (const leftover of [backup, temporary]) {
    if (names.has(leftover)) await storage.remove(leftover);
  }
  // The empty state needs no backup, and a lone backup would look like a lost state.
  if (snapshot.serial > 0) await writeWhole(storage, backup, bytes);
  await writeWhole(storage, temporary, bytes);
  await assertNoSuccessor(storage, claim);
  await storage.rename(temporary, STATE_NAME);
  await storage.syncFolder();
  return checksum;
}

/** A function of its own, so that the text can go while the bytes are written. */
function bytesOfSnapshot(
  snapshot: SnapshotContent,
  digest: Digest,
): { readonly bytes: Uint8Array; readonly checksum: string } {
  const { text, checksum } = encodeSnapshot(snapshot, digest);
  return { bytes: bytesOf(text), checksum };
}

async function writeWhole(storage: Storage, name: string, bytes: Uint8Array): Promise<void> {
  const handle = await storage.create(name, bytes);
  try {
    await storage.sync(handle);
  } finally {
    await storage.close(handle);
  }
}
