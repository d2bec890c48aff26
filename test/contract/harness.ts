import type { CallContext, Provider } from "../../engine/contract/provider.ts";
import type { OwnershipTag } from "../../engine/model/observation.ts";

/** What the suite needs to know of a provider to try it; one per provider. */
export interface ProviderHarness {
  readonly name: string;
  /** A fresh, empty world with two hosts, and a provider for it. */
  open(): Promise<ContractWorld>;
}

export interface ContractWorld {
  /** The provider as the latest `reopen` gave it. */
  provider(): Provider;
  readonly context: CallContext;
  /** Two hosts that can run the machines of the suite. */
  readonly hosts: readonly [string, string];
  /** Closes the provider and opens it again, as a new process of vpac would. */
  reopen(): Promise<void>;
  /** Makes a machine without our doing: untagged, or with somebody else's tag. Returns its id. */
  makeForeign(name: string, tag?: OwnershipTag): Promise<string>;
  /** Powers a machine off without our doing. */
  powerOffBehind(id: string): Promise<void>;
  /** Makes the next writing call fail in this way; undefined: the platform cannot be made to. */
  readonly failNext?: (how: "unavailable" | "timeout-before" | "timeout-after") => Promise<void>;
  close(): Promise<void>;
}
