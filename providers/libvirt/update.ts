import type { Outcome, UpdateIntent } from "../../engine/contract/provider.ts";
import { canonicalJson } from "../../engine/model/canonical.ts";
import { objectAt } from "../../engine/model/json.ts";
import { mebibytes } from "../../engine/model/quantity.ts";
import { exceedsEveryHost, machineFor } from "./admission.ts";
import { CODES } from "./codes.ts";
import { finishMachine } from "./create.ts";
import { refuseDisks } from "./disks.ts";
import { type HeldDomain, powerOf, revisionOf } from "./domains.ts";
import { refuseCards, refuseFence, refuseForeign, refuseRevision, targetLink } from "./guards.ts";
import { changeHardware } from "./hardware.ts";
import { knownHost } from "./hosts.ts";
import { moveMachine, sweepVolumes } from "./move.ts";
import { numaWish } from "./numa.ts";
import { type Operation, refusal } from "./operation.ts";
import { bringPower, powerOff, wishedPower } from "./power.ts";
import { readAgain } from "./reading.ts";
import type { MachineRecord } from "./record.ts";
import { settleMoves } from "./settle.ts";
import { findObject, refuseUnclear, type World } from "./world.ts";
import { done, writeMetadata } from "./writing.ts";

/** Brings a machine to the attributes, host and power of the intent, whatever it was before. */
export async function updateMachine(
  world: World,
  intent: UpdateIntent,
  operation: Operation,
): Promise<Outcome> {
  const found = await findObject(world, intent.objectId, operation);
  refuseUnclear(found, intent.name);
  if (found.domain === undefined) {
    const why = `no host has a domain for ${intent.kind} "${intent.name}"`;
    throw refusal("notFound", CODES.notFound, why);
  }
  refuseUpdate(found.domain, intent);
  if (intent.mode === "forget") return forget(found.domain, operation);
  // One that carries our mark already is no stranger: it is brought to the wish like any other.
  const isStranger = found.domain.tag === undefined;
  if (intent.mode === "adopt" && isStranger) return adopt(world, found.domain, intent, operation);
  const held = await settleMoves(world, found, operation);
  await refuseRoom(world, held, intent, operation);
  await refuseHardware(world, held, intent, operation);
  return bringMachine(world, held, intent, operation);
}

function refuseUpdate(held: HeldDomain, intent: UpdateIntent): void {
  const { mode, tag, fromRevision } = intent;
  const isUntagged = held.tag === undefined && !held.isDamaged;
  const mayBeUntagged = mode === "adopt" || mode === "forget";
  if (!(isUntagged && mayBeUntagged)) refuseForeign(held, tag.lineage);
  refuseFence(held, tag);
  // The repeat of an intent that was carried out before is asked to finish it, not refused.
  const isRepeat = held.tag?.intent === tag.intent;
  const isForgotten = isUntagged && mode === "forget";
  if (!isRepeat && !isForgotten) refuseRevision(held, fromRevision);
}

/** Takes our tag off and nothing else; the record of what was asked for stays readable. */
async function forget(held: HeldDomain, operation: Operation): Promise<Outcome> {
  const { record, tag } = held;
  if (record === undefined || tag === undefined) return done(held, false, undefined);
  await writeMetadata(held, { record, tag: undefined }, operation);
  return done(await readAgain(held, operation), true, undefined);
}

/** Marks a domain as ours and brings its power state; its devices stay as they are. */
async function adopt(
  world: World,
  held: HeldDomain,
  intent: UpdateIntent,
  operation: Operation,
): Promise<Outcome> {
  const { attributes, namespace, name } = intent;
  const before = revisionOf(held);
  const known = held.record;
  const record: MachineRecord = {
    attributes,
    namespace,
    name,
    stage: known?.stage ?? "made",
    origin: known?.origin ?? "adopted",
    volumesOn: known?.volumesOn ?? [],
  };
  await writeIfNew(held, record, intent, operation);
  const adopted = await readAgain(held, operation);
  const notStarted =
    record.stage === "made"
      ? await held.link.gate(() => bringPower(world, adopted, attributes, operation))
      : undefined;
  const after = await readAgain(held, operation);
  return done(after, revisionOf(after) !== before, notStarted);
}

