import type { WorkloadClass } from "../classes/classes.ts";
import type { Board } from "../improve/board.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { partsPerMillion } from "../basics/units.ts";
import { copyBytesOf } from "./cost.ts";

/** Moves that make room for one workload. */
const MOVES_MAX = 3;
/** Hosts on which room is looked for, and hosts that are asked to take what has to go. */
const HOSTS_MAX = 64;
const REFUGES_MAX = 256;
/** Units of a host that are thought of, by how many leave it; those with least to copy first. */
const MEMBERS_MAX: readonly number[] = [0, 16, 10, 8];
/** Hosts and workloads for a second move that lets a first one happen. */
const CHAIN_HOSTS_MAX = 16;
const CHAIN_MEMBERS_MAX = 6;

/** Units that have to leave a host so that it takes a workload. */
interface Option {
  readonly host: number;
  /** Numbers on the board. */
  readonly units: readonly number[];
  /** Workloads in them, and what they have to copy. */
  readonly moves: number;
  readonly bytes: number;
}

/** Work left for a whole plan, in moves tried; what it finds depends on nothing else. */
export interface Effort {
  left: number;
}

/**
 * Makes room for a workload by at most three live moves of others, each to a host that may take it;
 * one of them may need another to move before (depth 2). The fewest moves win, then the fewest
 * bytes to copy. Moves stay made on the board when it succeeds.
 */
export class Ejection {
  readonly #board: Board;
  readonly #isGone: (unit: number) => boolean;
  readonly #effort: Effort;
  #wanted: WorkloadClass | undefined;
  #refuges: readonly number[] = [];

  constructor(board: Board, isGone: (unit: number) => boolean, effort: Effort) {
    this.#board = board;
    this.#isGone = isGone;
    this.#effort = effort;
  }

