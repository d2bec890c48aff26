import type { Host } from "../../model/host.ts";
import type {
  BalanceWish,
  Decision,
  MoveReason,
  PlacementProblem,
  PlacementResult,
  PlacementWorkload,
  PowerAdvice,
  Preemption,
} from "../../model/placement.ts";
import { isMade } from "../../model/power-leave.ts";
import { withNumber } from "../deciding/decision.ts";
import { hostsAfter } from "./measured.ts";
import type { ProposedMove } from "../deciding/settled.ts";

/**
 * What is decided over several askings of one problem: who comes, moves and ends. A newcomer that a
 * later asking sends elsewhere goes there at once, and what moves twice moves once.
 */
export class Course {
  readonly #problem: PlacementProblem;
  readonly #decisions = new Map<string, Decision>();
  readonly #moves = new Map<string, ProposedMove>();
  readonly #preempted = new Map<string, Preemption>();
  readonly #power = new Map<string, PowerAdvice>();

  constructor(problem: PlacementProblem) {
    this.#problem = problem;
  }

  /** Notes one asking; true when something in it may help whoever has no host yet. */
  take({ decisions, moves, preempted, power }: PlacementResult): boolean {
    let hasNews = moves.length + preempted.length + power.length > 0;
    // What made room was decided before those who got it.
    for (const move of moves) this.#move(move);
    for (const decision of decisions) {
      this.#decisions.set(decision.key, decision);
      if (decision.chosen !== undefined) hasNews = true;
    }
    for (const each of preempted) this.#preempt(each);
    for (const each of power) this.#switch(each);
    return hasNews;
  }

