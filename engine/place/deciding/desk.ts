import type { Candidate, PlacementLimits, PlacementWorkload } from "../../model/placement.ts";
import { candidateOf } from "../judging/candidates.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { type Draft, unplacedDraft } from "./decision.ts";
import {
  type Chapter,
  DECIDED_BY_NOBODY_ELSE,
  DECIDED_BY_STAYING,
  type DecisionBasis,
  type DecisionLog,
} from "./decision-log.ts";
import type { PlacedDecision } from "./placed-decision.ts";
import { Explainer, type Explaining, type Rejections } from "./explain.ts";
import { unplacedGate } from "../judging/gates.ts";
import { HostTree } from "../standing/host-tree.ts";
import { KinTable } from "../standing/kin.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Pending } from "./order.ts";
import { Workspace } from "../standing/plain-standing.ts";
import { policyFor } from "../classes/policy.ts";
import { Row } from "../standing/row.ts";
import { type Opening, type Search, type Standing, standingOf } from "../standing/standing.ts";
import type { HostVerdictCache } from "../judging/verdict.ts";
import type { Waiting } from "./waiting.ts";

/** Longer lists are for people: they are written at once, with ranks. */
const SHORT_LIST = 2;

/** Classes whose desks are kept; each takes some 50 bytes a host. */
const DESKS_MAX = 64;

/** Classes whose light desks are kept; each takes some 2 bytes a host. */
const LIGHT_DESKS_MAX = 128;

/** Decisions after which a light desk gives way to one that decides quicker but opens slower. */
const LIGHT_DECISIONS_MAX = 32;

/** Looking at so many hosts once costs what a search for one decision does at the least. */
const HOSTS_PER_SEARCH = 256;

/** Looking at so many hosts once costs what a search does for each host that it looks at. */
const LOOK = 2;

/** What every desk works with. */
interface Office {
  readonly ledger: Ledger;
  readonly cache: HostVerdictCache;
  readonly log: DecisionLog;
  readonly limits: PlacementLimits;
  readonly search: Search;
  readonly row: Row;
  readonly explaining: Explaining;
}

/** Decides about the members of one class, one after the other. */
export class Desk {
  #standing: Standing;
  #explainer: Explainer;
  readonly #opening: Opening;
  readonly #basis: DecisionBasis;
  readonly #log: DecisionLog;
  readonly #limits: PlacementLimits;
  readonly #explaining: Explaining;
  readonly #row: Row;
  #chapter: Chapter | undefined;
  /** Decisions since it was opened or outgrown. */
  #asked = 0;

  constructor(workloadClass: WorkloadClass, office: Office, opening: Opening) {
    const { ledger, log, limits, row, explaining } = office;
    const standing = standingOf(workloadClass, ledger, opening);
    this.#opening = opening;
    const { chooser } = policyFor(workloadClass, ledger);
    this.#standing = standing;
    this.#explaining = explaining;
    this.#explainer = new Explainer(standing, explaining);
    this.#basis = { workloadClass, cards: { applicant: standing.applicant, ledger, chooser } };
    this.#log = log;
    this.#row = row;
    this.#limits = limits;
  }

  /** True when many such desks may be kept. */
  get isLight(): boolean {
    return this.#standing.isLight === true;
  }

  /** True when it pays by now to open one that is not light; then not again for a while. */
  outgrow(): boolean {
    const isOutgrown = this.#asked > LIGHT_DECISIONS_MAX;
    if (isOutgrown) this.#asked = 0;
    return isOutgrown;
  }

  /** The desk decides nothing more. */
  close(): void {
    this.#standing.close?.();
  }

