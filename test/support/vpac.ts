import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The built command: what a user runs. */
export const VPAC: string = fileURLToPath(new URL("../../bin/vpac.js", import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** A command against real servers takes that long only when it hangs, on however busy a machine. */
export const PEER_TIMEOUT_MS = 600_000;

/** Environment of a test: nothing of the developer's own settings reaches the command. */
export function cleanEnv(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VPAC_|NO_COLOR|FORCE_COLOR|CLICOLOR|CI$|COLUMNS|TF_|LC_|LANG)/.test(name),
  );
  return { ...Object.fromEntries(kept), LC_ALL: "C.UTF-8", ...extra };
}

/** Runs a program to its end with no terminal; never throws for its exit code. */
export function run(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const started = performance.now();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: cleanEnv(options.env),
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? 60_000);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr, elapsedMs: performance.now() - started });
    });
  });
}

export const vpac = (args: readonly string[], options: RunOptions): Promise<Ran> =>
  run(process.execPath, [VPAC, ...args], options);

/** A folder of its own for one test; removed by the returned function. */
export function temporaryFolder(name: string): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `vpac-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
