/**
 * `npm run openb -- NODES PODS --mode online|plan --seed S --runs N -o json`: places a list of the
 * openb trace by the protocol of the published runs, seeds S to S + N - 1. `online` decides one
 * workload at a time, `plan` knows all that arrive until demand is 100 % of the GPUs.
 */
import { parseArgs } from "node:util";
import { readBytes } from "./numbers.ts";
import { readHosts, readWorkloads } from "./openb-file.ts";
import { LEVELS_PCT, type Mode, runOpenb } from "./openb-run.ts";

const USAGE =
  "usage: npm run openb -- NODES PODS [--mode online|plan] [--seed 42] [--runs 10] [-o text|json]";
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
        mode: { type: "string", default: "online" },
        seed: { type: "string", default: "42" },
        runs: { type: "string", default: "10" },
        output: { type: "string", short: "o", default: "text" },
      },
    });
    const { mode, output } = values;
    const [seed, runs] = [Number(values.seed), Number(values.runs)];
    const [nodes, pods] = positionals;
    const isMode = mode === "online" || mode === "plan";
    const isNumbers = Number.isSafeInteger(seed) && Number.isSafeInteger(runs) && runs > 0;
    const isUsable = isMode && isNumbers && (output === "text" || output === "json");
    if (!isUsable || nodes === undefined || pods === undefined || positionals.length > 2) {
      return fail(USAGE, EXIT_USAGE);
    }
    return { mode: mode as Mode, seed, runs, output, nodes, pods };
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`, EXIT_USAGE);
  }
}

function readLists(nodes: string, pods: string) {
  try {
    const text = (path: string): string => Buffer.from(readBytes(path)).toString("utf8");
    return { hosts: readHosts(text(nodes)), workloads: readWorkloads(text(pods)) };
  } catch (error) {
    return fail(`cannot read: ${(error as Error).message}`, EXIT_DATA);
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

const options = readOptions();
const { hosts, workloads } = readLists(options.nodes, options.pods);
const start = performance.now();
const results = Array.from({ length: options.runs }, (_, index) =>
  runOpenb(options.mode, hosts, workloads, options.seed + index),
);
const first = results.map(({ allocationPct }) => allocationPct[0] ?? 0);
const levels = results[0]!.allocationPct.map((_, level) => [
  `${LEVELS_PCT[level]}`,
  round(mean(results.map(({ allocationPct }) => allocationPct[level] ?? 0))),
]);
const report = {
  mode: options.mode,
  hosts: hosts.length,
  workloads: workloads.length,
  seed: options.seed,
  runs: options.runs,
  gpuAllocationPct: round(mean(first)),
  gpuAllocationPctDeviation: round(deviation(first)),
  gpuAllocationPctAtDemandPct: Object.fromEntries(levels) as Record<string, number>,
  gpuAllocationPctOfRuns: first.map(round),
  cpuOnlyCores: round(mean(results.map(({ cpuOnlyCores }) => cpuOnlyCores))),
  secondsPerRun: round((performance.now() - start) / 1000 / options.runs),
};
if (options.output === "json") process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
else {
  for (const [name, value] of Object.entries(report)) {
    process.stdout.write(`${name.padEnd(28)} ${JSON.stringify(value)}\n`);
  }
}
