import { shortfallOf } from "../admission/shortfall.ts";
import { isAbovePpm, mebibytesDown, mebibytesUp, partsPerMillion } from "../basics/units.ts";
import type { Applicant } from "../classes/applicant.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { gpuMilliOf } from "../filters/gpu-device.ts";
import { fragmentation } from "../ledger/devices.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { preferencePenalty, shouldViolations } from "./wishes.ts";

/**
 * DRS' side of the choice: one vector of integers per host, smaller is better, compared from the
 * left; the first difference decides and gives the decision its name.
 */
export const TERMS = [
  /** Violated should rules: preferred terms of the top weight. */
  "should-rules",
  /** What the cluster could not restart after its largest host failed, in ppm. */
  "failover",
  /** Demand that would not be met after the placement, in ppm of the newcomer's. */
  "happiness",
  /** Load after the placement in steps of a tenth; small differences leave room for wishes. */
  "load-band",
  /** Weights of preferred terms, soft taints and soft spread. */
  "preferred",
  /** Thousandths of GPUs that become useless to others; only for who asks for a part of one. */
  "fragmentation",
  /** Highest use of CPU or memory after the placement, in ppm of the capacity. */
  "load",
  /** Kubernetes' weighted score. */
  "kube-score",
] as const;

export const VECTOR_LENGTH: number = TERMS.length;
const SHOULD_RULES: number = TERMS.indexOf("should-rules");
const FAILOVER: number = TERMS.indexOf("failover");
export const UNMET: number = TERMS.indexOf("happiness");
export const LOAD_BAND: number = TERMS.indexOf("load-band");
const PREFERRED: number = TERMS.indexOf("preferred");
const FRAGMENTATION: number = TERMS.indexOf("fragmentation");
export const LOAD: number = TERMS.indexOf("load");
export const KUBE_SCORE: number = TERMS.indexOf("kube-score");

const BAND_PPM = 100_000;

type Load = WorkloadClass["load"];

/** What DRS looks at, in a row for each host. */
export type HostLoads = Pick<
  Ledger,
  "capacityCpu" | "capacityMemory" | "capacityMebibytes" | "loadCpu" | "loadMemory"
>;

/** Use of CPU after the placement in ppm; the newcomer counts with its load (row D12). */
const cpuPpmAfter = (host: number, load: Load, ledger: HostLoads): number =>
  partsPerMillion((ledger.loadCpu[host] ?? 0) + load.cpuMillicores, ledger.capacityCpu[host] ?? 0);

/** Use of memory after the placement in ppm, in whole MiB. */
const memoryPpmAfter = (host: number, load: Load, ledger: HostLoads): number =>
  partsPerMillion(
    mebibytesUp((ledger.loadMemory[host] ?? 0) + load.memoryBytes),
    ledger.capacityMebibytes[host] ?? 0,
  );

/** Highest use of CPU or memory after the placement, in ppm of the capacity. */
export const loadPpmAfter = (host: number, load: Load, ledger: HostLoads): number =>
  Math.max(cpuPpmAfter(host, load, ledger), memoryPpmAfter(host, load, ledger));

/** True when `loadPpmAfter` of the host is more than so many ppm; told without a division. */
export const isLoadedBeyond = (host: number, load: Load, ledger: HostLoads, ppm: number): boolean =>
  isAbovePpm(
    (ledger.loadCpu[host] ?? 0) + load.cpuMillicores,
    ledger.capacityCpu[host] ?? 0,
    ppm,
  ) ||
  isAbovePpm(
    mebibytesUp((ledger.loadMemory[host] ?? 0) + load.memoryBytes),
    ledger.capacityMebibytes[host] ?? 0,
    ppm,
  );

/** Ppm of the newcomer's demand that the host could not meet, both resources added up. */
export function unmetPpmAfter(host: number, load: Load, ledger: HostLoads): number {
  const cpuFree = (ledger.capacityCpu[host] ?? 0) - (ledger.loadCpu[host] ?? 0);
  const memoryFree = (ledger.capacityMemory[host] ?? 0) - (ledger.loadMemory[host] ?? 0);
  if (load.cpuMillicores <= cpuFree && load.memoryBytes <= memoryFree) return 0;
  const cpuUnmet = Math.min(load.cpuMillicores, load.cpuMillicores - cpuFree);
  const memoryUnmet = Math.min(load.memoryBytes, load.memoryBytes - memoryFree);
  return (
    partsPerMillion(Math.max(0, cpuUnmet), load.cpuMillicores) +
    partsPerMillion(mebibytesUp(Math.max(0, memoryUnmet)), mebibytesUp(load.memoryBytes))
  );
}

