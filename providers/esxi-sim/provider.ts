import {
  type CallContext,
  type Capabilities,
  type DestroyPermit,
  type Intent,
  type Inventory,
  type ObserveScope,
  type Outcome,
  type Provider,
  ProviderError,
  type UpdateIntent,
} from "../../engine/contract/provider.ts";
import { CODES } from "./codes.ts";
import { createObject, startsBySteps } from "./create.ts";
import { cancelled, FaultDice, timedOut, unavailable, unknown } from "./faults.ts";
import { inventoryOf } from "./observe.ts";
import { LAST_STEP } from "./pod-start.ts";
import { removeObject } from "./remove.ts";
import type { Transaction } from "./transaction.ts";
import type { WorldStore } from "./store.ts";
import { updateObject } from "./update.ts";
import type { Fault, FaultSettings } from "./world.ts";

export const CAPABILITIES: Capabilities = {
  kinds: ["*"],
  liveMove: true,
  powerControl: true,
  hostPower: true,
  fencing: true,
  adopt: true,
  sameNameTwice: true,
  measuresUse: true,
  parallelCallsMax: 64,
};

type Verb = "create" | "update" | "remove";
type Work = (transaction: Transaction) => Outcome;

interface Call {
  readonly verb: Verb;
  readonly objectId: string;
  readonly deadlineMs: number;
  readonly context: CallContext;
  /** First the whole call, then its parts, between which it can break off when it is slow. */
  readonly parts: readonly [Work, ...Work[]];
}

const wholeOf = (call: Call): Work => call.parts[0];

/** The provider over a world that this process opened itself. */
export class EsxiSim implements Provider {
  readonly name: string;
  readonly type = "esxi-sim";
  readonly capabilities: Capabilities = CAPABILITIES;
  readonly #store: WorldStore;
  readonly #dice = new FaultDice();

  constructor(name: string, store: WorldStore) {
    this.name = name;
    this.#store = store;
  }

  async observe(_scope: ObserveScope, context: CallContext): Promise<Inventory> {
    try {
      const latencyMs = this.#store.read().meta.faults?.latencyMs ?? 0;
      if (latencyMs > 0) await context.clock.sleep(latencyMs, context.signal);
      return inventoryOf(this.#store.read(), this.name);
    } catch (error) {
      throw unreadable(error);
    }
  }

  create(intent: Intent, context: CallContext): Promise<Outcome> {
    const { objectId, deadlineMs } = intent;
    const whole: Work = (transaction) => createObject(transaction, intent, undefined);
    const step: Work = (transaction) => createObject(transaction, intent, 1);
    const steps = startsBySteps(intent) ? Array.from({ length: LAST_STEP - 2 }, () => step) : [];
    const parts = [whole, ...steps] as const;
    return this.#call({ verb: "create", objectId, deadlineMs, context, parts });
  }

  update(intent: UpdateIntent, context: CallContext): Promise<Outcome> {
    const { objectId, deadlineMs } = intent;
    const parts: Call["parts"] = [(transaction) => updateObject(transaction, intent)];
    return this.#call({ verb: "update", objectId, deadlineMs, context, parts });
  }

  remove(permit: DestroyPermit, context: CallContext): Promise<Outcome> {
    const { objectId, deadlineMs } = permit;
    const parts: Call["parts"] = [(transaction) => removeObject(transaction, permit)];
    return this.#call({ verb: "remove", objectId, deadlineMs, context, parts });
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** Carries out a call under the faults that are set for the world. */
  async #call(call: Call): Promise<Outcome> {
    if (call.context.signal.aborted) return cancelled;
    try {
      const { faults, nextFault } = this.#store.read().meta;
      if (nextFault !== undefined) return await this.#callOnce(call, nextFault);
      if (faults === undefined) return await this.#store.write(wholeOf(call));
      return await this.#callWithFaults(call, faults);
    } catch (error) {
      // What went wrong on the disk may or may not have been written.
      return unknown(CODES.storeFailed, messageOf(error));
    }
  }

  async #callOnce(call: Call, fault: Fault): Promise<Outcome> {
    await this.#store.write((transaction) => {
      transaction.record({ changes: [["meta", { nextFault: null }]] });
    });
    if (fault === "unavailable") return unavailable;
    if (fault === "timeout-before") return timedOut;
    const outcome = await this.#store.write(wholeOf(call));
    return fault === "none" ? outcome : timedOut;
  }

  async #callWithFaults(call: Call, faults: FaultSettings): Promise<Outcome> {
    const fault = this.#dice.throw(faults, call.verb, call.objectId);
    const { clock, signal } = call.context;
    const latencyMs = Math.min(faults.latencyMs, call.deadlineMs);
    if (fault === "unavailable" || fault === "timeout-before") {
      await clock.sleep(latencyMs, signal);
      return fault === "unavailable" ? unavailable : timedOut;
    }
    const outcome =
      latencyMs === 0
        ? await this.#store.write(wholeOf(call))
        : await this.#callSlowly(call, latencyMs);
    return fault === "none" && faults.latencyMs < call.deadlineMs ? outcome : timedOut;
  }

  /** One transaction per part, so that a process that dies meanwhile leaves a part of the work. */
  async #callSlowly(call: Call, latencyMs: number): Promise<Outcome> {
    const { clock, signal, log } = call.context;
    const [whole, ...steps] = call.parts;
    const parts = steps.length === 0 ? [whole] : steps;
    let outcome: Outcome = cancelled;
    for (const [index, part] of parts.entries()) {
      await clock.sleep(latencyMs / parts.length, signal);
      if (signal.aborted) return index === 0 ? cancelled : unknown(CODES.cancelled, "cancelled");
      outcome = await this.#store.write(part);
      if (outcome.is !== "done") return outcome;
      if (parts.length > 1)
        log({ phase: "start", percent: Math.floor(((index + 1) * 100) / parts.length) });
    }
    return outcome;
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const unreadable = (error: unknown): ProviderError =>
  new ProviderError({ type: "invalid", code: CODES.storeFailed, message: messageOf(error) });
