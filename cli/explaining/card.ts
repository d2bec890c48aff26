import type { Candidate } from "../../engine/model/placement.ts";
import type { PlanDecision } from "../../engine/model/plan.ts";
import { actionWord } from "../views/actions.ts";
import { cleanLine } from "../views/clean.ts";
import { moveLines } from "../views/human/moves.ts";
import { termText } from "../views/human/decision.ts";
import { tableText } from "../views/human/table.ts";
import type { Style } from "../views/style.ts";
import { countText } from "../views/units.ts";
import type { Answer } from "./answer.ts";
import { scoreText } from "./score.ts";
import type { Explained } from "./subject.ts";
import { whyNotJson, whyNotLines } from "./why-not.ts";

export interface CardOptions {
  readonly style: Style;
  readonly allHosts: boolean;
  readonly whyNot: string | undefined;
  readonly columns: number;
}

/** The decision card: the five stages of every deployment, then hosts and fixes (row D01). */
export function explainDecision(explained: Explained, options: CardOptions): Answer {
  const { address, decision, fixes, gate, replicas, moves } = explained;
  const title = titleOf(explained);
  const stages = stagesOf(explained);
  const json = {
    ...(decision === undefined ? {} : { decision }),
    stages,
    fixes,
    ...(replicas.length === 0 ? {} : { replicas }),
    ...(moves.length === 0 ? {} : { moves, isRecommended: explained.isRecommended }),
    ...(gate === undefined ? {} : { gate }),
    ...(explained.staying === undefined ? {} : { staying: explained.staying }),
    ...(explained.verdicts === undefined ? {} : { kubernetes: explained.verdicts }),
    ...whyNotJson(explained, options.whyNot),
  };
  return { subject: address, title, json, text: cardText(explained, stages, options) };
}

function titleOf(explained: Explained): string {
  const { decision, replicas } = explained;
  const seat = seatOf(explained);
  if (seat !== undefined) return `on ${seat}`;
  if (decision !== undefined) return "unplaced";
  return replicas.length === 0 ? "needs no host" : countText(replicas.length, "replica");
}

/** Where it is, or where the plan puts it. */
const seatOf = ({ decision, standing }: Explained): string | undefined =>
  standing ? (decision?.from ?? decision?.chosen) : decision?.chosen;

interface Stage {
  readonly stage: "schedule" | "choose" | "verify" | "instruct" | "power-up";
  readonly text: string;
}

/** Schedule, choose a host, verify capacity, instruct it, power up. */
function stagesOf({ decision, change, gate, standing }: Explained): readonly Stage[] {
  if (decision === undefined) return [];
  const { chosen, from: now } = decision;
  const held = chosen === undefined ? "nothing, since no host was chosen" : "";
  const act = `${actionWord(change?.action ?? "noop")}${preemptedText(change)}`;
  return [
    { stage: "schedule", text: scheduleText(decision) },
    { stage: "choose", text: chooseText(decision, standing) },
    { stage: "verify", text: gate ?? (held || "capacity, rules and quota hold") },
    {
      stage: "instruct",
      text: standing
        ? `nothing to do: it is on ${now ?? "no host"}`
        : `${act}${now === undefined ? "" : `, now on ${now}`}`,
    },
    { stage: "power-up", text: powerText(standing, chosen, gate) },
  ];
}

/** What is ended although it is wished for says for whom. */
function preemptedText(change: Explained["change"]): string {
  const reason = change?.reasons.find(({ code }) => code === "preempted");
  return reason === undefined ? "" : ` (preempted: ${reason.detail ?? ""})`;
}

function scheduleText({ hostsConsidered, hostsFeasible, rejectedCounts }: PlanDecision): string {
  const fell = Object.entries(rejectedCounts)
    .map(([code, count]) => `${count} ${code}`)
    .join(", ");
  const reasons = fell === "" ? "" : `: ${fell}`;
  return `${hostsConsidered} hosts considered, ${hostsFeasible} feasible${reasons}`;
}

function chooseText(decision: PlanDecision, standing: boolean): string {
  const { chosen, candidates, decidedBy, from } = decision;
  if (chosen === undefined) return "no host";
  const second = candidates.find(({ host }) => host !== chosen);
  const runner =
    second === undefined
      ? "the only one that takes it"
      : decidedBy === "stays"
        ? `it stays, though ${scoredText(candidates, second.host)} was first`
        : `runner-up ${second.host} ${scoreText(second.score)}, decided by ${termText(decidedBy)}`;
  const text = `${scoredText(candidates, chosen)}${berthText(decision)}; ${runner}`;
  // The answer is what would be chosen now; for balance alone nothing is moved.
  if (!standing || from === undefined || from === chosen) return text;
  return `asked anew it would be ${text}; nothing drives it from ${scoredText(candidates, from)}`;
}

/** The parts of the host that it gets, where hosts have such parts. */
function berthText({ gpus = [], numaNodes = [], cpus = [], isPinned }: PlanDecision): string {
  const parts = [
    ...(gpus.length === 0 ? [] : [`GPU ${gpus.join(" and ")}`]),
    ...(numaNodes.length === 0 ? [] : [`NUMA node ${numaNodes.join(" and ")}`]),
    ...(isPinned === true ? [`CPUs ${cpus.join(", ")} for itself`] : []),
  ];
  return parts.length === 0 ? "" : `, ${parts.join(", ")}`;
}

