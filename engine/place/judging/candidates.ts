import type { Candidate } from "../../model/placement.ts";
import type { Applicant } from "../classes/applicant.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { outlookOf } from "./score.ts";
import { KUBE_TOTAL_MAX, SCORES } from "../scores/index.ts";
import type { ScoreValues } from "../scores/parted.ts";
import { percentOf } from "../basics/units.ts";

const HUNDRED = 100;
const PPM_PER_PERCENT = 10_000;

/** What a candidate is made of, beside the ledger. */
export interface CandidateBasis {
  readonly applicant: Applicant;
  readonly ledger: Ledger;
  readonly chooser: "drs" | "kube";
}

/** The score card of a feasible host as the ledger has it now. */
export function candidateOf(
  host: number,
  values: ScoreValues,
  basis: CandidateBasis,
): Omit<Candidate, "rank"> {
  const { applicant, ledger, chooser } = basis;
  const { load } = applicant.workloadClass;
  const { cpuPpm, memoryPpm, unmetPpm } = outlookOf(host, load, ledger);
  const [happiness, cpu, memory] = [unmetPpm, cpuPpm, memoryPpm].map(leftOf) as Percents;
  const terms: Record<string, number> = { happiness, cpu, memory };
  let total = 0;
  values.forEach((value, index) => {
    const score = SCORES[index];
    if (score === undefined || value === undefined) return;
    terms[score.name] = value;
    total += score.weight * value;
  });
  const score =
    chooser === "kube"
      ? percentOf(total, KUBE_TOTAL_MAX)
      : Math.floor((happiness + Math.min(cpu, memory)) / 2);
  return { host: ledger.hosts[host]?.name ?? "", score, terms };
}

type Percents = [happiness: number, cpu: number, memory: number];

/** What is left of a whole, in per cent, rounded down. */
const leftOf = (ppm: number): number => Math.max(0, HUNDRED - Math.ceil(ppm / PPM_PER_PERCENT));
