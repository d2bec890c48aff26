import type { DisruptionGroup } from "../model/desired.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { member, numberAt, objectAt, stringAt } from "../model/json.ts";

/** Wave of a replica that a partition holds back: it is not updated. */
export const HELD_BACK = -1;

/** How a group replaces its replicas. */
export interface Rollout {
  readonly maxUnavailable: number;
  readonly maxSurge: number;
  /** Wave per replica index; `HELD_BACK` for those below the partition. */
  readonly waves: readonly number[];
}

/** A count, or a percentage of `total`; undefined when it is neither. */
export function countOf(
  value: JsonValue | undefined,
  total: number,
  rounding: "up" | "down",
): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const match = /^(\d{1,9})%$/.exec(value);
  if (match === null) return undefined;
  const exact = Number(match[1]) * total;
  return rounding === "up" ? Math.ceil(exact / 100) : Math.floor(exact / 100);
}

const wavesOf = (replicas: number, batch: number): number[] =>
  Array.from({ length: replicas }, (_, index) => Math.floor(index / Math.max(1, batch)));

/** Rolling update of a Deployment: batches of what may be down plus what may be extra. */
export function deploymentRollout(spec: JsonObject, replicas: number): Rollout {
  if (stringAt(spec, "strategy", "type") === "Recreate") {
    return {
      maxUnavailable: Math.max(1, replicas),
      maxSurge: 0,
      waves: wavesOf(replicas, replicas),
    };
  }
  const rolling = objectAt(spec, "strategy", "rollingUpdate");
  const maxSurge = countOf(rolling["maxSurge"] ?? "25%", replicas, "up") ?? 0;
  const asked = countOf(rolling["maxUnavailable"] ?? "25%", replicas, "down") ?? 0;
  const maxUnavailable = asked === 0 && maxSurge === 0 ? 1 : Math.min(asked, replicas);
  return { maxUnavailable, maxSurge, waves: wavesOf(replicas, maxUnavailable + maxSurge) };
}

/** A StatefulSet goes from the highest ordinal down and stops at the partition. */
export function statefulRollout(spec: JsonObject, replicas: number): Rollout {
  const strategy = objectAt(spec, "updateStrategy");
  const rolling = objectAt(strategy, "rollingUpdate");
  const asked = countOf(rolling["maxUnavailable"], replicas, "up") ?? 1;
  const maxUnavailable = Math.max(1, asked);
  const isManual = strategy["type"] === "OnDelete";
  const partition = isManual ? replicas : (numberAt(rolling, "partition") ?? 0);
  const waves = Array.from({ length: replicas }, (_, index) =>
    index < partition ? HELD_BACK : Math.floor((replicas - 1 - index) / maxUnavailable),
  );
  return { maxUnavailable, maxSurge: 0, waves };
}

/** ReplicaSets, ReplicationControllers and nodes: one after the other. */
export function plainRollout(replicas: number, maxUnavailable = 1, maxSurge = 0): Rollout {
  const waves = wavesOf(replicas, maxUnavailable + maxSurge);
  return { maxUnavailable, maxSurge, waves };
}

/** Pods a PodDisruptionBudget lets go at once, of `total` that it selects. */
export function allowedByBudget(spec: JsonObject, total: number): number {
  const unavailable = countOf(member(spec, "maxUnavailable"), total, "up");
  if (unavailable !== undefined) return Math.min(unavailable, total);
  const available = countOf(member(spec, "minAvailable"), total, "up") ?? 1;
  return Math.max(0, total - available);
}

/**
 * A group under a budget: it may lose no more at once than the budget allows. Where that is
 * nothing, replacements come first, one at a time.
 */
export function underBudget(group: DisruptionGroup, allowed: number): DisruptionGroup {
  const maxUnavailable = Math.min(group.maxUnavailable, allowed);
  return {
    ...group,
    maxUnavailable,
    maxSurge: maxUnavailable === 0 ? Math.max(1, group.maxSurge) : group.maxSurge,
    budget: Math.min(group.budget ?? allowed, allowed),
  };
}

/** The waves again, with batches no larger than what the group now allows. */
export function smallerWaves(waves: readonly number[], group: DisruptionGroup): number[] {
  const batch = Math.max(1, group.maxUnavailable + group.maxSurge);
  const order = waves
    .map((wave, index) => ({ wave, index }))
    .filter(({ wave }) => wave !== HELD_BACK)
    .sort((left, right) => left.wave - right.wave || left.index - right.index);
  const renumbered = [...waves];
  let wave = -1;
  let size = batch;
  let from = -1;
  for (const item of order) {
    if (size >= batch || item.wave !== from) {
      wave++;
      size = 0;
      from = item.wave;
    }
    size++;
    renumbered[item.index] = wave;
  }
  return renumbered;
}
