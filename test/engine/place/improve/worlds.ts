import type { PlacementProblem, PlacementWorkload } from "../../../../engine/model/placement.ts";
import { applicantOf } from "../../../../engine/place/classes/applicant.ts";
import { PASS } from "../../../../engine/place/filters/filter.ts";
import { FILTERS } from "../../../../engine/place/filters/index.ts";
import { cpuPpm, memoryPpm } from "../../../../engine/place/improve/field.ts";
import { settlePlacement } from "../../../../engine/place/run.ts";
import type { ProposedMove } from "../../../../engine/place/deciding/settled.ts";
import { running } from "../builders.ts";

/** A long-lived workload of ours that runs and may be moved. */
export const movable = (
  name: string,
  at: string,
  given: Partial<PlacementWorkload> = {},
): PlacementWorkload => running(name, at, { isMovable: true, isBalanced: true, ...given });

/** The same world once all moves have been made. */
export function after(given: PlacementProblem, moves: readonly ProposedMove[]): PlacementProblem {
  const goals = new Map(moves.map(({ key, to }) => [key, to]));
  return {
    ...given,
    workloads: given.workloads.map((workload) => ({
      ...workload,
      at: goals.get(workload.key) ?? workload.at,
    })),
  };
}

/** Standard deviation of the more uneven resource around even, in ppm. */
export function deviation(given: PlacementProblem): number {
  const { ledger } = settlePlacement(given, "fast");
  const sum = (amounts: Float64Array): number => amounts.reduce((total, each) => total + each, 0);
  const spreadOf = (use: (host: number) => number, even: number): number =>
    ledger.hosts.reduce((total, _host, index) => total + (use(index) - even) ** 2, 0);
  const cpu = (1e6 * sum(ledger.loadCpu)) / sum(ledger.capacityCpu);
  const memory = (1e6 * sum(ledger.loadMemory)) / sum(ledger.capacityMemory);
  const squares =
    spreadOf((index) => cpuPpm(ledger, index), cpu) +
    spreadOf((index) => memoryPpm(ledger, index), memory);
  return Math.sqrt(squares / ledger.hosts.length);
}

/** What a running workload must not stay in; the other filters only keep newcomers away. */
const BINDING = new Set([
  "HostPin",
  "NodeAffinity",
  "InterPodAffinity",
  "PodTopologySpread",
  "NodeResourcesFit",
  "HostReservation",
]);

/** Workloads that filters would not let stay where they are, each with the filter. */
export function brokenRules(given: PlacementProblem): readonly string[] {
  const { ledger, seats } = settlePlacement(given, "fast");
  return [...seats].flatMap(([key, { workloadClass, host }]) => {
    const mark = ledger.mark();
    ledger.add(workloadClass, host, -1);
    const applicant = applicantOf(workloadClass, ledger);
    const broken = FILTERS.filter(
      (filter) => BINDING.has(filter.name) && filter.test(host, applicant, ledger) !== PASS,
    );
    ledger.rollback(mark);
    return broken.map(({ name }) => `${key} ${name}`);
  });
}
