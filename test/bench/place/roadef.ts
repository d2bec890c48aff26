/**
 * `npm run roadef -- MODEL INITIAL --seconds N --seed S --out FILE`: improves an assignment of the
 * ROADEF/EURO challenge 2012 for as long as asked and says how far from the best possible it is.
 * FILE has a valid assignment from the start, whatever ends the run.
 * `--schedule` repeats an earlier run exactly, by the counts that it printed.
 */
import { parseArgs } from "node:util";
import { anneal } from "../../../engine/place/reassign/anneal.ts";
import { AnswerFile } from "./answer-file.ts";
import { readBytes } from "./numbers.ts";
import { pace } from "./pace.ts";
import { readRoadef } from "./roadef-file.ts";

const USAGE =
  "usage: npm run roadef -- MODEL INITIAL [--seconds 60] [--seed 1] [--out FILE] [--schedule COUNTS]";
const COUNTS = /^\d+(,\d+)*$/;
const EXIT_USAGE = 64;
const EXIT_DATA = 65;
const EXIT_CANNOT_CREATE = 73;

function fail(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        seconds: { type: "string", default: "60" },
        seed: { type: "string", default: "1" },
        out: { type: "string" },
        schedule: { type: "string" },
      },
    });
    const [model, initial] = positionals;
    const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
    const isUsable = seconds > 0 && Number.isSafeInteger(seed) && positionals.length === 2;
    const isSchedule = COUNTS.test(values.schedule ?? "0");
    if (model === undefined || initial === undefined || !isUsable || !isSchedule) {
      return fail(USAGE, EXIT_USAGE);
    }
    return { model, initial, seconds, seed, out: values.out, schedule: values.schedule };
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`, EXIT_USAGE);
  }
}

function readProblem(model: string, initial: string) {
  try {
    return readRoadef(readBytes(model), readBytes(initial));
  } catch (error) {
    return fail(`cannot read: ${(error as Error).message}`, EXIT_DATA);
  }
}

type Write = (assignment: Int32Array) => void;

/** How to write answers: those on the way, and the last one. */
function answerTo(path: string | undefined): { readonly keep: Write; readonly end: Write } {
  if (path === undefined) return { keep: () => undefined, end: () => undefined };
  const file = new AnswerFile(path);
  const orFail =
    (write: Write): Write =>
    (assignment) => {
      try {
        write(assignment);
      } catch (error) {
        fail(`cannot write: ${(error as Error).message}`, EXIT_CANNOT_CREATE);
      }
    };
  return { keep: orFail((answer) => file.keep(answer)), end: orFail((answer) => file.end(answer)) };
}

const options = readOptions();
const problem = readProblem(options.model, options.initial);
const { keep, end } = answerTo(options.out);
keep(problem.initial);
const { levels, more } = pace(options);
const result = anneal(problem, { seed: options.seed, levels, more, onBetter: keep });
end(result.assignment);
const gap = result.cost === 0 ? 0 : (result.cost - result.bound) / result.cost;
process.stdout.write(`initial cost  ${result.initialCost}
best cost     ${result.cost}
lower bound   ${result.bound}
gap           ${(100 * gap).toFixed(4)} %
seconds       ${(performance.now() / 1000).toFixed(1)}
schedule      ${result.chunks.join(",")}
`);
