import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  cleanEnv,
  type Ran,
  type RunOptions,
  temporaryFolder,
  VPAC,
  vpac,
} from "../support/vpac.ts";

const host = (name: string, memoryGib = 64): string => `apiVersion: vpac.dev/v1alpha1
kind: Host
metadata: {name: ${name}}
spec:
  cluster: c1
  cpu: {sockets: 1, coresPerSocket: 16, mhz: 2600}
  memory: ${memoryGib}Gi
  runtimes: [vmx, crx]
`;

export const pod = (name: string, memory = "256Mi", extra = ""): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: web}${extra}}
spec:
  containers:
    - {name: main, image: nginx, resources: {requests: {memory: ${memory}}, limits: {memory: ${memory}}}}
`;

export const yaml = (...documents: readonly string[]): string => documents.join("---\n");

/** Two hosts and three Pods. */
export const SMALL: string = yaml(host("esx-01"), host("esx-02"), pod("a"), pod("b"), pod("c"));

export { host };

/** A folder with files, and the built command in it. */
export interface Project {
  readonly path: string;
  write(file: string, text: string): void;
  run(args: string, options?: Partial<RunOptions>): Promise<Ran>;
  /** Starts a command that the test will signal; `ended` resolves when it is gone. */
  start(args: string, env?: Readonly<Record<string, string>>): Started;
  remove(): void;
}

interface Started {
  readonly pid: number;
  /** Resolves when the output so far contains the text. */
  until(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

export function project(files: Readonly<Record<string, string>> = { "spec.yaml": SMALL }): Project {
  const folder = temporaryFolder("cli");
  const write = (file: string, text: string): void => {
    const path = join(folder.path, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  for (const [file, text] of Object.entries(files)) write(file, text);
  return {
    path: folder.path,
    write,
    run: (args, options) => vpac(words(args), { cwd: folder.path, ...options }),
    start: (args, env) => start(folder.path, words(args), env),
    remove: () => folder.remove(),
  };
}

/** Splits at blanks; a part in single quotes stays whole. */
export const words = (text: string): string[] =>
  [...text.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");

function start(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [VPAC, ...args], { cwd, env: cleanEnv(env) });
  let output = "";
  const waiting: { readonly text: string; readonly found: () => void }[] = [];
  const onData = (data: string): void => {
    output += data;
    for (const { text, found } of waiting) if (output.includes(text)) found();
  };
  child.stdout.setEncoding("utf8").on("data", onData);
  child.stderr.setEncoding("utf8").on("data", onData);
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.once("close", (code) => resolve({ code, output }));
  });
  return {
    pid: child.pid ?? 0,
    until: (text: string) =>
      new Promise<void>((resolve, reject) => {
        if (output.includes(text)) resolve();
        waiting.push({ text, found: resolve });
        void ended.then(() => reject(new Error(`ended without "${text}":\n${output}`)));
      }),
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    ended,
  };
}
