import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { writeBusySpec } from "../support/busy-spec.ts";
import { cleanEnv, temporaryFolder, vpac } from "../support/vpac.ts";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
/** A short series on every run; CI and `VPAC_KILLS=100` make the long one. */
const KILLS = Number(process.env["VPAC_KILLS"] ?? 10);
const SEED = Number(process.env["VPAC_KILL_SEED"] ?? 1);
const OBJECTS = 200;

const folder = temporaryFolder("kill");
afterAll(() => folder.remove());

/** Small seeded generator, so that a failing series can be run again. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Killed {
  /** Addresses whose completion had been printed before the kill. */
  readonly acknowledged: readonly string[];
  readonly killed: boolean;
}

/** When to kill: so long after the start, or so long after that many acknowledged steps. */
interface Instant {
  readonly afterSteps: number;
  readonly afterMs: number;
}

/** Applies until the instant, then SIGKILL; what was printed by then counts as acknowledged. */
function applyAndKill(cwd: string, file: string, instant: Instant): Promise<Killed> {
  const args = [MAIN, "apply", "-f", file, "--yes", "-o", "ndjson"];
  const child = spawn(process.execPath, args, {
    cwd,
    env: cleanEnv(),
    stdio: ["ignore", "pipe", "ignore"],
  });
  let printed = "";
  let timer: NodeJS.Timeout | undefined;
  const arm = (): void => {
    timer ??= setTimeout(() => child.kill("SIGKILL"), instant.afterMs);
  };
  if (instant.afterSteps === 0) arm();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
    if (printed.split('"apply_complete"').length > instant.afterSteps) arm();
  });
  return new Promise((resolve) => {
    child.once("close", (_code, signal) => {
      clearTimeout(timer);
      const acknowledged = printed
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { type: string; address?: string })
        .filter((message) => message.type === "apply_complete")
        .map((message) => message.address ?? "");
      resolve({ acknowledged, killed: signal === "SIGKILL" });
    });
  });
}

interface Item {
  readonly id: string;
  readonly address: string;
}

async function items(cwd: string, ...args: readonly string[]): Promise<Item[]> {
  const ran = await vpac([...args, "-o", "json"], { cwd });
  expect(ran.code, ran.stderr).toBe(0);
  const listed = (JSON.parse(ran.stdout) as { items: (Item & { tag?: { address: string } })[] })
    .items;
  return listed.map((item) => ({ id: item.id, address: item.tag?.address ?? item.address }));
}

const tagged = async (cwd: string): Promise<Item[]> => {
  const ran = await vpac(["sim", "list", "-o", "json"], { cwd });
  const listed = (
    JSON.parse(ran.stdout) as { items: (Item & { tag?: { address: string } | null })[] }
  ).items;
  return listed
    .filter((item) => item.tag !== undefined && item.tag !== null)
    .map((item) => ({ id: item.id, address: item.tag?.address ?? "" }));
};

const byAddress = (left: Item, right: Item): number => (left.address < right.address ? -1 : 1);

test(`apply killed at ${KILLS} random instants converges without a question`, {
  timeout: 30 * 60_000,
}, async () => {
  const random = randomFrom(SEED);
  const full = temporaryFolder("kill-full");
  const fullFile = writeBusySpec(full.path, OBJECTS);
  const whole = await vpac(["apply", "-f", fullFile, "--yes", "-q"], { cwd: full.path });
  full.remove();
  expect(whole.code, whole.stderr).toBe(0);
  let inTheMiddle = 0;
  for (let trial = 0; trial < KILLS; trial++) {
    const home = temporaryFolder("kill-trial");
    const file = writeBusySpec(home.path, OBJECTS);
    // Every third kill falls anywhere in the process's life, the others between two steps.
    const instant =
      trial % 3 === 0
        ? { afterSteps: 0, afterMs: Math.round(random() * whole.elapsedMs) }
        : { afterSteps: 1 + Math.floor(random() * OBJECTS), afterMs: Math.floor(random() * 4) };
    const why = `trial ${trial} of seed ${SEED}, killed ${JSON.stringify(instant)}`;
    const { acknowledged, killed } = await applyAndKill(home.path, file, instant);
    const kept = new Set((await items(home.path, "state", "list")).map((item) => item.address));
    expect(
      acknowledged.filter((address) => !kept.has(address)),
      `${why}: lost`,
    ).toEqual([]);
    if (killed && acknowledged.length > 0) inTheMiddle++;
    const again = await vpac(["apply", "-f", file, "--yes", "-q"], { cwd: home.path });
    expect(again.code, `${why}\n${again.stdout.slice(-2000)}${again.stderr}`).toBe(0);
    const plan = await vpac(["plan", "-f", file, "--detailed-exitcode", "-q"], { cwd: home.path });
    expect(plan.code, `${why}\n${plan.stdout}`).toBe(0);
    const recorded = (await items(home.path, "state", "list")).sort(byAddress);
    const real = (await tagged(home.path)).sort(byAddress);
    expect(real, `${why}: state and world differ`).toEqual(recorded);
    expect(new Set(real.map((item) => item.address)).size, `${why}: doubled`).toBe(real.length);
    expect(real.length).toBeGreaterThanOrEqual(OBJECTS);
    home.remove();
  }
  process.stdout.write(`${KILLS} kills, ${inTheMiddle} of them between two acknowledged steps\n`);
});
