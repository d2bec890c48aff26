/**
 * npm run sim                         10,000 seeds
 * npm run sim -- --seed 7771          one seed, with its trace when it is bad or with --trace
 * npm run sim -- --seeds 500 --from 1 a range
 * npm run sim -- --every-step         12 resources, a crash at every step of the first process
 * npm run sim -- --mutant lying-sync  a bug on purpose; ends well when it is found
 */
import { parseArgs } from "node:util";
import type { Mutant, SeedResult } from "./seed.ts";
import { runSeed } from "./scenario.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "10000" },
    from: { type: "string", default: "1" },
    trace: { type: "boolean", default: false },
    "every-step": { type: "boolean", default: false },
    mutant: { type: "string" },
  },
});

const write = (text: string): boolean => process.stdout.write(`${text}\n`);

function tell(result: SeedResult, all: boolean): void {
  for (const line of all ? result.trace : result.trace.slice(-25)) write(`  ${line}`);
  for (const { invariant, message } of result.violations) write(`${invariant}: ${message}`);
  write(`seed ${result.seed}: npm run sim -- --seed ${result.seed} --trace`);
}

async function oneSeed(seed: number): Promise<number> {
  const result = await runSeed(seed, mutantOption());
  tell(result, values.trace);
  write(`trace ${result.traceHash.toString(16)}, ${result.steps} steps, ${result.crashes} crashes`);
  return result.violations.length === 0 ? 0 : 1;
}

const mutantOption = (): { mutant?: Mutant } =>
  values.mutant === undefined ? {} : { mutant: values.mutant as Mutant };

async function range(from: number, count: number): Promise<number> {
  const startMs = performance.now();
  const faults = new Map<string, number>();
  let bad = 0;
  let virtualMs = 0;
  let crashes = 0;
  for (let seed = from; seed < from + count; seed++) {
    const result = await runSeed(seed, mutantOption());
    virtualMs += result.virtualMs;
    crashes += result.crashes;
    for (const [kind, hits] of result.faults) faults.set(kind, (faults.get(kind) ?? 0) + hits);
    if (result.violations.length === 0) continue;
    bad++;
    if (bad <= 5) tell(result, false);
  }
  const hours = (virtualMs / 3_600_000).toFixed(1);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  write(`${count} seeds, ${bad} bad, ${crashes} crashes, ${hours} simulated hours in ${seconds} s`);
  write([...faults].map(([kind, hits]) => `${kind} ${hits}`).join(", "));
  if (values.mutant === undefined) return bad === 0 ? 0 : 1;
  return bad > 0 ? 0 : 1;
}

async function everyStep(): Promise<number> {
  const seed = Number(values.seed ?? "1");
  const options = { resources: 12, calm: true };
  const whole = await runSeed(seed, { ...options, crashAt: [Number.POSITIVE_INFINITY] });
  let bad = 0;
  for (let step = 0; step <= whole.firstSteps; step++) {
    const result = await runSeed(seed, { ...options, crashAt: [step] });
    if (result.violations.length === 0) continue;
    bad++;
    write(`crash at step ${step}:`);
    tell(result, false);
  }
  write(`${whole.firstSteps + 1} crash points, ${bad} bad`);
  return bad === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  if (values["every-step"]) return everyStep();
  if (values.seed !== undefined) return oneSeed(Number(values.seed));
  return range(Number(values.from), Number(values.seeds));
}

process.exitCode = await main();
