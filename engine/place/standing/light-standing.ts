import type { Applicant } from "../classes/applicant.ts";
import type { HostTree } from "./host-tree.ts";
import { NearStanding } from "./near-standing.ts";
import { policyFor } from "../classes/policy.ts";
import { PartedScores } from "../scores/parted.ts";
import type { Standing } from "./standing.ts";
import { questionOf } from "./tree-verdicts.ts";
import { TreeStanding } from "./tree-standing.ts";
import type { HostVerdicts } from "../judging/verdict.ts";

/** Hosts that are judged and rated one by one. */
const NEAR_MAX = 64;

/**
 * A standing that keeps next to nothing by host, so that opening one costs next to nothing.
 * Undefined for a class of which more is asked than bounds and a look at few hosts can tell.
 */
export function lightStandingOf(
  applicant: Applicant,
  tree: HostTree,
  hostVerdicts: HostVerdicts,
): Standing | undefined {
  const { ledger } = tree;
  // With several clusters what one of them could not restart tells hosts apart.
  if (ledger.clusters.length > 1) return undefined;
  if (policyFor(applicant.workloadClass, ledger).chooser !== "drs") return undefined;
  const question = questionOf(applicant, ledger, hostVerdicts);
  if (question === undefined) return undefined;
  const { near } = question;
  if (near !== undefined) {
    const isNear = near.hosts.length <= NEAR_MAX;
    return isNear ? new NearStanding(applicant, { ...question, near }, tree) : undefined;
  }
  const scores = new PartedScores(applicant, ledger);
  return scores.isQuiet ? new TreeStanding(applicant, { tree, question, scores }) : undefined;
}
