import type { Address } from "./address.ts";
import type { ChangeTiming } from "./desired.ts";
import type { SourcePointer } from "./document.ts";
import type { JsonObject, JsonPointer, JsonValue } from "./json.ts";

export type Action =
  | "create"
  | "update"
  | "replace"
  | "delete"
  | "move"
  | "adopt"
  | "forget"
  | "noop"
  | "blocked";

/** Order in which changes are listed everywhere: what needs attention first. */
export const ACTIONS_LISTED: readonly Action[] = [
  "blocked",
  "delete",
  "replace",
  "move",
  "update",
  "create",
  "adopt",
  "forget",
  "noop",
];

/** One field that differs. `before` and `after` are hashes for sensitive fields. */
export interface FieldChange {
  readonly path: JsonPointer;
  readonly op: "add" | "remove" | "replace";
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  readonly timing: ChangeTiming;
}

/** Why a change is what it is; codes are constants listed in docs. */
export interface ChangeReason {
  readonly code:
    | "new"
    | "field-changed"
    | "immutable-field"
    | "power-off-needed"
    | "drift"
    | "gone"
    | "left-documents"
    | "replace-asked"
    | "destroy-asked"
    | "adopt-asked"
    | "found-own"
    | "unfinished"
    | "host-failed"
    | "host-leaving"
    | "rule-violated"
    | "balance"
    | "consolidate"
    | "makes-room"
    | "preempted"
    | "wakes"
    | "sleeps"
    | "pin-changed"
    | "no-host"
    | "limit-exceeds-host"
    | "protected"
    | "paused"
    | "foreign-object"
    | "provider-unreachable"
    | "forget-asked"
    | "dependency-blocked";
  readonly path?: JsonPointer;
  readonly detail?: string;
}

/** What `diff` finds at one address, before hosts are chosen. */
export interface Change {
  readonly address: Address;
  readonly action: Action;
  readonly reasons: readonly ChangeReason[];
  readonly fields: readonly FieldChange[];
  /** Worst timing among the fields: an update with `power-off` stops the VM for a moment. */
  readonly timing: ChangeTiming;
  /** Identity of the object the change acts on; undefined for creates. */
  readonly objectId: string | undefined;
  readonly observedRevision: string | undefined;
  readonly observedHost: string | undefined;
  /** True when the action needs a host chosen by `place`. */
  readonly needsHost: boolean;
  readonly source: SourcePointer | undefined;
}

/** What differs between the last apply and the world without us. */
export interface Drift {
  readonly address: Address;
  readonly kind: "changed" | "gone" | "found" | "power" | "moved";
  readonly fields: readonly FieldChange[];
  readonly objectId: string | undefined;
  readonly detail: string;
}

export interface DiffResult {
  readonly changes: readonly Change[];
  /** By address, attributes in which values that were known after an apply are filled in. */
  readonly settled?: Readonly<Record<Address, JsonObject>>;
  readonly drift: readonly Drift[];
}
