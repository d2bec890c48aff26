import type { Clock } from "../contract/clock.ts";
import type { Storage } from "../contract/storage.ts";
import type { RunFacts, StateEdit, StepEnding, Writer } from "../contract/writer.ts";
import { assert } from "../diagnostics/assert.ts";
import type { Failure } from "../diagnostics/failure.ts";
import type { Address } from "../model/address.ts";
import type { Digest } from "../model/digest.ts";
import type { OpenOperation, RecordedResource, RecordedState } from "../model/recorded.ts";
import { pruneFolder } from "./backups.ts";
import { CODES } from "./codes.ts";
import { assertNotFenced, type Claim, writeSnapshot } from "./commit.ts";
import type { JournalEntry } from "./entry.ts";
import { emptyLedger, foldEntry, type Ledger } from "./fold.ts";
import { bytesOf, GroupCommit } from "./group.ts";
import { type ChainEnd, encodeRecord } from "./journal.ts";
import { journalName, readNames } from "./names.ts";
import { recordError, writeFailure } from "./problem.ts";
import type { Reading } from "./reading.ts";
import { ledgerDigest } from "./snapshot.ts";

export interface WriterSetup {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly digest: Digest;
  readonly workspace: string;
  readonly reading: Reading;
  readonly lineage: string;
  readonly writer: string;
  readonly who: string;
  readonly operation: string;
  readonly release: () => Promise<void>;
}

export class JournalWriter implements Writer {
  readonly fence: number;
  readonly lineage: string;
  readonly #setup: WriterSetup;
  readonly #ledger: Ledger;
  #serial: number;
  /** Checksum of the state file as it has to be now. */
  #checksum: string;
  #chain: ChainEnd;
  /** The journal of the current serial, made when its first record comes. */
  #journal: Promise<GroupCommit> | undefined;
  #isFresh: boolean;
  #digest: string | undefined;

  constructor(setup: WriterSetup) {
    const { reading, lineage } = setup;
    this.#setup = setup;
    this.fence = reading.fence + 1;
    this.lineage = lineage;
    this.#ledger = reading.ledger;
    this.#serial = reading.snapshot.serial;
    this.#checksum = reading.snapshot.checksum;
    this.#chain = reading.chain;
    this.#isFresh = reading.isFresh;
    this.#digest = reading.lineage === lineage ? reading.digest : undefined;
  }

