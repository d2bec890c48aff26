import type { Outcome, ProviderProgress } from "../../engine/contract/provider.ts";
import { stringAt } from "../../engine/model/json.ts";
import { CODES } from "./codes.ts";
import { KubeError } from "./kube/errors.ts";
import type { KubeClient, KubeObject, ObjectRef } from "./kube/types.ts";
import { nameOf, revisionOf, uidOf } from "./objects.ts";
import { failed, outcomeOf, problemOf, unknown } from "./problems.ts";
import {
  isClusterOf,
  isPartOfCluster,
  isPaused,
  kindKeyOf,
  type Missing,
  outputsOf,
  readinessOf,
} from "./readiness.ts";
import type { CallTime } from "./waiting.ts";

export interface Settling {
  readonly client: KubeClient;
  readonly time: CallTime;
  readonly log: (progress: ProviderProgress) => void;
}

/** Others write to an object at any moment, if only its status; more often is not by chance. */
const ROUNDS_MAX = 10;

/** Reads, judges and writes again (`undefined`) until nobody has written in between. */
export async function inRounds<Answer>(
  ref: ObjectRef,
  time: CallTime,
  round: () => Promise<Answer | undefined>,
): Promise<Answer | Outcome> {
  for (let count = 0; count < ROUNDS_MAX && !time.signal.aborted; count++) {
    const answer = await round();
    if (answer !== undefined) return answer;
  }
  return failed("transient", CODES.unavailable, `others write to ${nameOf(ref)} all the time`);
}

/**
 * Waits until the controllers have done what was asked for, and tells how far they are. Ends as
 * `unknown` when the time is up: the object is there, and the repeat of the call waits on.
 */
export async function settle(
  ref: ObjectRef,
  written: Written,
  settling: Settling,
): Promise<Outcome> {
  try {
    return await settled(ref, written, settling);
  } catch (error) {
    return afterWrite(error);
  }
}

/** What a write has left: the object as the server answered. */
export interface Written {
  readonly object: KubeObject;
  readonly changed: boolean;
}

/** Whatever goes wrong with looking on says nothing about the write that went before. */
export function afterWrite(error: unknown): Outcome {
  const outcome = outcomeOf(error);
  return outcome.is === "done" ? outcome : unknown(outcome.why.code, outcome.why.message);
}

async function settled(
  ref: ObjectRef,
  { object, changed }: Written,
  settling: Settling,
): Promise<Outcome> {
  const isWaitedFor = readinessOf(kindKeyOf(object)) !== undefined;
  if (!isWaitedFor || !(await isWorkedOn(object, settling))) return done(object, changed);
  let last: Missing;
  let latest = object;
  const ended = await settling.time.until(async (): Promise<Outcome | undefined> => {
    const current = await look(ref, settling);
    if (current === undefined) return undefined;
    if (current === "gone" || uidOf(current) !== uidOf(object)) return vanished(ref);
    latest = current;
    const missing = await missingOf(current, settling);
    if (missing === undefined) return done(current, changed);
    if (missing.detail !== last?.detail || missing.phase !== last?.phase) settling.log(missing);
    last = missing;
    return undefined;
  });
  return ended ?? late(ref, { latest, last, isCancelled: settling.time.isCancelled });
}

async function missingOf(object: KubeObject, settling: Settling): Promise<Missing> {
  const readiness = readinessOf(kindKeyOf(object));
  const missing = readiness?.missingIn(object);
  if (missing !== undefined || readiness?.parts === undefined) return missing;
  const { kind, label } = readiness.parts;
  const name = stringAt(object, "metadata", "name") ?? "";
  const type = { apiVersion: stringAt(object, "apiVersion") ?? "", kind };
  const namespace = stringAt(object, "metadata", "namespace");
  const { signal } = settling.time;
  const selection = { namespace, labelSelector: `${label}=${name}`, signal };
  const parts = await whilePassing(() => settling.client.list(type, selection));
  if (parts === undefined) return { phase: "pending" };
  return readiness.missingInParts?.(object, parts.items);
}

/** Undefined while the server cannot tell: it may be restarting. */
async function whilePassing<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof KubeError && problemOf(error).type === "transient") return undefined;
    throw error;
  }
}

/** Machines wait for the Cluster; before it exists, and while it is paused, nothing happens. */
async function isWorkedOn(object: KubeObject, { client, time }: Settling): Promise<boolean> {
  if (isPaused(object)) return false;
  if (!isPartOfCluster(kindKeyOf(object))) return true;
  const namespace = stringAt(object, "metadata", "namespace");
  const type = { apiVersion: clusterVersion(object), kind: "Cluster" };
  const { items } = await client.list(type, { namespace, signal: time.signal });
  const cluster = items.find((item) => isClusterOf(item, object));
  return cluster !== undefined && !isPaused(cluster);
}

/** The groups of Cluster API move together: one version is served in all of them. */
const clusterVersion = (part: KubeObject): string =>
  `cluster.x-k8s.io/${(stringAt(part, "apiVersion") ?? "").split("/")[1] ?? "v1beta2"}`;

const look = (
  ref: ObjectRef,
  { client, time }: Settling,
): Promise<KubeObject | "gone" | undefined> =>
  whilePassing(async () => (await client.get(ref, { signal: time.signal })) ?? "gone");

export function done(object: KubeObject, changed: boolean): Outcome {
  const outputs = outputsOf(object);
  return {
    is: "done",
    revision: revisionOf(object),
    changed,
    ...(outputs === undefined ? {} : { outputs }),
  };
}

const vanished = (ref: ObjectRef): Outcome =>
  failed("conflict", CODES.notFound, `${nameOf(ref)} was removed by somebody else meanwhile`);

function late(
  ref: ObjectRef,
  state: {
    readonly latest: KubeObject;
    readonly last: Missing;
    readonly isCancelled: boolean;
  },
): Outcome {
  const { phase = "pending", detail = "" } = state.last ?? {};
  const why = `${nameOf(ref)} is ${phase}${detail === "" ? "" : `: ${detail}`}`;
  return unknown(state.isCancelled ? CODES.cancelled : CODES.notReady, why);
}
