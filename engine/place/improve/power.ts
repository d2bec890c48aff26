import type { PowerPolicy } from "../../model/desired.ts";
import type { PowerAdvice } from "../../model/placement.ts";
import { applicantOf } from "../applicant.ts";
import { failover } from "../filters/failover.ts";
import { PASS } from "../filters/filter.ts";
import type { Ledger } from "../ledger.ts";
import { floorDivide, mebibytesDown, mebibytesUp, partsPerMillion } from "../units.ts";
import type { Board } from "./board.ts";
import { evacuate } from "./evacuate.ts";
import { peakPpm } from "./field.ts";
import { standsFailures } from "./promise.ts";
import type { Report } from "./report.ts";

const PPM_PER_PERCENT = 10_000;

/** One cluster and what was advised for it so far. */
export interface PowerTask {
  readonly cluster: number;
  readonly policy: PowerPolicy;
  /** Hosts whose state something else has decided. */
  readonly decided: ReadonlySet<string>;
  readonly advice: PowerAdvice[];
  readonly report: Report;
  readonly movesMax: number | undefined;
}

/**
 * Puts hosts to sleep that are used less than the band allows (DPM: below 45 % of 63 +- 18), the
 * least used first: those that can be emptied into others that stay at their target, and that are
 * not needed for fail-over. None sleeps while another is above the band. The ledger is left with
 * the moves made and the hosts in standby. Out: whether any went to sleep.
 */
export function putToSleep(board: Board, task: PowerTask): boolean {
  const { ledger } = board;
  const { policy, cluster, advice } = task;
  const before = advice.length;
  const lowPpm = (policy.targetPercent - policy.bandPercent) * PPM_PER_PERCENT;
  const highPpm = (policy.targetPercent + policy.bandPercent) * PPM_PER_PERCENT;
  for (const host of leastUsedFirst(ledger, cluster)) {
    const awake = awakeOf(ledger, cluster);
    if (awake.length <= Math.max(1, policy.hostsMin)) break;
    if (awake.some((each) => peakPpm(ledger, each) > highPpm)) break;
    const peak = peakPpm(ledger, host);
    const name = ledger.hosts[host]?.name ?? "";
    if (peak >= lowPpm || task.decided.has(name)) continue;
    const mark = board.mark();
    if (!rests(board, host, { ...task, awake })) continue;
    const use = `uses ${percent(peak)} %, below ${percent(lowPpm)} %`;
    task.report.claim(board, mark, {
      reason: "consolidate",
      priority: 3,
      message: `empties ${name}, which ${use} and may sleep`,
    });
    advice.push({ host: name, to: "standby", message: `${name} ${use}` });
  }
  return advice.length > before;
}

/** Empties a host and puts it to sleep; false: nothing has changed. */
function rests(
  board: Board,
  host: number,
  task: PowerTask & { readonly awake: readonly number[] },
): boolean {
  const { ledger } = board;
  const { admission } = ledger.clusters[task.cluster]?.policy ?? {};
  const isDedicated =
    admission?.kind === "dedicated" && admission.hosts.includes(ledger.hosts[host]?.name ?? "");
  if (isDedicated) return false;
  const mark = board.mark();
  const refuge = {
    hosts: task.awake,
    mostPpm: task.policy.targetPercent * PPM_PER_PERCENT,
    movesMax: task.report.movesLeft(task.movesMax),
  };
  if (!evacuate(board, host, refuge)) return false;
  ledger.wake(host, false);
  if (survives(board, task.cluster)) return true;
  ledger.wake(host, true);
  board.rollback(mark);
  return false;
}

/** True when what is awake still covers the failures that the policy names. */
function survives(board: Board, cluster: number): boolean {
  const { ledger } = board;
  const seats = [...board.seats().values()];
  const seat = seats.find(({ host }) => ledger.clusterOf[host] === cluster);
  if (seat === undefined) return true;
  const { workloadClass, host } = seat;
  const mark = ledger.mark();
  ledger.add(workloadClass, host, -1);
  const isAdmitted = failover.test(host, applicantOf(workloadClass, ledger), ledger) === PASS;
  ledger.rollback(mark);
  return isAdmitted && standsFailures(board, cluster);
}

/**
 * Wakes hosts where one is above the band (DPM: above 81 % of 63 +- 18) and the cluster as a whole
 * above its target: as many, by name, as bring the whole back under the edge, at least one.
 */
export function wakeUp(ledger: Ledger, task: PowerTask): void {
  const { policy, cluster, advice, decided } = task;
  const highPpm = (policy.targetPercent + policy.bandPercent) * PPM_PER_PERCENT;
  const awake = [...awakeOf(ledger, cluster)];
  const peak = awake.reduce((most, host) => Math.max(most, peakPpm(ledger, host)), 0);
  if (peak <= highPpm) return;
  if (wholePpm(ledger, awake) <= policy.targetPercent * PPM_PER_PERCENT) return;
  for (const [host, { name, connection }] of ledger.hosts.entries()) {
    const isSleeping = ledger.clusterOf[host] === cluster && connection === "standby";
    if (!isSleeping || decided.has(name)) continue;
    const use = `a host of its cluster uses ${percent(peak)} %, above ${percent(highPpm)} %`;
    advice.push({ host: name, to: "on", message: `${name} wakes: ${use}` });
    awake.push(host);
    if (wholePpm(ledger, awake) <= highPpm) return;
  }
}

/** Use of all hosts together, in ppm of the tighter resource. */
function wholePpm(ledger: Ledger, hosts: readonly number[]): number {
  const sum = (amounts: Float64Array): number =>
    hosts.reduce((total, host) => total + (amounts[host] ?? 0), 0);
  return Math.max(
    partsPerMillion(sum(ledger.loadCpu), sum(ledger.capacityCpu)),
    partsPerMillion(mebibytesUp(sum(ledger.loadMemory)), mebibytesDown(sum(ledger.capacityMemory))),
  );
}

const awakeOf = (ledger: Ledger, cluster: number): readonly number[] =>
  ledger.hosts.flatMap(({ connection }, host) =>
    ledger.clusterOf[host] === cluster && connection === "connected" ? [host] : [],
  );

const leastUsedFirst = (ledger: Ledger, cluster: number): readonly number[] =>
  awakeOf(ledger, cluster)
    .map((host) => ({ host, peak: peakPpm(ledger, host) }))
    .sort((left, right) => left.peak - right.peak || left.host - right.host)
    .map(({ host }) => host);

const percent = (ppm: number): string => String(floorDivide(ppm, PPM_PER_PERCENT));
