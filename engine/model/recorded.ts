import type { Address } from "./address.ts";
import type { JsonObject } from "./json.ts";

/** What the last apply left behind for one resource. */
export interface RecordedResource {
  readonly address: Address;
  readonly id: string;
  readonly provider: string;
  readonly kindKey: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Attributes as last applied; secrets are salted hashes. */
  readonly attributes: JsonObject;
  readonly host: string | undefined;
  /** When it changed its host by our doing, oldest first, as far as that is recent; absent: not. */
  readonly movedAtMs?: readonly number[];
  readonly revision: string;
  readonly dependsOn: readonly Address[];
  readonly owner: Address | undefined;
  /** `failed-start`: the object exists but could not be brought to its wish (row S19). */
  readonly condition: "ok" | "failed-start";
  readonly preventDestroy: boolean;
  /** Values the provider gave at apply, for later steps. */
  readonly outputs: JsonObject;
}

/** An operation whose begin record is durable and whose end is not: its outcome is unknown. */
export interface OpenOperation {
  readonly run: string;
  readonly step: string;
  readonly address: Address;
  readonly objectId: string;
  readonly provider: string;
  readonly verb: "create" | "update" | "remove";
  readonly intent: string;
  /** What is recorded once the effect is seen; absent where success ends the record. */
  readonly wish?: RecordedResource;
}

export interface RecordedState {
  readonly lineage: string;
  readonly serial: number;
  /** Grows with every writer; 0 before the first. */
  readonly fence: number;
  readonly workspace: string;
  readonly resources: ReadonlyMap<Address, RecordedResource>;
  /** Digests of the plans applied so far, newest last, at most 100: each is consumed once. */
  readonly consumedPlans: readonly string[];
  readonly openOperations: readonly OpenOperation[];
  /** Run that has open operations or unfinished steps; undefined when the last run ended. */
  readonly unfinishedRun: string | undefined;
  readonly digest: string;
}

/** For so long a move makes further ones of the same workload dearer. */
const RECENT_MS = 86_400_000;

/** The moves in the list that count as recent; a clock that was set back makes none of them old. */
export const recentOf = (movedAtMs: readonly number[], nowMs: number): readonly number[] =>
  movedAtMs.filter((at) => at > nowMs - RECENT_MS);

/** How often each workload was moved of late; who was not is left out. */
export function recentMoves(
  { resources }: Pick<RecordedState, "resources">,
  nowMs: number,
): ReadonlyMap<Address, number> {
  const counts = new Map<Address, number>();
  for (const { address, movedAtMs = [] } of resources.values()) {
    const { length } = recentOf(movedAtMs, nowMs);
    if (length > 0) counts.set(address, length);
  }
  return counts;
}

/** What is still to be removed when `by` has put another object in the place of `before`. */
export const owedRemoval = (by: OpenOperation, before: RecordedResource): OpenOperation => ({
  run: by.run,
  step: by.step,
  address: before.address,
  objectId: before.id,
  provider: before.provider,
  verb: "remove",
  intent: `${by.intent}/replaced`,
});
