import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/**
 * A start script that runs servers: it prints facts until "ready", then obeys a command at a time,
 * and stops everything when its input ends, which is also when this process ends in any way.
 */
export interface PeerScript {
  /** What the script printed before it was ready: "kubeconfig FILE" is the fact "kubeconfig". */
  readonly facts: ReadonlyMap<string, string>;
  /** Throws what the script answers when it is not "ok". */
  obey(command: string): Promise<void>;
  close(): Promise<void>;
}

/** No script takes as long to start, and no command to be obeyed. */
const deadlineMs = 600_000;

/** Runs a script of this folder until it is ready. `env` is added to the environment. */
export async function startScript(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<PeerScript> {
  const file = fileURLToPath(new URL(path, import.meta.url));
  const child = spawn("bash", [file, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let complaints = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaints = `${complaints}${chunk.toString()}`.slice(-2000);
  });
  child.stdin.on("error", () => undefined); // Its end is told where it is asked something.
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const close = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };

  const heard: string[] = [];
  const next = async (wanted: string): Promise<string> => {
    const late = new AbortController();
    const line = await Promise.race([lines.next(), sleep(deadlineMs, undefined, late)]);
    late.abort();
    if (line === undefined) throw new Error(`${path}: ${wanted} did not come in time`);
    if (line.done !== true) {
      heard.push(line.value);
      return line.value;
    }
    throw new Error(`${path} ended before ${wanted}: ${heard.at(-1) ?? ""} ${complaints}`);
  };
  const facts = new Map<string, string>();
  const readFacts = async (): Promise<void> => {
    for (let line = await next("ready"); line !== "ready"; line = await next("ready")) {
      const [name = "", ...rest] = line.split(" ");
      facts.set(name, rest.join(" "));
    }
  };
  await readFacts().catch(async (error: unknown) => {
    await close();
    throw error;
  });

  let last: Promise<unknown> = Promise.resolve();
  const ask = async (command: string): Promise<void> => {
    child.stdin.write(`${command}\n`);
    const answer = await next(`the answer to "${command}"`);
    if (answer !== "ok") throw new Error(`${path}, "${command}": ${answer}`);
  };
  return {
    facts,
    obey: (command) => {
      const answer = last.then(() => ask(command));
      last = answer.catch(() => undefined);
      return answer;
    },
    close,
  };
}
