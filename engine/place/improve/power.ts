import type { PowerPolicy } from "../../model/desired.ts";
import type { BalanceWish, PowerAdvice } from "../../model/placement.ts";
import { applicantOf } from "../classes/applicant.ts";
import { failover } from "../filters/failover.ts";
import { PASS } from "../filters/filter.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { floorDivide, mebibytesDown, mebibytesUp, partsPerMillion } from "../basics/units.ts";
import type { Board } from "./board.ts";
import { evacuate, type Held } from "./evacuate.ts";
import { peakPpm } from "./field.ts";
import { standsFailures } from "./promise.ts";
import type { Settled } from "../deciding/settled.ts";
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

/** One for each cluster whose hosts may sleep. */
export function powerTasks(
  balance: BalanceWish | undefined,
  { ledger, result }: Settled,
  report: Report,
): readonly PowerTask[] {
  const decided = new Set(result.power.map(({ host }) => host));
  return ledger.clusters.flatMap(({ policy }, cluster): PowerTask[] => {
    if (policy?.power === undefined) return [];
    const common = { cluster, policy: policy.power, decided, report };
    return [{ ...common, advice: [], movesMax: balance?.movesMax }];
  });
}

/** What keeps a host awake. */
export type Waking =
  | Held
  | {
      readonly code:
        | "in-band"
        | "hosts-min"
        | "cluster-busy"
        | "needed"
        | "failover-host"
        | "failover";
    };

/** What keeps every host of a cluster awake. */
const FOR_ALL: readonly (Waking["code"] | undefined)[] = ["hosts-min", "cluster-busy"];

/**
 * Puts hosts to sleep that are used less than the band allows (DPM: below 45 % of 63 +- 18), the
 * least used first: those that can be emptied into others that stay at their target, and that are
 * not needed for fail-over. None sleeps while another is above the band. The ledger is left with
 * the moves made and the hosts in standby. Out: whether any went to sleep.
 */
export function putToSleep(board: Board, task: PowerTask): boolean {
  const { ledger } = board;
  const before = task.advice.length;
  for (const host of leastUsedFirst(ledger, task.cluster)) {
    const peak = peakPpm(ledger, host);
    const name = ledger.hosts[host]?.name ?? "";
    const mark = board.mark();
    const kept = laidToRest(board, host, task);
    if (FOR_ALL.includes(kept?.code)) break;
    if (kept !== undefined) continue;
    const use = `uses ${percent(peak)} %, below ${percent(bandOf(task).lowPpm)} %`;
    task.report.claim(board, mark, {
      reason: "consolidate",
      priority: 3,
      message: `empties ${name}, which ${use} and may sleep`,
    });
    task.advice.push({ host: name, to: "standby", message: `${name} ${use}` });
  }
  return task.advice.length > before;
}

/** Empties a host and puts it to sleep; else what keeps it awake, and nothing has changed. */
export function laidToRest(board: Board, host: number, task: PowerTask): Waking | undefined {
  const { ledger } = board;
  const { policy, cluster } = task;
  if (peakPpm(ledger, host) >= bandOf(task).lowPpm) return { code: "in-band" };
  const awake = awakeOf(ledger, cluster);
  const code = keptAwake(ledger, host, awake, task);
  if (code !== undefined) return { code };
  const mark = board.mark();
  const held = evacuate(board, host, {
    hosts: awake,
    mostPpm: policy.targetPercent * PPM_PER_PERCENT,
    movesMax: task.report.movesLeft(task.movesMax),
  });
  if (held !== undefined) return held;
  ledger.wake(host, false);
  if (survives(board, cluster)) return undefined;
  ledger.wake(host, true);
  board.rollback(mark);
  return { code: "failover" };
}

/** What keeps a host awake wherever that which it runs could go. */
function keptAwake(
  ledger: Ledger,
  host: number,
  awake: readonly number[],
  task: PowerTask,
): Exclude<Waking["code"], Held["code"]> | undefined {
  const { policy, cluster, decided } = task;
  const name = ledger.hosts[host]?.name ?? "";
  const { highPpm } = bandOf(task);
  if (awake.length <= Math.max(1, policy.hostsMin)) return "hosts-min";
  if (awake.some((each) => peakPpm(ledger, each) > highPpm)) return "cluster-busy";
  if (decided.has(name)) return "needed";
  const { admission } = ledger.clusters[cluster]?.policy ?? {};
  const isSpare = admission?.kind === "dedicated" && admission.hosts.includes(name);
  return isSpare ? "failover-host" : undefined;
}

const bandOf = ({ policy }: PowerTask): { readonly lowPpm: number; readonly highPpm: number } => ({
  lowPpm: (policy.targetPercent - policy.bandPercent) * PPM_PER_PERCENT,
  highPpm: (policy.targetPercent + policy.bandPercent) * PPM_PER_PERCENT,
});

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

/** What lets a host sleep on. */
export type Sleeping = "not-needed" | "cluster-free" | "others-wake";

/**
 * Wakes hosts where one is above the band (DPM: above 81 % of 63 +- 18) and the cluster as a whole
 * above its target: as many, by name, as bring the whole back under the edge, at least one. Out:
 * what lets the others of the cluster sleep on.
 */
export function wakeUp(ledger: Ledger, task: PowerTask): Sleeping {
  const { policy, cluster, advice, decided } = task;
  const { highPpm } = bandOf(task);
  const awake = [...awakeOf(ledger, cluster)];
  const peak = awake.reduce((most, host) => Math.max(most, peakPpm(ledger, host)), 0);
  if (peak <= highPpm) return "not-needed";
  if (wholePpm(ledger, awake) <= policy.targetPercent * PPM_PER_PERCENT) return "cluster-free";
  for (const [host, { name, connection }] of ledger.hosts.entries()) {
    const isSleeping = ledger.clusterOf[host] === cluster && connection === "standby";
    if (!isSleeping || decided.has(name)) continue;
    const use = `a host of its cluster uses ${percent(peak)} %, above ${percent(highPpm)} %`;
    advice.push({ host: name, to: "on", message: `${name} wakes: ${use}` });
    awake.push(host);
    if (wholePpm(ledger, awake) <= highPpm) break;
  }
  return "others-wake";
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
