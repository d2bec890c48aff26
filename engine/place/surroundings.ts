import { type Applicant, refresh } from "./applicant.ts";
import { violatesSpread } from "./spread.ts";
import type { AffinityGroup } from "./terms.ts";
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
    const { terms } = this.#applicant.workloadClass;
    this.isTextStale = false;
    if (this.#isFirst !== isFirst(terms.affinity)) return undefined;
    const affected = new Set(changed);
    for (const watch of this.#watches) {
      for (const host of changed) affect(affected, watch, watch.topology.domainOf[host] ?? -1);
    }
    if (this.#spreadWatches.length > 0 || terms.spreadSoft.length > 0) {
      refresh(this.#applicant);
      this.isTextStale = this.#spreadWatches.length > 0;
    }
    for (const watch of this.#spreadWatches) {
      for (let domain = 0; domain < watch.verdicts.length; domain++) {
        affect(affected, watch, domain);
      }
    }
    return affected;
  }

  /** Reads everything anew; for changes that were not followed one by one. */
  rebuild(): void {
    refresh(this.#applicant);
    this.#read();
  }

  #read(): void {
    this.#isFirst = isFirst(this.#applicant.workloadClass.terms.affinity);
    for (const { verdicts, saysNo } of [...this.#watches, ...this.#spreadWatches]) {
      for (let domain = 0; domain < verdicts.length; domain++) {
        verdicts[domain] = saysNo(domain) ? 1 : 0;
      }
    }
  }
}

/** True while nothing matches anywhere, which lets a workload of its own group go anywhere. */
const isFirst = (group: AffinityGroup | undefined): boolean =>
  group !== undefined && group.terms.every(({ counts }) => counts.every((count) => count === 0));

/** Adds the hosts of a domain whose verdict is another one now. */
function affect(affected: Set<number>, watch: Watch, domain: number): void {
  if (domain < 0) return;
  const verdict = watch.saysNo(domain) ? 1 : 0;
  if (watch.verdicts[domain] === verdict) return;
  watch.verdicts[domain] = verdict;
  for (const member of watch.topology.members[domain] ?? []) affected.add(member);
}
