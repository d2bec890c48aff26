/** What planning and applying costs, against Terraform and against ourselves at a tenth the size. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Measured, measure, median } from "../support/measure.ts";
import { cleanEnv } from "../support/vpac.ts";
import { writeFan, writeTerraformFan } from "./fan.ts";
import { startRows } from "./rows.ts";

/** As it is installed: with the code cache that the launcher keeps. */
const MAIN = fileURLToPath(new URL("../../bin/vpac.js", import.meta.url));
const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 3);
const LARGE = Number(process.env["BENCH_SIZE"] ?? 10_000);
const SMALL = LARGE / 10;

const folder = mkdtempSync(join(tmpdir(), "vpac-bench-"));
const rows = startRows();
const log = (text: string): void => void process.stderr.write(`${text}\n`);

async function vpac(cwd: string, ...args: readonly string[]): Promise<Measured> {
  const env = cleanEnv({ XDG_CACHE_HOME: join(folder, "cache") });
  const ran = await measure(process.execPath, [MAIN, ...args], { cwd, env });
  log(
    `  vpac ${args[0]} ${args.at(-1)}: ${ran.wallMs.toFixed(0)} ms, ${ran.peakMiB.toFixed(0)} MiB, exit ${ran.code}`,
  );
  return ran;
}

function expectExit(ran: Measured, code: number, what: string): void {
  if (ran.code === code) return;
  throw new Error(`${what}: exit ${ran.code}, wanted ${code}\n${ran.stderr.slice(-2000)}`);
}

interface Own {
  readonly cwd: string;
  readonly file: string;
  readonly validate: Measured;
  readonly plan: Measured;
  readonly apply: Measured;
}

async function prepareOwn(count: number): Promise<Own> {
  const cwd = join(folder, `own-${count}`);
  const file = writeFan(cwd, count);
  const validate = await vpac(cwd, "validate", "-f", file);
  const plan = await vpac(cwd, "plan", "-f", file, "-q", "--brief", "--detailed-exitcode");
  const apply = await vpac(cwd, "apply", "-f", file, "--yes", "-q", "--brief");
  expectExit(validate, 0, "validate");
  expectExit(plan, 2, "plan");
  expectExit(apply, 0, "apply");
  return { cwd, file, validate, plan, apply };
}

const noOpPlan = async (own: Own): Promise<Measured> => {
  const ran = await vpac(own.cwd, "plan", "-f", own.file, "--detailed-exitcode", "-q");
  expectExit(ran, 0, "no-op plan");
  return ran;
};

const coldPlan = (own: Own): Promise<Measured> => {
  rmSync(join(own.cwd, ".vpac", "cache"), { recursive: true, force: true });
  return noOpPlan(own);
};

const terraformHere = spawnSync("terraform", ["version"], { stdio: "ignore" }).status === 0;

async function terraformPlan(cwd: string): Promise<Measured> {
  const config = join(folder, "terraform.rc");
  writeFileSync(config, "");
  const env = cleanEnv({
    TF_CLI_CONFIG_FILE: config,
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
  });
  const args = ["plan", "-input=false", "-no-color", "-detailed-exitcode"];
  const ran = await measure("terraform", args, { cwd, env });
  log(
    `  terraform plan: ${ran.wallMs.toFixed(0)} ms, ${ran.peakMiB.toFixed(0)} MiB, exit ${ran.code}`,
  );
  expectExit(ran, 0, "terraform plan");
  return ran;
}

async function againstTerraform(own: Own): Promise<void> {
  if (!terraformHere) {
    rows.note("against terraform", "left out: no terraform here");
    return;
  }
  const cwd = join(folder, "terraform");
  writeTerraformFan(cwd, LARGE);
  const cold: number[] = [];
  const warm: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const theirs = await terraformPlan(cwd);
    const coldRun = await coldPlan(own);
    const warmRun = await noOpPlan(own);
    cold.push(theirs.wallMs / coldRun.wallMs);
    warm.push(theirs.wallMs / warmRun.wallMs);
    memory.push(theirs.peakMiB / Math.max(coldRun.peakMiB, warmRun.peakMiB));
  }
  rows.ratio(`no-op plan of ${LARGE}, cold, terraform / vpac`, median(cold), 6);
  rows.ratio(`no-op plan of ${LARGE}, warm, terraform / vpac`, median(warm), 20);
  rows.ratio("peak memory, terraform / vpac", median(memory), 4);
}

async function destroy(own: Own): Promise<Measured> {
  const copy = `${own.cwd}-destroy`;
  cpSync(own.cwd, copy, { recursive: true });
  const ran = await vpac(
    copy,
    "destroy",
    "-f",
    own.file,
    "--yes",
    "--confirm",
    "default",
    "-q",
    "--brief",
  );
  expectExit(ran, 0, "destroy");
  return ran;
}

async function versionCost(): Promise<number> {
  const empty = join(folder, "empty.mjs");
  writeFileSync(empty, "");
  const extra: number[] = [];
  const env = cleanEnv({ XDG_CACHE_HOME: join(folder, "cache") });
  for (let round = 0; round < 15; round++) {
    const bare = cpuOf([empty], env);
    extra.push(cpuOf([MAIN, "version"], env) - bare);
  }
  return median(extra);
}

/** CPU of a short child: the difference of our own children's times around it. */
function cpuOf(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const probe =
    "const u=process.resourceUsage();process.on('exit',()=>{const e=process.resourceUsage();" +
    "process.stderr.write(String((e.userCPUTime+e.systemCPUTime)/1000))})";
  const hook = join(folder, "probe.mjs");
  writeFileSync(hook, probe);
  const ran = spawnSync(process.execPath, ["--import", hook, ...args], { env, encoding: "utf8" });
  return Number(ran.stderr);
}

try {
  mkdirSync(folder, { recursive: true });
  log(`machine: Node ${process.version}; sizes ${SMALL} and ${LARGE}; ${ROUNDS} rounds`);
  // Fills the code cache, so that the small size does not pay for what the large one finds.
  await prepareOwn(SMALL / 10);
  const small = await prepareOwn(SMALL);
  const large = await prepareOwn(LARGE);
  const scale = (what: string, left: Measured, right: Measured): void =>
    rows.limit(`${what}: time(${LARGE}) / time(${SMALL})`, left.wallMs / right.wallMs, 8, "x");
  scale("validate", large.validate, small.validate);
  scale("plan", large.plan, small.plan);
  scale("apply", large.apply, small.apply);
  const destroyed = await destroy(large);
  scale("destroy", destroyed, await destroy(small));
  rows.limit(`peak memory, plan of ${LARGE}`, large.plan.peakMiB, 350, " MiB");
  rows.limit(
    `peak memory, cold plan of an applied ${LARGE}`,
    (await coldPlan(large)).peakMiB,
    350,
    " MiB",
  );
  rows.limit(`peak memory, apply of ${LARGE}`, large.apply.peakMiB, 350, " MiB");
  rows.limit(`peak memory, destroy of ${LARGE}`, destroyed.peakMiB, 350, " MiB");
  rows.limit("vpac version, CPU beyond bare Node", await versionCost(), 40, " ms");
  await againstTerraform(large);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

rows.print();
