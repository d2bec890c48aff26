import type { Board } from "./board.ts";
import { type Field, SQUARE_UNIT } from "./field.ts";
import type { Kinds } from "./kinds.ts";
import { Ranking } from "./ranking.ts";
import { LEANINGS, Receivers } from "./receivers.ts";
import type { Scale } from "./scale.ts";
import { Tournament } from "./tournament.ts";

/** Hosts tried for a workload whose best host does not take it. */
const OTHERS_MAX = 8;
/** Refused proposals after which a host keeps what it has for this round. */
const REFUSALS_MAX = 64;
/** Units of a host in the mean from which on it is worth while to keep them in order. */
const RANKED_MIN = 32;
/** A gain counts as the best when it is within an eighth of what others had when last asked. */
const NEARLY = 7 / 8;

/** What a row of numbers holds of a kind of unit; it is as long as a line of a cache. */
const [CPU, MEMORY, COST, SIZE, LEANING, ROW] = [0, 1, 2, 3, 4, 8] as const;

/** Per leaning: its best host, and what going there gains: amount * (slope - amount * curve). */
interface Aims {
  readonly to: Int32Array;
  readonly cpuSlope: Float64Array;
  readonly cpuCurve: Float64Array;
  readonly memorySlope: Float64Array;
  readonly memoryCurve: Float64Array;
  /** Most that any of them gains by a workload of size 1. */
  steepest: number;
}

interface Target {
  readonly unit: number;
  readonly slot: number;
}

interface Proposal extends Target {
  readonly gain: number;
  /** True for the first host that was thought of. */
  readonly isFirst: boolean;
}

/**
 * Steepest descent without looking at all pairs: per host the best move away from it is kept, and
 * looked for again only when it is about to be made.
 */
