import type {
  Candidate,
  Decision,
  PlacementLimits,
  PlacementWorkload,
  RejectedHost,
} from "../model/placement.ts";
import { outlookOf, TERMS } from "./score.ts";
import { SCORES } from "./scores/index.ts";
import type { GroupedStanding } from "./grouped-standing.ts";
import { KUBE_TOTAL_MAX, type Standing as PlainStanding } from "./standing.ts";
import { percentOf } from "./units.ts";
import { codeOf, rejectionOf } from "./verdict.ts";

export { verdicts } from "./verdicts.ts";

type Standing = PlainStanding | GroupedStanding;

const HUNDRED = 100;
const PPM_PER_PERCENT = 10_000;

/** What is said of a decision, taken from the standing at the moment it was made. */
export interface Explanation {
  readonly decidedBy: string;
  readonly candidates: readonly Candidate[];
  readonly rejected: readonly RejectedHost[];
  readonly rejectedCounts: Readonly<Record<string, number>>;
  readonly hostsConsidered: number;
  readonly hostsFeasible: number;
}

/** Explains decisions of one standing; what is said of rejected hosts is kept while it holds. */
export class Explainer {
  readonly #standing: Standing;
  readonly #limits: PlacementLimits;
  readonly #isKube: boolean;
  #version = -1;
  #rejected: readonly RejectedHost[] = [];
  #counts: Readonly<Record<string, number>> = {};

  constructor(standing: Standing, limits: PlacementLimits, chooser: "drs" | "kube") {
    this.#standing = standing;
    this.#limits = limits;
    this.#isKube = chooser === "kube";
  }

  explain(): Explanation {
    const standing = this.#standing;
    if (this.#version !== standing.reasonVersion) {
      this.#version = standing.reasonVersion;
      this.#rejected = rejectedHosts(standing, this.#limits.rejectedMax);
      this.#counts = rejectedCounts(standing);
    }
    const best = standing.top(Math.max(2, this.#limits.candidatesMax));
    return {
      decidedBy: decidedBy(standing, best),
      candidates: best.slice(0, this.#limits.candidatesMax).map((host) => this.#candidate(host)),
      rejected: this.#rejected,
      rejectedCounts: this.#counts,
      hostsConsidered: standing.ledger.hosts.length,
      hostsFeasible: standing.feasible,
    };
  }

  #candidate(host: number): Candidate {
    const standing = this.#standing;
    const outlook = outlookOf(host, standing.applicant, standing.ledger);
    const cpu = headroom(outlook.cpuPpm);
    const memory = headroom(outlook.memoryPpm);
    const happiness = Math.max(0, HUNDRED - Math.ceil(outlook.unmetPpm / PPM_PER_PERCENT));
    const terms: Record<string, number> = { happiness, cpu, memory };
    standing.kubeValues(host).forEach((value, index) => {
      const name = SCORES[index]?.name;
      if (name !== undefined && value !== undefined) terms[name] = value;
    });
    const score = this.#isKube
      ? percentOf(standing.kubeTotal(host), KUBE_TOTAL_MAX)
      : Math.floor((happiness + Math.min(cpu, memory)) / 2);
    return {
      host: standing.ledger.hosts[host]?.name ?? "",
      score,
      rank: standing.rankOf(host),
      terms,
    };
  }
}

/** Free per cent of the capacity after the placement. */
const headroom = (ppm: number): number => Math.max(0, HUNDRED - Math.ceil(ppm / PPM_PER_PERCENT));

/** Name of the first term in which the best host beats the second. */
function decidedBy(standing: Standing, best: readonly number[]): string {
  const [first, second] = best;
  if (first === undefined) return "none";
  if (second === undefined) return "only";
  return TERMS[standing.difference(first, second)] ?? "name";
}

function rejectedCounts(standing: Standing): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  standing.reasonCounts.forEach((count, reason) => {
    const code = codeOf(reason);
    if (code !== undefined && count > 0) counts[code] = (counts[code] ?? 0) + count;
  });
  return counts;
}

/** Named rejected hosts: the first of every reason, then more of them, in host order. */
function rejectedHosts(standing: Standing, countMax: number): readonly RejectedHost[] {
  const first: number[] = [];
  const more: number[] = [];
  const seen = new Set<number>();
  let unseen = standing.reasonCounts.reduce((sum, count, reason) => {
    return reason > 0 && count > 0 ? sum + 1 : sum;
  }, 0);
  for (let host = 0; host < standing.ledger.hosts.length; host++) {
    // No more than that is shown, so that the rest of the hosts need not be looked at.
    if (unseen === 0 && first.length + more.length >= countMax) break;
    const reason = standing.reasonOf(host);
    if (reason === 0) continue;
    if (seen.has(reason)) {
      if (more.length < countMax) more.push(host);
      continue;
    }
    first.push(host);
    seen.add(reason);
    unseen--;
  }
  return [...first, ...more]
    .slice(0, countMax)
    .sort((left, right) => left - right)
    .flatMap((host) => describeRejected(standing, host));
}

function describeRejected(standing: Standing, host: number): readonly RejectedHost[] {
  const { applicant, ledger } = standing;
  const rejection = rejectionOf(standing.reasonOf(host), host, applicant, ledger);
  const name = ledger.hosts[host]?.name;
  return rejection === undefined || name === undefined ? [] : [{ host: name, ...rejection }];
}

/** A decision about a workload that was not asked of any host. */
export function decisionWithoutHosts(
  workload: PlacementWorkload,
  hostsConsidered: number,
): Omit<Decision, "id" | "gate"> {
  return {
    key: workload.key,
    chosen: undefined,
    from: workload.at,
    decidedBy: "none",
    candidates: [],
    rejected: [],
    rejectedCounts: {},
    hostsConsidered,
    hostsFeasible: 0,
    fixes: [],
  };
}
