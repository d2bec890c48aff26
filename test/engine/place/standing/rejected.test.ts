import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NamedHosts } from "../../../../engine/place/standing/rejected.ts";

const REASONS = 6;

/** Hosts by their reason, 0 passes; then hosts that get another one. */
const anyCourse = fc.record({
  reasons: fc.array(fc.nat(REASONS - 1), { minLength: 1, maxLength: 30 }),
  changes: fc.array(fc.tuple(fc.nat(), fc.nat(REASONS - 1)), { maxLength: 40 }),
  countMax: fc.nat(8),
});

/** As it is meant: the first host of every reason, then the others, no more than so many. */
function namedAmong(reasons: readonly number[], countMax: number): readonly number[] {
  const rejected = [...reasons.keys()].filter((host) => reasons[host] !== 0);
  const isFirst = (host: number): boolean => reasons.indexOf(reasons[host]!) === host;
  const ordered = [...rejected.filter(isFirst), ...rejected.filter((host) => !isFirst(host))];
  return ordered.slice(0, countMax).sort((left, right) => left - right);
}

describe("the rejected hosts that are named", () => {
  test("are those of a walk over all hosts after every change, and a new list is a new version", () => {
    fc.assert(
      fc.property(anyCourse, ({ reasons: given, changes, countMax }) => {
        const reasons = [...given];
        const named = new NamedHosts(
          (count) => namedAmong(reasons, count),
          (host) => reasons[host]!,
        );
        let before = named.first(countMax);
        for (const [number, reason] of changes) {
          const host = number % reasons.length;
          const version = named.version;
          const isNamed = before.includes(host);
          reasons[host] = reason;
          named.note(host, reason);
          const now = named.first(countMax);
          expect(now).toEqual(namedAmong(reasons, countMax));
          if (isNamed || now.join() !== before.join())
            expect(named.version).toBeGreaterThan(version);
          before = now;
        }
      }),
      { numRuns: 2000, seed: 7 },
    );
  });

  test("are kept while hosts are rejected that come later", () => {
    const reasons = [1, 1, 2, 0, 0, 1];
    let searches = 0;
    const named = new NamedHosts(
      (count) => {
        searches++;
        return namedAmong(reasons, count);
      },
      (host) => reasons[host]!,
    );
    expect(named.first(3)).toEqual([0, 1, 2]);
    for (const host of [4, 3]) {
      reasons[host] = 1;
      named.note(host, 1);
      expect(named.first(3)).toEqual([0, 1, 2]);
    }
    expect([searches, named.version]).toEqual([1, 0]);
    named.reword((host) => host === 4);
    expect(named.version).toBe(0);
    named.reword((host) => host === 2);
    expect(named.version).toBe(1);
    expect([named.first(3), searches]).toEqual([[0, 1, 2], 1]);
    reasons[1] = 0;
    reasons[2] = 0;
    named.note(1, 0);
    expect([named.first(3), named.version]).toEqual([[0, 3, 4], 2]);
  });
});
