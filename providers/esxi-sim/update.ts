import type { Outcome, UpdateIntent } from "../../engine/contract/provider.ts";
import { canonicalJson } from "../../engine/model/canonical.ts";
import type { HostConnection } from "../../engine/model/host.ts";
import { connectionOf } from "../../engine/model/host-spec.ts";
import { done, failed } from "./answers.ts";
import { CODES } from "./codes.ts";
import { startWish } from "./create.ts";
import { fenceChanges, refusedByFence, refusedByOwner, refusedByRevision } from "./guards.ts";
import { isMachineKind, machineFor, wishedPower } from "./machines.ts";
import { continueStart, rewindStart } from "./pod-start.ts";
import type { Transaction } from "./store.ts";
import { powerOff, powerOn, refusalAt, relocate, suspend } from "./vm-lifecycle.ts";
import type { WorldObject } from "./world.ts";

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
  return refusedByRevision(object, intent.fromRevision) ?? refusedMove(transaction, object, intent);
}

/** A machine that cannot run at its new host is not touched at all. */
function refusedMove(
  transaction: Transaction,
  object: WorldObject,
  intent: UpdateIntent,
): Outcome | undefined {
  if (!isMachineKind(intent.kind) || intent.mode === "forget") return undefined;
  const host = intent.host;
  if (host === undefined || host === object.host) return undefined;
  const machine = machineFor(intent.kind, intent.attributes);
  const moved = machine === undefined ? object : { ...object, machine };
  const refusal = refusalAt(transaction.world, moved, host);
  if (refusal === undefined || refusal.reason === "LimitExceedsHost") return undefined;
  return failed("conflict", CODES.hostNotReady, refusal.message);
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
  const isStopped = intent.mode === "power-off" && isMachine && object.power === "on";
  if (isStopped) powerOff(transaction, object.id, true);
  const machine = machineFor(intent.kind, intent.attributes);
  const differs =
    object.tag?.intent !== intent.tag.intent ||
    canonicalJson(object.attributes) !== canonicalJson(intent.attributes);
  if (differs) {
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
  const wish = connectionOf(intent.attributes);
  return wish === connectionOf(object.attributes) ? {} : { connection: wish };
}

function bringMachine(transaction: Transaction, id: string, intent: UpdateIntent): void {
  const object = transaction.world.objects.get(id);
  if (object === undefined) return;
  if (object.start !== undefined) {
    if (intent.host !== undefined && object.host !== intent.host) rewind(transaction, object);
    else rewindStart(transaction, id);
    continueStart(transaction, id, startWish(intent));
    return;
  }
  const wish = wishedPower(intent.attributes);
  if (wish === "off") powerOff(transaction, id, true);
  if (wish === "suspended") suspend(transaction, id);
  if (intent.host !== undefined && relocate(transaction, id, intent.host) !== undefined) return;
  if (wish === "on") powerOn(transaction, id);
}

/** A start that halted at one host begins again at another. */
function rewind(transaction: Transaction, object: WorldObject): void {
  const start = { step: 2 };
  transaction.record({ changes: [["set", object.id, { host: null, power: "off", start }]] });
}
