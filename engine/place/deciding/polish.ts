import type { Amounts } from "../../model/demand.ts";
import { applicantOf } from "../classes/applicant.ts";
import { HostHeap } from "../basics/argmin-heap.ts";
import { closeTo, peakProof } from "../outcome/bounds.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { standingMarks } from "../standing/standing-marks.ts";
import { PlacedDecision } from "./placed-decision.ts";
import type { Drafts } from "./drafts.ts";
import { Judge } from "../judging/judge.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { policyFor } from "../classes/policy.ts";
import type { SeatRegister } from "./seat-register.ts";
import { firstOfEach, Lots, type Resource, type Trade, tradesWithin } from "./lots.ts";
import { loadPpmAfter } from "../judging/score.ts";
import type { HostVerdictCache } from "../judging/verdict.ts";

/** Emptiest hosts that are asked for a trade with a host that is too full. */
const PARTNERS_MAX = 24;

/** Batches of which each decision is better told as it was made than traded for the peak's sake. */
const SMALL_BATCH = 500;

/** A newcomer that has a host and could as well have another. */
interface Newcomer {
  /** Place of its decision. */
  readonly number: number;
  readonly workloadClass: WorkloadClass;
  readonly host: number;
}

/** What a run has decided, and where. */
interface Outcome {
  readonly ledger: Ledger;
  readonly cache: HostVerdictCache;
  readonly drafts: Drafts;
  readonly register: SeatRegister;
}

/**
 * Brings the peak close to what no placement can be below, where everybody has found a host:
 * newcomers of hosts that are too full go to the emptiest ones or trade places with smaller ones
 * there. Each had the best host when it was chosen; this shows only once all are placed.
 */
export function polishPeak({ ledger, cache, drafts, register }: Outcome): void {
  if (drafts.length < SMALL_BATCH) return;
  const { peakPpm, boundPpm } = peakProof(ledger);
  const target = closeTo(boundPpm);
  if (peakPpm <= target) return;
  const newcomers = newcomersAmong(drafts);
  if (newcomers === undefined) return;
  const resettled = new Polish(newcomers, { ledger, cache, target }).run();
  for (const [number, host] of resettled) {
    const draft = drafts.at(number);
    if (!(draft instanceof PlacedDecision) || draft.host === host) continue;
    const { workloadClass } = draft.seat;
    ledger.add(workloadClass, host, -1);
    const changed = draft.changedTo(host);
    ledger.add(workloadClass, host, 1);
    drafts.replace(number, changed);
    register.enter(changed, true);
  }
}

/** Undefined where somebody found no host. */
function newcomersAmong(drafts: Drafts): readonly Newcomer[] | undefined {
  const newcomers: Newcomer[] = [];
  for (let number = 0; number < drafts.length; number++) {
    const draft = drafts.at(number);
    if (!(draft instanceof PlacedDecision)) return undefined;
    if (draft.from === undefined) newcomers.push({ number, ...draft.seat });
  }
  return newcomers;
}

/** Newcomers by the number of their decision, with the host that each has in the end. */
type Resettled = ReadonlyMap<number, number>;

const MILLION = 1_000_000;
const MEBIBYTE = 1_048_576;
const NOTHING = { cpuMillicores: 0, memoryBytes: 0 };

class Polish {
  readonly #ledger: Ledger;
  readonly #cache: HostVerdictCache;
  readonly #target: number;
  readonly #guests: Map<number, Newcomer[]> = new Map();
  /** By the number that goes at most, and by host. */
  readonly #lots = { 1: new Map<number, HostLots>(), 2: new Map<number, HostLots>() };
  readonly #judges = new Map<WorkloadClass, Judge | undefined>();
  readonly #resettled = new Map<number, number>();
  readonly #loads: Float64Array;
  readonly #emptiest: HostHeap;

