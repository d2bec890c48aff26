import type { OwnershipTag } from "../../engine/model/observation.ts";
import { CODES } from "./codes.ts";
import { rootBytes } from "./disks.ts";
import type { HeldDomain } from "./domains.ts";
import { targetLink } from "./guards.ts";
import { layoutOn, type Layout, type Subject } from "./layout.ts";
import type { HostLink } from "./link.ts";
import { migrateLive } from "./migrate.ts";
import { type NumaWish, withNuma } from "./numa.ts";
import { type Operation, refusal } from "./operation.ts";
import { readAgain, readHeld } from "./reading.ts";
import type { MachineRecord } from "./record.ts";
import { copyVolume, deleteVolumes, findVolumes, makeVolumes } from "./volumes.ts";
import type { World } from "./world.ts";
import {
  defineDomain,
  definitionOf,
  differenceIn,
  isActive,
  keepDefined,
  otherDevices,
  undefine,
  writeMetadata,
} from "./writing.ts";
import { isBound } from "./xml/binding.ts";
import { withPaths } from "./xml/paths.ts";

/** What has been on the serial console comes along, up to this much of it. */
const CONSOLE_BYTES_MAX = 4 * 2 ** 20;

interface Destination {
  readonly to: string;
  readonly tag: OwnershipTag;
  /** What it is bound to there. */
  readonly numa: NumaWish | undefined;
}

/** Brings a machine to another host: live where it runs, else with its disks as they are. */
export async function moveMachine(
  world: World,
  held: HeldDomain,
  { to, tag, numa }: Destination,
  operation: Operation,
): Promise<HeldDomain> {
  const { record } = held;
  if (record === undefined) return held;
  const target = targetLink(world, to);
  refuseForeignDisks(world, held);
  refuseTestDriver(held);
  const isListed = record.volumesOn.includes(to);
  const volumesOn = [...new Set([...record.volumesOn, to])];
  const both = withNuma({ ...record, volumesOn }, numa);
  // Where volumes may be is written before the first is made there.
  await writeMetadata(held, { record: both, tag }, operation);
  const subject: Subject = { objectId: held.dom.uuid, record: both };
  const way: Way = { world, held, target, subject, isListed, tag };
  if (record.stage !== "made") return moveDefinition(way, operation);
  const layout = await prepare(way, operation);
  if (isActive(held.run.state)) return moveLive(way, layout, operation);
  return moveCold(way, layout, operation);
}

interface Way {
  readonly world: World;
  readonly held: HeldDomain;
  readonly target: HostLink;
  readonly subject: Subject;
  /** An earlier call may have left volumes at the target. */
  readonly isListed: boolean;
  readonly tag: OwnershipTag;
}

/** Disks of an adopted machine are not ours to copy. */
function refuseForeignDisks(world: World, { record, facts }: HeldDomain): void {
  const hasDisks = facts.disks.some(({ path, readOnly }) => path !== undefined && !readOnly);
  if (record?.origin !== "adopted" || !hasDisks || world.settings.isStorageShared) return;
  const why =
    `machine "${facts.name}" was adopted, and its disks are on its host alone: ` +
    "vpac copies only disks that it made";
  throw refusal("invalid", CODES.moveFailed, why);
}

/** libvirt's driver without machines has nothing that could be sent to another host. */
function refuseTestDriver({ link, run, facts }: HeldDomain): void {
  if (!link.isTest || !isActive(run.state)) return;
  const why = `machine "${facts.name}" runs under libvirt's test driver, which moves no machines`;
  throw refusal("invalid", CODES.moveFailed, why);
}

/** Makes the volumes at the target; their data comes with the move. */
async function prepare(way: Way, operation: Operation): Promise<Layout | undefined> {
  const { world, held, target, subject, isListed } = way;
  const { settings } = world;
  if (subject.record.origin === "adopted") return undefined;
  const wished = await layoutOn(target, subject, { settings, operation });
  const layout = await asLarge(held, wished, operation);
  if (settings.isStorageShared) return layout;
  const there = await findVolumes(target, subject.objectId, operation);
  if (there.length > 0 && !isListed) {
    const why =
      `host "${target.name}" has volumes of machine "${held.facts.name}" already: if both hosts ` +
      "use the same storage, set sharedStorage";
    throw refusal("conflict", CODES.moveFailed, why);
  }
  await deleteVolumes(target, subject.objectId, operation);
  await makeVolumes(target, layout, operation);
  if (!target.isTest) {
    const { name } = layout.console.spec;
    const log = { from: held.link, to: target, objectId: subject.objectId, name };
    await copyVolume({ ...log, bytesMax: CONSOLE_BYTES_MAX }, operation);
  }
  return layout;
}

/** The disk at the target takes all of that at the source, which somebody may have enlarged. */
async function asLarge(held: HeldDomain, layout: Layout, operation: Operation): Promise<Layout> {
  const { root } = layout;
  if (root === undefined || held.link.isTest) return layout;
  const bytes = (await rootBytes(held, operation)) ?? 0;
  const capacityBytes = Math.max(root.spec.capacityBytes, bytes);
  return { ...layout, root: { ...root, spec: { ...root.spec, capacityBytes } } };
}

