import { describe, expect, test } from "vitest";
import { ExtendedTable } from "../../../../engine/place/ledger/extended-table.ts";
import type { Stock } from "../../../../engine/place/ledger/supply.ts";
import { host } from "../builders.ts";

const HOSTS = 20;

/** Hosts of which the first few have two of a resource. */
function stockAt(holders: number): Stock {
  const hosts = Array.from({ length: HOSTS }, (_item, index) => {
    const plain = host(`h${String(index)}`);
    const extended = index < holders ? { "example.com/card": 2 } : {};
    return { ...plain, allocatable: { ...plain.allocatable, extended } };
  });
  return new ExtendedTable(hosts).of("example.com/card");
}

describe("extended resources", () => {
  test.each([
    { kept: "for the few hosts that have it", holders: 1 },
    { kept: "for all hosts", holders: HOSTS - 1 },
  ])("answer alike where they are kept $kept", ({ holders }) => {
    const stock = stockAt(holders);
    const last = HOSTS - 1;
    expect([stock.wholeOf(0), stock.wholeOf(last)]).toEqual([2, 0]);
    expect([stock.has(0, 2), stock.has(0, 3), stock.has(last, 1)]).toEqual([true, false, false]);
    expect(stock.isPlenty(1)).toBe(false);
    stock.take(0, 2);
    stock.take(last, 1);
    expect([stock.takenOf(0), stock.takenOf(last)]).toEqual([2, 1]);
    expect(stock.has(0, 1)).toBe(false);
    stock.take(0, -1);
    expect([stock.has(0, 1), stock.has(0, 2), stock.wholeOf(0)]).toEqual([true, false, 2]);
  });

  test("of a name that no host knows there is nothing", () => {
    const stock = new ExtendedTable([host("a")]).of("constructor");
    expect([stock.wholeOf(0), stock.has(0, 1), stock.isPlenty(1)]).toEqual([0, false, false]);
  });
});
