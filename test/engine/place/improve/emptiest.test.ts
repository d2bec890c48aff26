import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Emptiest } from "../../../../engine/place/improve/emptiest.ts";
import { peakPpm } from "../../../../engine/place/improve/field.ts";
import { Ledger } from "../../../../engine/place/ledger/ledger.ts";
import { host, pod, problem } from "../builders.ts";

const HOSTS = 9;

describe("hosts in the order of their load", () => {
  const anySteps = fc.array(fc.tuple(fc.nat(HOSTS - 1), fc.boolean()), { maxLength: 30 });

  test("they come as a sort would have them, whatever comes and goes", () => {
    fc.assert(
      fc.property(anySteps, fc.nat(HOSTS), (steps, count) => {
        const hosts = Array.from({ length: HOSTS }, (_item, index) => host(`h${index}`));
        const ledger = new Ledger(problem({ hosts }));
        const workloadClass = ledger.classes.classOf(pod("p"));
        const listed = [...hosts.keys()].filter((each) => each !== 4);
        const emptiest = new Emptiest(ledger, listed);
        for (const [slot, isComing] of steps.filter(([each]) => each < listed.length)) {
          ledger.add(workloadClass, listed[slot] ?? 0, isComing ? 1 : -1);
          emptiest.renew(slot);
        }
        const peakOf = (slot: number): number => peakPpm(ledger, listed[slot] ?? 0);
        const sorted = [...listed.keys()].sort((left, right) => peakOf(left) - peakOf(right));
        const isWanted = (slot: number): boolean => slot !== 2;
        expect(emptiest.first(count, isWanted)).toEqual(sorted.filter(isWanted).slice(0, count));
      }),
    );
  });
});