async function writeIfNew(
  held: HeldDomain,
  record: MachineRecord,
  { tag }: UpdateIntent,
  operation: Operation,
): Promise<void> {
  const before = canonicalJson({ record: { ...held.record }, tag: { ...held.tag } });
  if (before === canonicalJson({ record: { ...record }, tag: { ...tag } })) return;
  await writeMetadata(held, { record, tag }, operation);
}

/** A machine that cannot run where or as it shall is not touched at all. */
async function refuseRoom(
  world: World,
  held: HeldDomain,
  intent: UpdateIntent,
  operation: Operation,
): Promise<void> {
  const { attributes, host, objectId } = intent;
  const isMoved = host !== undefined && host !== held.link.name;
  const link = isMoved ? targetLink(world, host) : held.link;
  if (wishedPower(attributes) !== "on") return;
  const isResized = sizeOf(held.record?.attributes ?? {}) !== sizeOf(attributes);
  if (!isMoved && !isResized && powerOf(held.run) === "on") return;
  const tooBig = exceedsEveryHost([await knownHost(link, operation)], machineFor(attributes));
  if (tooBig !== undefined) {
    const why = `host "${link.name}" cannot take machine "${intent.name}": ${tooBig}`;
    throw refusal("conflict", CODES.hostFull, why);
  }
  await world.admission.check(link, { objectId, attributes }, operation);
}

const networkOf = (attributes: UpdateIntent["attributes"]): string =>
  canonicalJson(objectAt(attributes, "spec", "network"));

/** Disks and cards that cannot be made as wished are told before the machine is stopped. */
async function refuseHardware(
  world: World,
  held: HeldDomain,
  intent: UpdateIntent,
  operation: Operation,
): Promise<void> {
  const { attributes, host } = intent;
  if (held.record === undefined) return;
  const isMoved = host !== undefined && host !== held.link.name;
  const link = isMoved ? targetLink(world, host) : held.link;
  const isAdopted = held.record.origin === "adopted";
  const isSame = networkOf(held.record.attributes) === networkOf(attributes);
  if (!isAdopted && (isMoved || !isSame)) await refuseCards(link, intent, operation);
  await refuseDisks(world, held, { wanted: { ...held.record, attributes }, link }, operation);
}

const sizeOf = (attributes: UpdateIntent["attributes"]): string =>
  canonicalJson({ ...machineFor(attributes) });

async function bringMachine(
  world: World,
  held: HeldDomain,
  intent: UpdateIntent,
  operation: Operation,
): Promise<Outcome> {
  const { record } = held;
  if (record === undefined) return done(held, false, undefined);
  const before = revisionOf(held);
  const { attributes, tag, host, mode, decision } = intent;
  const isMoved = host !== undefined && host !== held.link.name;
  let current = held;
  if (mode === "power-off" && powerOf(held.run) !== "off" && (isMoved || differs(held, intent))) {
    // The tag goes first: a repeat after a crash in between is known by its intent.
    await writeIfNew(current, record, intent, operation);
    await held.link.gate(() => powerOff(held, attributes, operation));
    current = await readAgain(held, operation);
  }
  const numa = numaWish(decision, host);
  if (isMoved) current = await moveMachine(world, current, { to: host, tag, numa }, operation);
  current = await sweepVolumes(world, current, operation);
  const wanted = wantedRecord(current, intent);
  const notStarted = await changeHardware(current, wanted, { world, tag }, operation);
  if (notStarted !== undefined) {
    return done(await readAgain(current, operation), true, notStarted);
  }
  await writeIfNew(current, wanted, intent, operation);
  current = await readAgain(current, operation);
  const outcome = await finishMachine(world, current, { changed: false }, operation);
  if (outcome.is !== "done") return outcome;
  return { ...outcome, changed: outcome.revision !== before };
}

/** A machine that no host could run is made once a host was found for it. */
function wantedRecord(held: HeldDomain, { attributes, host }: UpdateIntent): MachineRecord {
  const record = held.record as MachineRecord;
  const isPlaced = record.stage === "unplaced" && host !== undefined;
  return { ...record, attributes, ...(isPlaced ? { stage: "making" } : {}) };
}

/** True when the attributes, or what the domain really has, are not those of the wish. */
function differs({ record, facts }: HeldDomain, { attributes }: UpdateIntent): boolean {
  const machine = machineFor(attributes);
  return (
    canonicalJson(record?.attributes) !== canonicalJson(attributes) ||
    facts.vcpus !== machine.vcpus ||
    mebibytes(facts.memoryBytes) !== mebibytes(machine.memoryBytes)
  );
}