/** Files of the machine whose paths at the target are others than at the source. */
async function otherPaths(
  { world, held, subject }: Way,
  layout: Layout | undefined,
  operation: Operation,
): Promise<ReadonlyMap<string, string>> {
  if (layout === undefined) return new Map();
  const { settings } = world;
  const source = await layoutOn(held.link, subject, { settings, operation });
  const pairs = pathsOf(source).map((path, index): [string, string] => [
    path,
    pathsOf(layout)[index] ?? path,
  ]);
  return new Map(pairs.filter(([from, to]) => from !== to));
}

/** Every file of a machine, in an order of its own. */
const pathsOf = ({ root, seed, console, kernel }: Layout): readonly string[] => [
  console.path,
  root?.path ?? "",
  root?.spec.backing?.path ?? "",
  seed?.path ?? "",
  kernel?.path ?? "",
  kernel?.initrdPath ?? "",
];

/** A machine that has no disks yet is defined at the target and forgotten at the source. */
async function moveDefinition(way: Way, operation: Operation): Promise<HeldDomain> {
  const { world, target, subject } = way;
  const { settings } = world;
  const layout = await layoutOn(target, subject, { settings, operation });
  return changeOver(way, layout, operation);
}

async function moveLive(
  way: Way,
  layout: Layout | undefined,
  operation: Operation,
): Promise<HeldDomain> {
  const { world, held, target, subject } = way;
  const paths = await otherPaths(way, layout, operation);
  const definition = await definitionOf(held, operation);
  const isBoundAnew = isBound(definition) || layout?.binding !== undefined;
  const how = { settings: world.settings, layout, paths, isBoundAnew };
  const { objectId, record } = subject;
  const machine = { objectId, attributes: record.attributes };
  const before = withPaths(definition, paths);
  // The room is held while it comes: another one may be on its way to the same host.
  await world.admission.admitted(target, machine, operation, () =>
    held.link.gate(() => migrateLive(held, target, how, operation)),
  );
  const there = await arrived(target, held, operation);
  await keepDefined(there, operation);
  const others = differenceIn(before, await definitionOf(there, operation));
  if (others === undefined) return there;
  const why =
    `machine "${held.facts.name}" runs on host "${target.name}", where its domain ` +
    `has ${others}`;
  throw refusal("conflict", CODES.devicesDiffer, why);
}

async function moveCold(
  way: Way,
  layout: Layout | undefined,
  operation: Operation,
): Promise<HeldDomain> {
  const { world, held, target, subject } = way;
  if (layout === undefined) {
    const why = `machine "${held.facts.name}" was adopted: it is moved only while it runs`;
    throw refusal("invalid", CODES.moveFailed, why);
  }
  if (layout.root !== undefined && !world.settings.isStorageShared) {
    operation.log({ phase: "copy", detail: `the disk goes to host "${target.name}"` });
    const name = layout.root.spec.name;
    await copyVolume({ from: held.link, to: target, objectId: subject.objectId, name }, operation);
  }
  return changeOver(way, layout, operation);
}

/** The definition at the source ends only when that at the target is complete. */
async function changeOver(way: Way, layout: Layout, operation: Operation): Promise<HeldDomain> {
  const { world, held, target, subject, tag } = way;
  const how = { name: held.facts.name, tag, layout, settings: world.settings };
  const dom = await defineDomain(target, subject, how, operation);
  const there = { ...held, link: target, dom };
  const others = await otherDevices(there, subject, how, operation);
  if (others !== undefined) {
    await undefine(there, operation);
    const why =
      `machine "${held.facts.name}" stays on host "${held.link.name}": on host ` +
      `"${target.name}" its domain has ${others}`;
    throw refusal("conflict", CODES.devicesDiffer, why);
  }
  await undefine(held, operation);
  return arrived(target, { ...held, dom }, operation);
}

async function arrived(
  target: HostLink,
  { dom, facts }: HeldDomain,
  operation: Operation,
): Promise<HeldDomain> {
  const found = await operation.find(target, "DomainLookupByUUID", { uuid: dom.uuid });
  const held = found === undefined ? undefined : await readHeld(target, found.dom, operation);
  if (held !== undefined) return held;
  const why = `machine "${facts.name}" was moved to host "${target.name}" and is not there`;
  throw refusal("transient", CODES.moveFailed, why);
}

/** Where the machine still has a domain its volumes may be in use; idle ones have gone before. */
async function refuseInUse(
  other: HostLink,
  { dom, facts }: HeldDomain,
  operation: Operation,
): Promise<void> {
  const there = await operation.find(other, "DomainLookupByUUID", { uuid: dom.uuid });
  if (there === undefined) return;
  const why = `host "${other.name}" still has a domain of machine "${facts.name}"`;
  throw refusal("transient", CODES.moveFailed, why);
}

/** Deletes the volumes that a machine left at hosts it is no longer on. */
export async function sweepVolumes(
  world: World,
  held: HeldDomain,
  operation: Operation,
): Promise<HeldDomain> {
  const { record, tag, link, dom } = held;
  if (record === undefined || record.origin === "adopted") return held;
  const left = record.volumesOn.filter((name) => name !== link.name);
  if (left.length === 0 && record.volumesOn.length === 1) return held;
  if (!world.settings.isStorageShared) {
    for (const name of left) {
      const other = world.link(name);
      if (other === undefined) continue;
      await refuseInUse(other, held, operation);
      await deleteVolumes(other, dom.uuid, operation);
    }
  }
  const swept: MachineRecord = { ...record, volumesOn: [link.name] };
  await writeMetadata(held, { record: swept, tag }, operation);
  return readAgain(held, operation);
}
