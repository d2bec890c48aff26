import type { RunSummary } from "../../../engine/model/run.ts";

type Counts = Pick<RunSummary, "added" | "changed" | "destroyed">;

/** The line other tools look for; its form never changes. */
export const completeLine = ({ added, changed, destroyed }: Counts): string =>
  `Apply complete! Resources: ${added} added, ${changed} changed, ${destroyed} destroyed.`;

/** The same after failures or an interruption. */
function incompleteLine(summary: RunSummary): string {
  const { added, changed, destroyed } = summary;
  const failed = summary.failed.length + summary.unknown.length;
  return (
    `Apply incomplete. Resources: ${added} added, ${changed} changed, ${destroyed} destroyed; ` +
    `${failed} failed, ${summary.skipped.length} skipped.`
  );
}

export const isComplete = (summary: RunSummary): boolean =>
  !summary.interrupted &&
  summary.failed.length + summary.unknown.length + summary.skipped.length === 0;

export const resultLine = (summary: RunSummary): string =>
  isComplete(summary) ? completeLine(summary) : incompleteLine(summary);