  /** The best host, or the one the workload is on where it may stay; the ledger is not changed. */
  choose({ workload, mayStay }: Pending): PlacedDecision | Draft {
    const standing = this.#upToDate();
    this.#asked++;
    const best = standing.top(Math.max(SHORT_LIST, this.#limits.candidatesMax));
    const rejections = this.#explainer.rejections();
    const [first, second] = best;
    if (first === undefined) return this.#unplaced(workload, rejections);
    const stays = mayStay !== undefined && standing.reasonOf(mayStay) === 0;
    const host = stays ? mayStay : first;
    const term = second === undefined ? DECIDED_BY_NOBODY_ELSE : standing.difference(first, second);
    return this.#log.add({
      workload,
      chapter: this.#chapterOf(rejections, first, second),
      host,
      decidedBy: host === first ? term : DECIDED_BY_STAYING,
      candidates: this.#candidates(best),
    });
  }

  /**
   * Decides about the first of some newcomers and seats them in the ledger, as long as there are
   * hosts for them; their decisions go to the end of the log. Returns how many they are: none where
   * newcomers have to be decided about one by one.
   */
  seat(newcomers: Waiting): number {
    const standing = this.#upToDate();
    if (standing.seat === undefined || this.#limits.candidatesMax > SHORT_LIST) return 0;
    let from = 0;
    while (from < newcomers.length) {
      const [first, second] = standing.top(SHORT_LIST);
      if (first === undefined) break;
      const chapter = this.#chapterOf(this.#explainer.rejections(), first, second);
      standing.seat(this.#row, newcomers.length - from);
      this.#log.addRow(this.#row, chapter, newcomers, from);
      from += this.#row.length;
    }
    return from;
  }

  #upToDate(): Standing {
    this.#standing.sync();
    if (this.#standing.isLasting === false) {
      const { workloadClass, cards } = this.#basis;
      // By now the room may be somebody else's.
      const opening = { ...this.#opening, space: undefined, applicant: this.#standing.applicant };
      this.#standing = standingOf(workloadClass, cards.ledger, opening);
      this.#explainer = new Explainer(this.#standing, this.#explaining);
    }
    return this.#standing;
  }

  /** The chapter of a decision: the last one while nothing of it has changed. */
  #chapterOf(rejections: Rejections, first: number, second = first): Chapter {
    const { feasible: hostsFeasible } = this.#standing;
    const scoresOf = [this.#standing.valuesOf(first), this.#standing.valuesOf(second)] as const;
    const last = this.#chapter;
    const isSame =
      last?.rejections === rejections &&
      last.hostsFeasible === hostsFeasible &&
      last.scoresOf[0] === scoresOf[0] &&
      last.scoresOf[1] === scoresOf[1];
    if (isSame) return last;
    this.#chapter = { basis: this.#basis, rejections, hostsFeasible, scoresOf };
    return this.#chapter;
  }

  #unplaced(workload: PlacementWorkload, rejections: Rejections): Draft {
    const messageOf = (): string =>
      rejections.rejected.find(({ code }) => code === "cluster-failover")?.message ?? "";
    const gate = unplacedGate(rejections.rejectedCounts, messageOf);
    return unplacedDraft(workload, this.#standing.ledger.hosts.length, { gate, rejections });
  }

  #candidates(best: readonly number[]): readonly Candidate[] | readonly number[] {
    const max = this.#limits.candidatesMax;
    const hosts = best.length > max ? best.slice(0, max) : best;
    if (max <= SHORT_LIST) return hosts;
    const standing = this.#standing;
    return hosts.map((host) => ({
      ...candidateOf(host, standing.valuesOf(host)(host), this.#basis.cards),
      rank: standing.rankOf(host),
    }));
  }
}

/** The desks of one run. */
export class Desks {
  readonly #office: Office;
  readonly #desks = new Kept(DESKS_MAX);
  readonly #lightDesks = new Kept(LIGHT_DESKS_MAX);
  readonly #space: Workspace;
  #kins = new KinTable();
  #tree: HostTree | undefined;
  /** It takes as long to make as many a small batch, so it is made for whoever searches in it. */
  readonly #grownTree = (): HostTree => (this.#tree ??= new HostTree(this.#office.ledger));
  #smallBatches = 0;
  #isForSingles: boolean;
  /** The desk that has the workspace. */
  #passing: Desk | undefined;

  constructor(office: Omit<Office, "row" | "explaining">) {
    const { limits, log } = office;
    const explaining = { limits, past: log.past, counts: [] };
    this.#office = { ...office, row: new Row(), explaining };
    this.#space = new Workspace(office.ledger.hosts.length);
    this.#isForSingles = office.search === "bounds";
  }

  /** Gives all desks up; needed when a host changes its state. */
  clear(): void {
    this.#desks.clear();
    this.#lightDesks.clear();
    this.#kins = new KinTable();
  }

  /** Decisions come one by one from here on, whatever class each is of. */
  expectSingles(): void {
    this.#isForSingles = true;
    this.#office.cache.expectMany();
    this.#grownTree();
  }

  /**
   * The desk of a class. It is kept for later where `isRecurring`; the longest unused one is given
   * up for it. Others serve until the next one is asked for, and few `changes` of hosts best.
   */
  of(
    workloadClass: WorkloadClass,
    { isRecurring, changes }: { readonly isRecurring: boolean; readonly changes: number },
  ): Desk {
    const tree = this.#treeFor(isRecurring, changes);
    const light = tree === undefined ? undefined : this.#lightDesks.get(workloadClass);
    const known = this.#desks.get(workloadClass) ?? light;
    const isOutgrown = known === light && isRecurring && light?.outgrow() === true;
    if (known !== undefined && !isOutgrown) return known;
    if (!isRecurring) this.#passing?.close();
    const grown = isOutgrown ? undefined : tree;
    const opening = this.#opening(isRecurring ? undefined : changes, grown);
    const desk = new Desk(workloadClass, this.#office, opening);
    this.#keep(workloadClass, desk, isRecurring);
    return desk;
  }

  /** With a limit to its changes it may use the workspace. */
  #opening(changes: number | undefined, tree: Opening["tree"]): Opening {
    const { cache, search } = this.#office;
    const space = changes === undefined ? undefined : this.#space;
    return { cache, search, kins: this.#kins, tree, changes, space };
  }

  #keep(workloadClass: WorkloadClass, desk: Desk, isRecurring: boolean): void {
    if (desk.isLight) this.#lightDesks.set(workloadClass, desk);
    else if (isRecurring) this.#desks.set(workloadClass, desk);
    else this.#passing = desk;
  }

  /** The tree where it pays: it has to be made, and each decision is a search. */
  #treeFor(isRecurring: boolean, changes: number): (() => HostTree) | undefined {
    const isSmall = changes * this.#hostsPerSearch() < this.#office.ledger.hosts.length;
    if (!this.#isForSingles && (isRecurring || !isSmall)) return undefined;
    this.#smallBatches++;
    return this.#isForSingles || this.#smallBatches > 1 ? this.#grownTree : undefined;
  }

  /** Where hosts are equal no bound tells them apart: a search then has to look at most of them. */
  #hostsPerSearch(): number {
    const { lookedAt = 0, searches = 0 } = this.#tree?.room ?? {};
    return Math.max(HOSTS_PER_SEARCH, LOOK * Math.ceil(lookedAt / Math.max(1, searches)));
  }
}

/** Desks by class; the longest unused one makes room for another. */
class Kept {
  readonly #max: number;
  readonly #desks = new Map<WorkloadClass, Desk>();

  constructor(max: number) {
    this.#max = max;
  }

  clear(): void {
    this.#desks.clear();
  }

  get(workloadClass: WorkloadClass): Desk | undefined {
    const desk = this.#desks.get(workloadClass);
    if (desk !== undefined) this.set(workloadClass, desk);
    return desk;
  }

  set(workloadClass: WorkloadClass, desk: Desk): void {
    this.#desks.delete(workloadClass);
    this.#desks.set(workloadClass, desk);
    const [oldest] = this.#desks.keys();
    if (this.#desks.size > this.#max && oldest !== undefined) this.#desks.delete(oldest);
  }
}
