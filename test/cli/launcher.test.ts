import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { cleanEnv, run, VPAC } from "../support/vpac.ts";
import { type Project, project } from "./project.ts";

const TOOLS = fileURLToPath(new URL("../../tools/node.mjs", import.meta.url));
const made: Project = project();
afterAll(() => made.remove());

/** Starts vpac as an older Node does: through a parent that only passes things on. */
function launch(args: readonly string[]) {
  const script = `import { runInForeground } from ${JSON.stringify(TOOLS)};
runInForeground(process.execPath, [${JSON.stringify(VPAC)}, ...process.argv.slice(1)], { ...process.env, VPAC_LIFELINE: "3" }, true);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, "--", ...args], {
    cwd: made.path,
    env: cleanEnv(),
  });
  let output = "";
  const onData = (text: string): void => {
    output += text;
  };
  child.stdout.setEncoding("utf8").on("data", onData);
  child.stderr.setEncoding("utf8").on("data", onData);
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", (code) => resolve(code));
  });
  return { child, ended, output: () => output };
}

const until = async (isTrue: () => Promise<boolean> | boolean): Promise<void> => {
  for (let round = 0; round < 200; round++) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it did not come true within ten seconds");
};

test("the exit code passes through the parent", async () => {
  const { ended } = launch(["plan", "-f", "spec.yaml", "--detailed-exitcode"]);
  expect(await ended).toBe(2);
});

test("a parent that is killed takes vpac with it at once, and the lock is free", async () => {
  await made.run("sim faults --latency 4s");
  const { child, ended, output } = launch(["apply", "-f", "spec.yaml", "--yes"]);
  await until(() => output().includes("create started"));
  const { stdout } = await run("pgrep", ["-P", String(child.pid)], { cwd: made.path });
  const inner = Number(stdout.trim());
  expect(inner).toBeGreaterThan(0);
  child.kill("SIGKILL");
  const before = performance.now();
  await ended;
  await until(() => !isAlive(inner));
  expect(performance.now() - before).toBeLessThan(3000);
  await made.run("sim faults --latency 0s");
  const again = await made.run("apply -f spec.yaml --yes");
  expect(again.code, again.stderr).toBe(0);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("vpac version answers without the parser of arguments", async () => {
  const hook = `import { registerHooks } from "node:module";
registerHooks({ load: (url, context, next) => { if (/dist/.test(url)) process.stderr.write(url + "\\n"); return next(url, context); } });`;
  const source = `data:text/javascript,${encodeURIComponent(hook)}`;
  const ran = await run(process.execPath, ["--import", source, VPAC, "version"], {
    cwd: made.path,
  });
  expect(ran.stdout).toMatch(/^vpac \d+\.\d+\.\d+\n$/);
  // The entry, and what it shares with the rest: neither is the command tree.
  expect(ran.stderr.trim().split("\n").length).toBeLessThanOrEqual(2);
});
