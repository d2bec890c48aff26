import type { Applicant } from "../classes/applicant.ts";
import type { HostTree } from "./host-tree.ts";
import { drsVector, firstDifference, VECTOR_LENGTH } from "../judging/score.ts";
import { PartedScores, type ScoreValues, type SharedValues } from "../scores/parted.ts";
import { Light } from "./light.ts";
import type { Question } from "./tree-verdicts.ts";

/** A feasible host and how it is rated. */
interface Rated {
  readonly host: number;
  readonly shared: SharedValues;
  readonly kubeTotal: number;
  readonly vector: Float64Array;
}

/**
 * How all hosts stand for a class that has to be where few hosts will do: these are judged one by
 * one and rated against each other, and why all others are rejected is known.
 */
export class NearStanding extends Light {
  readonly #scores: PartedScores;
  /** All hosts that may be feasible. */
  readonly #near: Set<number>;
  /** The feasible ones, best first; undefined until somebody asks after a change. */
  #rated: readonly Rated[] | undefined;
  #cursor: number;

  constructor(
    applicant: Applicant,
    question: Question & { readonly near: NonNullable<Question["near"]> },
    tree: HostTree,
  ) {
    super(applicant, question, tree);
    this.#scores = new PartedScores(applicant, tree.ledger);
    this.#near = new Set(question.near.hosts);
    this.#cursor = tree.ledger.version;
  }

  top(count: number): readonly number[] {
    return this.#all()
      .slice(0, count)
      .map(({ host }) => host);
  }

  difference(left: number, right: number): number {
    const [one, other] = [this.#ratedOf(left), this.#ratedOf(right)];
    if (one === undefined || other === undefined) return VECTOR_LENGTH;
    return firstDifference(one.vector, other.vector);
  }

  rankOf(host: number): number {
    const own = this.#ratedOf(host)?.kubeTotal ?? 0;
    return 1 + this.#all().filter(({ kubeTotal }) => kubeTotal > own).length;
  }

  valuesOf(host: number): (host: number) => ScoreValues {
    return this.#scores.valuesOf(this.#ratedOf(host)?.shared);
  }

  sync(): void {
    const { version } = this.ledger;
    if (version === this.#cursor) return;
    this.#rated = undefined;
    for (; this.#cursor < version; this.#cursor++) {
      const host = this.ledger.changedAt(this.#cursor);
      this.renew(host);
      if (this.reasonOf(host) === 0) this.#near.add(host);
    }
  }

  #ratedOf(host: number): Rated | undefined {
    return this.#all().find((each) => each.host === host);
  }

  #all(): readonly Rated[] {
    this.#rated ??= this.#rate();
    return this.#rated;
  }

  #rate(): readonly Rated[] {
    const hosts = [...this.#near].filter((host) => this.reasonOf(host) === 0);
    this.#scores.share({ hosts });
    return hosts.map((host, position) => this.#rateOne(host, position)).sort(compareRated);
  }

  #rateOne(host: number, position: number): Rated {
    const shared: SharedValues = [];
    this.#scores.read(position, shared);
    const kubeTotal = this.#scores.own(host) + this.#scores.shared(shared);
    const vector = new Float64Array(VECTOR_LENGTH);
    drsVector(host, this.applicant, this.ledger, { out: vector, offset: 0, kubeTotal });
    return { host, shared, kubeTotal, vector };
  }
}

/** The better one comes first; names break ties. */
function compareRated(left: Rated, right: Rated): number {
  const index = firstDifference(left.vector, right.vector);
  return (left.vector[index] ?? 0) - (right.vector[index] ?? 0) || left.host - right.host;
}
