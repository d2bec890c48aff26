import { createHash } from "node:crypto";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { INPUT_CODES } from "../../../cli/wiring/codes.ts";
import { type InputRequest, type InputResult, readInputs } from "../../../cli/wiring/files.ts";
import { temporaryFolder } from "../../support/vpac.ts";

const folder = temporaryFolder("input-files");
afterAll(() => folder.remove());
let count = 0;

/** A new folder with these files; a value that starts with `->` is a link. */
function project(files: Readonly<Record<string, string>>): string {
  count += 1;
  const home = join(folder.path, String(count));
  mkdirSync(home);
  for (const [name, content] of Object.entries(files)) {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    if (content.startsWith("->")) symlinkSync(content.slice(2), path);
    else writeFileSync(path, content);
  }
  return home;
}

const read = (
  home: string,
  paths: readonly string[],
  rest: Partial<InputRequest> = {},
): Promise<InputResult> => readInputs({ paths, baseFolder: home, ...rest });

const pathsOf = (result: InputResult): readonly string[] => result.texts.map(({ path }) => path);
const codesOf = (result: InputResult): readonly string[] =>
  result.diagnostics.map(({ code }) => code);

const files = {
  "vpac.yaml": "kind: Environment\n",
  "m/b.yaml": "b: 1\n",
  "m/a.yml": "a: 1\n",
  "m/c.json": "{}",
  "m/notes.txt": "x",
  "m/sub/d.yaml": "d: 1\n",
  "m/.hidden/e.yaml": "e: 1\n",
  "m/.f.yaml": "f: 1\n",
  "m/node_modules/g.yaml": "g: 1\n",
  ".vpac/state/h.json": "{}",
};

test("a folder is searched to its depths, without hidden names and packages, in order", async () => {
  const result = await read(project(files), ["m"]);
  expect(pathsOf(result)).toEqual(["m/a.yml", "m/b.yaml", "m/c.json", "m/sub/d.yaml"]);
  expect(result).toMatchObject({ diagnostics: [], missing: [] });
});

test("the project file in a named folder is read once", async () => {
  const result = await read(project(files), ["vpac.yaml", ".", "./vpac.yaml", "m/../vpac.yaml"]);
  expect(pathsOf(result).filter((path) => path === "vpac.yaml")).toHaveLength(1);
});

test("the order of the arguments changes nothing", async () => {
  const home = project(files);
  expect(await read(home, ["m/sub", "m", "vpac.yaml"])).toEqual(
    await read(home, ["vpac.yaml", "m", "m/sub"]),
  );
});

test("a named file is read whatever its ending", async () => {
  expect(pathsOf(await read(project(files), ["m/notes.txt"]))).toEqual(["m/notes.txt"]);
});

const patterns = [
  { pattern: "m/*.yaml", want: ["m/b.yaml"] },
  { pattern: "m/*", want: ["m/a.yml", "m/b.yaml", "m/c.json"] },
  { pattern: "m/**", want: ["m/a.yml", "m/b.yaml", "m/c.json", "m/sub/d.yaml"] },
  { pattern: "**/*.{yml,json}", want: ["m/a.yml", "m/c.json"] },
  { pattern: "m/[!a]*.y*ml", want: ["m/b.yaml"] },
  { pattern: "m/*.txt", want: ["m/notes.txt"] },
] as const;

test.for(patterns)("the pattern $pattern finds what it says", async ({ pattern, want }) => {
  expect(pathsOf(await read(project(files), [pattern]))).toEqual(want);
});

test("a text carries the SHA-256 of its bytes, and keeps its byte order mark", async () => {
  const home = project({ "a.yaml": "\ufeffa: é\n" });
  const [text] = (await read(home, ["a.yaml"])).texts;
  const sha256 = createHash("sha256").update("\ufeffa: é\n").digest("hex");
  expect(text).toEqual({ path: "a.yaml", text: "\ufeffa: é\n", sha256 });
});

