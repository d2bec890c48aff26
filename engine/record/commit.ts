import type { Storage } from "../contract/storage.ts";
import type { Digest } from "../model/digest.ts";
import { CODES } from "./codes.ts";
import { bytesOf } from "./group.ts";
import { backupName, readNames, STATE_NAME, temporaryName } from "./names.ts";
import { recordError } from "./problem.ts";
import { textOf } from "./reading.ts";
import { decodeSnapshot, encodeSnapshot, type Snapshot } from "./snapshot.ts";

/** What a writer must find unchanged, or somebody else has become the writer. */
export interface Claim {
  readonly serial: number;
  /** Fence in the snapshot that the writer started from. */
  readonly snapshotFence: number;
  readonly fence: number;
}

/** Throws when another writer has a higher fence or has written another state. */
export async function assertNotFenced(
  storage: Storage,
  claim: Claim,
  digest: Digest,
): Promise<void> {
  await assertNoSuccessor(storage, claim);
  const bytes = await storage.read(STATE_NAME);
  const decoded = decodeSnapshot(bytes === undefined ? "" : textOf(bytes), digest);
  const isSame =
    decoded.is === "good" &&
    decoded.snapshot.serial === claim.serial &&
    decoded.snapshot.fence === claim.snapshotFence;
  if (!isSame) throw fenced(claim, "the state file is not the one that this writer started with");
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
 * makes it the state. Every crash in between leaves the old state or the new one.
 */
export async function writeSnapshot(
  storage: Storage,
  snapshot: Omit<Snapshot, "digest">,
  { claim, digest }: { readonly claim: Claim; readonly digest: Digest },
): Promise<void> {
  const bytes = bytesOf(encodeSnapshot(snapshot, digest));
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
}

async function writeWhole(storage: Storage, name: string, bytes: Uint8Array): Promise<void> {
  const handle = await storage.create(name, bytes);
  try {
    await storage.sync(handle);
  } finally {
    await storage.close(handle);
  }
}
