import type { Outcome, UpdateIntent } from "../../engine/contract/provider.ts";
import { canonicalJson } from "../../engine/model/canonical.ts";
import type { HostConnection } from "../../engine/model/host.ts";
import { connectionOf } from "../../engine/model/host-spec.ts";
import { refusedByHost, refusedByReservation } from "./admission.ts";
import { done, failed } from "./answers.ts";
import { CODES } from "./codes.ts";
import { startWish } from "./create.ts";
import { fenceChanges, refusedByFence, refusedByOwner, refusedByRevision } from "./guards.ts";
import { isMachineKind, machineFor, wishedPower } from "./machines.ts";
import { continueStart, rewindStart } from "./pod-start.ts";
import type { Transaction } from "./transaction.ts";
import { powerOff, powerOn, relocate, suspend } from "./vm-lifecycle.ts";
import { loadOn, type World, type WorldObject } from "./world.ts";

/** Brings an object to the attributes, host and power of the intent, whatever it was before. */
export function updateObject(transaction: Transaction, intent: UpdateIntent): Outcome {
  const { world } = transaction;
  const object = world.objects.get(intent.objectId);
  if (object === undefined) {
    return failed("notFound", CODES.notFound, `there is no ${intent.kind} "${intent.name}"`);
  }
  const refusal = refusedByFence(world, intent.tag) ?? refusedUpdate(transaction, object, intent);
  if (refusal !== undefined) return refusal;
  const revisionBefore = object.revision;
  if (intent.mode === "forget") forget(transaction, object);
  else bringTo(transaction, object, intent);
  const after = world.objects.get(object.id) as WorldObject;
  return done(after, after.revision !== revisionBefore);
}

function refusedUpdate(
  transaction: Transaction,
  object: WorldObject,
  intent: UpdateIntent,
): Outcome | undefined {
  const isUntagged = object.tag === undefined && object.owner === undefined;
  const mayBeUntagged = intent.mode === "adopt" || intent.mode === "forget";
  if (!(isUntagged && mayBeUntagged)) {
    const foreign = refusedByOwner(object, intent.tag.lineage);
    if (foreign !== undefined) return foreign;
  }
  // The repeat of an intent that was carried out before is asked to finish it, not refused.
  if (object.tag?.intent === intent.tag.intent) return undefined;
  if (isUntagged && intent.mode === "forget") return undefined;
  return refusedByRevision(object, intent.fromRevision) ?? refusedRoom(transaction, object, intent);
}

/** A machine that cannot run where or as it shall is not touched at all. */
function refusedRoom(
  transaction: Transaction,
  object: WorldObject,
  intent: UpdateIntent,
): Outcome | undefined {
  if (intent.mode === "standby") return refusedSleep(transaction.world, object);
  const host = intent.host ?? object.host;
  if (!isMachineKind(intent.kind) || intent.mode === "forget" || host === undefined) {
    return undefined;
  }
  const { world } = transaction;
  const machine = machineFor(intent.kind, intent.attributes);
  const isMoved = host !== object.host;
  const unfit = isMoved ? refusedByHost(world, host, machine) : undefined;
  if (unfit !== undefined || wishedPower(intent.attributes) !== "on") return unfit;
  const isBooted = isMoved || object.power !== "on";
  const isResized = canonicalJson({ ...machine }) !== canonicalJson({ ...object.machine });
  if (!isBooted && !isResized) return undefined;
  return refusedByReservation(world, host, machine, object);
}

/** A host sleeps only once it is empty. */
function refusedSleep(world: World, { name }: WorldObject): Outcome | undefined {
  const { machines } = loadOn(world, name);
  if (machines === 0) return undefined;
  return failed("conflict", CODES.hostInUse, `host "${name}" still runs ${machines} machines`);
}

function forget(transaction: Transaction, object: WorldObject): void {
  if (object.tag === undefined) return;
  transaction.record({
    changes: [["set", object.id, { tag: null }]],
    events: [{ actor: "vcenter-api", event: "forget", object: object.id }],
  });
}

function bringTo(transaction: Transaction, object: WorldObject, intent: UpdateIntent): void {
  const { world } = transaction;
  const isMachine = isMachineKind(intent.kind);
  const isRepeat = object.tag?.intent === intent.tag.intent;
  const differs = canonicalJson(object.attributes) !== canonicalJson(intent.attributes);
  const isMoved = intent.host !== undefined && intent.host !== object.host;
  if (isMachine && intent.mode === "power-off" && (differs || isMoved)) {
    // The tag goes first: a repeat after a crash between the records is known by its intent.
    if (!isRepeat) transaction.record({ changes: [["set", object.id, { tag: intent.tag }]] });
    powerOff(transaction, object.id, true);
  }
  const machine = machineFor(intent.kind, intent.attributes);
  if (differs || !isRepeat) {
    const { attributes, tag } = intent;
    const patch = { attributes, tag, machine: machine ?? null, ...connectionPatch(object, intent) };
    transaction.record({
      changes: [...fenceChanges(world, intent.tag), ["set", object.id, patch]],
      events: [{ actor: "vcenter-api", event: intent.mode, object: object.id }],
      spendMs: 10,
    });
  }
  if (isMachine) bringMachine(transaction, object.id, intent);
}

/** A host's state follows its spec when the spec changes; else what happened to it stands. */
function connectionPatch(
  object: WorldObject,
  intent: UpdateIntent,
): { readonly connection?: HostConnection } {
  if (object.kind !== "host") return {};
  if (intent.mode === "standby") return { connection: "standby" };
  if (intent.mode === "wake") return { connection: "connected" };
  const wish = connectionOf(intent.attributes);
  return wish === connectionOf(object.attributes) ? {} : { connection: wish };
}

function bringMachine(transaction: Transaction, id: string, intent: UpdateIntent): void {
  const object = transaction.world.objects.get(id);
  if (object === undefined) return;
  const wish = wishedPower(intent.attributes);
  if (wish === "on" && (object.start !== undefined || neverStarted(object))) {
    finishStart(transaction, object, intent);
    return;
  }
  if (wish === "off") powerOff(transaction, id, true);
  if (wish === "suspended") suspend(transaction, id);
  const refusal = intent.host === undefined ? undefined : relocate(transaction, id, intent.host);
  if (refusal !== undefined) transaction.record({ changes: [["set", id, { ...refusal }]] });
  else if (wish === "on") powerOn(transaction, id);
}

function finishStart(transaction: Transaction, object: WorldObject, intent: UpdateIntent): void {
  const isElsewhere = intent.host !== undefined && object.host !== intent.host;
  if (object.start === undefined || isElsewhere) rewind(transaction, object);
  else rewindStart(transaction, object.id);
  continueStart(transaction, object.id, startWish(intent));
}

/** A vSphere Pod that was registered stopped has its start still before it. */
const neverStarted = (object: WorldObject): boolean =>
  object.machine?.runtime === "crx" && object.vmId === undefined;

/** A start that halted at one host, or never began, begins with its placement. */
function rewind(transaction: Transaction, object: WorldObject): void {
  const start = { step: 2 };
  transaction.record({ changes: [["set", object.id, { host: null, power: "off", start }]] });
}
