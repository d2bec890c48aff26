import type { ContractWorld } from "./harness.ts";
import { CREATE_RULES } from "./create-rules.ts";
import { FENCE_RULES } from "./fence-rules.ts";
import { OBSERVE_RULES } from "./observe-rules.ts";
import type { Need } from "./needs.ts";
import { REMOVE_RULES } from "./remove-rules.ts";
import { REPEAT_RULES } from "./repeat-rules.ts";
import { UPDATE_RULES } from "./update-rules.ts";

/** One numbered row of docs/provider-contract.md. */
export interface Rule {
  readonly id: `C-${string}`;
  readonly level: "MUST" | "SHOULD";
  /** Ends the sentence "a provider …" and is the row's text. */
  readonly says: string;
  /** What a provider must have for the rule to be tried on it; absent: every provider is tried. */
  readonly needs?: readonly Need[];
  /** Throws when the provider breaks the rule. */
  readonly check: (world: ContractWorld) => Promise<void>;
}

/** The whole contract, in the order of the document. */
export const RULES: readonly Rule[] = [
  ...OBSERVE_RULES,
  ...CREATE_RULES,
  ...UPDATE_RULES,
  ...REMOVE_RULES,
  ...FENCE_RULES,
  ...REPEAT_RULES,
];
