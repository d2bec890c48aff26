import type {
  CallContext,
  Capabilities,
  DestroyPermit,
  Intent,
  Inventory,
  ObserveScope,
  Outcome,
  Provider,
  UpdateIntent,
} from "../../engine/contract/provider.ts";
import { ProviderError } from "../../engine/contract/provider.ts";
import { CODES } from "./codes.ts";
import { createObject } from "./create.ts";
import { inventoryOf } from "./observe.ts";
import { removeObject } from "./remove.ts";
import type { Transaction, WorldStore } from "./store.ts";
import { updateObject } from "./update.ts";

export const CAPABILITIES: Capabilities = {
  kinds: ["*"],
  liveMove: true,
  powerControl: true,
  fencing: true,
  adopt: true,
  measuresUse: true,
  parallelCallsMax: 64,
};

/** The provider over a world that this process opened itself. */
export class EsxiSim implements Provider {
  readonly name: string;
  readonly type = "esxi-sim";
  readonly capabilities: Capabilities = CAPABILITIES;
  readonly #store: WorldStore;

  constructor(name: string, store: WorldStore) {
    this.name = name;
    this.#store = store;
  }

  observe(_scope: ObserveScope, _context: CallContext): Promise<Inventory> {
    try {
      return Promise.resolve(inventoryOf(this.#store.read(), this.name));
    } catch (error) {
      return Promise.reject(unreadable(error));
    }
  }

  create(intent: Intent, _context: CallContext): Promise<Outcome> {
    return this.#write((transaction) => createObject(transaction, intent, undefined));
  }

  update(intent: UpdateIntent, _context: CallContext): Promise<Outcome> {
    return this.#write((transaction) => updateObject(transaction, intent));
  }

  remove(permit: DestroyPermit, _context: CallContext): Promise<Outcome> {
    return this.#write((transaction) => removeObject(transaction, permit));
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** What went wrong on the disk may or may not have been written: the outcome is unknown. */
  async #write(work: (transaction: Transaction) => Outcome): Promise<Outcome> {
    try {
      return await this.#store.write(work);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { is: "unknown", why: { type: "transient", code: CODES.storeFailed, message } };
    }
  }
}

function unreadable(error: unknown): ProviderError {
  const message = error instanceof Error ? error.message : String(error);
  return new ProviderError({ type: "invalid", code: CODES.storeFailed, message });
}
