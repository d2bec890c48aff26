import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { run, temporaryFolder, VPAC } from "../../support/vpac.ts";
import type { BrokenInput } from "./case.ts";
import { FILES } from "./files.ts";
import { FLOODS } from "./floods.ts";
import { NAMES } from "./names.ts";
import { RELATIONS } from "./relations.ts";
import { SHAPES } from "./shapes.ts";
import { SYNTAX } from "./syntax.ts";

const CASES: readonly BrokenInput[] = [
  ...SYNTAX,
  ...FLOODS,
  ...FILES,
  ...SHAPES,
  ...NAMES,
  ...RELATIONS,
];
/** Far above what a quiet machine needs (2 s is the goal), so that only a hang fails. */
const LIMIT_MS = 10_000;

interface Told {
  readonly code: string;
  readonly detail: string;
  readonly help: readonly string[];
  readonly snippet?: string;
  readonly source?: { readonly file?: string; readonly line?: number; readonly column?: number };
}

interface Answer {
  readonly exit: { readonly code: number };
  readonly diagnostics: readonly Told[];
}

/** Runs that go on at once: more only slow each other down. */
const RUNS_MAX = 2;
const waiting: (() => void)[] = [];
let running = 0;

async function oneOfFew<Value>(work: () => Promise<Value>): Promise<Value> {
  if (running >= RUNS_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

const folder = temporaryFolder("broken-inputs");
afterAll(() => folder.remove());

function prepare(input: BrokenInput, index: number): string {
  const home = join(folder.path, String(index));
  mkdirSync(join(home, "in"), { recursive: true });
  for (const [name, content] of Object.entries(input.files)) {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof content === "function") content(path);
    else writeFileSync(path, content);
  }
  return home;
}

/** What must hold of every byte that a user sees of a refused input. */
function expectCivil(printed: string): void {
  expect(printed).not.toMatch(/^ {4}at /m);
  expect(printed).not.toContain("VP9");
  expect(printed).not.toContain("\u001b");
  expect(printed).not.toMatch(/\bundefined\b|\[object Object\]/);
}

test("there are more than a hundred broken inputs, each with a name of its own", () => {
  expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
  expect(CASES.length).toBeGreaterThan(100);
});

describe.concurrent("every broken input is a typed error with a place", () => {
  const numbered = CASES.map((input, index) => ({ ...input, index }));
  test.for(numbered)("$name", { timeout: 60_000 }, async ({ index, ...input }, context) => {
    const home = prepare(input, index);
    const args = [VPAC, "validate", ...(input.args ?? ["-f", "in"])];
    const options = { cwd: home, timeoutMs: LIMIT_MS, input: input.input ?? "" };
    const machine = await oneOfFew(() => run(process.execPath, [...args, "-o", "json"], options));
    const human = await oneOfFew(() => run(process.execPath, args, options));
    const wantExit = input.wantExit ?? 65;
    context.expect(machine.code, machine.stdout + machine.stderr).toBe(wantExit);
    context.expect(human.code, human.stdout + human.stderr).toBe(wantExit);
    for (const { stdout, stderr, elapsedMs } of [machine, human]) {
      expectCivil(stdout + stderr);
      context.expect(elapsedMs).toBeLessThan(LIMIT_MS);
    }
    const answer = JSON.parse(machine.stdout) as Answer;
    context.expect(answer.exit.code).toBe(wantExit);
    const codes = answer.diagnostics.map(({ code }) => code);
    context.expect(codes).toContain(input.wantCode);
    // A wrong argument is told in a sentence, without a code to look up.
    if (wantExit === 65) context.expect(human.stdout).toContain(input.wantCode);
    const told = answer.diagnostics.filter(({ code }) => code === input.wantCode);
    if (input.hasLine !== false) expectPlaced(told, input, human.stdout + human.stderr);
  });
});

function expectPlaced(told: readonly Told[], input: BrokenInput, text: string): void {
  const places = told.map(({ source }) => `${source?.file}:${source?.line}:${source?.column}`);
  for (const place of places) expect(place).toMatch(/^(?:in\/.+|-):[1-9]\d*:[1-9]\d*$/);
  const [line, column] = input.at ?? [];
  const wanted = new RegExp(`:${line ?? "\\d+"}:${column ?? "\\d+"}$`);
  expect(places.filter((place) => wanted.test(place))).not.toEqual([]);
  expect(text).toContain(places[0]);
  if (input.help === undefined) return;
  expect(told.flatMap(({ help }) => help).join("\n")).toContain(input.help);
}
