import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cleanEnv, run, VPAC } from "../support/vpac.ts";
import { pod, type Project, project, words, yaml } from "./project.ts";

let made: Project;
const ESC = "\u001b";

beforeAll(async () => {
  made = project();
  await made.run("apply -f spec.yaml --yes");
  await made.run("plan -f spec.yaml --destroy --out p.vpacplan");
  made.write("bad.yaml", "apiVersion: v1\nkind: Pood\nmetadata: {name: x}\n");
});

afterAll(() => made.remove());

const COMMANDS = [
  "plan -f spec.yaml",
  "plan -f spec.yaml --destroy --full --explain",
  "plan -f spec.yaml -o json",
  "apply -f spec.yaml --yes",
  "show p.vpacplan",
  "show state",
  "validate bad.yaml",
  "fmt --diff bad.yaml",
  "get all",
  "describe pod/default/a",
  "status",
  "hosts",
  "explain pod/default/a -f spec.yaml",
  "explain VP3004",
  "whatif --drain esx-01 -f spec.yaml",
  "capacity --cpu 1 --memory 2Gi -f spec.yaml",
  "state list",
  "sim list",
  "help",
  "help apply",
  "help exit-codes",
  "providers",
  "schema",
  "nonsense",
];

const SETTINGS: readonly (readonly [name: string, env: Readonly<Record<string, string>>])[] = [
  ["a pipe", {}],
  ["NO_COLOR", { NO_COLOR: "1" }],
  ["TERM=dumb", { TERM: "dumb" }],
  ["CI", { CI: "true" }],
  ["accessible mode", { ACCESSIBLE: "1" }],
];

describe("no escape byte reaches a stream that is no terminal", () => {
  test.for(COMMANDS)("%s", async (command) => {
    for (const [name, env] of SETTINGS) {
      const ran = await made.run(command, { env });
      expect(ran.stdout.includes(ESC), `${name} stdout`).toBe(false);
      expect(ran.stderr.includes(ESC), `${name} stderr`).toBe(false);
    }
  });
});

test("colour comes when it is asked for, and NO_COLOR does not overrule the flag", async () => {
  for (const given of ["plan -f spec.yaml --destroy --color always"]) {
    expect((await made.run(given, { env: { NO_COLOR: "1" } })).stdout).toContain(ESC);
  }
  const forced = await made.run("plan -f spec.yaml --destroy", { env: { FORCE_COLOR: "1" } });
  expect(forced.stdout).toContain(ESC);
});

/** Control characters but the line feed, zero-width characters, bidirectional overrides. */
function isHostile(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  if (code === 0x0a) return false;
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return true;
  return (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e);
}

test("T17: nothing a terminal could obey passes from a document to any stream", async () => {
  const evil = project({
    "spec.yaml": yaml(pod("a").replace("nginx", '"nginx\\u001b[2J\\u202e\\u200b"')),
  });
  for (const command of ["plan -f spec.yaml", "validate spec.yaml", "explain pod/default/a"]) {
    const ran = await evil.run(command);
    expect([...(ran.stdout + ran.stderr)].filter(isHostile), command).toEqual([]);
  }
  evil.remove();
});

test("results go to stdout, everything else to stderr", async () => {
  const plan = await made.run("plan -f spec.yaml --destroy");
  expect(plan.stdout).toContain("Plan: 0 to add");
  expect(plan.stderr).toBe("");
  const invalid = await made.run("plan -f bad.yaml");
  expect(invalid.stdout).toBe("");
  expect(invalid.stderr).toContain("error[VP");
  const judged = await made.run("validate bad.yaml");
  expect(judged.stdout).toContain("error[VP");
  const machine = await made.run("plan -f bad.yaml -o json");
  expect(JSON.parse(machine.stdout)).toMatchObject({ valid: false, exit: { code: 65 } });
});

test("a reader that goes away is no failure of ours", () => {
  const script = `"${process.execPath}" "${VPAC}" schema --all | head -1`;
  const out = execFileSync("/bin/sh", ["-c", script], { cwd: made.path, env: cleanEnv() });
  expect(out.toString()).toBe("{\n");
});

test("standard input is read for -", async () => {
  const ran = await made.run("validate -", { input: pod("piped") });
  expect(ran.code, ran.stdout).toBe(0);
  expect((await made.run("fmt -", { input: "kind: Pod\napiVersion: v1\n" })).stdout).toBe(
    "apiVersion: v1\nkind: Pod\n",
  );
});

test.skipIf(process.getuid?.() === 0)("a folder that cannot be written is told", async () => {
  const folder = join(made.path, "closed");
  mkdirSync(folder);
  chmodSync(folder, 0o500);
  const ran = await made.run("plan -f spec.yaml --out closed/p.vpacplan");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("closed/p.vpacplan");
});

test("arguments of the environment come before those typed", async () => {
  const env = { VPAC_ARGS_PLAN: "--detailed-exitcode --destroy" };
  expect((await made.run("plan -f spec.yaml", { env })).code).toBe(2);
  const output = await made.run("plan -f spec.yaml", { env: { VPAC_OUTPUT: "json" } });
  expect(JSON.parse(output.stdout)).toMatchObject({ format: "vpac.plan/1.0" });
});

test("neither react nor ink is loaded by anything but the interface", async () => {
  const hook = join(made.path, "hook.mjs");
  made.write(
    "hook.mjs",
    `import { registerHooks } from "node:module";
registerHooks({ load(url, context, next) {
  const loaded = next(url, context);
  const text = String(loaded.source ?? "");
  if (/dist\\/chunks/.test(url) && /from "react|react-reconciler|yoga-layout|createElement\\(/.test(text)) {
    process.stderr.write("LOADED " + url + "\\n");
  }
  return loaded;
} });
`,
  );
  for (const command of ["version", "help", "validate spec.yaml", "plan -f spec.yaml -o json"]) {
    const ran = await run(process.execPath, ["--import", hook, VPAC, ...words(command)], {
      cwd: made.path,
    });
    expect(ran.stderr, command).not.toContain("LOADED");
  }
});