/** Step of a tenth in which a load lies. */
export const loadBand = (ppm: number): number => Math.floor(ppm / BAND_PPM);

/** What one host would be like after the placement, for people. */
interface Outlook {
  readonly cpuPpm: number;
  readonly memoryPpm: number;
  readonly unmetPpm: number;
}

export const outlookOf = (host: number, load: Load, ledger: Ledger): Outlook => ({
  cpuPpm: cpuPpmAfter(host, load, ledger),
  memoryPpm: memoryPpmAfter(host, load, ledger),
  unmetPpm: unmetPpmAfter(host, load, ledger),
});

/** Where a vector is written: to `out`, from `offset` on. */
interface Target {
  readonly out: Float64Array;
  readonly offset: number;
}

/** Writes the vector of one host. */
export function drsVector(
  host: number,
  applicant: Applicant,
  ledger: Ledger,
  target: Target & { readonly kubeTotal: number },
): void {
  writeWishes(host, applicant, ledger, target);
  writeLoads(host, applicant, ledger, target);
}

/** Writes the terms that hosts with equal marks share: what rules and clusters say. */
export function writeWishes(
  host: number,
  applicant: Applicant,
  ledger: Ledger,
  { out, offset }: Target,
): void {
  out[offset + SHOULD_RULES] = applicant.hasWishes ? shouldViolations(host, applicant, ledger) : 0;
  out[offset + FAILOVER] = failoverDeficit(host, applicant, ledger);
  out[offset + PREFERRED] = applicant.hasWishes ? preferencePenalty(host, applicant, ledger) : 0;
}

/** Writes all other terms. */
export function writeLoads(
  host: number,
  applicant: Applicant,
  ledger: Ledger,
  { out, offset, kubeTotal }: Target & { readonly kubeTotal: number },
): void {
  const { load } = applicant.workloadClass;
  const peak = loadPpmAfter(host, load, ledger);
  out[offset + UNMET] = unmetPpmAfter(host, load, ledger);
  out[offset + LOAD_BAND] = loadBand(peak);
  out[offset + FRAGMENTATION] = fragmentationAfter(host, applicant, ledger);
  out[offset + LOAD] = peak;
  out[offset + KUBE_SCORE] = -kubeTotal;
}

/** What the placement makes useless of the host's GPUs to all who ask for parts of them. */
function fragmentationAfter(host: number, applicant: Applicant, ledger: Ledger): number {
  const amount = gpuMilliOf(applicant);
  if (amount === 0) return 0;
  const asked = ledger.classes.all().map((workloadClass) => gpuMilliOf({ workloadClass }));
  const demands = [...new Set(asked)].filter((each) => each > 0);
  return fragmentation(ledger.devices, host, { amount, demands });
}

/** The vector of the `kube` chooser: nothing but Kubernetes' score (row D07). */
export function kubeVector(out: Float64Array, offset: number, kubeTotal: number): void {
  out.fill(0, offset, offset + VECTOR_LENGTH);
  out[offset + KUBE_SCORE] = -kubeTotal;
}

/** First position in which two vectors differ; `VECTOR_LENGTH` when they are equal. */
export function firstDifference(left: Float64Array, right: Float64Array): number {
  for (let index = 0; index < VECTOR_LENGTH; index++) {
    if (left[index] !== right[index]) return index;
  }
  return VECTOR_LENGTH;
}

/** Below 0 when the left host is better; host numbers break ties, so the order is total. */
export function compareHosts(vectors: Float64Array, left: number, right: number): number {
  const leftAt = left * VECTOR_LENGTH;
  const rightAt = right * VECTOR_LENGTH;
  for (let index = 0; index < VECTOR_LENGTH; index++) {
    const difference = (vectors[leftAt + index] ?? 0) - (vectors[rightAt + index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left - right;
}

/** With one cluster the deficit is the same everywhere and decides nothing. */
function failoverDeficit(host: number, applicant: Applicant, ledger: Ledger): number {
  if (ledger.clusters.length < 2) return 0;
  return clusterDeficit(ledger.clusterOf[host] ?? 0, applicant, ledger);
}

/** Reserved amounts that a cluster could not restart, in ppm of all it has. */
function clusterDeficit(number: number, applicant: Applicant, ledger: Ledger): number {
  const cluster = ledger.clusters[number];
  if (cluster === undefined) return 0;
  const failures = Math.max(1, cluster.policy?.hostFailuresToTolerate ?? 0);
  const { resource, amount, whole } = shortfallOf(cluster, applicant, failures);
  if (amount <= 0) return 0;
  return resource === "memory"
    ? partsPerMillion(mebibytesUp(amount), mebibytesDown(whole))
    : partsPerMillion(amount, whole);
}
