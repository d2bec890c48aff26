import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Mutant, SeedOptions } from "./seed.ts";
import { runSeed } from "./scenario.ts";

const SEEDS = 200;

interface LedgerEntry {
  readonly seed: number;
  readonly invariant: string;
  readonly cause: string;
  readonly fix: string;
}

const ledger = JSON.parse(
  readFileSync(new URL("ledger.json", import.meta.url), "utf8"),
) as readonly LedgerEntry[];

/** What went wrong, with the command that shows it again; empty when nothing did. */
async function complaints(seed: number, options: SeedOptions = {}): Promise<readonly string[]> {
  const { violations, trace } = await runSeed(seed, options);
  if (violations.length === 0) return [];
  const broken = violations.map(({ invariant, message }) => `${invariant}: ${message}`);
  return [`seed ${seed}: npm run sim -- --seed ${seed} --trace`, ...broken, ...trace.slice(-25)];
}

test(`${SEEDS} seeds of faults and crashes all converge without a question (I1-I14)`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) expect(await complaints(seed)).toEqual([]);
});

test.for(ledger)("seed $seed stays mended: $cause", async ({ seed }) => {
  expect(await complaints(seed)).toEqual([]);
});

test("a crash at every step of an apply of 12 resources leaves nothing behind", async () => {
  const options: SeedOptions = { resources: 12, calm: true };
  const whole = await runSeed(1, { ...options, crashAt: [Number.POSITIVE_INFINITY] });
  expect(whole.firstSteps).toBeGreaterThan(100);
  for (let step = 0; step <= whole.firstSteps; step++) {
    expect(await complaints(1, { ...options, crashAt: [step] })).toEqual([]);
  }
});

test("a crash in the recovery from a crash leaves nothing behind", async () => {
  for (let first = 10; first < 170; first += 16) {
    for (let second = 5; second < 150; second += 29) {
      const options = { resources: 12, calm: true, crashAt: [first, second] };
      expect(await complaints(1, options)).toEqual([]);
    }
  }
});

test("the same seed gives the same trace (I11)", async () => {
  for (const seed of [1, 35, 350, 773]) {
    const [once, twice] = [await runSeed(seed), await runSeed(seed)];
    expect(twice.traceHash).toBe(once.traceHash);
    expect(twice.steps).toBe(once.steps);
  }
});

const MUTANTS: readonly { readonly mutant: Mutant; readonly why: string }[] = [
  { mutant: "lying-sync", why: "syncs return before anything is durable" },
  { mutant: "own-ids", why: "the platform gives out ids of its own" },
  { mutant: "lost-journal", why: "a crash takes the journal along" },
];

test.for(MUTANTS)("the checks find a bug put in on purpose: $why", async ({ mutant }) => {
  let found = 0;
  for (let seed = 1; seed <= 40; seed++) {
    found += (await complaints(seed, { mutant })).length === 0 ? 0 : 1;
  }
  expect(found).toBeGreaterThan(0);
});
