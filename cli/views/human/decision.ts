import type { PlanDecision } from "../../../engine/model/plan.ts";
import { cleanLine } from "../clean.ts";
import type { PlanViewOptions } from "./plan.ts";

/** What a person calls the term that decided between the two best hosts. */
const DECIDED_BY: Readonly<Record<string, string>> = {
  "should-rules": "keeps more should rules",
  failover: "leaves fail-over room",
  happiness: "meets more of the demand",
  "load-band": "lower load",
  load: "lower load",
  preferred: "preferred terms",
  "kube-score": "better Kubernetes score",
  name: "equal hosts, first by name",
  balance: "evens the load in the end",
};

/** Name of the term that decided, and what it means. */
export function termText(decidedBy: string): string {
  const words = DECIDED_BY[decidedBy];
  return words === undefined ? decidedBy : `${decidedBy} (${words})`;
}

/** The reason for the host in a few words; every placed workload shows it. */
export function reasonText(decision: PlanDecision | undefined): string {
  if (decision?.chosen === undefined) return "";
  const { chosen, hostsConsidered, hostsFeasible } = decision;
  const second = decision.candidates.find(({ host }) => host !== chosen);
  if (second === undefined || hostsFeasible < 2) {
    return hostsConsidered > 1
      ? `the only one of ${hostsConsidered} that takes it`
      : "the only host";
  }
  // Where it stays, another host may well have scored better.
  if (decision.decidedBy === "stays") return `stays, one of ${hostsFeasible} that take it`;
  const why = DECIDED_BY[decision.decidedBy] ?? decision.decidedBy;
  return `best of ${hostsFeasible}: ${why}, next ${cleanLine(second.host)}`;
}

/** Why this host in full: scores, and how many hosts fell to what. */
export function decisionLines(
  decision: PlanDecision | undefined,
  { style }: PlanViewOptions,
): string[] {
  if (decision === undefined) return [];
  const lines = decision.candidates.map(({ host, score, terms }, index) => {
    const values = Object.entries(terms).map(([term, value]) => `${term} ${value}`);
    const mark = index === 0 && decision.chosen === host ? style.glyph("▸", ">") : " ";
    return style.paint(
      "dim",
      `    ${mark} ${cleanLine(host)}  score ${score.toFixed(2)}  ${values.join(", ")}`,
    );
  });
  const counts = Object.entries(decision.rejectedCounts);
  if (counts.length > 0 || decision.chosen === undefined) {
    const reasons = counts.map(([code, count]) => `${count} ${code}`).join(", ");
    const fell = reasons === "" ? "" : `: ${reasons}`;
    const { hostsConsidered, hostsFeasible } = decision;
    lines.push(
      style.paint(
        "dim",
        `    ${hostsConsidered} hosts considered, ${hostsFeasible} feasible${fell}`,
      ),
    );
  }
  return lines;
}
