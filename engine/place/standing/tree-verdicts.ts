import type { Applicant } from "../classes/applicant.ts";
import type { Lot, Need } from "../filters/filter.ts";
import type { HostSet } from "../basics/host-set.ts";
import { type HostTree, NEEDS_MAX } from "./host-tree.ts";
import { Judge } from "../judging/judge.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { NamedHosts } from "./rejected.ts";
import { RollCall } from "./roll-call.ts";
import { Supply } from "../ledger/supply.ts";
import { busyFilters, type HostVerdicts, numberOfReason } from "../judging/verdict.ts";

/** What is asked of hosts of which each stands for itself. */
export interface Question {
  readonly judge: Judge;
  /** Asks for amounts alone. */
  readonly ofAmounts: Judge;
  readonly needs: readonly Need[];
  /** Hosts that are rejected by more than that; their reasons are reason numbers. */
  readonly rejected: readonly Lot[];
  /** The only hosts that may be feasible, where all others are rejected for that reason number. */
  readonly near: Lot | undefined;
}

/** Undefined for a class of which more is asked than bounds and a look at few hosts can tell. */
export function questionOf(
  applicant: Applicant,
  ledger: Ledger,
  hostVerdicts: HostVerdicts,
): Question | undefined {
  const busy = busyFilters(applicant, ledger);
  const byAmounts = busy.filter(([, { needs }]) => needs !== undefined);
  const rejected: Lot[] = [];
  let near: Lot | undefined;
  for (const [order, filter] of busy) {
    if (filter.needs !== undefined) continue;
    const outliers = filter.outliers?.(applicant);
    if (outliers === undefined) return undefined;
    const numbered = ({ hosts, reason }: Lot): Lot => ({
      hosts,
      reason: numberOfReason(order, reason),
    });
    rejected.push(...outliers.rejected.map(numbered));
    // The first one says why.
    if (outliers.near !== undefined) near ??= numbered(outliers.near);
  }
  const judge = new Judge(applicant, ledger, hostVerdicts, busy);
  const isPlain = byAmounts.length === busy.length;
  const ofAmounts = isPlain ? judge : new Judge(applicant, ledger, hostVerdicts, byAmounts);
  const needs = ofAmounts.amounts ?? [];
  // Of a scarce resource most hosts have nothing, and names of such are many.
  const isBounded = needs.length <= NEEDS_MAX && needs.every(({ from }) => from instanceof Supply);
  return isBounded ? { judge, ofAmounts, needs, rejected, near } : undefined;
}

const NOBODY: readonly number[] = [];

/** What is said of all hosts: by bounds in the beginning, then of those that change. */
export class TreeVerdicts {
  /** Grows when the numbers of hosts by reason may have changed. */
  version = 0;
  readonly named: NamedHosts;
  readonly #judge: Judge;
  readonly #roll: RollCall;

  constructor({ judge, ofAmounts, needs, rejected, near }: Question, tree: HostTree) {
    tree.sync();
    this.#judge = judge;
    this.#roll = new RollCall(tree, ofAmounts, needs);
    if (near !== undefined) this.#roll.rejectAll(near.reason);
    for (const { hosts, reason } of rejected) {
      for (let at = 0; at < hosts.length; at++) this.#roll.reject(hosts[at] ?? 0, reason);
    }
    for (const host of near?.hosts ?? NOBODY) this.#roll.enter(host, judge.of(host));
    this.named = new NamedHosts(
      (countMax) => this.#roll.named(countMax),
      (host) => this.reasonOf(host),
    );
  }

  /** False once more may be said of hosts than what has changed on them. */
  get isLasting(): boolean {
    return this.#judge.isSteady();
  }

  /** Hosts by reason number; position 0 counts the feasible ones. */
  get counts(): Int32Array {
    return this.#roll.counts;
  }

  /** Reason number of a host; 0 is feasible. */
  reasonOf(host: number): number {
    return this.#roll.reasonOf(host);
  }

  /** True when all of some hosts are rejected for what they are. */
  rejectsAll(hosts: HostSet): boolean {
    return this.#judge.byHost.rejected.includes(hosts);
  }

  passes(host: number): boolean {
    return !this.#roll.has(host);
  }

  eachFeasible(call: (host: number) => void): void {
    this.#roll.eachFeasible(call);
  }

  /** Judges a host anew that has changed. */
  renew(host: number): void {
    const before = this.reasonOf(host);
    const reason = this.#judge.of(host);
    if (before === 0 && reason === 0) return;
    this.named.note(host, reason);
    if (before === reason) return;
    this.#roll.enter(host, reason);
    this.version++;
  }
}
