import type {
  CallContext,
  Capabilities,
  DestroyPermit,
  Intent,
  Inventory,
  ObserveScope,
  Outcome,
  Provider,
  ReviewedWrite,
  ReviewFinding,
  UpdateIntent,
} from "../../engine/contract/provider.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import { createObject } from "./create.ts";
import type { KubeClient } from "./kube/types.ts";
import { observeAll } from "./observe.ts";
import { CANCELLED, outcomeOf } from "./problems.ts";
import { removeObject } from "./remove.ts";
import { reviewWrites } from "./review.ts";
import type { Settling } from "./settle.ts";
import { updateObject } from "./update.ts";
import { CallTime, Turns } from "./waiting.ts";

/** Objects of a management cluster, written by server-side apply. */
export class ClusterApi implements Provider {
  readonly name: string;
  readonly type = "cluster-api";
  readonly capabilities: Capabilities;
  readonly #client: KubeClient;
  readonly #turns = new Turns();

  constructor(name: string, client: KubeClient, parallelCalls: number) {
    this.name = name;
    this.#client = client;
    this.capabilities = {
      kinds: ["*"],
      liveMove: false,
      powerControl: false,
      hostPower: false,
      // A server knows no fences: only the object that is written to can carry one.
      fencing: false,
      adopt: true,
      sameNameTwice: false,
      measuresUse: false,
      parallelCallsMax: parallelCalls,
    };
  }

  observe(scope: ObserveScope, { signal }: CallContext): Promise<Inventory> {
    const parallelCalls = this.capabilities.parallelCallsMax;
    return observeAll(scope, { client: this.#client, provider: this.name, signal, parallelCalls });
  }

  create(intent: Intent, context: CallContext): Promise<Outcome> {
    return this.#call(intent, context, (settling) => createObject(intent, this.#turns, settling));
  }

  update(intent: UpdateIntent, context: CallContext): Promise<Outcome> {
    return this.#call(intent, context, (settling) => updateObject(intent, this.#turns, settling));
  }

  remove(permit: DestroyPermit, context: CallContext): Promise<Outcome> {
    return this.#call(permit, context, (settling) => removeObject(permit, this.#turns, settling));
  }

  review(
    writes: readonly ReviewedWrite[],
    context: CallContext,
  ): Promise<readonly ReviewFinding[]> {
    const parallelCalls = this.capabilities.parallelCallsMax;
    return reviewWrites(writes, { client: this.#client, context, parallelCalls });
  }

  close(): Promise<void> {
    this.#client.close();
    return Promise.resolve();
  }

  async #call(
    { deadlineMs, attributes }: { readonly deadlineMs: number; readonly attributes?: JsonObject },
    context: CallContext,
    work: (settling: Settling) => Promise<Outcome>,
  ): Promise<Outcome> {
    if (context.signal.aborted) return CANCELLED;
    const time = new CallTime(context, deadlineMs);
    try {
      return await work({ client: this.#client, time, log: context.log });
    } catch (error) {
      return outcomeOf(error, attributes);
    } finally {
      time.close();
    }
  }
}
