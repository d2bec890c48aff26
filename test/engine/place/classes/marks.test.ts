import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Applicant,
  applicantOf,
  follow,
  refresh,
} from "../../../../engine/place/classes/applicant.ts";
import type { WorkloadClass } from "../../../../engine/place/classes/classes.ts";
import { PASS } from "../../../../engine/place/filters/filter.ts";
import { FILTERS } from "../../../../engine/place/filters/index.ts";
import { Ledger } from "../../../../engine/place/ledger/ledger.ts";
import type { Mark } from "../../../../engine/place/classes/marks.ts";
import { SCORES } from "../../../../engine/place/scores/index.ts";
import { anyProblem } from "../arbitraries.ts";

const RUNS = { numRuns: 200 };

/** A ledger with some of the classes of a problem placed here and there, for any of them. */
const anyWorld = fc
  .tuple(anyProblem, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 12 }))
  .map(([given, steps]) => {
    const ledger = new Ledger(given);
    const classes = given.workloads.map((workload) => ledger.classes.classOf(workload));
    const pick = (number: number): WorkloadClass => classes[number % classes.length]!;
    const place = (first: number, second: number): number => {
      const host = second % ledger.hosts.length;
      ledger.add(pick(first), host, 1);
      return host;
    };
    return { ledger, pick, place, steps };
  });

/** Hosts by the text of their marks. */
function neighboursBy(marks: readonly Mark[], hosts: number): readonly (readonly number[])[] {
  const found = new Map<string, number[]>();
  for (let host = 0; host < hosts; host++) {
    const name = marks.map(({ of }) => of(host)).join(" ");
    found.set(name, [...(found.get(name) ?? []), host]);
  }
  return [...found.values()];
}

const applicantNow = (workloadClass: WorkloadClass, ledger: Ledger): Applicant => {
  const applicant = applicantOf(workloadClass, ledger);
  refresh(applicant);
  return applicant;
};

describe("what a filter or a score says it looks at is all it looks at", () => {
  test.for(FILTERS.map((filter) => [filter.name, filter] as const))(
    "filter %s: elsewhere nothing changes, or its marks tell hosts apart",
    ([, filter]) => {
      fc.assert(
        fc.property(anyWorld, fc.nat(), ({ ledger, pick, place, steps }, asked) => {
          const workloadClass = pick(asked);
          const ask = (): readonly number[] => {
            const applicant = applicantNow(workloadClass, ledger);
            return ledger.hosts.map((_host, host) => filter.test(host, applicant, ledger));
          };
          const kept = applicantNow(workloadClass, ledger);
          const phase = filter.phaseOf?.(kept);
          const turns = filter.turnsOf?.(kept);
          for (const [first, second] of steps) {
            const before = ask();
            const phaseBefore = phase?.();
            const turnsBefore = turns?.();
            const changed = place(first, second);
            follow(kept, changed);
            const after = ask();
            const applicant = applicantNow(workloadClass, ledger);
            const marks = filter.marks?.(applicant, ledger);
            const domains = (marks ?? []).filter(({ name }) => name !== "");
            // Marks need not be asked for where hosts stand alone.
            const isNear = (host: number): boolean =>
              host === changed ||
              (filter.isAlone?.(applicant) !== true &&
                domains.some(({ of }) => of(host) === of(changed)));
            if (phaseBefore === phase?.()) {
              after.forEach((answer, host) => {
                if (!isNear(host) || filter.scope === "host") expect(answer).toBe(before[host]);
              });
            }
            if (turns !== undefined && turnsBefore === turns()) {
              const isElsewhere = (_answer: number, host: number): boolean => host !== changed;
              expect(after.filter(isElsewhere)).toEqual(before.filter(isElsewhere));
            }
            const { rejected, near } = filter.outliers?.(applicant) ?? { rejected: undefined };
            after.forEach((answer, host) => {
              if (rejected === undefined || near?.hosts.includes(host) === true) return;
              const own = rejected.filter(({ hosts }) => hosts.includes(host));
              const reasons = own.map(({ reason }) => reason);
              if (near !== undefined) reasons.push(near.reason);
              expect(answer).toBe(reasons.length === 0 ? PASS : Math.min(...reasons));
            });
            const groups = marks === undefined ? [] : neighboursBy(marks, ledger.hosts.length);
            for (const neighbours of groups) {
              expect(new Set(neighbours.map((host) => after[host])).size).toBe(1);
            }
          }
        }),
        RUNS,
      );
    },
  );

  test.for(SCORES.map((score) => [score.name, score] as const))(
    "score %s: elsewhere nothing changes, or its marks tell hosts apart",
    ([, score]) => {
      fc.assert(
        fc.property(anyWorld, fc.nat(), ({ ledger, pick, place, steps }, asked) => {
          const workloadClass = pick(asked);
          const hosts = [...ledger.hosts.keys()];
          const ask = (): readonly number[] | undefined => {
            const applicant = applicantNow(workloadClass, ledger);
            const valueOf = score.prepare(applicant, ledger, { hosts });
            return valueOf === undefined ? undefined : hosts.map(valueOf);
          };
          for (const [first, second] of steps) {
            const before = ask();
            const changed = place(first, second);
            const after = ask();
            const marks = score.marks?.(applicantNow(workloadClass, ledger), ledger);
            if (marks === undefined) {
              expect(after?.filter((_value, host) => host !== changed)).toEqual(
                before?.filter((_value, host) => host !== changed),
              );
              continue;
            }
            for (const neighbours of after === undefined ? [] : neighboursBy(marks, hosts.length)) {
              expect(new Set(neighbours.map((host) => after?.[host])).size).toBe(1);
            }
          }
        }),
        RUNS,
      );
    },
  );

  test("only normalised scores and filters of what runs have marks", () => {
    expect(SCORES.filter(({ marks, normalise }) => marks && !normalise)).toEqual([]);
    expect(FILTERS.filter(({ marks, scope }) => marks && scope === "host")).toEqual([]);
  });
});