  get recorded(): RecordedState {
    const { digest, workspace } = this.#setup;
    this.#digest ??= ledgerDigest(this.#ledger, this.lineage, digest);
    return {
      lineage: this.lineage,
      serial: this.#serial,
      fence: this.fence,
      workspace,
      resources: this.#ledger.resources,
      consumedPlans: this.#ledger.consumedPlans,
      openOperations: [...this.#ledger.open.values()],
      unfinishedRun: this.#ledger.unfinishedRun,
      digest: this.#digest,
    };
  }

  lookup(address: Address): RecordedResource | undefined {
    return this.#ledger.resources.get(address);
  }

  async settle(settled: RecordedState): Promise<void> {
    const remaining = new Set(settled.openOperations.map((open) => open.intent));
    const writes: Promise<void>[] = [];
    const before = [...this.#ledger.open.values()];
    for (const { intent, address } of before) {
      if (remaining.has(intent)) continue;
      const resource = settled.resources.get(address) ?? null;
      writes.push(this.#record({ kind: "settle", intent, address, resource }));
    }
    await Promise.all(writes);
  }

  async startRun(facts: RunFacts): Promise<void> {
    await this.#guard("start of the run", () =>
      this.#isFresh ? Promise.resolve() : this.#assertNotFenced(),
    );
    await this.#record({ kind: "run", ...facts });
  }

  consumePlan(planDigest: string): Promise<void> {
    if (!this.#ledger.consumedPlans.includes(planDigest)) {
      return this.#record({ kind: "consume", planDigest });
    }
    const detail = `The plan ${planDigest} is among those already applied.`;
    const error = recordError(CODES.planConsumed, { detail, help: ["vpac plan"] });
    return Promise.reject(error);
  }

  async begin(operation: OpenOperation): Promise<void> {
    try {
      await this.#record({ kind: "begin", operation });
    } catch (error) {
      // Nothing is sent without a durable begin, so there is nothing open.
      this.#ledger.open.delete(operation.intent);
      throw error;
    }
  }

  end(intent: string, ending: StepEnding): Promise<void> {
    return this.#record({ kind: "end", intent, ending });
  }

  endRun(run: string, finished: boolean): Promise<void> {
    return this.#record({ kind: "runEnd", run, finished });
  }

  async edit(edits: readonly StateEdit[]): Promise<void> {
    for (const edit of edits) {
      const problem = editProblem(this.#ledger, edit);
      if (problem !== undefined) throw problem;
    }
    await Promise.all(edits.map((edit) => this.#record({ kind: "edit", edit })));
  }

  async commit(): Promise<number> {
    const { storage, digest, workspace } = this.#setup;
    await this.#guard("state", async () => {
      if (this.#isFresh) await this.#writeFirstState();
      await this.#assertNotFenced();
      const serial = this.#serial + 1;
      const { lineage, fence } = this;
      const snapshot = { workspace, lineage, serial, fence, chain: this.#chain };
      const content = { ...snapshot, ledger: this.#ledger };
      this.#checksum = await writeSnapshot(storage, content, { claim: this.#claim(), digest });
    });
    this.#serial++;
    await this.#closeJournal();
    // Old copies that stay behind harm nobody: the next commit tries again.
    await pruneFolder(storage, this.#serial).catch(() => undefined);
    return this.#serial;
  }

  async close(): Promise<void> {
    await this.#closeJournal();
    await this.#setup.release();
  }

  #claim(): Claim {
    return { checksum: this.#checksum, fence: this.fence };
  }

  #assertNotFenced(): Promise<void> {
    return assertNotFenced(this.#setup.storage, this.#claim());
  }

  async #closeJournal(): Promise<void> {
    const journal = this.#journal;
    this.#journal = undefined;
    const opened = await journal?.catch(() => undefined);
    await opened?.close().catch(() => undefined);
  }

  /** Folds the record into memory at once and resolves when it is durable. */
  #record(entry: JournalEntry): Promise<void> {
    const why = foldEntry(this.#ledger, entry);
    assert(why === undefined, `impossible journal record: ${why}`);
    this.#digest = undefined;
    return this.#guard("journal", () => this.#append(entry));
  }

  async #append(entry: JournalEntry): Promise<void> {
    this.#journal ??= this.#openJournal();
    const journal = await this.#journal;
    await journal.append(this.#encode(entry));
  }

  /** Numbers and chains the record; must run in the order in which lines reach the file. */
  #encode(entry: JournalEntry): string {
    const { clock, digest } = this.#setup;
    const { line, end } = encodeRecord(entry, { after: this.#chain, at: clock.now(), digest });
    this.#chain = end;
    return line;
  }

  async #openJournal(): Promise<GroupCommit> {
    const { storage, workspace, writer, who, operation } = this.#setup;
    if (this.#isFresh) await this.#writeFirstState();
    else await this.#syncForerunners();
    const line = this.#encode({
      kind: "open",
      format: 1,
      workspace,
      lineage: this.lineage,
      serial: this.#serial,
      fence: this.fence,
      writer,
      who,
      operation,
    });
    const handle = await storage.create(journalName(this.#serial, this.fence), bytesOf(line));
    await storage.sync(handle);
    await storage.syncFolder();
    return new GroupCommit(storage, handle);
  }

  /**
   * A process that died may have left records that are written but not durable. They were read,
   * and are built upon from here on: they must not be lost to a power cut later.
   */
  async #syncForerunners(): Promise<void> {
    const { storage } = this.#setup;
    const { journals } = readNames(await storage.list());
    for (const { name } of journals.filter(({ serial }) => serial === this.#serial)) {
      const handle = await storage.open(name);
      await storage.sync(handle);
      await storage.close(handle);
    }
  }

  /** The empty state of serial 0 gives the lineage a place before anything is made. */
  async #writeFirstState(): Promise<void> {
    const { storage, digest, workspace, reading } = this.#setup;
    const { serial, fence, chain } = reading.snapshot;
    const content = { workspace, lineage: this.lineage, serial, fence, chain };
    const first = { ...content, ledger: emptyLedger() };
    this.#checksum = await writeSnapshot(storage, first, { claim: this.#claim(), digest });
    this.#isFresh = false;
  }

  async #guard(what: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      throw writeFailure(error, what);
    }
  }
}

function editProblem(ledger: Ledger, edit: StateEdit): Failure | undefined {
  const from = edit.is === "remove" ? edit.address : edit.is === "move" ? edit.from : undefined;
  if (from !== undefined && !ledger.resources.has(from)) {
    const detail = `The state holds no record at ${from}.`;
    return recordError(CODES.notRecorded, { detail, address: from, help: ["vpac state list"] });
  }
  if (edit.is === "remove" || !ledger.resources.has(edit.resource.address)) return undefined;
  const { address } = edit.resource;
  const detail = `The state already holds a record at ${address}.`;
  return recordError(CODES.alreadyRecorded, {
    detail,
    address,
    help: [`vpac state rm ${address}`],
  });
}
