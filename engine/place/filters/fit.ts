import { cpuText, memoryFree, memoryWanted } from "../basics/amounts.ts";
import type { Applicant } from "../classes/applicant.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Stock } from "../ledger/supply.ts";
import { type Description, type Filter, PASS } from "./filter.ts";

const PODS = 0;
const CPU = 1;
const MEMORY = 2;
const STORAGE = 3;
const EXTENDED = 4;
/** Every code but that of the Pod count exists twice: curable, and larger than the host. */
const INCURABLE = 4;
/** Above the bits of all kinds. */
const HOPELESS = 1 << 5;

/** What is asked of one resource and what the host still has; exactly enough is enough (D05). */
interface AskedAmount {
  readonly what: number;
  readonly name: string;
  readonly wanted: number;
  readonly allocatable: number;
  readonly free: number;
}

/** Requests against what is unallocated. Source: NodeResourcesFit of kube-scheduler. */
export const fit: Filter = {
  name: "NodeResourcesFit",
  origin: "kubernetes",
  scope: "ledger",
  reasons: [
    { code: "pods-full", curable: true },
    { code: "cpu-short", curable: true },
    { code: "mem-short", curable: true },
    { code: "storage-short", curable: true },
    { code: "extended-short", curable: true },
    { code: "cpu-short", curable: false },
    { code: "mem-short", curable: false },
    { code: "storage-short", curable: false },
    { code: "extended-short", curable: false },
  ],
  needs: ({ workloadClass }, ledger) => {
    const { request } = workloadClass.sample.demand;
    const { pods, cpu, memory, storage } = ledger.requests;
    return [
      { wanted: workloadClass.isPod ? 1 : 0, from: pods },
      { wanted: request.cpuMillicores, from: cpu },
      { wanted: request.memoryBytes, from: memory },
      { wanted: request.ephemeralStorageBytes, from: storage },
      ...workloadClass.extended.map(([name, wanted]) => ({ wanted, from: ledger.extended(name) })),
    ];
  },
  test: (host, { workloadClass }, ledger) => {
    const lacking = lackingOf(host, workloadClass, ledger);
    if (lacking === 0) return PASS;
    if (lacking < HOPELESS) return lowestOf(lacking);
    // One amount beyond the host's size makes the whole verdict incurable, as upstream has it.
    return lowestOf(lacking & ~(1 << PODS)) + INCURABLE;
  },
  describe: (host, applicant, ledger, reason) => {
    const what = reason > INCURABLE ? reason - INCURABLE : reason;
    for (const [name, wanted, stock] of askedOf(what, applicant, ledger)) {
      const allocatable = stock.wholeOf(host);
      const free = allocatable - stock.takenOf(host);
      if (wanted > free) return describeNeed({ what, name, wanted, allocatable, free });
    }
    return { message: "not enough room" };
  },
};

/** A bit for each kind that a host lacks, and one more where it could never have some of it. */
function lackingOf(
  host: number,
  { sample, isPod, extended }: WorkloadClass,
  ledger: Ledger,
): number {
  const { request } = sample.demand;
  const { pods, cpu, memory, storage } = ledger.requests;
  let lacking =
    (isPod && !pods.has(host, 1) ? 1 << PODS : 0) |
    lackOf(CPU, request.cpuMillicores, cpu, host) |
    lackOf(MEMORY, request.memoryBytes, memory, host) |
    lackOf(STORAGE, request.ephemeralStorageBytes, storage, host);
  for (const [name, wanted] of extended) {
    lacking |= lackOf(EXTENDED, wanted, ledger.extended(name), host);
  }
  return lacking;
}

function lackOf(what: number, wanted: number, supply: Stock, host: number): number {
  if (wanted <= 0 || supply.has(host, wanted)) return 0;
  return (1 << what) | (wanted > supply.wholeOf(host) ? HOPELESS : 0);
}

const lowestOf = (bits: number): number => 31 - Math.clz32(bits & -bits);

/** Names and amounts of one kind, with what hosts have of them. */
function askedOf(
  what: number,
  { workloadClass }: Applicant,
  ledger: Ledger,
): readonly (readonly [name: string, wanted: number, stock: Stock])[] {
  const { request } = workloadClass.sample.demand;
  const { pods, cpu, memory, storage } = ledger.requests;
  switch (what) {
    case PODS:
      return [["pods", 1, pods]];
    case CPU:
      return [["cpu", request.cpuMillicores, cpu]];
    case MEMORY:
      return [["memory", request.memoryBytes, memory]];
    case STORAGE:
      return [["ephemeral-storage", request.ephemeralStorageBytes, storage]];
    default:
      return workloadClass.extended.map(([name, wanted]) => [name, wanted, ledger.extended(name)]);
  }
}

function describeNeed(need: AskedAmount): Description {
  if (need.what === PODS) {
    return { message: `the host runs ${String(need.allocatable)} Pods, its maximum`, short: 1 };
  }
  const verdict = need.wanted > need.allocatable ? "more than the host has" : "not enough is free";
  const { wanted, free } = TEXTS[need.what] ?? IN_BYTES;
  const amounts = `requested ${wanted(need.wanted)}, free ${free(Math.max(0, need.free))}`;
  return {
    message: `${need.name}: ${amounts}, ${verdict}`,
    short: need.wanted - Math.max(0, need.free),
  };
}

interface NeedTexts {
  readonly wanted: (amount: number) => string;
  readonly free: (amount: number) => string;
}

const IN_BYTES: NeedTexts = { wanted: memoryWanted, free: memoryFree };
const TEXTS: Readonly<Record<number, NeedTexts>> = {
  [CPU]: { wanted: cpuText, free: cpuText },
  [EXTENDED]: { wanted: String, free: String },
};
