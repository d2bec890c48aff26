/** The promises that must hold whatever happened; each names the invariant of the design. */
import type { Address } from "../../engine/model/address.ts";
import type { ObservedObject } from "../../engine/model/observation.ts";
import type { Plan } from "../../engine/model/plan.ts";
import type { DesiredState } from "../../engine/model/desired.ts";
import type { RecordedState } from "../../engine/model/recorded.ts";
import type { Accuse, FakeWorld } from "./world.ts";

/** What the run was told to be durable: it must be found after every crash. */
export interface Acknowledged {
  readonly intent: string;
  readonly address: string;
  readonly objectId: string;
  /** False for removals and forgets. */
  readonly keepsRecord: boolean;
}

/** I4: every acknowledged end is still an end. */
export function checkNothingLost(
  recorded: RecordedState,
  acknowledged: readonly Acknowledged[],
  world: FakeWorld,
  accuse: Accuse,
): void {
  const destroyed = new Set(world.destroyed.map(({ objectId }) => objectId));
  const open = new Set(recorded.openOperations.map((operation) => operation.intent));
  const latest = new Map<string, Acknowledged>();
  for (const end of acknowledged) {
    if (open.has(end.intent)) accuse("I4", `${end.intent} has ended but is open again`);
    latest.set(end.objectId, end);
  }
  for (const { objectId, address, keepsRecord } of latest.values()) {
    const isRecorded = [...recorded.resources.values()].some((record) => record.id === objectId);
    const isOpen = recorded.openOperations.some((operation) => operation.objectId === objectId);
    // A removal may have ended durably in the moment before its end could be told.
    const isMadeAgain = world.objects.has(objectId);
    const isLost = keepsRecord
      ? !isRecorded && !isOpen && !destroyed.has(objectId)
      : isRecorded && !isMadeAgain;
    if (isLost) {
      accuse("I4", `the end of the last step for ${address} is lost`);
    }
  }
}

/** I7: only what an approved plan shows as destroyed is destroyed. */
export function checkDestroyed(
  world: FakeWorld,
  plans: ReadonlyMap<string, Plan>,
  accuse: Accuse,
): void {
  for (const { objectId, planDigest } of world.destroyed) {
    const steps = plans.get(planDigest)?.steps ?? [];
    const isShown = steps.some((step) => step.verb === "remove" && step.objectId === objectId);
    if (!isShown) accuse("I7", `${objectId} was destroyed, but no plan shows it`);
  }
}

/** I8: serials only grow, and only a higher fence writes after a lower one. */
export function checkCommits(
  committed: readonly { readonly serial: number; readonly fence: number }[],
  accuse: Accuse,
): void {
  for (const [index, { serial, fence }] of committed.entries()) {
    const before = committed[index - 1];
    if (before === undefined) continue;
    // A crash may take back the last rename, so a serial can be written again by the next writer.
    if (serial < before.serial) accuse("I8", `serial ${serial} after ${before.serial}`);
    if (fence < before.fence) accuse("I8", `fence ${fence} commits after ${before.fence}`);
    if (serial === before.serial && fence === before.fence && serial > 0) {
      accuse("I8", `serial ${serial} is committed twice by one writer`);
    }
  }
}

/** I1, I2, I3, I6: world, state and wish say the same. */
export function checkConverged(
  desired: DesiredState,
  at: {
    readonly world: FakeWorld;
    readonly recorded: RecordedState;
    /** Addresses of objects that the last plan showed as found and not recorded. */
    readonly found: ReadonlySet<string>;
  },
  accuse: Accuse,
): void {
  const { world, recorded, found } = at;
  const byAddress = new Map<string, ObservedObject>();
  for (const object of world.objects.values()) {
    if (object.namespace === "foreign") continue;
    const address = object.tag?.address;
    if (address === undefined) {
      accuse("I1", `${object.name} has lost its tag and nobody owns it`);
      continue;
    }
    const isKnown = recorded.resources.has(address) || desired.resources.has(address);
    // A request that lands after its object was destroyed is shown, and left for people to judge.
    if (found.has(address) && !isKnown) continue;
    if (byAddress.has(address)) accuse("I2", `${address} exists twice`);
    byAddress.set(address, object);
    const record = recorded.resources.get(address);
    if (record?.id !== object.id) accuse("I1", `${address} (${object.id}) is in no record`);
  }
  checkWishes(desired, byAddress, accuse);
}

/** I3: nothing is recorded that does not exist. */
export function checkNoGhosts(world: FakeWorld, recorded: RecordedState, accuse: Accuse): void {
  for (const [address, record] of recorded.resources) {
    if (!world.objects.has(record.id)) accuse("I3", `${address} is recorded, but does not exist`);
  }
}

function checkWishes(
  desired: DesiredState,
  byAddress: ReadonlyMap<string, ObservedObject>,
  accuse: Accuse,
): void {
  const asText = (value: object): string => JSON.stringify(sorted(value));
  for (const [address, { attributes }] of byAddress) {
    const wish = desired.resources.get(address as Address);
    if (wish === undefined) accuse("I6", `${address} exists, but nobody wishes it`);
    else if (asText(wish.attributes) !== asText(attributes)) {
      accuse("I6", `${address} is not as wished`);
    }
  }
  for (const address of desired.resources.keys()) {
    if (!byAddress.has(address)) accuse("I6", `${address} is wished, but does not exist`);
  }
}

const sorted = (value: object): object =>
  Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
