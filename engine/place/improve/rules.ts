import { type Applicant, applicantOf, follow } from "../applicant.ts";
import type { WorkloadClass } from "../classes.ts";
import { type Filter, PASS } from "../filters/filter.ts";
import { fit } from "../filters/fit.ts";
import { hostPin } from "../filters/host-name.ts";
import { interPodAffinity } from "../filters/inter-pod-affinity.ts";
import { nodeAffinity } from "../filters/node-affinity.ts";
import { reservation } from "../filters/reservation.ts";
import { spread } from "../filters/spread.ts";
import type { Ledger } from "../ledger.ts";
import { busyFilters, HostVerdictCache, judge } from "../verdict.ts";

/**
 * What a running workload must not stay in. The other filters only keep newcomers away: a host
 * that is closed for scheduling or short of memory drives nobody out.
 */
const BINDING: readonly Filter[] = [
  hostPin,
  nodeAffinity,
  interPodAffinity,
  spread,
  fit,
  reservation,
];

/** A class with all that judging it needs, made once. */
interface Desk {
  readonly applicant: Applicant;
  readonly known: Parameters<typeof judge>[3];
  /** How much of the log of changed hosts its counts have followed. */
  followed: number;
}

/** Asks the filters about hosts for what runs already. */
export class Rules {
  readonly #ledger: Ledger;
  readonly #cache = new HostVerdictCache();
  readonly #desks = new Map<WorkloadClass, Desk>();
  /** Hosts whose seats changed, in that order, with repeats. */
  readonly #changed: number[] = [];

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** True when every filter lets a member of the class in; it must not be seated anywhere. */
  allows(workloadClass: WorkloadClass, host: number): boolean {
    const { applicant, known } = this.#upToDate(workloadClass);
    return judge(host, applicant, this.#ledger, known) === 0;
  }

  /** True when the filters that never change their mind let the class in. */
  admits(workloadClass: WorkloadClass, host: number): boolean {
    return this.#deskOf(workloadClass).known.hostVerdicts.reasons[host] === 0;
  }

  /** Tells that someone came to a host or left it; undone changes count as well. */
  note(host: number): void {
    this.#changed.push(host);
  }

  /** The class with its counts as of now. */
  applicantOf(workloadClass: WorkloadClass): Applicant {
    return this.#upToDate(workloadClass).applicant;
  }

  /** The first filter that forbids a seated member to stay where it is. */
  brokenBy(workloadClass: WorkloadClass, host: number): Filter | undefined {
    const ledger = this.#ledger;
    const mark = ledger.mark();
    ledger.add(workloadClass, host, -1);
    this.note(host);
    const { applicant } = this.#upToDate(workloadClass);
    const broken = BINDING.find((filter) => filter.test(host, applicant, ledger) !== PASS);
    ledger.rollback(mark);
    this.note(host);
    return broken;
  }

  #upToDate(workloadClass: WorkloadClass): Desk {
    const desk = this.#deskOf(workloadClass);
    if (workloadClass.terms.spreadHard.length === 0) return desk;
    for (; desk.followed < this.#changed.length; desk.followed++) {
      follow(desk.applicant, this.#changed[desk.followed] ?? 0);
    }
    return desk;
  }

  #deskOf(workloadClass: WorkloadClass): Desk {
    let desk = this.#desks.get(workloadClass);
    if (desk === undefined) {
      const applicant = applicantOf(workloadClass, this.#ledger);
      const hostVerdicts = this.#cache.of(workloadClass, this.#ledger);
      const busy = busyFilters(applicant, this.#ledger);
      const followed = this.#changed.length;
      desk = { applicant, known: { hostVerdicts, busy }, followed };
      this.#desks.set(workloadClass, desk);
    }
    return desk;
  }
}
