import type { Applicant } from "../classes/applicant.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { clusterMark, type Mark } from "../classes/marks.ts";
import { scoreMarks } from "../scores/parted.ts";
import { busyFilters } from "../judging/verdict.ts";

/**
 * What hosts have in common that always stand alike but for their own load; undefined where every
 * host stands for itself whatever is placed on others.
 */
export function standingMarks(
  applicant: Applicant,
  ledger: Ledger,
  busy: ReturnType<typeof busyFilters> = busyFilters(applicant, ledger),
): readonly Mark[] | undefined {
  const ofScores = scoreMarks(applicant, ledger);
  const ofClusters = ledger.clusters.length > 1 ? [clusterMark(ledger)] : undefined;
  const isAlone = busy.every(
    ([, filter]) => filter.marks === undefined || filter.isAlone?.(applicant) === true,
  );
  if (isAlone && ofScores === undefined && ofClusters === undefined) return undefined;
  return [
    ...busy.flatMap(([, filter]) => filter.marks?.(applicant, ledger) ?? []),
    ...(ofScores ?? []),
    ...(ofClusters ?? []),
  ];
}
