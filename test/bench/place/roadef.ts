/**
 * `npm run roadef -- MODEL INITIAL --seconds N --seed S --out FILE`: improves an assignment of the
 * ROADEF/EURO challenge 2012 for as long as asked and says how far from the best possible it is.
 * `--schedule` repeats an earlier run exactly, by the counts that it printed.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { anneal } from "../../../engine/place/reassign/anneal.ts";
import { lowerBound } from "../../../engine/place/reassign/bound.ts";
import { ReassignState } from "../../../engine/place/reassign/state.ts";
import { readBytes } from "./numbers.ts";
import { pace } from "./pace.ts";
import { readRoadef } from "./roadef-file.ts";

const USAGE =
  "usage: npm run roadef -- MODEL INITIAL [--seconds 60] [--seed 1] [--out FILE] [--schedule COUNTS]";
const EXIT_USAGE = 64;
const EXIT_DATA = 65;

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
    if (model === undefined || initial === undefined || !isUsable) return fail(USAGE, EXIT_USAGE);
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

const options = readOptions();
const problem = readProblem(options.model, options.initial);
const initialCost = new ReassignState(problem).cost;
const { levels, more } = pace(options);
const result = anneal(problem, { seed: options.seed, levels, more });
const bound = lowerBound(problem);
if (options.out !== undefined) writeFileSync(options.out, `${result.assignment.join(" ")}\n`);
const gap = result.cost === 0 ? 0 : (result.cost - bound) / result.cost;
process.stdout.write(`initial cost  ${initialCost}
best cost     ${result.cost}
lower bound   ${bound}
gap           ${(100 * gap).toFixed(4)} %
seconds       ${(performance.now() / 1000).toFixed(1)}
schedule      ${result.chunks.join(",")}
`);
