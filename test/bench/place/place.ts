/**
 * `npm run -s place -- PROBLEM.json [-o text|json]`: places a problem in the form of
 * docs/placement-problem.md (`-` reads standard input) and prints who goes where, the fullest
 * host, the proven bound and the gap. Equal problems give equal bytes.
 */
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { cleanLine, cleanText } from "../../../cli/views/clean.ts";
import type { PlacementProblem, PlacementResult } from "../../../engine/model/placement.ts";
import { place } from "../../../engine/place/place.ts";
import { readBytes } from "./numbers.ts";
import { type Peak, peakOf } from "./peak.ts";
import { ProblemError, readProblem } from "./problem-file.ts";

const USAGE = "usage: npm run -s place -- PROBLEM.json [-o text|json]";
const STDIN = 0;
const EXIT_USAGE = 64;
const EXIT_DATA = 65;
const EXIT_NO_INPUT = 66;
const EXIT_CANNOT_CREATE = 73;

function fail(message: string, code: number): never {
  process.stderr.write(`place: ${cleanText(message)}\n`);
  return process.exit(code);
}

function readOptions(): { readonly file: string; readonly output: string } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { output: { type: "string", short: "o", default: "json" } },
    });
    const [file] = positionals;
    const isUsable = values.output === "text" || values.output === "json";
    if (file === undefined || positionals.length > 1 || !isUsable) return fail(USAGE, EXIT_USAGE);
    return { file, output: values.output };
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`, EXIT_USAGE);
  }
}

function textOf(file: string): string {
  try {
    const bytes = file === "-" ? readFileSync(STDIN) : readBytes(file);
    return Buffer.from(bytes).toString("utf8");
  } catch (error) {
    return fail(`cannot read ${file}: ${(error as Error).message}`, EXIT_NO_INPUT);
  }
}

function problemOf(file: string): PlacementProblem {
  const source = textOf(file);
  try {
    return readProblem(source);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return fail(`${file} is no placement problem: ${error.message}`, EXIT_DATA);
  }
}

const percent = (ppm: number): string => `${(ppm / 10_000).toFixed(2)} %`;

function linesOf({ decisions, moves }: PlacementResult, peak: Peak): readonly string[] {
  const unplaced = decisions.filter(({ chosen }) => chosen === undefined);
  const reasons = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([code, count]) => `${count} ${code}`)
      .join(", ");
  return [
    ...decisions.map(({ key, chosen, decidedBy, gate, rejectedCounts }) =>
      chosen === undefined
        ? `${key}  unplaced: ${gate?.message ?? reasons(rejectedCounts)}`
        : `${key}  ${chosen}  (${decidedBy})`,
    ),
    ...moves.map(
      ({ key, from, to, reason, wave }) =>
        `${key}  ${from} -> ${to}  (${reason}, wave ${wave + 1})`,
    ),
    `${decisions.length - unplaced.length} placed, ${unplaced.length} unplaced`,
    `peak ${percent(peak.reachedPpm)}, cannot be below ${percent(peak.boundPpm)}, ` +
      `gap ${peak.gapPct} %`,
  ];
}

interface Answer {
  readonly peak: Peak;
  readonly placed: number;
  readonly unplaced: number;
  readonly result: PlacementResult;
}

/** Decision by decision: all of a large answer is longer than one string can be. */
function* jsonOf({ result, ...summary }: Answer): Generator<string> {
  const { decisions } = result;
  const frame = JSON.stringify({ ...summary, result: { ...result, decisions: [] } }, null, 2);
  // The first one is the member: quotes inside of texts are escaped.
  const at = frame.indexOf(NO_DECISIONS) + NO_DECISIONS.length - 1;
  yield frame.slice(0, at);
  let separator = "\n";
  for (const decision of decisions) {
    const lines = JSON.stringify(decision, null, 2).split("\n");
    yield `${separator}${lines.map((line) => `      ${line}`).join("\n")}`;
    separator = ",\n";
  }
  yield decisions.length === 0 ? "" : "\n    ";
  yield `${frame.slice(at)}\n`;
}

const NO_DECISIONS = '"decisions": []';

const options = readOptions();
const problem = problemOf(options.file);
const result = place(problem);
const peak = peakOf(problem, result);
const unplaced = result.decisions.filter(({ chosen }) => chosen === undefined).length;
const answer = { peak, placed: result.decisions.length - unplaced, unplaced, result };
const text =
  options.output === "json"
    ? jsonOf(answer)
    : linesOf(result, peak).map((line) => `${cleanLine(line)}\n`);
try {
  await pipeline(Readable.from(text), process.stdout, { end: false });
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  // Who reads may have seen enough, as `head` does.
  if (code !== "EPIPE") fail(`cannot write: ${message}`, EXIT_CANNOT_CREATE);
}
