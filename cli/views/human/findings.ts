import type { PlanFinding } from "../../../engine/model/plan.ts";
import { cleanLine } from "../clean.ts";
import type { Style } from "../style.ts";

/** What the independent checker objected to. An error here is a bug of ours, and stops the plan. */
export function findingsText(findings: readonly PlanFinding[], style: Style): string {
  const errors = findings.filter((finding) => finding.severity === "error");
  if (errors.length === 0) return "";
  const lines = errors.slice(0, 20).map((finding) => {
    const subject = finding.address === undefined ? "" : ` ${cleanLine(finding.address)}`;
    return `  ${finding.code}${subject}: ${cleanLine(finding.message)}`;
  });
  const head = style.paint("red", "the plan did not pass its own check; this is a bug in vpac:");
  return `${head}\n${lines.join("\n")}\n`;
}
