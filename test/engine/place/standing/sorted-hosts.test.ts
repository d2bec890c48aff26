import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HostSet } from "../../../../engine/place/basics/host-set.ts";
import { HostsByAmount } from "../../../../engine/place/standing/hosts-by-amount.ts";
import { type BlockReader, SortedHosts } from "../../../../engine/place/standing/sorted-hosts.ts";

const HOSTS_MAX = 300;

/** Few numbers, so that many hosts have the same, or many, some of them huge. */
const anyNumber = fc.oneof(fc.nat(3), fc.nat(100_000), fc.constantFrom(-1, 2 ** 52));

/** Numbers of hosts, then hosts that get others. */
const anyCourse = fc.record({
  numbers: fc.array(anyNumber, { minLength: 1, maxLength: HOSTS_MAX }),
  changes: fc.array(fc.tuple(fc.nat(), anyNumber), { maxLength: 400 }),
});

/** Keeps the hosts of each block in order as it is told of them. */
class Members implements BlockReader {
  readonly of = new Map<number, readonly number[]>();

  read(block: number, row: Int32Array, length: number): void {
    this.of.set(block, [...row.subarray(0, length)]);
  }

  renew(block: number, host: number, at: number, length: number): void {
    expect(this.of.get(block)?.[at]).toBe(host);
    expect(this.of.get(block)).toHaveLength(length);
  }

  insert(block: number, host: number, at: number, length: number): void {
    const now = (this.of.get(block) ?? []).toSpliced(at, 0, host);
    expect(now).toHaveLength(length);
    this.of.set(block, now);
  }

  remove(block: number, at: number, length: number): void {
    const now = (this.of.get(block) ?? []).toSpliced(at, 1);
    expect(now).toHaveLength(length);
    this.of.set(block, now);
  }
}

describe("hosts in blocks", () => {
  test("stay in the order of their numbers, then names, and who keeps blocks is told", () => {
    fc.assert(
      fc.property(anyCourse, ({ numbers, changes }) => {
        const members = new Members();
        const sorted = new SortedHosts(numbers.length, (host) => numbers[host] ?? 0, members);
        for (const [number, value] of changes) {
          const host = number % numbers.length;
          numbers[host] = value;
          sorted.move(host);
        }
        const rows = sorted.order.map((block) => {
          const row = [...(sorted.rows[block] ?? [])].slice(0, sorted.lengths[block]);
          expect(row.length).toBeGreaterThan(0);
          expect(row.every((host) => sorted.blockOf[host] === block)).toBe(true);
          expect(members.of.get(block)).toEqual(row);
          return row;
        });
        const expected = [...numbers.keys()].sort(
          (left, right) => (numbers[left] ?? 0) - (numbers[right] ?? 0) || left - right,
        );
        expect(rows.flat()).toEqual(expected);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});

describe("hosts by what they have", () => {
  test("are found below any amount, exactly enough being enough", () => {
    fc.assert(
      fc.property(anyCourse, anyNumber, ({ numbers, changes }, wanted) => {
        const amounts = [...numbers];
        const hosts = new HostsByAmount(amounts.length, (host) => amounts[host] ?? 0);
        for (const [number, value] of changes) {
          const host = number % amounts.length;
          amounts[host] = (numbers[host] ?? 0) - value;
          hosts.read(host);
        }
        for (const limit of [wanted, wanted + 1, 1]) {
          const found: number[] = [];
          const set = HostSet.of(amounts.length);
          hosts.below(limit, set);
          set.some((host) => found.push(host) === 0);
          const short = [...amounts.keys()].filter((host) => (amounts[host] ?? 0) < limit);
          expect(found).toEqual(short);
        }
        expect(Math.min(...amounts)).toBeGreaterThanOrEqual(hosts.least);
      }),
      { numRuns: 300, seed: 8 },
    );
  });
});
