/** A storage in memory that can be made to fail, for tests of the record room. */
import type {
  LockOwner,
  LockResult,
  Storage,
  StorageHandle,
} from "../../engine/contract/storage.ts";

export class MemoryStorage implements Storage {
  readonly files = new Map<string, Uint8Array>();
  /** Syncs so far: what a batch of records costs. */
  syncs = 0;
  /** Called before every change; throw to refuse it. */
  guard: (what: string, name: string) => void = () => undefined;
  holder: LockOwner | undefined;

  text(name: string): string {
    return new TextDecoder().decode(this.files.get(name));
  }

  put(name: string, text: string): void {
    this.files.set(name, new TextEncoder().encode(text));
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    return this.files.get(name);
  }

  async list(): Promise<readonly string[]> {
    return [...this.files.keys()].sort();
  }

  async create(name: string, bytes: Uint8Array): Promise<StorageHandle> {
    this.guard("create", name);
    if (this.files.has(name)) throw new Error(`EEXIST: ${name}`);
    this.files.set(name, bytes);
    return { name };
  }

  async open(name: string): Promise<StorageHandle> {
    if (!this.files.has(name)) throw new Error(`ENOENT: ${name}`);
    return { name };
  }

  async append({ name }: StorageHandle, bytes: Uint8Array): Promise<void> {
    this.guard("append", name);
    this.files.set(name, Buffer.concat([this.files.get(name)!, bytes]));
  }

  async truncate({ name }: StorageHandle, size: number): Promise<void> {
    this.files.set(name, this.files.get(name)!.slice(0, size));
  }

  async sync({ name }: StorageHandle): Promise<void> {
    this.guard("sync", name);
    this.syncs++;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }

  async rename(from: string, to: string): Promise<void> {
    this.guard("rename", from);
    const bytes = this.files.get(from);
    if (bytes === undefined) throw new Error(`ENOENT: ${from}`);
    this.files.delete(from);
    this.files.set(to, bytes);
  }

  async remove(name: string): Promise<void> {
    this.guard("remove", name);
    if (!this.files.delete(name)) throw new Error(`ENOENT: ${name}`);
  }

  async syncFolder(): Promise<void> {
    this.guard("syncFolder", "");
  }

  async lock(owner: LockOwner): Promise<LockResult> {
    if (this.holder !== undefined) return { is: "busy", holder: this.holder };
    this.holder = owner;
    const release = async (): Promise<void> => {
      if (this.holder === owner) this.holder = undefined;
    };
    return { is: "held", release };
  }

  async lockHolder(): Promise<LockOwner | undefined> {
    return this.holder;
  }
}