  /** The host that takes the class now, after moves on the board; undefined: nothing moved. */
  makeRoom(wanted: WorkloadClass): number | undefined {
    this.#wanted = wanted;
    const hosts = this.#hostsFor(wanted);
    if (hosts.length === 0) return undefined;
    this.#refuges = emptiestFirst(this.#board.ledger).slice(0, REFUGES_MAX);
    const enough: Option[] = [];
    for (let count = 1; count <= MOVES_MAX; count++) {
      const shorter = [...enough];
      const options = hosts.flatMap((host) => this.#optionsOn(host, count, shorter));
      enough.push(...inOrder(options));
      const direct = enough.filter(({ units }) => units.length === count);
      const chained = enough.filter(({ units }) => units.length === count - 1);
      const found =
        direct.find((option) => this.#leave(option, 0, 0)) ??
        chained.find((option) => this.#leave(option, 0, MOVES_MAX - option.moves));
      if (found !== undefined) return found.host;
    }
    return undefined;
  }

  /** Hosts that would take the class without everything movable on them, least to move first. */
  #hostsFor(wanted: WorkloadClass): readonly number[] {
    const { ledger, rules } = this.#board;
    return ledger.hosts
      .map((_host, host) => host)
      .filter((host) => rules.admits(wanted, host) && this.#membersOn(host).length > 0)
      .filter((host) => this.#effort.left-- > 0 && this.#fitsWithout(host, this.#membersOn(host)))
      .slice(0, HOSTS_MAX);
  }

  /** Movable units of a host, those with least to copy first; large ones are left alone. */
  #membersOn(host: number): readonly number[] {
    const { members, units } = this.#board;
    return (members[host] ?? [])
      .filter((unit) => !this.#isGone(unit) && (units[unit]?.length ?? 0) <= MOVES_MAX)
      .map((unit) => ({ unit, bytes: bytesOf(units[unit]) }))
      .sort((left, right) => left.bytes - right.bytes || left.unit - right.unit)
      .map(({ unit }) => unit);
  }

  /** Choices of as many units that are enough, and of which no smaller choice is. */
  #optionsOn(host: number, count: number, shorter: readonly Option[]): readonly Option[] {
    const members = this.#membersOn(host).slice(0, MEMBERS_MAX[count] ?? 0);
    const known = shorter.filter((option) => option.host === host);
    const { units: all } = this.#board;
    return choices(members, count)
      .filter((units) => !known.some((part) => part.units.every((each) => units.includes(each))))
      .map(
        (units): Option => ({
          host,
          units: units.toReversed(),
          moves: units.reduce((sum, unit) => sum + (all[unit]?.length ?? 0), 0),
          bytes: units.reduce((sum, unit) => sum + bytesOf(all[unit]), 0),
        }),
      )
      .filter(({ moves }) => moves <= MOVES_MAX)
      .filter(({ units }) => this.#effort.left-- > 0 && this.#fitsWithout(host, units));
  }

  #fitsWithout(host: number, units: readonly number[]): boolean {
    const { ledger, rules, units: all } = this.#board;
    const mark = ledger.mark();
    for (const { workloadClass } of units.flatMap((unit) => all[unit] ?? [])) {
      ledger.add(workloadClass, host, -1);
    }
    rules.note(host);
    const fits = this.#fits(host);
    ledger.rollback(mark);
    rules.note(host);
    return fits;
  }

  #fits(host: number): boolean {
    return this.#wanted !== undefined && this.#board.rules.allows(this.#wanted, host);
  }

  /** Moves the units of an option away one by one, the largest first; `spare` for a chain. */
  #leave(option: Option, position: number, spare: number): boolean {
    const unit = option.units[position];
    if (unit === undefined) return this.#fits(option.host);
    const next = (): boolean => this.#leave(option, position + 1, spare);
    if (this.#moveSomewhere(unit, option.host, next)) return true;
    return spare > 0 && this.#moveAfterAnother(unit, option, { position, spare });
  }

  /** Tries every refuge until what has to follow works as well. */
  #moveSomewhere(unit: number, avoided: number, next: () => boolean): boolean {
    const board = this.#board;
    for (const refuge of this.#refuges) {
      if (refuge === avoided || !board.admits(unit, refuge)) continue;
      if (this.#effort.left-- <= 0) return false;
      const mark = board.mark();
      if (!board.move(unit, refuge)) continue;
      if (next()) return true;
      board.rollback(mark);
    }
    return false;
  }

  /** Moves another unit from some refuge to a third host, so that the first can go there. */
  #moveAfterAnother(
    unit: number,
    option: Option,
    { position, spare }: { readonly position: number; readonly spare: number },
  ): boolean {
    const board = this.#board;
    const hosts = this.#refuges.filter((host) => host !== option.host && board.admits(unit, host));
    for (const host of hosts.slice(0, CHAIN_HOSTS_MAX)) {
      const others = this.#membersOn(host).filter(
        (other) => !option.units.includes(other) && (board.units[other]?.length ?? 0) <= spare,
      );
      for (const other of others.slice(0, CHAIN_MEMBERS_MAX)) {
        const then = (): boolean =>
          board.at[other] !== option.host &&
          board.move(unit, host) &&
          this.#leave(option, position + 1, 0);
        if (this.#moveSomewhere(other, host, then)) return true;
      }
    }
    return false;
  }
}

const bytesOf = (members: Board["units"][number] = []): number =>
  members.reduce((sum, { workload }) => sum + copyBytesOf(workload), 0);

/** Few moves first, then few bytes; numbers last, so that equal worlds give equal moves. */
function inOrder(options: readonly Option[]): readonly Option[] {
  return options.toSorted(
    (left, right) =>
      left.moves - right.moves ||
      left.bytes - right.bytes ||
      left.host - right.host ||
      (left.units[0] ?? 0) - (right.units[0] ?? 0),
  );
}

/** Every choice of `count` of the items, in their order. */
function choices(items: readonly number[], count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]];
  return items.flatMap((item, index) =>
    choices(items.slice(index + 1), count - 1).map((rest) => [item, ...rest]),
  );
}

/** Hosts by how full they are in the resource that is fullest. */
function emptiestFirst(ledger: Ledger): readonly number[] {
  return ledger.hosts
    .map((_host, host) => ({ host, full: fullness(host, ledger) }))
    .sort((left, right) => left.full - right.full || left.host - right.host)
    .map(({ host }) => host);
}

/** In ppm: requests and reservations of what can be given away, load of what there is. */
function fullness(host: number, ledger: Ledger): number {
  const parts = [
    [ledger.requestedCpu, ledger.allocatableCpu],
    [ledger.requestedMemory, ledger.allocatableMemory],
    [ledger.reservedCpu, ledger.allocatableCpu],
    [ledger.reservedMemory, ledger.allocatableMemory],
    [ledger.loadCpu, ledger.capacityCpu],
    [ledger.loadMemory, ledger.capacityMemory],
  ] as const;
  return Math.max(
    ...parts.map(([used, whole]) =>
      partsPerMillion(Math.floor((used[host] ?? 0) / 1024), Math.floor((whole[host] ?? 0) / 1024)),
    ),
  );
}
