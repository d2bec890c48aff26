import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { NearStanding } from "../../../../engine/place/standing/near-standing.ts";
import { TreeStanding } from "../../../../engine/place/standing/tree-standing.ts";
import { Ledger } from "../../../../engine/place/ledger/ledger.ts";
import { HostTree } from "../../../../engine/place/standing/host-tree.ts";
import { type Standing, standingOf } from "../../../../engine/place/standing/standing.ts";
import { HostVerdictCache } from "../../../../engine/place/judging/verdict.ts";
import { host, pod, problem, terms } from "../builders.ts";
import { decisionsOf, STEPS } from "../many-hosts.ts";

vi.setConfig({ testTimeout: 120_000 });

const WORLDS = 150;

/** Few hosts are looked at one by one; others lie in several blocks, which are cut and merged. */
const anyHostCount = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 70 }) },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 600 }) },
);

describe("a standing by bounds", () => {
  test("says what brute force says, whatever comes and goes, in as many blocks as it has", () => {
    let [decided, searched, near] = [0, 0, 0];
    fc.assert(
      fc.property(fc.integer(), anyHostCount, fc.boolean(), (seed, hostCount, areAlike) => {
        for (const { standing, bounds, brute } of decisionsOf(seed, hostCount, areAlike)) {
          expect(bounds).toEqual(brute);
          decided++;
          if (standing instanceof TreeStanding) searched++;
          if (standing instanceof NearStanding) near++;
        }
      }),
      { numRuns: WORLDS, seed: 5 },
    );
    expect(decided).toBe(WORLDS * STEPS);
    expect(searched).toBeGreaterThan(decided / 2);
    expect(near).toBeGreaterThan(decided / 10);
  });

  test("counts in what searches cost no look at the few hosts that will do anyway", () => {
    const hosts = Array.from({ length: 600 }, (_item, index) =>
      host(`h${index}`, { labels: { rack: index < 20 ? "near" : "far" } }),
    );
    const ledger = new Ledger(problem({ hosts }));
    const tree = new HostTree(ledger);
    const open = (nodeSelector: Readonly<Record<string, string>>): Standing =>
      standingOf(
        ledger.classes.classOf(pod("p", { scheduling: terms({ nodeSelector }) })),
        ledger,
        { cache: new HostVerdictCache(), search: "fast", tree: () => tree },
      );
    expect(open({ rack: "near" }).top(2)).toHaveLength(2);
    expect([tree.room.searches, tree.room.lookedAt]).toEqual([0, 0]);
    expect(open({}).top(2)).toHaveLength(2);
    expect(tree.room.searches).toBe(1);
    expect(tree.room.lookedAt).toBeGreaterThan(0);
  });
});
