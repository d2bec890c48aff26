/** Watches what filters and scores read of a workload: what they do not state is not told apart. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Applicant,
  applicantOf,
  refresh,
} from "../../../../engine/place/classes/applicant.ts";
import type { WorkloadClass } from "../../../../engine/place/classes/classes.ts";
import { type Filter, PASS, type Reads } from "../../../../engine/place/filters/filter.ts";
import { FILTERS } from "../../../../engine/place/filters/index.ts";
import { Ledger } from "../../../../engine/place/ledger/ledger.ts";
import { SCORES } from "../../../../engine/place/scores/index.ts";
import { anyProblem } from "../arbitraries.ts";
import { host, pod, problem } from "../builders.ts";

const RUNS = { numRuns: 60 };

/** Members of a class, its sample and its demand that are read, as paths. */
class Watch {
  readonly paths = new Set<string>();

  /** The class as before, with a note of everything that is read of it. */
  over(workloadClass: WorkloadClass): WorkloadClass {
    const { sample } = workloadClass;
    const demand = this.#noting(sample.demand, "demand.");
    return this.#noting({ ...workloadClass, sample: this.#noting({ ...sample, demand }, "") }, "#");
  }

  #noting<Value extends object>(value: Value, prefix: string): Value {
    return new Proxy(value, {
      get: (target, name) => {
        if (typeof name === "string") this.paths.add(`${prefix}${name}`);
        return Reflect.get(target, name) as unknown;
      },
    });
  }
}

/** Made from scheduling terms and demand alone, or names of the steps on the way. */
const BY_TERMS = ["#sample", "#terms", "#id", "scheduling"];
const BY_DEMAND = ["#reserved", "#load", "#isPod", "#extended", "demand"];

/** What is read without being stated; `ask` reads it. */
function unstated(
  workloadClass: WorkloadClass,
  { reads, known }: { readonly reads: Reads | undefined; readonly known: readonly string[] },
  ask: (watched: WorkloadClass) => void,
): readonly string[] {
  const stated = new Watch();
  reads?.(stated.over(workloadClass));
  const seen = new Watch();
  ask(seen.over(workloadClass));
  const isKnown = (path: string): boolean =>
    stated.paths.has(path) || known.some((each) => path === each || path.startsWith(`${each}.`));
  return [...seen.paths].filter((path) => !isKnown(path));
}

const applicantFor = (workloadClass: WorkloadClass, ledger: Ledger): Applicant => {
  const applicant = applicantOf(workloadClass, ledger);
  refresh(applicant);
  return applicant;
};

const anyLedger = anyProblem.map((given) => {
  const ledger = new Ledger(given);
  return { ledger, classes: given.workloads.map((each) => ledger.classes.classOf(each)) };
});

describe("what is read of a workload is stated", () => {
  test.for(FILTERS.map((filter) => [filter.name, filter] as const))("filter %s", ([, filter]) => {
    const known = filter.scope === "host" ? BY_TERMS : [...BY_TERMS, ...BY_DEMAND];
    fc.assert(
      fc.property(anyLedger, ({ ledger, classes }) => {
        for (const each of classes) {
          const applicant = applicantFor(each, ledger);
          const found = unstated(each, { reads: filter.reads, known }, (workloadClass) => {
            ledger.hosts.forEach((_host, index) => {
              filter.test(index, { ...applicant, workloadClass }, ledger);
            });
          });
          expect(found).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test.for(SCORES.map((score) => [score.name, score] as const))("score %s", ([, score]) => {
    const known = [...BY_TERMS, ...BY_DEMAND];
    fc.assert(
      fc.property(anyLedger, ({ ledger, classes }) => {
        const hosts = ledger.hosts.map((_host, index) => index);
        for (const each of classes) {
          const applicant = applicantFor(each, ledger);
          const found = unstated(each, { reads: score.reads, known }, (workloadClass) => {
            const valueOf = score.prepare({ ...applicant, workloadClass }, ledger, { hosts });
            for (const index of hosts) valueOf?.(index);
          });
          expect(found).toEqual([]);
        }
      }),
      RUNS,
    );
  });
});

test("a filter that reads a label without a word is found out", () => {
  const silent: Filter["test"] = (_host, { workloadClass }) =>
    workloadClass.sample.labels["env"] === "prod" ? 0 : PASS;
  const given = problem({ hosts: [host("a")], workloads: [pod("p")] });
  const ledger = new Ledger(given);
  const [workload] = given.workloads;
  if (workload === undefined) throw new Error("no workload");
  const workloadClass = ledger.classes.classOf(workload);
  const applicant = applicantFor(workloadClass, ledger);
  const ask = (watched: WorkloadClass): void => {
    silent(0, { ...applicant, workloadClass: watched }, ledger);
  };
  const known = BY_TERMS;
  expect(unstated(workloadClass, { reads: undefined, known }, ask)).toEqual(["labels"]);
  const reads: Reads = ({ sample }) => sample.labels["env"] ?? "";
  expect(unstated(workloadClass, { reads, known }, ask)).toEqual([]);
});
