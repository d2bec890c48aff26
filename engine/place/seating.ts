import { compareText } from "../model/canonical.ts";
import type { PlacementWorkload } from "../model/placement.ts";
import type { WorkloadClass } from "./classes.ts";
import type { Ledger } from "./ledger.ts";
import type { Pending } from "./order.ts";

/** A placed workload: its class, and the number of its host. */
export interface Seat {
  readonly workloadClass: WorkloadClass;
  readonly host: number;
}

/**
 * Gives every workload its class, then seats those that are somewhere in the ledger and in
 * `placed`; returns who waits, in key order. Every class is known before anything is counted.
 */
export function settle(
  workloads: readonly PlacementWorkload[],
  { ledger, placed }: { readonly ledger: Ledger; readonly placed: Register },
): readonly Pending[] {
  const { classes } = ledger;
  const sorted = sortedByKey(workloads);
  let waitingCount = 0;
  const known = sorted.map((workload): WorkloadClass | undefined => {
    discountMeasured(workload, ledger);
    if (workload.wish !== "keep") waitingCount++;
    if (workload.poweredOn) return classes.classOf(workload);
    return workload.wish === "keep" ? undefined : classes.classOf(withoutDemand(workload));
  });
  const waiting: Pending[] = [];
  // As long as it has to be from the start, as it would be copied again and again.
  waiting.length = waitingCount;
  waitingCount = 0;
  for (let index = 0; index < sorted.length; index++) {
    const workload = sorted[index];
    const first = known[index];
    if (workload === undefined || first === undefined) continue;
    const workloadClass = classes.merged(first);
    const at = workload.at === undefined ? undefined : ledger.indexOf.get(workload.at);
    const isNew = workload.wish === "place";
    const seat =
      at === undefined || isNew ? undefined : seatOf(workload, workloadClass, at, ledger);
    if (seat !== undefined) placed.set(workload.key, seat);
    if (workload.wish === "keep") continue;
    waiting[waitingCount++] = { workload, workloadClass, seat, mayStay: isNew ? at : undefined };
  }
  return waiting;
}

/** Where seats are entered. */
interface Register {
  readonly set: (key: string, seat: Seat) => unknown;
}

/** Seats a workload that runs somewhere. */
function seatOf(
  { poweredOn }: PlacementWorkload,
  workloadClass: WorkloadClass,
  host: number,
  ledger: Ledger,
): Seat | undefined {
  if (!poweredOn) return undefined;
  ledger.add(workloadClass, host, 1);
  return { workloadClass, host };
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

/** Room of what this plan removes: it counts before, and is free for everything after. */
export function seatLeaving(
  workloads: readonly PlacementWorkload[],
  ledger: Ledger,
): readonly Seat[] {
  const seats: Seat[] = [];
  for (const workload of workloads) {
    const host = workload.at === undefined ? undefined : ledger.indexOf.get(workload.at);
    if (host === undefined || !workload.poweredOn) continue;
    if (workload.active !== undefined) ledger.discountActive(host, workload.active);
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