test("paths show as they were written, relative to the working directory where they can be", async () => {
  const home = project(files);
  expect(pathsOf(await read(home, [join(home, "m/b.yaml")]))).toEqual(["m/b.yaml"]);
  expect(pathsOf(await read(join(home, "m"), ["../vpac.yaml"]))).toEqual(["../vpac.yaml"]);
  expect(pathsOf(await read(join(home, "m"), [join(home, "vpac.yaml")]))).toEqual([
    join(home, "vpac.yaml"),
  ]);
});

test("standard input is read for -, once", async () => {
  const stdin = (): Promise<Uint8Array> => Promise.resolve(Buffer.from("a: 1\n"));
  const result = await read(project({}), ["-", "-"], { stdin });
  expect(result.texts).toMatchObject([{ path: "-", text: "a: 1\n" }]);
});

test("row N11: platform folders are read too, and marked; the mark wins over a second mention", async () => {
  const home = project({ "p/a.yaml": "a: 1\n", "m/b.yaml": "b: 1\n" });
  const result = await read(home, ["."], { readOnlyPaths: ["p"] });
  expect(result.texts.map(({ path, readOnly }) => [path, readOnly])).toEqual([
    ["m/b.yaml", undefined],
    ["p/a.yaml", true],
  ]);
});

test("what stands for nothing is missing, not invalid", async () => {
  const result = await read(project(files), ["nope", "m/*.xml", "", "a\0b", "m/b.yaml/x"]);
  expect(result.missing).toEqual(["nope", "m/*.xml", "", "a\0b", "m/b.yaml/x"]);
  expect(result.diagnostics).toEqual([]);
});

test("ignore lists count in their folder, below it, and from the folders above", async () => {
  const home = project({
    ...files,
    ".vpacignore": "c.json\n",
    "m/.vpacignore": "# drafts\n*.yml\n/sub/\n!sub\n",
    "m/sub/.vpacignore": "d.*\n",
    "m/sub/k.yaml": "k: 1\n",
  });
  expect(pathsOf(await read(home, ["m"]))).toEqual(["m/b.yaml", "m/sub/k.yaml"]);
});

test("T6: links are followed inside the project and refused outside", async () => {
  const home = project({
    "shared/a.yaml": "a: 1\n",
    "m/in.yaml": "->../shared/a.yaml",
    "m/folder": "->../shared",
    "m/out.yaml": "->/etc/passwd",
    "m/etc": "->/etc",
  });
  const result = await read(home, ["m"]);
  expect(pathsOf(result)).toEqual(["m/folder/a.yaml"]);
  expect(codesOf(result)).toEqual(["VP1404", "VP1404"]);
  expect(result.texts.map(({ text }) => text)).toEqual(["a: 1\n"]);
});

test("a named folder outside the project may hold links within itself", async () => {
  const elsewhere = project({ "..data/web.yaml": "a: 1\n", "web.yaml": "->..data/web.yaml" });
  const result = await read(project({}), [elsewhere]);
  expect(result).toMatchObject({ diagnostics: [], texts: [{ text: "a: 1\n" }] });
});

test("links in circles and to nothing are told", async () => {
  const home = project({
    "m/a.yaml": "a: 1\n",
    "m/self.yaml": "->self.yaml",
    "m/lost.yaml": "->gone.yaml",
    "m/lost-notes": "->gone",
    "m/sub/up": "->..",
  });
  const result = await read(home, ["m"]);
  expect(pathsOf(result)).toEqual(["m/a.yaml"]);
  expect(result.diagnostics.map(({ code, source }) => [code, source?.path])).toEqual([
    ["VP1405", "m/lost.yaml"],
    ["VP1405", "m/self.yaml"],
    ["VP1405", "m/sub/up"],
  ]);
});

test("a folder without documents is warned of", async () => {
  const result = await read(project({ "m/notes.txt": "x" }), ["m"]);
  expect(result.diagnostics).toMatchObject([{ code: "VP1406", severity: "warning" }]);
});

test("every code of reading files is its own and in its range", () => {
  const codes = Object.values(INPUT_CODES).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code).toMatch(/^VP14\d\d$/);
});
