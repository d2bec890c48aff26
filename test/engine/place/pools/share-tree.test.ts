import { expect, test } from "vitest";
import type { PoolLimits } from "../../../../engine/model/desired.ts";
import { PoolTable } from "../../../../engine/place/pools/pools.ts";
import { shareTree } from "../../../../engine/place/pools/share-tree.ts";

const leaf = { shares: 1, reservation: 0, demand: 1, size: 1 };
const pool = (address: string, parent?: string): PoolLimits => ({
  address: address as PoolLimits["address"],
  parent: parent as PoolLimits["parent"],
  cpuMillicoresLimit: undefined,
  memoryBytesLimit: undefined,
  shares: "normal",
  source: { path: "", document: 0, pointer: "" },
});

test("leaves follow as the tree has them: those of a pool before those of pools in it", () => {
  const pools = new PoolTable([pool("outer"), pool("inner", "outer")]);
  const members = ["inner", undefined, "outer", "inner"].map((each) => ({ pool: each, leaf }));
  const { root, order } = shareTree(members, pools, { resource: "cpu" });
  expect(order).toEqual([1, 2, 0, 3]);
  expect(root.demand).toBe(4);
});

test("a pool may have more members than a call has room for", () => {
  const members = Array.from({ length: 1_000_000 }, () => ({ pool: "big", leaf }));
  const { order } = shareTree(members, new PoolTable([pool("big")]), { resource: "cpu" });
  expect(order.at(-1)).toBe(999_999);
});
