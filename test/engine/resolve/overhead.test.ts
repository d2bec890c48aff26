import fc from "fast-check";
import { expect, test } from "vitest";
import { overheadBytes } from "../../../engine/resolve/overhead.ts";

const MI = 2 ** 20;
const cells: readonly (readonly [memoryMib: number, megabytes: readonly number[]])[] = [
  [256, [20.29, 24.28, 32.23, 48.16]],
  [1024, [25.9, 29.91, 37.86, 53.82]],
  [4096, [48.64, 52.72, 60.67, 76.78]],
  [16384, [139.62, 143.98, 151.93, 168.6]],
];
const CPUS = [1, 2, 4, 8];
const table = cells.flatMap(([memoryMib, row]) =>
  row.map((megabytes, index) => ({ vcpus: CPUS[index] ?? 0, memoryMib, megabytes })),
);

test.for(table)("D14: $vcpus vCPU and $memoryMib MB cost $megabytes MB", (cell) => {
  const { vcpus, memoryMib, megabytes } = cell;
  expect(overheadBytes(vcpus, memoryMib * MI)).toBe(
    Math.ceil((Math.round(megabytes * 100) * MI) / 100),
  );
});

test("D14: between the cells it is linear", () => {
  const half = overheadBytes(3, 4096 * MI);
  expect(half / MI).toBeCloseTo((52.72 + 60.67) / 2, 4);
});

test("D14: more memory or more vCPUs never cost less", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 128 }),
      fc.integer({ min: 1, max: 4_000_000 }),
      (vcpus, mib) => {
        const here = overheadBytes(vcpus, mib * MI);
        expect(overheadBytes(vcpus + 1, mib * MI)).toBeGreaterThanOrEqual(here);
        expect(overheadBytes(vcpus, (mib + 64) * MI)).toBeGreaterThanOrEqual(here);
        expect(Number.isSafeInteger(here)).toBe(true);
      },
    ),
  );
});

test("D14: within the table it is the least-squares plane through its cells, but for 1.5 %", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 256, max: 16_384 }),
      (vcpus, mib) => {
        const plane = 14.19 + 0.00743 * mib + 4.027 * vcpus;
        const here = overheadBytes(vcpus, mib * MI) / MI;
        expect(Math.abs(here - plane) / plane).toBeLessThan(0.015);
      },
    ),
  );
});
