/**
 * A disk that keeps what is durable apart from what is merely written. A crash keeps a random
 * legal part of the rest: a prefix of each file's unsynced bytes, a prefix of the renames.
 */
import type {
  LockOwner,
  LockResult,
  Storage,
  StorageHandle,
} from "../../engine/contract/storage.ts";
import type { Random } from "./random.ts";
import type { Sim } from "./sim.ts";

interface File {
  readonly id: number;
  bytes: Uint8Array;
  /** Bytes that survive every crash. */
  durable: Uint8Array;
}

type NameChange =
  | { readonly is: "create"; readonly name: string; readonly file: File }
  | { readonly is: "remove"; readonly name: string }
  | { readonly is: "rename"; readonly from: string; readonly to: string };

export interface DiskFaults {
  /** Chance that a write, sync or rename fails. */
  readonly error: number;
  /** Chance that a failing write leaves a part behind. */
  readonly shortWrite: number;
  /** Syncs that lie: for the mutant that must be caught. */
  readonly liesAboutSync?: boolean;
}

export class FakeDisk implements Storage {
  faults: DiskFaults = { error: 0, shortWrite: 0 };
  /** Serial and fence of every state that became the state, in order. */
  readonly committed: { readonly serial: number; readonly fence: number }[] = [];
  readonly #sim: Sim;
  readonly #random: Random;
  #files = 0;
  #names = new Map<string, File>();
  #durableNames = new Map<string, File>();
  #changes: NameChange[] = [];
  readonly #open = new WeakMap<StorageHandle, File>();
  #lock: { readonly owner: LockOwner; readonly incarnation: number } | undefined;

  constructor(sim: Sim, random: Random) {
    this.#sim = sim;
    this.#random = random;
  }

