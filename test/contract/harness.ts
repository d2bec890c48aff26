import type { CallContext, Intent, Provider } from "../../engine/contract/provider.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import type { OwnershipTag } from "../../engine/model/observation.ts";
import type { Need } from "./needs.ts";

/** What is known of a provider without its platform: its column in docs/provider-support.md. */
export interface HarnessDescription {
  readonly name: string;
  /** Why the rules that need something do not run. What is absent here is there. */
  readonly lacks: Readonly<Partial<Record<Need, string>>>;
}

/** What the suite needs to know of a provider to try it; one per provider and platform. */
export interface ProviderHarness extends HarnessDescription {
  /** A fresh, empty world, and a provider for it. */
  open(): Promise<ContractWorld>;
}

/** A sort of object that the provider can hold; the rules are tried on each. */
export interface Subject {
  /** A machine has a host and runs or not; a plain object is only kept. */
  readonly is: "machine" | "plain";
  /** A small object that every host of the world can take. Equal numbers: the same object. */
  readonly make: (number: number, over?: Partial<Intent>) => Intent;
  /** The attributes after a change that leaves a machine running. */
  readonly edited: (attributes: JsonObject) => JsonObject;
  /** The attributes after another such change. */
  readonly editedAgain: (attributes: JsonObject) => JsonObject;
  /** The attributes after a change for which a machine must be off; plain objects have none. */
  readonly resized?: (attributes: JsonObject) => JsonObject;
  /** The same wish, turned into one that the platform refuses; absent: it takes everything. */
  readonly refused?: (intent: Intent) => Intent;
}

/** Ways to make a call fail: not taken at all, or with an answer that never comes. */
export type Failure = "unavailable" | "timeout-before" | "timeout-after";

export interface ContractWorld {
  /** The provider as the latest `reopen` gave it. */
  provider(): Provider;
  readonly context: CallContext;
  /** At least one; the first is of the sort that `makeForeign` makes. */
  readonly subjects: readonly [Subject, ...Subject[]];
  /** Two hosts that can run the machines of the suite; absent where there are no machines. */
  readonly hosts?: readonly [string, string];
  /** Closes the provider and opens it again, as a new process of vpac would. */
  reopen(): Promise<void>;
  /** Makes an object without our doing: untagged, or with somebody else's tag. Returns its id. */
  makeForeign(name: string, tag?: OwnershipTag): Promise<string>;
  /** Powers a machine off without our doing; absent where there are no machines. */
  powerOffBehind?(id: string): Promise<void>;
  /** Makes the next writing call fail in this way; absent: the platform cannot be made to. */
  readonly failNext?: ((how: Failure) => Promise<void>) | undefined;
  /**
   * Makes a part of the world unreadable: with hosts, the second one. Returns what mends it; absent:
   * the platform has no parts.
   */
  readonly breakPart?: (() => Promise<() => Promise<void>>) | undefined;
  close(): Promise<void>;
}
