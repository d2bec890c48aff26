import type { HappinessBins } from "../../../engine/model/outlook.ts";
import type { Plan, PlanMove } from "../../../engine/model/plan.ts";
import { cleanLine } from "../clean.ts";
import type { Style } from "../style.ts";
import { countText } from "../units.ts";
import { padEnd, padStart, textWidth, truncate } from "../width.ts";

export interface MoveListOptions {
  readonly style: Style;
  readonly columns: number;
  /** Most moves that are named; the others are counted. */
  readonly most: number;
}

const NAME_COLUMNS_MAX = 40;
/** As for the lines of changes: a narrower terminal wraps. */
const COLUMNS_MIN = 100;
/** What the message keeps however narrow the terminal is. */
const MESSAGE_COLUMNS_MIN = 20;

/** Every move with its wave, its way and what it is for; widths follow from what is shown. */
export function moveLines(moves: readonly PlanMove[], options: MoveListOptions): string[] {
  const { style, columns, most } = options;
  const shown = moves.slice(0, most);
  const arrow = style.glyph("→", "->");
  const waves = padder(shown.map(waveText));
  const names = padder(shown.map(({ address }) => truncate(cleanLine(address), NAME_COLUMNS_MAX)));
  const ways = padder(shown.map(({ from, to }) => cleanLine(`${from} ${arrow} ${to}`)));
  const lines = shown.map((move, index) => {
    const head = `  ${waves.start(index)}  ${names.end(index)}  ${ways.end(index)}  `;
    const room = Math.max(Math.max(columns, COLUMNS_MIN) - textWidth(head), MESSAGE_COLUMNS_MIN);
    return `${head}${truncate(cleanLine(whyText(move)), room)}`.trimEnd();
  });
  const left = moves.length - shown.length;
  return left > 0 ? [...lines, `  … ${countText(left, "more move")}`] : lines;
}

interface Padder {
  readonly start: (index: number) => string;
  readonly end: (index: number) => string;
}

function padder(texts: readonly string[]): Padder {
  const width = texts.reduce((widest, text) => Math.max(widest, textWidth(text)), 0);
  return {
    start: (index) => padStart(texts[index] ?? "", width),
    end: (index) => padEnd(texts[index] ?? "", width),
  };
}

const waveText = ({ wave }: PlanMove): string => String(wave + 1);

/** What kind of move it is, where the core says nothing of it. */
const REASONS: Readonly<Record<PlanMove["reason"], string>> = {
  repair: "must leave",
  prerequisite: "makes room",
  balance: "evens the load",
  consolidate: "empties a host",
  bounce: "a stop on the way",
};

/** What is gained in the words of the placement core, and how urgent that is. */
function whyText({ reason, priority, message }: PlanMove): string {
  const isOptional = reason === "balance" || reason === "consolidate";
  const urgency = isOptional ? `priority ${priority}` : "";
  if (message === "") return [REASONS[reason], urgency].filter((part) => part !== "").join(", ");
  const kind = reason === "bounce" ? REASONS.bounce : urgency;
  return kind === "" ? message : `${message}  (${kind})`;
}

const SHOWN_MAX = 40;

interface BlockOptions {
  readonly level: "brief" | "default" | "full";
  readonly style: Style;
  readonly columns: number;
}

/** What the plan moves, wave by wave; empty where nothing moves. */
export function movesBlock({ placement }: Plan, options: BlockOptions): string[] {
  const { list } = placement.moves;
  if (list.length === 0) return [];
  const waves = new Set(list.map(({ wave }) => wave)).size;
  const title = `Moves in ${countText(waves, "wave")} (${countsText(list)})`;
  return block(title, list, options);
}

/** What could move besides, and how to have it moved. */
export function recommendationsBlock({ placement }: Plan, options: BlockOptions): string[] {
  const { recommendations } = placement;
  if (recommendations.length === 0) return [];
  const title = `Recommended, not part of this plan (${countsText(recommendations)})`;
  const lines = block(title, recommendations, options);
  return [...lines.slice(0, -1), "  make them: vpac rebalance --apply", ""];
}

function block(title: string, moves: readonly PlanMove[], options: BlockOptions): string[] {
  const { level, style } = options;
  const most = level === "full" ? moves.length : SHOWN_MAX;
  const lines = level === "brief" ? [] : moveLines(moves, { ...options, most });
  return [style.paint("bold", title), ...lines, ""];
}

/** `3 evens the load, 1 must leave`: moves by what they are for, the most frequent first. */
function countsText(moves: readonly PlanMove[]): string {
  const counts = new Map<PlanMove["reason"], number>();
  for (const { reason } of moves) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .sort(([, left], [, right]) => right - left)
    .map(([reason, count]) => `${count} ${NOUNS[reason]}`)
    .join(", ");
}

const NOUNS: Readonly<Record<PlanMove["reason"], string>> = {
  repair: "must be",
  prerequisite: "to make room",
  balance: "for balance",
  consolidate: "to empty hosts",
  bounce: "stops on the way",
};

/** Hosts that a human could wake or put to sleep; those of the plan are among its changes. */
export function powerBlock({ placement }: Plan, { style }: BlockOptions): string[] {
  const advice = placement.power.filter(({ isMade }) => isMade !== true);
  if (advice.length === 0) return [];
  const lines = advice.map(({ host, to, message, for: whom }) => {
    const wish = to === "on" ? "should be woken" : "could sleep";
    const need = whom === undefined ? "" : ` for ${whom}`;
    return `  ${cleanLine(`${host}  ${wish}${need}: ${message}`)}`;
  });
  return [style.paint("bold", "Power, for a human to decide"), ...lines, ""];
}

/** How full the fullest host gets, what no placement could be below, and how content all are. */
export function proofLines({ placement }: Plan, { style }: BlockOptions): string[] {
  const { proof, happiness, score } = placement;
  const arrow = style.glyph("→", "->");
  const lines: string[] = [];
  if (proof.boundPpm > 0) {
    const noun = proof.resource === "cpu" ? "CPU" : "memory";
    const [peak, bound] = [percentText(proof.peakPpm), percentText(proof.boundPpm)];
    lines.push(`Peak ${noun} ${peak}, cannot be below ${bound}.`);
  }
  if (sum(happiness.after) > 0) {
    const bins = `${binsText(happiness.before)} ${arrow} ${binsText(happiness.after)}`;
    const mean = `${score.before.toFixed(2)} ${arrow} ${score.after.toFixed(2)}`;
    lines.push(`Happiness ${mean}; workloads from unhappy to happy: ${bins}.`);
  }
  return lines;
}

/** `73.4 %` of parts per million. */
const percentText = (ppm: number): string => `${(Math.round(ppm / 1000) / 10).toFixed(1)} %`;

const sum = (bins: HappinessBins): number => bins.reduce((total, count) => total + count, 0);

const binsText = (bins: HappinessBins): string => bins.join(" ");