  constructor(
    newcomers: readonly Newcomer[],
    world: { readonly ledger: Ledger; readonly cache: HostVerdictCache; readonly target: number },
  ) {
    this.#ledger = world.ledger;
    this.#cache = world.cache;
    this.#target = world.target;
    for (const newcomer of newcomers) {
      if (this.#judgeOf(newcomer.workloadClass) === undefined) continue;
      const guests = this.#guests.get(newcomer.host);
      if (guests === undefined) this.#guests.set(newcomer.host, [newcomer]);
      else guests.push(newcomer);
    }
    const size = world.ledger.hosts.length;
    this.#loads = new Float64Array(size);
    this.#emptiest = new HostHeap(size, (left, right) => left - right, this.#loads);
  }

  run(): Resettled {
    if (this.#guests.size === 0) return this.#resettled;
    const full: number[] = [];
    for (let host = 0; host < this.#loads.length; host++) {
      this.#loads[host] = this.#loadOf(host);
      if ((this.#loads[host] ?? 0) > this.#target) full.push(host);
      else if (this.#ledger.hosts[host]?.connection === "connected") this.#emptiest.insert(host);
    }
    for (const host of full) {
      if (this.#guests.has(host)) this.#relieve(host);
    }
    return this.#resettled;
  }

  #loadOf(host: number, more: Amounts = NOTHING): number {
    return loadPpmAfter(host, more, this.#ledger);
  }

  /** Undefined for a class that cares who its neighbours are: it stays where it was put. */
  #judgeOf(workloadClass: WorkloadClass): Judge | undefined {
    if (!this.#judges.has(workloadClass)) {
      const applicant = applicantOf(workloadClass, this.#ledger);
      const isPlain =
        standingMarks(applicant, this.#ledger) === undefined &&
        policyFor(workloadClass, this.#ledger).chooser === "drs";
      const verdicts = this.#cache.of(workloadClass, this.#ledger);
      const judge = isPlain ? new Judge(applicant, this.#ledger, verdicts) : undefined;
      this.#judges.set(workloadClass, judge);
    }
    return this.#judges.get(workloadClass);
  }

  /** Trades with one of the emptiest hosts, so that neither is too full: the simplest trade. */
  #relieve(host: number): void {
    const partners = this.#emptiest.top(PARTNERS_MAX);
    for (const countMax of [1, 2] as const) {
      for (const partner of partners) {
        if (!this.#trade(host, partner, countMax)) continue;
        this.#loads[partner] = this.#loadOf(partner);
        this.#emptiest.put(partner);
        return;
      }
    }
  }

  /** So many newcomers of the full host for at most as many of the partner's. */
  #trade(full: number, partner: number, countMax: 1 | 2): boolean {
    const [over, beyond] = [this.#amountsOver(full), this.#amountsOver(partner)];
    const range = {
      cpu: { least: over.cpu, most: -beyond.cpu },
      memory: { least: over.memory, most: -beyond.memory },
    };
    const resource = over.cpu > 0 ? "cpu" : "memory";
    const [given, taken] = [this.#lotsOf(full, countMax), this.#lotsOf(partner, countMax)];
    const isEnough = (sides: Sides, trade: Trade): boolean => {
      const cpuMillicores = sides.given.movedFor(sides.taken, trade, "cpu");
      const memoryBytes = sides.given.movedFor(sides.taken, trade, "memory");
      return this.#isEnough({ cpuMillicores, memoryBytes }, full, partner);
    };
    const sizes = { given: given.ofSizes, taken: taken.ofSizes };
    const sides = { given: given.ofClasses, taken: taken.ofClasses };
    // Classes of one size promise alike, so that sizes are fewer to ask; as many tell nothing new.
    const areFewer = sizes.given !== sides.given || sizes.taken !== sides.taken;
    const anyEnough = (): boolean =>
      tradesWithin(sizes, range, resource).some((trade) => isEnough(sizes, trade));
    if (areFewer && !anyEnough()) return false;
    return tradesWithin(sides, range, resource).some(
      (trade) => isEnough(sides, trade) && this.#try(membersOf(sides, trade), partner),
    );
  }

  /** What the guests of a host may go as, kept until others are there. */
  #lotsOf(host: number, countMax: 1 | 2): HostLots {
    let lots = this.#lots[countMax].get(host);
    if (lots === undefined) {
      const guests = this.#guests.get(host) ?? [];
      const bySize = firstOfEach(guests, countMax, sizeOf);
      const byClass = firstOfEach(guests, countMax, classOf);
      const ofClasses = new Lots(byClass, countMax, loadOf);
      const isSame = bySize.length === byClass.length;
      lots = { ofSizes: isSame ? ofClasses : new Lots(bySize, countMax, loadOf), ofClasses };
      this.#lots[countMax].set(host, lots);
    }
    return lots;
  }

  /** What is beyond the target at least, in about millicores and bytes; below 0 it is room. */
  #amountsOver(host: number): Readonly<Record<Resource, number>> {
    const { capacityCpu, capacityMebibytes, loadCpu, loadMemory } = this.#ledger;
    const mostOf = (whole: number): number => Math.ceil((whole * (this.#target + 1)) / MILLION);
    const mebibytes = capacityMebibytes[host] ?? 0;
    return {
      cpu: (loadCpu[host] ?? 0) - mostOf(capacityCpu[host] ?? 0),
      // Nothing is known beforehand of a host without memory.
      memory: mebibytes > 0 ? (loadMemory[host] ?? 0) - mostOf(mebibytes) * MEBIBYTE : -Infinity,
    };
  }

  /** True when both hosts are not too full with so much moved. */
  #isEnough(moved: Amounts, full: number, partner: number): boolean {
    const back = {
      cpuMillicores: -moved.cpuMillicores,
      memoryBytes: -moved.memoryBytes,
    };
    return this.#loadOf(full, back) <= this.#target && this.#loadOf(partner, moved) <= this.#target;
  }

  #try({ given, taken }: Movers, partner: number): boolean {
    const ledger = this.#ledger;
    const full = given[0]?.host ?? partner;
    const mark = ledger.mark();
    for (const each of [...given, ...taken]) {
      ledger.add(each.workloadClass, each.host, -1);
    }
    const isTaken =
      given.every((each) => this.#enter(each, partner)) &&
      taken.every((each) => this.#enter(each, full));
    if (!isTaken) {
      ledger.rollback(mark);
      return false;
    }
    for (const each of given) this.#move(each, partner);
    for (const each of taken) this.#move(each, full);
    return true;
  }

  #enter({ workloadClass }: Newcomer, host: number): boolean {
    if (this.#judgeOf(workloadClass)?.of(host) !== 0) return false;
    this.#ledger.add(workloadClass, host, 1);
    return true;
  }

  #move(newcomer: Newcomer, host: number): void {
    for (const lots of Object.values(this.#lots)) {
      lots.delete(newcomer.host);
      lots.delete(host);
    }
    const before = this.#guests.get(newcomer.host) ?? [];
    this.#guests.set(
      newcomer.host,
      before.filter((each) => each !== newcomer),
    );
    const moved = { ...newcomer, host };
    this.#guests.set(host, [...(this.#guests.get(host) ?? []), moved]);
    this.#resettled.set(newcomer.number, host);
  }
}

/** Who goes over, and who comes back for them. */
interface Movers {
  readonly given: readonly Newcomer[];
  readonly taken: readonly Newcomer[];
}

const membersOf = ({ given, taken }: Sides, trade: Trade): Movers => ({
  given: given.at(trade[0]),
  taken: taken.at(trade[1]),
});

/** What may go over, and what may come back. */
interface Sides {
  readonly given: Lots<Newcomer>;
  readonly taken: Lots<Newcomer>;
}

/** Of one host. Sizes tell whether a trade can be enough, classes whether hosts take who goes. */
interface HostLots {
  readonly ofSizes: Lots<Newcomer>;
  readonly ofClasses: Lots<Newcomer>;
}

const sizeOf = ({ workloadClass: { load } }: Newcomer): string =>
  `${load.cpuMillicores} ${load.memoryBytes}`;

const classOf = ({ workloadClass }: Newcomer): WorkloadClass => workloadClass;

const loadOf = ({ workloadClass }: Newcomer): Amounts => workloadClass.load;
