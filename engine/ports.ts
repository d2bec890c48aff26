import type { Clock } from "./contract/clock.ts";
import type { Entropy } from "./contract/entropy.ts";
import type { KindRegistry } from "./contract/kind.ts";
import type { OpenProvider } from "./contract/provider.ts";
import type { Storage } from "./contract/storage.ts";
import type { EventSink } from "./events/event.ts";
import type { Digest } from "./model/digest.ts";

/** Every seam the engine reaches the world through; the command line hands in the real ones. */
export interface EnginePorts {
  readonly kinds: KindRegistry;
  /** Loads the validators of the kinds in use; called before `validate`. */
  readonly prepareKinds: (keys: Iterable<string>) => Promise<void>;
  readonly openProvider: OpenProvider;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly storage: Storage;
  readonly digest: Digest;
  readonly emit: EventSink;
  readonly signal: AbortSignal;
  readonly workspace: string;
  /** Version of vpac, written into every plan. */
  readonly version: string;
  /** Folder for the embedded provider's world; never read by the engine itself. */
  readonly dataFolder: string;
  /** Folder that relative paths in provider settings are relative to. */
  readonly baseFolder: string;
  /** Longest time one provider may take to answer `observe`. */
  readonly observeTimeoutMs: number;
}
