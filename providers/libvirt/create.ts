import type { Intent, Outcome } from "../../engine/contract/provider.ts";
import type { Host } from "../../engine/model/host.ts";
import { exceedsEveryHost, machineFor } from "./admission.ts";
import { CODES } from "./codes.ts";
import type { HeldDomain } from "./domains.ts";
import { freeName, refuseCards, refuseFence, refuseForeign, targetLink } from "./guards.ts";
import { knownHost } from "./hosts.ts";
import { layoutOn, type Layout, type Subject } from "./layout.ts";
import type { HostLink } from "./link.ts";
import { numaWish } from "./numa.ts";
import { type Operation, problemOf, refusal } from "./operation.ts";
import { bringPower, type NotStarted, wishedPower } from "./power.ts";
import { readAgain, readHeld } from "./reading.ts";
import type { MachineRecord } from "./record.ts";
import { LibvirtError } from "./rpc/errors.ts";
import { makeVolumes } from "./volumes.ts";
import { findObject, refuseUnclear, type World } from "./world.ts";
import { defineDomain, done, otherDevices, writeMetadata } from "./writing.ts";

/** Creates the machine of an intent; a repeat finds the first one and finishes what it began. */
export async function createMachine(
  world: World,
  intent: Intent,
  operation: Operation,
): Promise<Outcome> {
  const found = await findObject(world, intent.objectId, operation);
  refuseUnclear(found, intent.name);
  const { domain } = found;
  if (domain !== undefined) {
    refuseForeign(domain, intent.tag.lineage);
    refuseFence(domain, intent.tag);
    return finishMachine(world, domain, { changed: false }, operation);
  }
  const place = await placeFor(world, intent, operation);
  const subject: Subject = {
    objectId: intent.objectId,
    record: recordFor(intent, place.link, place.why),
  };
  const name = await freeName(world, intent, operation);
  const layout = await layoutOn(place.link, subject, { settings: world.settings, operation });
  await refuseCards(place.link, intent, operation);
  if (place.why === undefined && wishedPower(intent.attributes) === "on") {
    const machine = { objectId: intent.objectId, attributes: intent.attributes };
    await world.admission.check(place.link, machine, operation);
  }
  operation.log({ phase: "define", detail: `domain "${name}" on host "${place.link.name}"` });
  const how = { name, tag: intent.tag, layout, settings: world.settings };
  const dom = await defineDomain(place.link, subject, how, operation);
  const held = await readHeld(place.link, dom, operation);
  if (held === undefined) {
    throw refusal("transient", CODES.notFound, `domain "${name}" has gone as soon as it was there`);
  }
  return finishMachine(world, held, { changed: true, layout, why: place.why }, operation);
}

function recordFor(intent: Intent, link: HostLink, why: NotStarted | undefined): MachineRecord {
  const { attributes, namespace, name, decision } = intent;
  const numa = numaWish(decision, link.name);
  return {
    attributes,
    namespace,
    name,
    stage: why === undefined ? "making" : "unplaced",
    origin: "made",
    volumesOn: [link.name],
    ...(numa === undefined ? {} : { numa }),
  };
}

interface Place {
  readonly link: HostLink;
  /** Why the machine is only registered there and cannot run. */
  readonly why: NotStarted | undefined;
}

/** The host of a new machine; one that no host can run is registered at the first that answers. */
async function placeFor(world: World, intent: Intent, operation: Operation): Promise<Place> {
  const machine = machineFor(intent.attributes);
  const link = intent.host === undefined ? undefined : targetLink(world, intent.host);
  if (link !== undefined) {
    const host = await knownHost(link, operation);
    if (exceedsEveryHost([host], machine) === undefined) return { link, why: undefined };
  }
  const why = await tooBig(world, intent, operation);
  if (link !== undefined) return { link, why: why ?? (await smallHost(link, intent, operation)) };
  const [first] = world.links.filter(({ settings }) => !settings.isInMaintenance);
  const any = first ?? world.links[0];
  if (any === undefined) throw refusal("invalid", CODES.settingsWrong, "there is no host");
  const message = `no host was chosen for machine "${intent.name}"`;
  return { link: any, why: why ?? { code: "NoHost", message } };
}

/** The machine fits on another host, but not on the one that it shall be on. */
async function smallHost(
  link: HostLink,
  intent: Intent,
  operation: Operation,
): Promise<NotStarted | undefined> {
  const host = await knownHost(link, operation);
  const why = exceedsEveryHost([host], machineFor(intent.attributes)) ?? "it is too small";
  throw refusal("conflict", CODES.hostFull, `host "${link.name}" cannot take the machine: ${why}`);
}

async function tooBig(
  world: World,
  intent: Intent,
  operation: Operation,
): Promise<NotStarted | undefined> {
  const hosts: Host[] = await Promise.all(world.links.map((link) => knownHost(link, operation)));
  const why = exceedsEveryHost(hosts, machineFor(intent.attributes));
  return why === undefined ? undefined : { code: "LimitExceedsHost", message: why };
}

/** Makes what is missing of a defined machine and brings it to the power state that is wished. */
export async function finishMachine(
  world: World,
  held: HeldDomain,
  known: {
    readonly changed: boolean;
    readonly layout?: Layout;
    readonly why?: NotStarted | undefined;
  },
  operation: Operation,
): Promise<Outcome> {
  const { record } = held;
  if (record === undefined) return done(held, known.changed, undefined);
  if (record.stage === "unplaced") {
    return done(held, known.changed, known.why ?? UNPLACED);
  }
  const work = async (): Promise<NotStarted | undefined> => {
    const notMade =
      record.stage === "making" ? await makeDisks(world, held, known, operation) : undefined;
    if (notMade !== undefined) return notMade;
    return bringPower(world, held, record.attributes, operation);
  };
  const notStarted = await held.link.gate(work);
  return done(await readAgain(held, operation), known.changed, notStarted);
}

const UNPLACED: NotStarted = {
  code: "LimitExceedsHost",
  message: "no host can run the machine: it is only registered",
};

/** Makes the volumes; only then the domain is marked as one whose disks hold its data. */
async function makeDisks(
  world: World,
  held: HeldDomain,
  known: { readonly layout?: Layout },
  operation: Operation,
): Promise<NotStarted | undefined> {
  const { record, tag, link } = held;
  if (record === undefined) return undefined;
  const subject: Subject = { objectId: held.dom.uuid, record };
  try {
    const { settings } = world;
    const layout = known.layout ?? (await layoutOn(link, subject, { settings, operation }));
    const others = await otherDevices(held, subject, { layout, settings }, operation);
    if (others !== undefined) {
      const message = `the domain of machine "${held.facts.name}" has ${others}: it is not started`;
      return { code: CODES.devicesDiffer, message };
    }
    operation.log({ phase: "disks" });
    await makeVolumes(link, layout, operation);
  } catch (error) {
    const problem = problemOf(error);
    if (!(error instanceof LibvirtError) || problem === undefined) throw error;
    const message = `a volume of machine "${held.facts.name}" cannot be made: ${problem.message}`;
    return { code: CODES.volumeFailed, message };
  }
  await writeMetadata(held, { record: { ...record, stage: "made" }, tag }, operation);
  return undefined;
}