  /** Notes what improvement does after an asking; true when it wakes or puts to sleep a host. */
  add(moves: readonly ProposedMove[], power: readonly PowerAdvice[]): boolean {
    for (const move of moves) this.#move(move);
    for (const each of power) this.#switch(each);
    return power.some((advice) => !this.#isOnlyAdvice(advice));
  }

  /** True for a host that somebody else would have to wake: it stays asleep in this plan. */
  #isOnlyAdvice(advice: PowerAdvice): boolean {
    return advice.to === "on" && !isMade(advice, this.#problem.power);
  }

  /** Takes back what no order makes safe; true when somebody has no host for it. */
  withdraw(unordered: readonly { readonly key: string }[]): boolean {
    let isAnyOpen = false;
    for (const { key } of unordered) {
      this.#moves.delete(key);
      const decision = this.#decisions.get(key);
      if (decision?.chosen === undefined) continue;
      this.#decisions.set(key, { ...plain(decision), chosen: undefined, decidedBy: "none" });
      isAnyOpen = true;
    }
    return isAnyOpen;
  }

  /** True when somebody has no host. */
  get isOpen(): boolean {
    for (const { chosen } of this.#decisions.values()) if (chosen === undefined) return true;
    return false;
  }

  /** In the order in which they were first made. */
  decisions(): readonly Decision[] {
    return [...this.#decisions.values()].map((each, index) => withNumber(each, index + 1));
  }

  /** One for everything that runs and changes its host, without those that cannot stay. */
  moves(): readonly ProposedMove[] {
    return [...this.#moves.values()].filter(({ from, to }) => from !== to);
  }

  preempted(): readonly Preemption[] {
    return [...this.#preempted.values()];
  }

  power(): readonly PowerAdvice[] {
    return [...this.#power.values()];
  }

  /** Host of everything that comes or moves, as far as decided. */
  #destinations(): ReadonlyMap<string, string> {
    const hosts = new Map<string, string>();
    for (const { key, chosen } of this.#decisions.values()) {
      if (chosen !== undefined) hosts.set(key, chosen);
    }
    for (const { key, to } of this.#moves.values()) hosts.set(key, to);
    return hosts;
  }

  /**
   * The problem as it is once everything is done; who has no host still waits for one, and moves
   * that need not be have what is left of their limit.
   */
  problemLeft(): PlacementProblem {
    const { leaving: _gone, balance: _wish, ...problem } = this.#problem;
    const balance = this.balanceLeft;
    const destinations = this.#destinations();
    return {
      ...problem,
      ...(balance === undefined ? {} : { balance }),
      hosts: this.#hostsLeft(destinations).map((host) => {
        const advice = this.#power.get(host.name);
        if (advice === undefined || this.#isOnlyAdvice(advice)) return host;
        return { ...host, connection: advice.to === "on" ? "connected" : "standby" };
      }),
      workloads: this.#workloadsLeft(destinations),
    };
  }

  #hostsLeft(destinations: ReadonlyMap<string, string>): readonly Host[] {
    const { hosts, leaving = [] } = this.#problem;
    if (destinations.size + this.#preempted.size + leaving.length === 0) return hosts;
    return hostsAfter(this.#problem, (key, at) =>
      this.#preempted.has(key) ? undefined : (destinations.get(key) ?? at),
    );
  }

  #workloadsLeft(destinations: ReadonlyMap<string, string>): readonly PlacementWorkload[] {
    const { workloads } = this.#problem;
    if (destinations.size + this.#preempted.size === 0) return workloads;
    const left: PlacementWorkload[] = [];
    for (const workload of workloads) {
      if (this.#preempted.has(workload.key)) continue;
      const at = destinations.get(workload.key);
      left.push(at === undefined ? workload : { ...workload, at, wish: "keep" });
    }
    return left;
  }

  /** The wish for balance with what is left of its limit. */
  get balanceLeft(): BalanceWish | undefined {
    const { balance } = this.#problem;
    if (balance?.movesMax === undefined) return balance;
    const made = this.moves().filter(
      ({ reason }) => reason === "balance" || reason === "consolidate",
    );
    return { ...balance, movesMax: Math.max(0, balance.movesMax - made.length) };
  }

  #move(move: ProposedMove): void {
    if (this.#relocate(move.key, move.to, move.reason)) return;
    const first = this.#moves.get(move.key);
    this.#moves.set(move.key, first === undefined ? move : { ...first, to: move.to });
  }

  /** True when the workload has no host yet and so goes to another one than was decided first. */
  #relocate(key: string, to: string, reason: MoveReason): boolean {
    const decision = this.#decisions.get(key);
    if (decision?.chosen === undefined) return false;
    if (decision.chosen !== to) {
      this.#decisions.set(key, { ...plain(decision), chosen: to, decidedBy: reason });
    }
    return true;
  }

  #preempt(preemption: Preemption): void {
    const { key, for: winner } = preemption;
    const decision = this.#decisions.get(key);
    if (decision?.chosen === undefined) {
      const { from = preemption.host } = this.#moves.get(key) ?? {};
      this.#moves.delete(key);
      this.#preempted.set(key, { ...preemption, host: from });
      return;
    }
    const gate = { code: "preempted", message: `${winner} has a higher priority` };
    this.#decisions.set(key, { ...plain(decision), chosen: undefined, decidedBy: "none", gate });
  }

  #switch(advice: PowerAdvice): void {
    const first = this.#power.get(advice.host);
    if (first === undefined || first.to === advice.to) this.#power.set(advice.host, advice);
    else this.#power.delete(advice.host);
  }
}

/** A decision with plain members: it may be a view, which cannot be spread. */
export const plain = (decision: Decision): Decision => ({
  id: decision.id,
  key: decision.key,
  chosen: decision.chosen,
  from: decision.from,
  decidedBy: decision.decidedBy,
  candidates: decision.candidates,
  rejected: decision.rejected,
  rejectedCounts: decision.rejectedCounts,
  hostsConsidered: decision.hostsConsidered,
  hostsFeasible: decision.hostsFeasible,
  gate: decision.gate,
  fixes: decision.fixes,
});
