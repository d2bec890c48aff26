import type { WorkloadClass } from "../classes.ts";
import type { Board } from "../improve/board.ts";
import type { Ledger } from "../ledger.ts";
import { partsPerMillion } from "../units.ts";
import { copyBytesOf } from "./cost.ts";

/** Moves that make room for one workload. */
const MOVES_MAX = 3;
/** Hosts on which room is looked for, and hosts that are asked to take what has to go. */
const HOSTS_MAX = 64;
const REFUGES_MAX = 256;
/** Workloads of a host that are thought of, the ones with least to copy first. */
const MEMBERS_MAX: readonly number[] = [0, 16, 10, 8];
/** Hosts and workloads for a second move that lets a first one happen. */
const CHAIN_HOSTS_MAX = 16;
const CHAIN_MEMBERS_MAX = 6;

/** Workloads that have to leave a host so that it takes another. */
interface Option {
  readonly host: number;
  /** Numbers on the board. */
  readonly items: readonly number[];
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
  readonly #isGone: (item: number) => boolean;
  readonly #effort: Effort;
  #wanted: WorkloadClass | undefined;
  #refuges: readonly number[] = [];

  constructor(board: Board, isGone: (item: number) => boolean, effort: Effort) {
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
    for (let moves = 1; moves <= MOVES_MAX; moves++) {
      const shorter = [...enough];
      const options = hosts.flatMap((host) => this.#optionsOn(host, moves, shorter));
      enough.push(...inOrder(options));
      const direct = enough.filter(({ items }) => items.length === moves);
      const chained = enough.filter(({ items }) => items.length === moves - 1);
      const found =
        direct.find((option) => this.#leave(option, 0, 0)) ??
        chained.find((option) => this.#leave(option, 0, 1));
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

  /** Movable workloads of a host, those with least to copy first. */
  #membersOn(host: number): readonly number[] {
    const { members, workloads } = this.#board;
    return (members[host] ?? [])
      .filter((item) => !this.#isGone(item))
      .map((item) => ({ item, bytes: copyBytesOf(workloads[item]) }))
      .sort((left, right) => left.bytes - right.bytes || left.item - right.item)
      .map(({ item }) => item);
  }

  /** Choices of as many workloads that are enough, and of which no smaller choice is. */
  #optionsOn(host: number, count: number, shorter: readonly Option[]): readonly Option[] {
    const members = this.#membersOn(host).slice(0, MEMBERS_MAX[count] ?? 0);
    const known = shorter.filter((option) => option.host === host);
    const { workloads } = this.#board;
    return choices(members, count)
      .filter((items) => !known.some((part) => part.items.every((each) => items.includes(each))))
      .filter((items) => this.#effort.left-- > 0 && this.#fitsWithout(host, items))
      .map((items) => ({
        host,
        items: items.toReversed(),
        bytes: items.reduce((sum, item) => sum + copyBytesOf(workloads[item]), 0),
      }));
  }

  #fitsWithout(host: number, items: readonly number[]): boolean {
    const { ledger, rules, classes } = this.#board;
    const mark = ledger.mark();
    for (const item of items) {
      const workloadClass = classes[item];
      if (workloadClass !== undefined) ledger.add(workloadClass, host, -1);
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

  /** Moves the workloads of an option away one by one, the largest first. */
  #leave(option: Option, position: number, chains: number): boolean {
    const item = option.items[position];
    if (item === undefined) return this.#fits(option.host);
    const next = (): boolean => this.#leave(option, position + 1, chains);
    if (this.#moveSomewhere(item, option.host, next)) return true;
    return chains > 0 && this.#moveAfterAnother(item, option, position);
  }

  /** Tries every refuge until what has to follow works as well. */
  #moveSomewhere(item: number, avoided: number, next: () => boolean): boolean {
    const board = this.#board;
    for (const refuge of this.#refuges) {
      if (refuge === avoided || !board.rules.admits(board.classes[item] as WorkloadClass, refuge)) {
        continue;
      }
      if (this.#effort.left-- <= 0) return false;
      const mark = board.mark();
      if (!board.move(item, refuge)) continue;
      if (next()) return true;
      board.rollback(mark);
    }
    return false;
  }

  /** Moves another workload from some refuge to a third host, so that the first can go there. */
  #moveAfterAnother(item: number, option: Option, position: number): boolean {
    const board = this.#board;
    const hosts = this.#refuges
      .filter((host) => host !== option.host)
      .filter((host) => board.rules.admits(board.classes[item] as WorkloadClass, host));
    for (const host of hosts.slice(0, CHAIN_HOSTS_MAX)) {
      const others = this.#membersOn(host).filter((other) => !option.items.includes(other));
      for (const other of others.slice(0, CHAIN_MEMBERS_MAX)) {
        const then = (): boolean =>
          board.at[other] !== option.host &&
          board.move(item, host) &&
          this.#leave(option, position + 1, 0);
        if (this.#moveSomewhere(other, host, then)) return true;
      }
    }
    return false;
  }
}

/** Few bytes first; hosts and workloads by number, so that equal worlds give equal moves. */
function inOrder(options: readonly Option[]): readonly Option[] {
  return options.toSorted(
    (left, right) =>
      left.bytes - right.bytes ||
      left.host - right.host ||
      (left.items[0] ?? 0) - (right.items[0] ?? 0),
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
