import { type Applicant, follow } from "./applicant.ts";
import { isFirst } from "./filters/inter-pod-affinity.ts";
import { violatesSpread } from "./spread.ts";
import type { Topology } from "./topology.ts";

/** Which domains of one topology say no, as far as one term is concerned. */
interface Watch {
  readonly topology: Topology;
  readonly saysNo: (domain: number) => boolean;
  readonly verdicts: Uint8Array;
}

/**
 * What the relations between workloads say of each domain. A placement adds to the counts of its
 * host's domains, but most such changes alter no verdict; then no other host is judged again.
 */
export class Surroundings {
  /** True when what is said of rejected hosts may have changed though no verdict has. */
  isTextStale = false;
  readonly #applicant: Applicant;
  readonly #watches: readonly Watch[];
  readonly #spreadWatches: readonly Watch[];
  /** Smallest count of each spread constraint. */
  #minima: number[] = [];
  #isFirst: boolean;

  constructor(applicant: Applicant) {
    this.#applicant = applicant;
    const { affinity, antiAffinity, spreadHard } = applicant.workloadClass.terms;
    const watch = (topology: Topology, saysNo: (domain: number) => boolean): Watch => ({
      topology,
      saysNo,
      verdicts: new Uint8Array(topology.domainCount),
    });
    this.#watches = [
      ...(affinity?.terms ?? []).map(({ topology, counts }) =>
        watch(topology, (domain) => (counts[domain] ?? 0) <= 0),
      ),
      ...antiAffinity.map(({ topology, counts }) =>
        watch(topology, (domain) => (counts[domain] ?? 0) > 0),
      ),
      ...applicant.impact.antiHolders.map(({ topology, weights }) =>
        watch(topology, (domain) => (weights[domain] ?? 0) > 0),
      ),
    ];
    this.#spreadWatches = spreadHard.map((term, index) =>
      watch(term.topology, (domain) => violatesSpread(term, applicant.spreadHard[index], domain)),
    );
    this.#isFirst = false;
    this.#read();
  }

  /** Hosts to be judged again after placements on `changed`; undefined when all have to be. */
  sync(changed: readonly number[]): Iterable<number> | undefined {
    for (const host of changed) follow(this.#applicant, host);
    this.isTextStale = this.#spreadWatches.length > 0;
    if (this.#isFirst !== isFirstOf(this.#applicant)) return undefined;
    const affected = new Set(changed);
    for (const watch of this.#watches) {
      for (const host of changed) affect(affected, watch, watch.topology.domainOf[host] ?? -1);
    }
    this.#spreadWatches.forEach((_watch, index) => this.#followSpread(index, changed, affected));
    return affected;
  }

  /** Reads everything anew; for changes that were not followed one by one. */
  rebuild(): void {
    this.#read();
  }

  /** Other domains than those of the changed hosts count only against the smallest count. */
  #followSpread(index: number, changed: readonly number[], affected: Set<number>): void {
    const watch = this.#spreadWatches[index];
    const minimum = this.#applicant.spreadHard[index]?.minimum ?? 0;
    if (watch === undefined) return;
    if (this.#minima[index] === minimum) {
      for (const host of changed) affect(affected, watch, watch.topology.domainOf[host] ?? -1);
      return;
    }
    this.#minima[index] = minimum;
    for (let domain = 0; domain < watch.verdicts.length; domain++) affect(affected, watch, domain);
  }

  #read(): void {
    this.#isFirst = isFirstOf(this.#applicant);
    this.#minima = this.#applicant.spreadHard.map(({ minimum }) => minimum);
    for (const { verdicts, saysNo } of [...this.#watches, ...this.#spreadWatches]) {
      for (let domain = 0; domain < verdicts.length; domain++) {
        verdicts[domain] = saysNo(domain) ? 1 : 0;
      }
    }
  }
}

const isFirstOf = ({ workloadClass }: Applicant): boolean =>
  workloadClass.terms.affinity !== undefined && isFirst(workloadClass.terms.affinity);

/** Adds the hosts of a domain whose verdict is another one now. */
function affect(affected: Set<number>, watch: Watch, domain: number): void {
  if (domain < 0) return;
  const verdict = watch.saysNo(domain) ? 1 : 0;
  if (watch.verdicts[domain] === verdict) return;
  watch.verdicts[domain] = verdict;
  for (const member of watch.topology.members[domain] ?? []) affected.add(member);
}
