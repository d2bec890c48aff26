import type { Candidate, Decision, Fix, PlacementWorkload } from "../model/placement.ts";
import { type CandidateBasis, candidateOf } from "./candidates.ts";
import type { Rejections } from "./explain.ts";
import type { Gate } from "./gates.ts";
import type { Ledger } from "./ledger.ts";
import type { Past } from "./past.ts";
import type { ScoreValues } from "./scores/parted.ts";

/** A decision before it has its number. */
export type Draft = Omit<Decision, "id">;

const NO_FIXES: readonly Fix[] = [];

/** A host on a decision's list, as it was then. */
interface Shown {
  readonly host: number;
  readonly row: number;
  /** Absent where it is that of the basis. */
  readonly valuesOf?: (host: number) => ScoreValues;
}

/** What all decisions of one class share. */
export interface DecisionBasis {
  readonly ledger: Ledger;
  readonly past: Past;
  readonly cards: CandidateBasis;
  readonly valuesOf: (host: number) => ScoreValues;
}

/** What was found out when the decision was made. */
interface Findings {
  readonly workload: PlacementWorkload;
  readonly chosen: number;
  readonly decidedBy: string;
  /** Best first; written already where their ranks are wanted. */
  readonly candidates: readonly Candidate[] | readonly Shown[];
  readonly rejections: Rejections;
  readonly hostsFeasible: number;
}

/**
 * A decision that found a host. Plans hold many of them and few are read, so it keeps only what
 * cannot be worked out later, and is otherwise as any other decision, in JSON as well.
 */
export class PlacedDecision implements Decision {
  /** Place in the order of decisions, from 1. */
  number = 0;
  readonly #basis: DecisionBasis;
  readonly #findings: Findings;

  constructor(basis: DecisionBasis, findings: Findings) {
    this.#basis = basis;
    this.#findings = findings;
  }

  get id(): string {
    return `d-${String(this.number)}`;
  }

  get key(): string {
    return this.#findings.workload.key;
  }

  get chosen(): string {
    return this.#basis.ledger.hosts[this.#findings.chosen]?.name ?? "";
  }

  get from(): string | undefined {
    return this.#findings.workload.at;
  }

  get decidedBy(): string {
    return this.#findings.decidedBy;
  }

  get candidates(): readonly Candidate[] {
    const { cards, past, valuesOf: usual } = this.#basis;
    return this.#findings.candidates.map((each) => {
      if (!("row" in each)) return each;
      const { row, host, valuesOf = usual } = each;
      return past.asItWas(row, host, () => candidateOf(host, valuesOf(host), cards));
    });
  }

  get rejected(): Decision["rejected"] {
    return this.#findings.rejections.rejected;
  }

  get rejectedCounts(): Decision["rejectedCounts"] {
    return this.#findings.rejections.rejectedCounts;
  }

  get hostsConsidered(): number {
    return this.#basis.ledger.hosts.length;
  }

  get hostsFeasible(): number {
    return this.#findings.hostsFeasible;
  }

  get gate(): Gate | undefined {
    return undefined;
  }

  get fixes(): readonly Fix[] {
    return NO_FIXES;
  }

  /** All of it; for JSON, and for whoever spreads it. */
  toJSON(): Decision {
    return {
      id: this.id,
      key: this.key,
      chosen: this.chosen,
      from: this.from,
      decidedBy: this.decidedBy,
      candidates: this.candidates,
      rejected: this.rejected,
      rejectedCounts: this.rejectedCounts,
      hostsConsidered: this.hostsConsidered,
      hostsFeasible: this.hostsFeasible,
      gate: this.gate,
      fixes: this.fixes,
    };
  }
}

/** A decision that found no host. */
export function unplacedDraft(
  { key, at }: PlacementWorkload,
  hostsConsidered: number,
  why: { readonly gate: Gate | undefined; readonly rejections?: Rejections },
): Draft {
  const { rejected = [], rejectedCounts = {} } = why.rejections ?? {};
  return {
    key,
    chosen: undefined,
    from: at,
    decidedBy: "none",
    candidates: [],
    rejected,
    rejectedCounts,
    hostsConsidered,
    hostsFeasible: 0,
    gate: why.gate,
    fixes: NO_FIXES,
  };
}

/** Decisions numbered in the order in which they were made. */
export const numbered = (drafts: readonly Draft[]): readonly Decision[] =>
  drafts.map((draft, index): Decision => {
    if (!(draft instanceof PlacedDecision)) return { id: `d-${String(index + 1)}`, ...draft };
    draft.number = index + 1;
    return draft;
  });
