import type { PlacementLimits, RejectedHost } from "../../model/placement.ts";
import type { Past } from "./past.ts";
import type { Standing } from "../standing/standing.ts";
import { codeOf, isOfHost, rejectionOf } from "../judging/verdict.ts";

/** What is said of the hosts that were rejected. */
export interface Rejections {
  readonly rejected: readonly RejectedHost[];
  /** Complete: reason code to number of hosts. */
  readonly rejectedCounts: Readonly<Record<string, number>>;
}

/** What explainers of one run share. */
export interface Explaining {
  readonly limits: PlacementLimits;
  readonly past: Past;
  /** Reasons with their numbers of hosts, one list after the other. */
  readonly counts: number[];
}

const NO_REJECTIONS: Rejections = { rejected: [], rejectedCounts: {} };

/** Explains rejections of one standing; decisions share what is said while it holds. */
export class Explainer {
  readonly #standing: Standing;
  readonly #shared: Explaining;
  #version = -1;
  #namedVersion = -1;
  #named: Named | undefined;
  #rejections: Rejections = NO_REJECTIONS;

  constructor(standing: Standing, shared: Explaining) {
    this.#standing = standing;
    this.#shared = shared;
  }

  rejections(): Rejections {
    const standing = this.#standing;
    const isNamedAnew = this.#namedVersion !== standing.namedVersion;
    if (!isNamedAnew && this.#version === standing.reasonVersion) return this.#rejections;
    if (isNamedAnew || this.#named === undefined) {
      const { limits, past } = this.#shared;
      const hosts = standing.rejected(limits.rejectedMax);
      this.#named = hosts.length === 0 ? NOBODY : new NamedRejections(standing, hosts, past);
    }
    this.#version = standing.reasonVersion;
    this.#namedVersion = standing.namedVersion;
    this.#rejections = this.#counted(this.#named);
    return this.#rejections;
  }

  #counted(named: Named): Rejections {
    const { reasonCounts } = this.#standing;
    const { counts } = this.#shared;
    const start = counts.length;
    for (let reason = 1; reason < reasonCounts.length; reason++) {
      const count = reasonCounts[reason] ?? 0;
      if (count === 0) continue;
      counts.push(reason, count);
    }
    return new CountedRejections(named, counts, start, counts.length);
  }
}

/** What is said of the hosts that are named. */
interface Named {
  readonly all: readonly RejectedHost[];
}

const NOBODY: Named = { all: [] };

/**
 * What is said of rejected hosts, put into words when somebody reads it: where it follows from
 * what they are and have alone, their amounts are then read as they were.
 */
class NamedRejections implements Named {
  readonly #hosts: readonly number[];
  readonly #reasons: readonly number[];
  readonly #applicant: Standing["applicant"];
  readonly #ledger: Standing["ledger"];
  readonly #past: Past;
  readonly #version: number;
  #all: readonly RejectedHost[] | undefined;

  constructor(standing: Standing, hosts: readonly number[], past: Past) {
    this.#hosts = hosts;
    this.#reasons = hosts.map((host) => standing.reasonOf(host));
    this.#applicant = standing.applicant;
    this.#ledger = standing.ledger;
    this.#past = past;
    this.#version = standing.ledger.version;
    if (!this.#reasons.every((reason) => isOfHost(reason))) this.#all = this.#describe();
  }

  get all(): readonly RejectedHost[] {
    return (this.#all ??= this.#describe());
  }

  #describe(): readonly RejectedHost[] {
    return this.#hosts.flatMap((host, index) => {
      const name = this.#ledger.hosts[host]?.name ?? "";
      const rejection = this.#past.asItWas(this.#version, host, () =>
        rejectionOf(this.#reasons[index] ?? 0, host, this.#applicant, this.#ledger),
      );
      return rejection === undefined ? [] : [{ host: name, ...rejection }];
    });
  }
}

/** Rejections of which everything is put together when somebody reads it. */
class CountedRejections implements Rejections {
  readonly #named: Named;
  readonly #counts: readonly number[];
  readonly #start: number;
  readonly #end: number;

  constructor(named: Named, counts: readonly number[], start: number, end: number) {
    this.#named = named;
    this.#counts = counts;
    this.#start = start;
    this.#end = end;
  }

  get rejected(): readonly RejectedHost[] {
    return this.#named.all;
  }

  get rejectedCounts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (let index = this.#start; index < this.#end; index += 2) {
      const code = codeOf(this.#counts[index] ?? 0) ?? "";
      counts[code] = (counts[code] ?? 0) + (this.#counts[index + 1] ?? 0);
    }
    return counts;
  }
}
