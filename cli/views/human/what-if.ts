import type { Plan } from "../../../engine/model/plan.ts";
import type { Comparison, Homeless, Move, Side } from "../../supposing/compared.ts";
import { cleanLine } from "../clean.ts";
import type { Style } from "../style.ts";
import { countText } from "../units.ts";
import { placementBlock, resilienceText } from "./placement.ts";
import { reasonText } from "./decision.ts";

const LINES_MAX = 40;

/** The answer to a what-if: what moves and why, who is left out, hosts before and after. */
export function whatIfText(comparison: Comparison, plan: Plan, style: Style): string {
  const { moves, arrived, gone, unplaced, stranded, ending, hosts } = comparison;
  const arrow = style.glyph("→", "->");
  const shown = { ...plan, placement: { ...plan.placement, hosts } };
  const lines = [
    style.paint("bold", `What if: ${cleanLine(headText(comparison))}`),
    "",
    ...listed(`to move${wavesText(moves)}`, inWaves(moves), moveTextOf(moves, arrow)),
    ...listed("to place", arrived, ({ address, to }) => `${address}  ${arrow} ${to}`),
    ...listed("gone", gone, ({ address, from }) => `${address}  ${from ?? ""}`),
    ...listed("not declared here, and not moved", stranded, strandedText),
    ...listed("to end with the host", ending, ({ key, host }) => `${key}  on ${host}`),
    ...unplacedLines(unplaced, style),
    ...placementBlock(shown, { level: "default", style }),
    ...verdictLines(comparison, arrow),
    style.paint("dim", "Nothing was changed."),
  ];
  return `${lines.join("\n")}\n`;
}

function headText({ supposed }: Comparison): string {
  const { drain, fail, add, edits } = supposed;
  return [
    ...drain.map((name) => `${name} is drained`),
    ...fail.map((name) => `${name} fails`),
    ...add.map(({ name, like }) => `${name} is added, like ${like}`),
    ...edits.map(({ address, path, from, to }) => {
      const old = from === undefined ? "" : `${JSON.stringify(from)} -> `;
      return `${address} ${path} ${old}${JSON.stringify(to)}`;
    }),
  ].join("; ");
}

function listed<Item>(
  title: string,
  items: readonly Item[],
  textOf: (item: Item) => string,
): string[] {
  if (items.length === 0) return [];
  const left = items.length - LINES_MAX;
  return [
    `${items.length} ${title}`,
    ...items.slice(0, LINES_MAX).map((item) => `  ${cleanLine(textOf(item))}`),
    ...(left > 0 ? [`  … ${left} more`] : []),
    "",
  ];
}

/** ` in 2 waves`; nothing where all moves can be made at once. */
function wavesText(moves: readonly Move[]): string {
  const waves = moves.reduce((most, { wave = 0 }) => Math.max(most, wave + 1), 0);
  return waves < 2 ? "" : ` in ${waves} waves`;
}

const inWaves = (moves: readonly Move[]): readonly Move[] =>
  moves.toSorted((left, right) => (left.wave ?? 0) - (right.wave ?? 0));

/** The wave goes before the move where there is more than one. */
function moveTextOf(moves: readonly Move[], arrow: string): (move: Move) => string {
  const hasWaves = wavesText(moves) !== "";
  return (move) => {
    const turn = hasWaves && move.wave !== undefined ? `${move.wave + 1}  ` : "";
    return `${turn}${moveText(move, arrow)}`;
  };
}

function moveText({ address, from, to, because, decision }: Move, arrow: string): string {
  const causes = {
    drain: `${from} is drained`,
    fail: `${from} fails`,
    edit: "it is changed",
    room: "makes room for another",
    balance: "evens the load",
    follows: "follows from the others",
  };
  const why = reasonText(decision);
  return `${address}  ${from} ${arrow} ${to}  (${causes[because]}${why === "" ? "" : `; ${why}`})`;
}

function strandedText({ key, host, refuge }: Comparison["stranded"][number]): string {
  const room = refuge === undefined ? "no host would take it" : `${refuge} would take it`;
  return `${key}  stays on ${host}; ${room}`;
}

function unplacedLines(unplaced: readonly Homeless[], style: Style): string[] {
  return listed("without a host", unplaced, (item) => `${item.address}  ${whyText(item)}`).map(
    (line, index) => (index === 0 ? style.paint("red", line) : line),
  );
}

function whyText({ message, decision, fixes, from, already }: Homeless): string {
  const fell = Object.entries(decision?.rejectedCounts ?? {})
    .map(([code, count]) => `${count} ${code}`)
    .join(", ");
  const [fix] = fixes;
  return [
    `${from === undefined ? "" : `was on ${from}; `}${fell === "" ? message : fell}`,
    ...(fix === undefined ? [] : [`fix: ${fix.description}`]),
    ...(already ? ["already so without this"] : []),
  ].join("; ");
}

function verdictLines({ before, after, moves, arrived, unplaced }: Comparison, arrow: string) {
  const worst = ({ worst: fullest }: Side): string =>
    fullest === undefined ? "none" : `${fullest.percent}% (${fullest.host})`;
  const left = `${unplaced.length} unplaced`;
  const { stranded: _before, ...known } = before.resilience;
  const counts = `${countText(moves.length, "move")}, ${arrived.length} new, ${left}.`;
  const heat = `Worst host ${worst(before)} ${arrow} ${worst(after)}.`;
  const mood = `Happiness ${before.score.toFixed(2)} ${arrow} ${after.score.toFixed(2)}.`;
  return [
    `${counts} ${heat} ${mood}`,
    // Whom a further loss strands is asked of the world that is supposed.
    `${resilienceText(known)} ${arrow} ${resilienceText(after.resilience)}.`,
  ];
}