  /** The power fails: what was not synced is kept in part or not at all. */
  crash(): void {
    const kept = this.#random.below(this.#changes.length + 1);
    const names = new Map(this.#durableNames);
    for (const change of this.#changes.slice(0, kept)) applyChange(names, change);
    for (const file of new Set(names.values())) {
      const more = file.bytes.length - file.durable.length;
      const survives = more <= 0 ? 0 : this.#random.below(more + 1);
      file.bytes = file.bytes.slice(0, file.durable.length + survives);
      file.durable = file.bytes;
    }
    this.#names = names;
    this.#durableNames = new Map(names);
    this.#changes = [];
    this.#lock = undefined;
  }

  /** The process dies, the machine does not: everything written stays. */
  endProcess(): void {
    this.#lock = undefined;
  }

  /** Copies and changes of raw files, for tests that damage them. */
  peek(name: string): Uint8Array | undefined {
    return this.#names.get(name)?.bytes;
  }

  poke(name: string, bytes: Uint8Array | undefined): void {
    if (bytes === undefined) {
      this.#names.delete(name);
      this.#durableNames.delete(name);
      return;
    }
    const file: File = { id: this.#files++, bytes, durable: bytes };
    this.#names.set(name, file);
    this.#durableNames.set(name, file);
  }

  /** True when a file whose name starts so holds the text where no crash can take it. */
  isDurable(prefix: string, text: string): boolean {
    for (const [name, file] of this.#names) {
      if (name.startsWith(prefix) && Buffer.from(file.durable).includes(text)) return true;
    }
    return false;
  }

  names(): string[] {
    return [...this.#names.keys()].sort();
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    await this.#sim.sleep(0);
    return this.#names.get(name)?.bytes.slice();
  }

  async list(): Promise<readonly string[]> {
    await this.#sim.sleep(0);
    return this.names();
  }

  async create(name: string, bytes: Uint8Array): Promise<StorageHandle> {
    await this.#sim.sleep(0);
    if (this.#names.has(name)) throw new Error(`EEXIST: ${name}`);
    const isShort = this.#fails("create");
    const content = isShort ? this.#cut(bytes) : bytes.slice();
    const file: File = { id: this.#files++, bytes: content, durable: new Uint8Array() };
    this.#change({ is: "create", name, file });
    await this.#sim.sleep(1);
    if (isShort) throw new Error(`ENOSPC: ${name}`);
    return this.#handle(name, file);
  }

  async open(name: string): Promise<StorageHandle> {
    await this.#sim.sleep(0);
    const file = this.#names.get(name);
    if (file === undefined) throw new Error(`ENOENT: ${name}`);
    return this.#handle(name, file);
  }

  async append(handle: StorageHandle, bytes: Uint8Array): Promise<void> {
    await this.#sim.sleep(0);
    const file = this.#file(handle);
    const isShort = this.#fails("append");
    const content = isShort ? this.#cut(bytes) : bytes;
    file.bytes = Buffer.concat([file.bytes, content]);
    await this.#sim.sleep(0);
    if (isShort) throw new Error(`ENOSPC: ${handle.name}`);
  }

  async truncate(handle: StorageHandle, size: number): Promise<void> {
    await this.#sim.sleep(0);
    const file = this.#file(handle);
    file.bytes = file.bytes.slice(0, size);
    file.durable = file.durable.slice(0, size);
  }

  async sync(handle: StorageHandle): Promise<void> {
    const file = this.#file(handle);
    const { bytes } = file;
    await this.#sim.sleep(1 + this.#random.below(12));
    if (this.#fails("sync")) throw new Error(`EIO: ${handle.name}`);
    if (this.faults.liesAboutSync !== true) file.durable = bytes;
    await this.#sim.sleep(0);
  }

  async close(): Promise<void> {
    await this.#sim.sleep(0);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#sim.sleep(0);
    if (this.#fails("rename")) throw new Error(`EIO: ${from}`);
    if (!this.#names.has(from)) throw new Error(`ENOENT: ${from}`);
    this.#change({ is: "rename", from, to });
    if (to === "state.json") this.#noteState();
    await this.#sim.sleep(0);
  }

  async remove(name: string): Promise<void> {
    await this.#sim.sleep(0);
    if (!this.#names.has(name)) throw new Error(`ENOENT: ${name}`);
    this.#change({ is: "remove", name });
  }

  async syncFolder(): Promise<void> {
    const count = this.#changes.length;
    await this.#sim.sleep(1 + this.#random.below(6));
    if (this.#fails("folder sync")) throw new Error("EIO: folder");
    for (const change of this.#changes.splice(0, count)) applyChange(this.#durableNames, change);
    await this.#sim.sleep(0);
  }

  async lock(owner: LockOwner): Promise<LockResult> {
    await this.#sim.sleep(0);
    const { incarnation } = this.#sim;
    const holder = this.#lock;
    // A holder of an earlier incarnation is dead.
    if (holder !== undefined && holder.incarnation === incarnation) {
      return { is: "busy", holder: holder.owner };
    }
    this.#lock = { owner, incarnation };
    const release = async (): Promise<void> => {
      await this.#sim.sleep(0);
      if (this.#lock?.owner.id === owner.id) this.#lock = undefined;
    };
    return { is: "held", release };
  }

  async lockHolder(): Promise<LockOwner | undefined> {
    await this.#sim.sleep(0);
    return this.#lock?.incarnation === this.#sim.incarnation ? this.#lock.owner : undefined;
  }

  #handle(name: string, file: File): StorageHandle {
    const handle: StorageHandle = { name };
    this.#open.set(handle, file);
    return handle;
  }

  #file(handle: StorageHandle): File {
    const file = this.#open.get(handle);
    if (file === undefined) throw new Error(`EBADF: ${handle.name}`);
    return file;
  }

  #change(change: NameChange): void {
    applyChange(this.#names, change);
    this.#changes.push(change);
  }

  #fails(what: string): boolean {
    if (this.faults.error === 0 || !this.#random.chance(this.faults.error)) return false;
    this.#sim.note(`disk: ${what} fails`);
    return true;
  }

  #cut(bytes: Uint8Array): Uint8Array {
    const isCut = this.#random.chance(this.faults.shortWrite);
    return isCut ? bytes.slice(0, this.#random.below(bytes.length)) : new Uint8Array();
  }

  #noteState(): void {
    const text = new TextDecoder().decode(this.peek("state.json"));
    const { serial, vpac } = JSON.parse(text) as { serial: number; vpac: { fence: number } };
    this.committed.push({ serial, fence: vpac.fence });
  }
}

function applyChange(names: Map<string, File>, change: NameChange): void {
  if (change.is === "create") names.set(change.name, change.file);
  else if (change.is === "remove") names.delete(change.name);
  else {
    const file = names.get(change.from);
    if (file === undefined) return;
    names.delete(change.from);
    names.set(change.to, file);
  }
}
