/**
 * The only door from the engine to the disk: one flat folder of names. Every method is one fault
 * point of the simulator. Nothing is durable before `sync` (data) and `syncFolder` (names).
 */
export interface Storage {
  /** Undefined when there is no such name; an empty file is an empty array, never undefined. */
  read(name: string): Promise<Uint8Array | undefined>;
  list(): Promise<readonly string[]>;
  /** Makes a new file, mode 0600, never through a link; fails when the name exists. */
  create(name: string, bytes: Uint8Array): Promise<StorageHandle>;
  /** Opens an existing file for appending. */
  open(name: string): Promise<StorageHandle>;
  append(handle: StorageHandle, bytes: Uint8Array): Promise<void>;
  /** Cuts a file to its first `size` bytes (a torn tail). */
  truncate(handle: StorageHandle, size: number): Promise<void>;
  sync(handle: StorageHandle): Promise<void>;
  close(handle: StorageHandle): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(name: string): Promise<void>;
  syncFolder(): Promise<void>;
  /** Takes the writer's lock, or tells who holds it. A dead holder does not count. */
  lock(owner: LockOwner): Promise<LockResult>;
  /** Who holds the lock now; undefined when nobody alive does. */
  lockHolder(): Promise<LockOwner | undefined>;
}

export interface StorageHandle {
  readonly name: string;
}

/** `{ID, Operation, Who, …}` of the Terraform dialect is made from this by the views. */
export interface LockOwner {
  readonly id: string;
  readonly operation: string;
  readonly who: string;
  readonly createdAt: string;
  readonly processId: number;
  readonly info: string;
}

export type LockResult =
  | { readonly is: "held"; readonly release: () => Promise<void> }
  | { readonly is: "busy"; readonly holder: LockOwner };
