import { closeSync, constants, fdatasync, fstatSync, mkdirSync, openSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { openIfPresent, readFrom, syncFolder, writeAll } from "./files.ts";
import { dropOldHistory, journalName, type PastEvent, removeRecords, traceOf } from "./history.ts";
import {
  DamagedJournalError,
  decodeRecords,
  encodeRecord,
  type JournalPosition,
} from "./journal.ts";
import { lockIdentity, takeLock } from "./lock.ts";
import { loadSnapshot, saveSnapshot, snapshotMark, snapshotPath } from "./snapshot.ts";
import {
  CutOffError,
  type Entry,
  type Job,
  settle,
  type StoreSetup,
  type Transaction,
} from "./transaction.ts";
import { applyChange, type Change, emptyWorld, type World } from "./world.ts";

const LOCK_WAIT_MS_MAX = 30_000;
const BATCH_MAX = 512;
/** Journal size from which a snapshot is worth its cost: so much, and twice the last snapshot. */
const COMPACT_BYTES_MIN = 4 * 2 ** 20;
/** At close a shorter journal is folded in already, so that the next reader starts fast. */
const COMPACT_AT_CLOSE_BYTES = 512 * 2 ** 10;

const syncData = promisify(fdatasync);

/**
 * The crash-safe home of one simulated world, independent of vpac's own state: a snapshot and an
 * append-only journal. Several processes may have it open; each batch of writes takes the lock,
 * reads what others appended, appends its own records and syncs once. Readers take no lock.
 */
export class WorldStore {
  readonly #setup: StoreSetup;
  readonly #identity: string;
  #world: World = emptyWorld();
  #position: JournalPosition = { revision: 0, checksum: "", bytes: 0 };
  #generation = 0;
  #snapshotMark: string | undefined;
  #snapshotBytes = 0;
  #file: number | undefined;
  #queue: Job[] = [];
  #lines: string[] = [];
  #writing = false;
  #draining: Promise<void> = Promise.resolve();
  #isCutOff = false;

  constructor(setup: StoreSetup) {
    this.#setup = setup;
    this.#identity = lockIdentity();
  }

  /** The world as of now. It may grow under the caller's hands after the next `await`. */
  read(): World {
    this.#failIfCutOff();
    if (!this.#writing) this.#catchUp();
    return this.#world;
  }

  /** Runs `work` on the newest world; resolves once all it recorded is durable. */
  write<Value>(work: (transaction: Transaction) => Value): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      let value: Value;
      this.#queue.push({
        work: (transaction) => {
          value = work(transaction);
        },
        resolve: () => resolve(value),
        reject,
      });
      if (this.#queue.length === 1 && !this.#writing) this.#draining = this.#drain();
    });
  }

  /** Everything that happened to an object, as far as the old journals reach. */
  trace(objectId: string): readonly PastEvent[] {
    return traceOf(this.#setup.folder, objectId);
  }

  /** Waits for the writes under way and folds a long journal into the snapshot. */
  async close(): Promise<void> {
    await this.#draining;
    if (!this.#isCutOff && this.#position.bytes >= COMPACT_AT_CLOSE_BYTES) {
      const release = await takeLock(this.#lockWish(0));
      if (release !== undefined) {
        this.#catchUp();
        this.#compact();
        release();
      }
    }
    this.#closeFile();
  }

  /** Takes every object out of the world; a world that cannot be read begins anew. */
  async reset(): Promise<void> {
    try {
      await this.#empty();
    } catch (error) {
      if (!(error instanceof DamagedJournalError)) throw error;
      const release = await takeLock(this.#lockWish(LOCK_WAIT_MS_MAX));
      if (release === undefined) throw error;
      removeRecords(this.#setup.folder);
      this.#forget();
      release();
    }
  }

  #empty(): Promise<void> {
    return this.write((transaction) => {
      const changes: Change[] = [...transaction.world.objects.keys()].map((id) => ["drop", id]);
      // Fences stay: a writer from before the reset is still a zombie.
      changes.push(["meta", { images: {}, segments: {}, faults: null, nextFault: null }]);
      transaction.record({ changes });
    });
  }

  #failIfCutOff(): void {
    if (this.#isCutOff) throw new CutOffError("the process was cut off");
  }

  #lockWish(waitMsMax: number): Parameters<typeof takeLock>[0] {
    const path = join(this.#setup.folder, "lock");
    return { path, identity: this.#identity, clock: this.#setup.clock, waitMsMax };
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    // Calls made in the same turn of the event loop share one lock and one sync.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const jobs = this.#queue.splice(0, BATCH_MAX);
      try {
        this.#failIfCutOff();
        settle(jobs, await this.#commit(jobs));
      } catch (error) {
        // Memory may be ahead of the disk now: the next reader starts from the files.
        this.#forget();
        for (const job of jobs) job.reject(error);
      }
    }
    this.#writing = false;
  }

  async #commit(jobs: readonly Job[]): Promise<ReadonlyMap<Job, unknown>> {
    // Only writers make the folder: looking at a world that is not there leaves no trace.
    mkdirSync(this.#setup.folder, { recursive: true, mode: 0o700 });
    const release = await takeLock(this.#lockWish(LOCK_WAIT_MS_MAX));
    if (release === undefined) throw new Error("another process keeps the world locked");
    try {
      this.#catchUp();
      const failures = this.#run(jobs);
      await this.#append();
      this.#failIfCutOff();
      const bytes = this.#position.bytes;
      if (bytes > COMPACT_BYTES_MIN && bytes > 2 * this.#snapshotBytes) this.#compact();
      return failures;
    } finally {
      release();
    }
  }

  /** A job that throws keeps what it recorded until then, as a crash at that point would. */
  #run(jobs: readonly Job[]): ReadonlyMap<Job, unknown> {
    const failures = new Map<Job, unknown>();
    const transaction: Transaction = {
      world: this.#world,
      record: (entry) => this.#record(entry),
    };
    for (const job of jobs) {
      try {
        job.work(transaction);
      } catch (error) {
        failures.set(job, error);
      }
    }
    return failures;
  }

  #record(entry: Entry): number {
    this.#failIfCutOff();
    const world = this.#world;
    const revision = world.revision + 1;
    const timeMs = world.timeMs + (entry.spendMs ?? 0);
    const events = entry.events ?? [];
    const { line, checksum } = encodeRecord({
      revision,
      previous: this.#position.checksum,
      timeMs,
      events,
      changes: entry.changes,
    });
    for (const change of entry.changes) applyChange(world, change, revision);
    world.revision = revision;
    world.timeMs = timeMs;
    this.#lines.push(line);
    this.#position = { revision, checksum, bytes: this.#position.bytes };
    if (this.#setup.crashAfter?.(events) === true) this.#isCutOff = true;
    return revision;
  }

  async #append(): Promise<void> {
    if (this.#lines.length === 0) return;
    const file = this.#openFile();
    const sizeBefore = fstatSync(file).size;
    const isTorn = sizeBefore > this.#position.bytes;
    const bytes = Buffer.from(`${isTorn ? "\n" : ""}${this.#lines.join("")}`);
    this.#lines = [];
    writeAll(file, bytes);
    await syncData(file);
    if (sizeBefore === 0) syncFolder(this.#setup.folder);
    const size = fstatSync(file).size;
    if (
      size !== sizeBefore + bytes.length ||
      snapshotMark(this.#setup.folder) !== this.#snapshotMark
    ) {
      throw new Error("another process wrote to the world at the same time");
    }
    this.#position = { ...this.#position, bytes: size };
  }

  /** Reads what other processes appended, or everything after somebody's compaction. */
  #catchUp(): void {
    for (;;) {
      const mark = snapshotMark(this.#setup.folder);
      if (mark !== this.#snapshotMark) this.#load(mark);
      this.#readTail();
      if (snapshotMark(this.#setup.folder) === mark) return;
    }
  }

  #load(mark: string): void {
    this.#closeFile();
    const loaded = loadSnapshot(this.#setup.folder);
    this.#world = loaded.world;
    this.#position = loaded.position;
    this.#generation = loaded.generation;
    this.#snapshotMark = mark;
    this.#snapshotBytes = Number(mark.split(" ")[1] ?? 0);
  }

  #readTail(): void {
    const file = this.#file ?? openIfPresent(this.#journalPath());
    if (file === undefined) return;
    try {
      const content = readFrom(file, this.#position.bytes);
      if (content.length === 0) return;
      const { records, position } = decodeRecords(content, this.#position);
      for (const record of records) {
        for (const change of record.changes) applyChange(this.#world, change, record.revision);
        this.#world.revision = record.revision;
        this.#world.timeMs = record.timeMs;
      }
      this.#position = position;
    } finally {
      if (file !== this.#file) closeSync(file);
    }
  }

  /** Folds the journal into a new snapshot; the old journal stays as history. */
  #compact(): void {
    const { folder } = this.#setup;
    const generation = this.#generation + 1;
    const position = { ...this.#position, bytes: 0 };
    saveSnapshot(folder, { world: this.#world, generation, position });
    this.#closeFile();
    this.#generation = generation;
    this.#position = position;
    this.#snapshotMark = snapshotMark(this.#setup.folder);
    this.#snapshotBytes = statSync(snapshotPath(folder)).size;
    dropOldHistory(folder);
  }

  #journalPath(): string {
    return join(this.#setup.folder, journalName(this.#generation));
  }

  #openFile(): number {
    const { O_CREAT, O_APPEND, O_RDWR, O_NOFOLLOW } = constants;
    this.#file ??= openSync(this.#journalPath(), O_CREAT | O_APPEND | O_RDWR | O_NOFOLLOW, 0o600);
    return this.#file;
  }

  #closeFile(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #forget(): void {
    this.#lines = [];
    this.#snapshotMark = undefined;
    this.#closeFile();
  }
}
