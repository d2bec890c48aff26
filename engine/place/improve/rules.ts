import { type Applicant, applicantOf, follow } from "../classes/applicant.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { type Filter, type Need, PASS } from "../filters/filter.ts";
import { fit } from "../filters/fit.ts";
import { hostPin } from "../filters/host-name.ts";
import { interPodAffinity } from "../filters/inter-pod-affinity.ts";
import { nodeAffinity } from "../filters/node-affinity.ts";
import { reservation } from "../filters/reservation.ts";
import { spread } from "../filters/spread.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { isFree, isLocal, isTied, mayBeDisturbed } from "./suspicion.ts";
import type { Sums } from "../basics/sums.ts";
import type { Topology } from "../classes/topology.ts";
import {
  busyFilters,
  HostVerdictCache,
  type HostVerdicts,
  isByHost,
  judge,
} from "../judging/verdict.ts";

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

/** Those of them for what names its hosts. */
const TIES: readonly Filter[] = [hostPin, nodeAffinity];

/** A class with all that judging it needs, made once. */
interface Desk {
  readonly applicant: Applicant;
  /** What judging all hosts has found; made when the first host is judged. */
  known: Parameters<typeof judge>[3] | undefined;
  /** How much of the log of changed hosts its counts have followed. */
  followed: number;
}

/** Asks the filters about hosts for what runs already. */
export class Rules {
  readonly #ledger: Ledger;
  readonly #cache = new HostVerdictCache();
  /** By the number of the class. */
  readonly #verdicts: (HostVerdicts | undefined)[] = [];
  readonly #desks: (Desk | undefined)[] = [];
  /** Hosts whose seats changed, in that order, with repeats. */
  readonly #changed: number[] = [];
  /** 1 for hosts that `noteFine` named. */
  readonly #fine: Uint8Array;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#fine = new Uint8Array(ledger.hosts.length);
  }

  /** True when every filter lets a member of the class in; it must not be seated anywhere. */
  allows(workloadClass: WorkloadClass, host: number): boolean {
    const { applicant } = this.#upToDate(workloadClass);
    return judge(host, applicant, this.#ledger, this.#knownOf(workloadClass)) === 0;
  }

  /** True when the filters that never change their mind let the class in. */
  admits(workloadClass: WorkloadClass, host: number): boolean {
    return this.#verdictsOf(workloadClass).reasonOf(host) === 0;
  }

  /** True when nothing that happens on one host changes what is said of another. */
  isByHost(workloadClass: WorkloadClass): boolean {
    return isByHost(this.#knownOf(workloadClass).busy);
  }

  /** All that a host has to have free for the class; undefined where more is asked of it. */
  needsOf(workloadClass: WorkloadClass): readonly Need[] | undefined {
    const { applicant } = this.#upToDate(workloadClass);
    const { busy } = this.#knownOf(workloadClass);
    if (busy.some(([, { needs }]) => needs === undefined)) return undefined;
    return busy.flatMap(([, { needs }]) => needs?.(applicant, this.#ledger) ?? []);
  }

  /** Tells that someone came to a host or left it; undone changes count as well. */
  note(host: number): void {
    this.#changed.push(host);
    this.#fine[host] = 0;
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

  /** True when no rule could forbid the class to stay anywhere, a lack of room aside. */
  isFree(workloadClass: WorkloadClass): boolean {
    return isFree(workloadClass, this.#ledger);
  }

  /** False when no rule forbids a seated member to stay, a lack of room aside. */
  isSuspect(workloadClass: WorkloadClass, host: number): boolean {
    const ledger = this.#ledger;
    if (mayBeDisturbed(workloadClass, host, ledger)) return true;
    if (!isTied(workloadClass)) return false;
    const { applicant } = this.#deskOf(workloadClass);
    return TIES.some((filter) => filter.test(host, applicant, ledger) !== PASS);
  }

  /** True when nothing that happens on other hosts could forbid a seated member to stay. */
  isLocal(workloadClass: WorkloadClass): boolean {
    return isLocal(workloadClass, this.#ledger);
  }

  /** Notes that all who may move may also stay on a host, and all of them are local. */
  noteFine(host: number): void {
    this.#fine[host] = 1;
  }

  /** True where that was noted, and nobody has come or left since. */
  isFine(host: number): boolean {
    return this.#fine[host] === 1;
  }

  /** Why a seated member must not stay where it is, in words. */
  causeOf(
    workloadClass: WorkloadClass,
    host: number,
  ): { readonly message: string; readonly for?: string } | undefined {
    const ledger = this.#ledger;
    const filter = this.brokenBy(workloadClass, host);
    if (filter === undefined) return undefined;
    const mark = ledger.mark();
    ledger.add(workloadClass, host, -1);
    this.note(host);
    const { applicant } = this.#upToDate(workloadClass);
    const { message } = filter.describe(
      host,
      applicant,
      ledger,
      filter.test(host, applicant, ledger),
    );
    const rule = filter === interPodAffinity ? ruleAgainst(applicant, host) : undefined;
    ledger.rollback(mark);
    this.note(host);
    const text = `cannot stay on ${ledger.hosts[host]?.name ?? ""}: ${message}`;
    return { message: text, ...(rule === undefined ? {} : { for: rule }) };
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
    let desk = this.#desks[workloadClass.id];
    if (desk === undefined) {
      const applicant = applicantOf(workloadClass, this.#ledger);
      desk = { applicant, known: undefined, followed: this.#changed.length };
      this.#desks[workloadClass.id] = desk;
    }
    return desk;
  }

  #verdictsOf(workloadClass: WorkloadClass): HostVerdicts {
    return (this.#verdicts[workloadClass.id] ??= this.#cache.of(workloadClass, this.#ledger));
  }

  #knownOf(workloadClass: WorkloadClass): NonNullable<Desk["known"]> {
    const desk = this.#deskOf(workloadClass);
    desk.known ??= {
      hostVerdicts: this.#verdictsOf(workloadClass),
      busy: busyFilters(desk.applicant, this.#ledger),
    };
    return desk.known;
  }
}

/** Name of the rule between workloads that keeps one off a host. */
function ruleAgainst({ workloadClass, impact }: Applicant, host: number): string | undefined {
  const { affinity, antiAffinity } = workloadClass.terms;
  const isHeld = (topology: Topology, counts: Sums): boolean =>
    counts.at(topology.domainOf[host] ?? -1) > 0;
  return (
    antiAffinity.find(({ topology, counts }) => isHeld(topology, counts)) ??
    impact.antiHolders.find(({ topology, weights }) => isHeld(topology, weights)) ??
    affinity?.terms[0]
  )?.rule;
}

/** Asks whether more is requested or reserved on a host than it has. */
export function overbooking({ requests, reservations }: Ledger): (host: number) => boolean {
  const supplies = [...Object.values(requests), ...Object.values(reservations)];
  return (host) => supplies.some((supply) => !supply.has(host, 0));
}
