import { compareText } from "../../model/canonical.ts";
import type { PlacementWorkload } from "../../model/placement.ts";
import type { ClassTable, WorkloadClass } from "../classes/classes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Pending } from "./order.ts";
import { type Crowd, Waiting } from "./waiting.ts";

/** A placed workload: its class, and the number of its host. */
export interface Seat {
  readonly workloadClass: WorkloadClass;
  readonly host: number;
}

/**
 * Gives every workload its class, then seats those that are somewhere in the ledger and in
 * `placed`; returns who waits. Every class is known before anything is counted.
 */
export function settle(
  workloads: readonly PlacementWorkload[],
  { ledger, placed }: { readonly ledger: Ledger; readonly placed: Register },
): Waiting {
  const { classes } = ledger;
  const sorted = sortedByKey(workloads);
  const { classIds, places, located, hasGangs } = enrol(sorted, ledger);
  merge(classIds, classes);
  const seats = new Map<number, Seat>();
  const stays = new Map<number, number>();
  for (const place of located) {
    const workload = sorted[place];
    const id = classIds[place] ?? NO_CLASS;
    const host = ledger.indexOf.get(workload?.at ?? "");
    if (workload === undefined || id === NO_CLASS || host === undefined) continue;
    if (workload.wish === "place") stays.set(place, host);
    else if (workload.poweredOn) {
      const seat = { workloadClass: classes.at(id), host };
      ledger.add(seat.workloadClass, host, 1);
      placed.set(workload.key, seat);
      if (workload.wish === "repair") seats.set(place, seat);
    }
  }
  const pendingAt = (place: number, workload: PlacementWorkload): Pending => {
    const workloadClass = classes.at(classIds[place] ?? NO_CLASS);
    return { workload, workloadClass, seat: seats.get(place), mayStay: stays.get(place) };
  };
  const areNewcomers = seats.size + stays.size === 0;
  const crowd = { workloads: sorted, classIds, classes, pendingAt, areNewcomers, hasGangs };
  return new Waiting(crowd, places);
}

/** Stands for the class of what takes no room and asks for none. */
const NO_CLASS = -1;

/** Numbers of classes, places of those that wait, and places of those that are on a host. */
function enrol(
  sorted: readonly PlacementWorkload[],
  ledger: Ledger,
): Pick<Crowd, "classIds" | "hasGangs"> & {
  readonly places: Int32Array;
  readonly located: readonly number[];
} {
  const classIds = new Int32Array(sorted.length);
  const places = new Int32Array(sorted.length);
  const located: number[] = [];
  let count = 0;
  let hasGangs = false;
  for (let place = 0; place < sorted.length; place++) {
    const workload = sorted[place];
    if (workload === undefined) continue;
    if (workload.at !== undefined) {
      discountMeasured(workload, ledger);
      located.push(place);
    }
    classIds[place] = classIdOf(workload, ledger.classes);
    if (workload.wish === "keep") continue;
    places[count++] = place;
    if (workload.gang !== undefined) hasGangs = true;
  }
  return { classIds, places: places.subarray(0, count), located, hasGangs };
}

function classIdOf(workload: PlacementWorkload, classes: ClassTable): number {
  if (workload.poweredOn) return classes.classOf(workload).id;
  return workload.wish === "keep" ? NO_CLASS : classes.classOf(withoutDemand(workload)).id;
}

/** Puts the class that stands for several alike in the place of each of them. */
function merge(classIds: Int32Array, classes: ClassTable): void {
  const mergedIds: number[] = [];
  for (let place = 0; place < classIds.length; place++) {
    const id = classIds[place] ?? NO_CLASS;
    if (id !== NO_CLASS) classIds[place] = mergedIds[id] ??= classes.merged(classes.at(id)).id;
  }
}

/** Where seats are entered. */
interface Register {
  readonly set: (key: string, seat: Seat) => unknown;
}

/** The measured use of hosts holds that of their workloads, which are counted one by one. */
function discountMeasured(workload: PlacementWorkload, ledger: Ledger): void {
  const { wish, at, poweredOn, active } = workload;
  if (active === undefined || at === undefined || wish === "place" || !poweredOn) return;
  const host = ledger.indexOf.get(at);
  if (host !== undefined) ledger.discountActive(host, active);
}

/** Who makes a problem sorts it already; looking is cheaper than sorting again. */
export function sortedByKey(workloads: readonly PlacementWorkload[]): readonly PlacementWorkload[] {
  const isSorted = workloads.every(
    ({ key }, index) => index === 0 || (workloads[index - 1]?.key ?? "") <= key,
  );
  return isSorted
    ? workloads
    : [...workloads].sort((left, right) => compareText(left.key, right.key));
}

/**
 * Makes known what this plan removes, before anybody is seated: whoever is counted has to know all
 * others, and what is measured of one must not be taken out of what counts for another.
 */
export function enrolLeaving(workloads: readonly PlacementWorkload[], ledger: Ledger): void {
  for (const workload of workloads) {
    ledger.classes.classOf(workload);
    discountMeasured(workload, ledger);
  }
}

/** Room of what this plan removes: it counts before, and is free for everything after. */
export function seatLeaving(
  workloads: readonly PlacementWorkload[],
  ledger: Ledger,
): readonly Seat[] {
  const seats: Seat[] = [];
  for (const workload of workloads) {
    const host = workload.at === undefined ? undefined : ledger.indexOf.get(workload.at);
    if (host === undefined || !workload.poweredOn) continue;
    const workloadClass = ledger.classes.classOf(workload);
    ledger.add(workloadClass, host, 1);
    seats.push({ workloadClass, host });
  }
  return seats;
}

/** Powered-off workloads get a host to be registered on, but take no room (row D04). */
function withoutDemand(workload: PlacementWorkload): PlacementWorkload {
  const none = { cpuMillicores: 0, memoryBytes: 0 };
  const scored = { nonZero: none, nonZeroWaiting: none };
  const { request } = workload.demand;
  return {
    ...workload,
    active: undefined,
    demand: {
      request: { ...request, ...none, ephemeralStorageBytes: 0, extended: {}, ...scored },
      limit: {},
      size: { vcpus: 0, ...none },
      reservation: none,
      overheadBytes: 0,
      shares: workload.demand.shares,
    },
  };
}
