import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Measured {
  readonly code: number | null;
  readonly wallMs: number;
  /** User and system time, from the last look before the end; 10 ms resolution. */
  readonly cpuMs: number;
  /** High-water mark of resident memory, from the last look before the end. */
  readonly peakMiB: number;
  readonly stdout: string;
  readonly stderr: string;
}

const LOOK_EVERY_MS = 10;
const TICKS_PER_SECOND = 100;

/** Runs a program and watches its process in /proc; Linux only, as the benches are. */
export function measure(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Measured> {
  const started = performance.now();
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  let peakMiB = 0;
  let cpuMs = 0;
  const look = (): void => {
    const seen = lookAt(child.pid ?? 0);
    peakMiB = Math.max(peakMiB, seen.peakMiB);
    cpuMs = Math.max(cpuMs, seen.cpuMs);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => clearInterval(timer));
    child.once("close", (code) => {
      clearInterval(timer);
      resolve({ code, wallMs: performance.now() - started, cpuMs, peakMiB, stdout, stderr });
    });
  });
}

function lookAt(pid: number): { readonly peakMiB: number; readonly cpuMs: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const peak = /VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? "0";
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    return { peakMiB: Number(peak) / 1024, cpuMs: (ticks * 1000) / TICKS_PER_SECOND };
  } catch {
    // The process ended between two looks.
    return { peakMiB: 0, cpuMs: 0 };
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? 0) + high) / 2;
}