function scoredText(candidates: readonly Candidate[], host: string): string {
  const known = candidates.find((candidate) => candidate.host === host);
  return known === undefined ? host : `${host}, score ${scoreText(known.score)}`;
}

function powerText(
  standing: boolean,
  chosen: string | undefined,
  gate: string | undefined,
): string {
  if (standing) return "done";
  if (chosen === undefined) return "not possible";
  return gate === undefined ? "by the apply" : "refused: it stays powered off";
}

const STAGE_COLUMNS = 10;

/** Told where another host would be chosen now, or where it has moved of late. */
function stayingLines({ staying, decision }: Explained): readonly string[] {
  if (staying === undefined || decision === undefined) return [];
  const isBest = decision.chosen === decision.from;
  if (isBest && staying.code !== "moved-lately") return [];
  return ["", `Not moved: ${cleanLine(staying.message)}`];
}

function cardText(explained: Explained, stages: readonly Stage[], options: CardOptions): string {
  const { style, whyNot } = options;
  const lines = [headText(explained, style), ""];
  if (stages.length === 0) lines.push(...unseatedLines(explained));
  for (const [index, { stage, text }] of stages.entries()) {
    lines.push(`  ${index + 1} ${stage.padEnd(STAGE_COLUMNS)} ${cleanLine(text)}`);
  }
  lines.push(...moveCardLines(explained, options), ...stayingLines(explained));
  if (whyNot !== undefined) lines.push("", ...whyNotLines(explained, whyNot));
  lines.push(...hostLines(explained, options.allHosts), ...fixLines(explained, style));
  return `${lines.join("\n")}\n`;
}

/** Where it moves, why, and with what else. */
function moveCardLines(explained: Explained, { style, columns }: CardOptions): string[] {
  const { moves, isRecommended } = explained;
  if (moves.length === 0) return [];
  const title = isRecommended ? "Recommended move, not part of the plan" : "Moves, by wave";
  const lines = moveLines(moves, { style, columns, most: moves.length });
  const waits = moves.some(({ after }) => after.length > 0)
    ? ["  It waits for other moves of the plan: vpac plan lists them in their order."]
    : [];
  return ["", style.paint("bold", title), ...lines, ...waits];
}

/** What has replicas has no host of its own. */
function unseatedLines(explained: Explained): string[] {
  const { replicas } = explained;
  if (replicas.length === 0) return [`No host is chosen for it${planText(explained)}.`];
  const rows = replicas.map(({ address, host }) => [address, host ?? "UNPLACED"]);
  const table = tableText({ headers: ["REPLICA", "HOST"], rows });
  return ["Each of its replicas is placed by itself.", "", table.trimEnd()];
}

function headText(explained: Explained, style: Style): string {
  const { address, change, decision } = explained;
  const unplaced = decision === undefined ? "" : style.paint("red", "UNPLACED");
  const where = seatOf(explained) ?? unplaced;
  const parts = [style.paint("bold", cleanLine(address)), where, change?.qos ?? ""];
  return parts.filter((part) => part !== "").join("  ");
}

const planText = ({ change }: Explained): string =>
  change === undefined ? "" : `; the plan says: ${actionWord(change.action)}`;

function hostLines(explained: Explained, allHosts: boolean): string[] {
  const { decision } = explained;
  if (decision === undefined) return [];
  const table =
    allHosts || decision.chosen === undefined
      ? hostsTable(decision)
      : termsTable(decision.candidates);
  return table === "" ? [] : ["", table.trimEnd()];
}

function fixLines({ fixes }: Explained, style: Style): string[] {
  if (fixes.length === 0) return [];
  const lines = fixes.map(({ description, host }, index) => {
    const fits = host === "" ? "" : `  fits ${cleanLine(host)}`;
    return `  ${index + 1} ${cleanLine(description)}${fits}`;
  });
  return ["", style.paint("bold", "Smallest changes that make it fit"), ...lines];
}

const TERMS_SHOWN_MAX = 3;

/** The first hosts with every term of their score. */
function termsTable(candidates: readonly Candidate[]): string {
  const shown = candidates.slice(0, TERMS_SHOWN_MAX);
  if (shown.length === 0) return "";
  const names = [...new Set(shown.flatMap(({ terms }) => Object.keys(terms)))];
  return tableText({
    headers: ["TERM", ...shown.map(({ host }) => host)],
    rows: [
      ["score", ...shown.map(({ score }) => scoreText(score))],
      ["Kubernetes rank", ...shown.map(({ rank }) => (rank === undefined ? "-" : String(rank)))],
      ...names.map((name) => [name, ...shown.map(({ terms }) => String(terms[name] ?? "-"))]),
    ],
    right: shown.map((_, index) => index + 1),
  });
}

/** Every host with its verdict: the score, or the filter that rejected it and why. */
function hostsTable(decision: PlanDecision): string {
  const rows = [
    ...decision.candidates.map(({ host, score: total, rank }) => [
      host,
      host === decision.chosen ? "chosen" : "feasible",
      `score ${scoreText(total)}${rank === undefined ? "" : `, Kubernetes rank ${rank}`}`,
    ]),
    ...decision.rejected.map(({ host, code, message }) => [host, code, message]),
  ];
  return tableText({ headers: ["HOST", "VERDICT", "WHY"], rows });
}
