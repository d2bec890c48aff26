import type { PlanDecision } from "../../engine/model/plan.ts";
import { filterHosts, bind } from "./actors/scheduler.ts";
import { choose } from "./actors/drs.ts";
import { powerOnPod, podVm, podVmId, returnVmId } from "./actors/hostd.ts";
import { requestPowerOn } from "./actors/vcenter.ts";
import { returnChoice } from "./actors/vcenter-api.ts";
import { startContainers } from "./actors/crx.ts";
import { storePod, storeVmId } from "./actors/apiserver.ts";
import { submit } from "./actors/client.ts";
import { triggerSpherelet } from "./actors/podlifecycle.ts";
import { configurePod, missingClaims, reportRunning } from "./actors/spherelet.ts";
import { exceedsEveryHost, refusedByHost, refusedByReservation } from "./admission.ts";
import type { Entry, Transaction } from "./transaction.ts";
import type { World, WorldObject } from "./world.ts";

export const LAST_STEP = 14;
/** Last step before the binding is stored: a start that broke off earlier is placed anew (P07). */
const UNBOUND_STEP_MAX = 5;
const STORED_STEP = 2;
const POWERED_STEP = 7;

/** What a start needs besides the stored Pod. */
export interface StartWish {
  readonly host: string | undefined;
  readonly source: string | undefined;
  readonly decision: PlanDecision | undefined;
}

/** Why a start does not go on; the Pod stays registered, powered off. */
interface Halt {
  readonly reason: string;
  readonly message: string;
}

type StepRun = (world: World, pod: WorldObject, wish: StartWish) => Entry | Halt;

/** Steps 3 to 14, in order; each reads only what is stored, so that any of them can be resumed. */
const STEPS: ReadonlyMap<number, StepRun> = new Map<number, StepRun>([
  [3, (_world, pod, wish) => filterHosts(pod, wish.decision)],
  [4, chooseHost],
  [5, (_world, pod) => returnChoice(pod)],
  [6, (_world, pod) => bind(pod)],
  [7, askForPower],
  [8, (world, pod) => powerOnPod(world, pod)],
  [9, (_world, pod) => returnVmId(pod)],
  [10, (_world, pod) => storeVmId(pod)],
  [11, (_world, pod) => triggerSpherelet(pod)],
  [12, configure],
  [13, (_world, pod) => startContainers(pod)],
  [14, (_world, pod) => reportRunning(pod)],
]);

/** Steps 1 and 2: afterwards the Pod exists and everything else follows from its event. */
export function beginStart(transaction: Transaction, pod: WorldObject, wish: StartWish): void {
  transaction.record(submit(pod, wish.source));
  transaction.record(storePod(pod));
}

/**
 * Goes on with a start from the step after the last one stored, for at most `stepsMax` steps.
 * Running it on a Pod that has started does nothing.
 */
export function continueStart(
  transaction: Transaction,
  podId: string,
  wish: StartWish,
  stepsMax: number = LAST_STEP,
): void {
  for (let count = 0; count < stepsMax; count++) {
    const pod = transaction.world.objects.get(podId);
    if (pod?.start === undefined) return;
    const step = STEPS.get(pod.start.step + 1);
    const next = step?.(transaction.world, pod, wish);
    if (next === undefined) return;
    if ("reason" in next) {
      halt(transaction, pod, next);
      return;
    }
    transaction.record(next);
  }
}

/**
 * A start that broke off before its binding was stored goes back to the placement; one whose VM has
 * lost its power since goes back to the request for it.
 */
export function rewindStart(transaction: Transaction, podId: string): void {
  const pod = transaction.world.objects.get(podId);
  const step = pod?.start?.step;
  if (step === undefined) return;
  if (step > STORED_STEP && step <= UNBOUND_STEP_MAX) {
    transaction.record({ changes: [["note", podId, { start: { step: STORED_STEP } }]] });
  }
  if (step > POWERED_STEP && pod?.power !== "on") {
    transaction.record({ changes: [["note", podId, { start: { step: UNBOUND_STEP_MAX + 1 } }]] });
  }
}

function chooseHost(world: World, pod: WorldObject, wish: StartWish): Entry | Halt {
  if (pod.machine !== undefined) {
    const message = exceedsEveryHost(world, pod.machine, wish.host);
    if (message !== undefined) return { reason: "LimitExceedsHost", message };
  }
  if (wish.host === undefined) {
    return { reason: "NoHost", message: "no host was chosen for the Pod" };
  }
  const refusal = refusedByHost(world, wish.host, pod.machine);
  if (refusal?.is === "failed") return { reason: "HostRefused", message: refusal.why.message };
  return choose(pod, wish.host, wish.decision);
}

function askForPower(world: World, pod: WorldObject): Entry | Halt {
  const missing = missingClaims(world, pod);
  if (missing.length > 0) {
    return { reason: "VolumeNotFound", message: `there is no claim "${missing.join('", "')}"` };
  }
  const host = pod.host ?? "";
  const refusal =
    refusedByHost(world, host, pod.machine) ?? refusedByReservation(world, host, pod.machine);
  if (refusal?.is === "failed") return { reason: "HostRefused", message: refusal.why.message };
  return requestPowerOn(pod);
}

function configure(world: World, pod: WorldObject): Entry | Halt {
  const entry = configurePod(world, pod);
  if (entry !== undefined) return entry;
  return { reason: "NoAddress", message: "the segment of the namespace has no free address" };
}

/** The Pod and the configuration of its VM stay, so that a later plan can see and mend it (S19). */
function halt(transaction: Transaction, pod: WorldObject, why: Halt): void {
  if (pod.reason === why.reason && pod.message === why.message) return;
  const hasVm = transaction.world.objects.has(podVmId(pod.id));
  transaction.record({
    changes: [
      ["set", pod.id, { ...why, phase: "Pending", power: pod.power ?? "off" }],
      ...(hasVm ? [] : [["put", podVm(pod, {})] as const]),
    ],
    events: [{ actor: "vcenter", event: "start-halted", object: pod.id, detail: { ...why } }],
  });
}
