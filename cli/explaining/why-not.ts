import { suggest } from "../../engine/diagnostics/suggest.ts";
import type { HostVerdict } from "../../engine/index.ts";
import type { Candidate, RejectedHost } from "../../engine/model/placement.ts";
import { usageError } from "../exit.ts";
import { cleanLine } from "../views/clean.ts";
import { termText } from "../views/human/decision.ts";
import { scoreText } from "./score.ts";
import type { Explained } from "./subject.ts";

interface WhyNot {
  readonly candidate: Candidate | undefined;
  readonly rejected: RejectedHost | undefined;
  readonly verdict: HostVerdict | undefined;
}

function whyNotOf(explained: Explained, host: string): WhyNot {
  const isHere = (item: { readonly host: string }): boolean => item.host === host;
  const { candidates = [], rejected = [] } = explained.decision ?? {};
  const found = {
    candidate: candidates.find(isHere),
    rejected: rejected.find(isHere),
    verdict: explained.verdicts?.find(isHere),
  };
  const known = [...candidates, ...rejected, ...(explained.verdicts ?? [])];
  if (known.length === 0 || known.some(isHere)) return found;
  const near = suggest(
    host,
    known.map((item) => item.host),
  );
  throw usageError(
    `there is no host "${cleanLine(host)}"`,
    near === undefined ? "list the hosts: vpac hosts" : `did you mean ${near}?`,
  );
}

/** For the document: the rejection, or the score of the host that was not taken. */
export function whyNotJson(explained: Explained, host: string | undefined): object {
  if (host === undefined) return {};
  const { candidate, rejected } = whyNotOf(explained, host);
  const known = rejected ?? candidate;
  return { whyNot: known === undefined ? { host } : { ...known, host } };
}

/** For the card: why this host and not another one. */
export function whyNotLines(explained: Explained, host: string): string[] {
  const { candidate, rejected, verdict } = whyNotOf(explained, host);
  const { decision } = explained;
  const best = decision?.candidates[0];
  const head = `Why not ${cleanLine(host)}:`;
  if (decision?.chosen === host) return [head, "  it is the one that was chosen"];
  if (rejected !== undefined) {
    return [head, `  ${rejectedText(rejected)}`];
  }
  if (candidate !== undefined && best !== undefined) {
    return [
      head,
      `  feasible, score ${scoreText(candidate.score)} against ` +
        `${scoreText(best.score)} of ${best.host}; ${behindText(candidate, explained)}`,
    ];
  }
  return [head, `  ${verdictText(verdict)}`];
}

const TERMS_SHOWN_MAX = 3;

/** What decided is known against the runner-up; against any other host the terms are compared. */
function behindText({ host, terms }: Candidate, { decision }: Explained): string {
  const [best, second] = decision?.candidates ?? [];
  if (second?.host === host) return `decided by ${termText(decision?.decidedBy ?? "score")}`;
  const worse = Object.entries(best?.terms ?? {})
    .filter(([name, value]) => value > (terms[name] ?? 0))
    .map(([name, value]) => `${name} ${terms[name] ?? 0} against ${value}`);
  return worse.length === 0
    ? "no term tells them apart"
    : worse.slice(0, TERMS_SHOWN_MAX).join(", ");
}

const verdictText = (verdict: HostVerdict | undefined): string =>
  verdict === undefined
    ? "no host was asked"
    : verdict.is === "rejected"
      ? `${verdict.plugin}: ${cleanLine(verdict.message)}`
      : "feasible for Kubernetes, not weighed further";

function rejectedText({ filter, message, curable }: RejectedHost): string {
  const cure = curable ? "moving others could cure it" : "nothing but an edit cures it";
  return `${filter}: ${cleanLine(message)} (${cure})`;
}