export class Descent {
  readonly #scale: Scale;
  readonly #board: Board;
  readonly #field: Field;
  readonly #receivers: Receivers;
  /** Absent where hosts have few units, all of which are soon looked at. */
  readonly #ranking: Ranking | undefined;
  readonly #donors: Tournament;
  /** By kind of unit: all that has to be known of it, side by side, as there may be many. */
  readonly #rows: Float64Array;
  /** Number of changes made when a donor was last asked. */
  readonly #asked: Int32Array;
  /** Number of changes that receivers and ranking know of. */
  #followed = 0;
  readonly #aims: Aims = {
    to: new Int32Array(LEANINGS),
    cpuSlope: new Float64Array(LEANINGS),
    cpuCurve: new Float64Array(LEANINGS),
    memorySlope: new Float64Array(LEANINGS),
    memoryCurve: new Float64Array(LEANINGS),
    steepest: 0,
  };
  /** What `look` found. */
  readonly #best = { donor: -1, unit: -1, slot: -1, gain: 0 };

  constructor(scale: Scale) {
    const { board, field } = scale;
    this.#scale = scale;
    this.#board = board;
    this.#field = field;
    this.#receivers = new Receivers(field);
    this.#followed = scale.changes;
    this.#donors = new Tournament(field.hosts.length);
    this.#asked = new Int32Array(field.hosts.length).fill(-1);
    const sizes = scale.kinds.cpu.map((millicores, kind) =>
      this.#receivers.sizeOf(millicores, scale.kinds.memory[kind] as number),
    );
    this.#rows = rowsOf(scale.kinds, sizes, this.#receivers);
    const isWorthIt = board.units.length > RANKED_MIN * field.hosts.length;
    this.#ranking = isWorthIt ? new Ranking(board, scale.kinds, sizes) : undefined;
  }

  /** Makes moves that gain at least `gainMin`, in so many rounds at most; true when it made any. */
  run(gainMin: number, roundsMax: number = Infinity): boolean {
    const { changes } = this.#scale;
    let before = -1;
    for (let round = 0; round < roundsMax && before < this.#scale.changes; round++) {
      if (!this.#scale.goesOn()) break;
      // A host that found nothing may find something once others have moved.
      before = this.#scale.changes;
      this.#follow();
      for (let slot = 0; slot < this.#field.hosts.length; slot++) this.#ask(slot, gainMin);
      this.#descend(gainMin);
    }
    return this.#scale.changes > changes;
  }

  /** Looks at everything anew where others than this descent have changed it. */
  #follow(): void {
    if (this.#followed === this.#scale.changes) return;
    for (let slot = 0; slot < this.#field.hosts.length; slot++) this.#receivers.renew(slot);
    this.#ranking?.renew();
    this.#followed = this.#scale.changes;
  }

  #descend(gainMin: number): void {
    while (this.#scale.goesOn()) {
      const donor = this.#donors.winner;
      if (donor < 0) return;
      if (this.#asked[donor] !== this.#scale.changes) {
        const gain = this.#ask(donor, gainMin);
        const rival = this.#donors.winner;
        if (rival < 0) return;
        if (rival !== donor && gain < -(this.#donors.keys[rival] as number) * NEARLY) continue;
      }
      if (!this.#advance(donor, gainMin)) this.#donors.set(donor, Infinity);
    }
  }

  /** Looks for the best move away from a host, and returns what it would gain. */
  #ask(donor: number, gainMin: number): number {
    this.#look(donor);
    const { gain } = this.#best;
    this.#asked[donor] = this.#scale.changes;
    this.#donors.set(donor, gain >= gainMin * SQUARE_UNIT && gain > 0 ? -gain : Infinity);
    return gain;
  }

  /** Leaves the best move away from a host in `#best`; its unit is -1 when there is none. */
  #look(donor: number): void {
    this.#aim(donor);
    const { of: kinds } = this.#scale.kinds;
    const rows = this.#rows;
    const { cpuSlope, cpuCurve, memorySlope, memoryCurve, steepest } = this.#aims;
    let best = -1;
    let most = 0;
    const host = this.#field.hosts[donor] as number;
    const ranked = this.#ranking?.of(host);
    for (const unit of ranked ?? (this.#board.members[host] as readonly number[])) {
      const row = ROW * (kinds[unit] as number);
      // Too small for the best so far; curves and costs leave out more than rounding does.
      if ((rows[row + SIZE] as number) * steepest < most) {
        if (ranked === undefined) continue;
        break;
      }
      const leaning = rows[row + LEANING] as number;
      const millicores = rows[row + CPU] as number;
      const bytes = rows[row + MEMORY] as number;
      const gain =
        millicores * ((cpuSlope[leaning] as number) - millicores * (cpuCurve[leaning] as number)) +
        bytes * ((memorySlope[leaning] as number) - bytes * (memoryCurve[leaning] as number)) -
        (rows[row + COST] as number);
      if (gain < most || (gain === most && unit > best)) continue;
      best = unit;
      most = gain;
    }
    this.#best.donor = donor;
    this.#best.unit = best;
    this.#best.gain = most;
    this.#best.slot = best < 0 ? -1 : (this.#aims.to[this.#leaningOf(best)] as number);
  }

  #leaningOf(unit: number): number {
    return this.#rows[ROW * (this.#scale.kinds.of[unit] as number) + LEANING] as number;
  }

  /** Prepares what the best host of each leaning means for a donor. */
  #aim(donor: number): void {
    const { cpu, memory, perMillicore, perByte } = this.#field;
    const perCpu = perMillicore[donor] as number;
    const perMemory = perByte[donor] as number;
    const aims = this.#aims;
    const { cpuWeight, memoryWeight } = this.#receivers;
    aims.steepest = 0;
    for (let leaning = 0; leaning < LEANINGS; leaning++) {
      const to = this.#receivers.best(leaning);
      const toCpu = perMillicore[to] as number;
      const toMemory = perByte[to] as number;
      aims.to[leaning] = to;
      aims.cpuSlope[leaning] = 2 * ((cpu[donor] as number) * perCpu - (cpu[to] as number) * toCpu);
      aims.cpuCurve[leaning] = perCpu * perCpu + toCpu * toCpu;
      aims.memorySlope[leaning] =
        2 * ((memory[donor] as number) * perMemory - (memory[to] as number) * toMemory);
      aims.memoryCurve[leaning] = perMemory * perMemory + toMemory * toMemory;
      aims.steepest = Math.max(
        aims.steepest,
        (aims.cpuSlope[leaning] as number) / cpuWeight,
        (aims.memorySlope[leaning] as number) / memoryWeight,
      );
    }
  }

  /** Makes the best move away from a host that is allowed and worth its cost. */
  #advance(donor: number, gainMin: number): boolean {
    if (this.#best.donor !== donor || this.#asked[donor] !== this.#scale.changes) this.#look(donor);
    const { unit, slot, gain } = this.#best;
    if (unit < 0 || gain < gainMin * SQUARE_UNIT) return false;
    const isMade =
      this.#attempt(donor, { unit, slot }, gainMin) || this.#advanceSlowly(donor, gainMin);
    return isMade;
  }

  /** As `#advance`, where the first idea was refused: other workloads, and other hosts for them. */
  #advanceSlowly(donor: number, gainMin: number): boolean {
    const queue = this.#proposalsOf(donor, gainMin);
    for (let refusals = 0; refusals < REFUSALS_MAX; refusals++) {
      const proposal = queue.shift();
      if (proposal === undefined) return false;
      if (this.#attempt(donor, proposal, gainMin)) return true;
      if (!proposal.isFirst) continue;
      queue.push(...this.#othersFor(proposal, donor, gainMin));
      queue.sort(byGain);
    }
    return false;
  }

  #proposalsOf(donor: number, gainMin: number): Proposal[] {
    const members = this.#board.members[this.#field.hosts[donor] as number] as readonly number[];
    return members
      .flatMap((unit): Proposal[] => {
        const slot = this.#receivers.best(this.#leaningOf(unit));
        if (slot < 0 || slot === donor) return [];
        const gain = this.#scale.estimate(unit, donor, slot);
        return gain > gainMin * SQUARE_UNIT ? [{ unit, slot, gain, isFirst: true }] : [];
      })
      .sort(byGain);
  }

  /** Other hosts that the host filters admit for a refused proposal, best first. */
  #othersFor(
    { unit, slot: refused }: Proposal,
    donor: number,
    gainMin: number,
  ): readonly Proposal[] {
    return this.#field.hosts
      .flatMap((host, slot): Proposal[] => {
        if (slot === donor || slot === refused || !this.#board.admits(unit, host)) return [];
        const gain = this.#scale.estimate(unit, donor, slot);
        return gain > gainMin * SQUARE_UNIT ? [{ unit, slot, gain, isFirst: false }] : [];
      })
      .sort(byGain)
      .slice(0, OTHERS_MAX);
  }

  #attempt(donor: number, { unit, slot }: Target, gainMin: number): boolean {
    if (donor === slot || !this.#scale.make([{ unit, from: donor, to: slot }])) return false;
    const { hosts } = this.#field;
    this.#ranking?.move(unit, hosts[donor] as number, hosts[slot] as number);
    this.#receivers.renew(donor);
    this.#receivers.renew(slot);
    this.#followed = this.#scale.changes;
    this.#ask(donor, gainMin);
    return true;
  }
}

function rowsOf(
  { cpu, memory, cost }: Kinds,
  sizes: Float64Array,
  receivers: Receivers,
): Float64Array {
  const rows = new Float64Array(ROW * sizes.length);
  for (let kind = 0; kind < sizes.length; kind++) {
    const row = ROW * kind;
    const [millicores, bytes] = [cpu[kind] as number, memory[kind] as number];
    rows[row + CPU] = millicores;
    rows[row + MEMORY] = bytes;
    rows[row + COST] = (cost[kind] as number) * SQUARE_UNIT;
    rows[row + SIZE] = sizes[kind] as number;
    rows[row + LEANING] = receivers.leaningOf(millicores, bytes);
  }
  return rows;
}

const byGain = (left: Proposal, right: Proposal): number =>
  right.gain - left.gain || left.unit - right.unit || left.slot - right.slot;
