/**
 * Keeps the recorded state: a snapshot, a journal of everything begun since, and the lock.
 * In: the storage and the seams. Out: the state, and a writer for the one who holds the lock.
 * Never reads an unreadable state as "no state", never lets two writers commit one serial, never
 * forgets an operation whose begin it has acknowledged. `read` takes no lock and changes nothing.
 */
import type { Clock } from "../contract/clock.ts";
import type { Entropy } from "../contract/entropy.ts";
import type { LockOwner, LockResult, Storage } from "../contract/storage.ts";
import type { Writer } from "../contract/writer.ts";
import { type Diagnostic, hasErrors, type Judged } from "../diagnostics/diagnostic.ts";
import type { Digest } from "../model/digest.ts";
import type { RecordedState } from "../model/recorded.ts";
import { type BackupFile, readNames } from "./names.ts";
import { type Reading, readState } from "./reading.ts";
import { JournalWriter } from "./writer.ts";

export type { Writer } from "../contract/writer.ts";

export interface StorePorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly digest: Digest;
  readonly workspace: string;
}

interface WriteRequest {
  /** Name of the command, for the lock and the audit trail. */
  readonly operation: string;
  /** User and host. */
  readonly who: string;
  /** Free text for the lock, for example the plan's digest. */
  readonly info: string;
  /** How long to wait for a held lock; 0 asks once. */
  readonly lockTimeoutMs: number;
  /** Lineage of a state that does not exist yet. */
  readonly lineage: string;
}

type WriteStart =
  | { readonly is: "writing"; readonly writer: Writer }
  | { readonly is: "busy"; readonly holder: LockOwner }
  | { readonly is: "broken"; readonly diagnostics: readonly Diagnostic[] };

export interface Store {
  /** The state with the journal folded in; errors leave an empty value that must not be used. */
  read(): Promise<Judged<RecordedState>>;
  beginWrite(request: WriteRequest): Promise<WriteStart>;
  /** The states kept, newest first. */
  backups(): Promise<readonly BackupFile[]>;
  lockHolder(): Promise<LockOwner | undefined>;
}

export function openStore(storage: Storage, ports: StorePorts): Store {
  return {
    read: async () => judged(await readState(storage, ports), ports),
    beginWrite: (request) => beginWrite(storage, ports, request),
    backups: async () => readNames(await storage.list()).backups.toReversed(),
    lockHolder: () => storage.lockHolder(),
  };
}

const LOCK_POLL_MS = 250;

async function beginWrite(
  storage: Storage,
  ports: StorePorts,
  request: WriteRequest,
): Promise<WriteStart> {
  const writer = ports.entropy.uuid();
  const lock = await takeLock(storage, ports, { request, writer });
  if (lock.is === "busy") return lock;
  try {
    const reading = await readState(storage, ports);
    if (hasErrors(reading.diagnostics)) {
      await lock.release();
      return { is: "broken", diagnostics: reading.diagnostics };
    }
    const lineage = reading.lineage === "" ? request.lineage : reading.lineage;
    const { operation, who } = request;
    const { clock, digest, workspace } = ports;
    const seams = { storage, clock, digest, workspace, release: lock.release };
    const setup = { ...seams, reading, lineage, writer, who, operation };
    return { is: "writing", writer: new JournalWriter(setup) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Asks for the lock until it is free or the time is up. */
async function takeLock(
  storage: Storage,
  { clock }: StorePorts,
  { request, writer }: { readonly request: WriteRequest; readonly writer: string },
): Promise<LockResult> {
  const owner: LockOwner = {
    id: writer,
    operation: request.operation,
    who: request.who,
    createdAt: new Date(clock.now()).toISOString(),
    // The storage knows the process; it fills this in.
    processId: 0,
    info: request.info,
  };
  // Counts its own waits: the clock may stand still or jump.
  for (let leftMs = request.lockTimeoutMs; ; leftMs -= LOCK_POLL_MS) {
    const result = await storage.lock(owner);
    if (result.is === "held" || leftMs <= 0) return result;
    await clock.sleep(Math.min(LOCK_POLL_MS, leftMs));
  }
}

function judged(reading: Reading, { workspace }: StorePorts): Judged<RecordedState> {
  const { ledger, lineage, snapshot, digest } = reading;
  const value: RecordedState = {
    lineage,
    serial: snapshot.serial,
    fence: reading.fence,
    workspace,
    resources: ledger.resources,
    consumedPlans: ledger.consumedPlans,
    openOperations: [...ledger.open.values()],
    unfinishedRun: ledger.unfinishedRun,
    digest,
  };
  return { value, diagnostics: reading.diagnostics };
}
