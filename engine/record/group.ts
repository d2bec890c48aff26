import type { Storage, StorageHandle } from "../contract/storage.ts";

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Appends lines and makes them durable: while one sync runs, the lines that come in gather, and
 * the next sync serves them all. After a failure nothing is ever appended again: the end of the
 * file is not known any more, and a failed sync may have dropped what it should have kept.
 */
export class GroupCommit {
  readonly #storage: Storage;
  readonly #handle: StorageHandle;
  #lines: string[] = [];
  #waiting: Waiting[] = [];
  #isFlushing = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(storage: Storage, handle: StorageHandle) {
    this.#storage = storage;
    this.#handle = handle;
  }

  /** Resolves when the line is durable; rejects when it, or any line before it, is not. */
  append(line: string): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error as Error);
    this.#lines.push(line);
    const durable = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
    if (!this.#isFlushing) void this.#flush();
    return durable;
  }

  async #flush(): Promise<void> {
    this.#isFlushing = true;
    // Lines of the same turn share the first sync.
    await Promise.resolve();
    while (this.#lines.length > 0) {
      const bytes = ENCODER.encode(this.#lines.join(""));
      const waiting = this.#waiting;
      this.#lines = [];
      this.#waiting = [];
      try {
        await this.#storage.append(this.#handle, bytes);
        await this.#storage.sync(this.#handle);
      } catch (error) {
        this.#fail(error, waiting);
        break;
      }
      for (const { resolve } of waiting) resolve();
    }
    this.#isFlushing = false;
  }

  #fail(error: unknown, waiting: readonly Waiting[]): void {
    this.#failure = { error };
    const all = [...waiting, ...this.#waiting];
    this.#waiting = [];
    this.#lines = [];
    for (const { reject } of all) reject(error);
  }

  close(): Promise<void> {
    return this.#storage.close(this.#handle);
  }
}

const ENCODER = new TextEncoder();

export const bytesOf = (text: string): Uint8Array => ENCODER.encode(text);
