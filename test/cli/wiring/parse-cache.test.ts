import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { openParseCache } from "../../../cli/wiring/parse-cache.ts";
import type { CachedText } from "../../../engine/model/document.ts";
import { temporaryFolder } from "../../support/vpac.ts";

const folder = temporaryFolder("parse-cache");
const home = join(folder.path, "data");
const cacheFolder = join(home, "cache", "parse");
afterAll(() => folder.remove());
beforeEach(() => rmSync(home, { recursive: true, force: true }));

const sha = (digit: string): string => digit.repeat(64);
const text = (endOffset: number, value: string = "x"): CachedText => ({
  documents: [{ index: 0, startOffset: 0, endOffset, line: 1, column: 1, value: { kind: value } }],
});
const SMALL = 100;
const LARGE = 1_000_000;

async function keep(entries: readonly (readonly [string, CachedText])[]): Promise<void> {
  await openParseCache(home).keep(new Map(entries));
}

const load = async (...sha256s: readonly string[]): Promise<string[]> => [
  ...(await openParseCache(home).load(sha256s)).keys(),
];

test("what was kept is there in the next run, equal, and nothing else is", async () => {
  await keep([
    [sha("a"), text(SMALL, "small")],
    [sha("b"), text(LARGE, "large")],
  ]);
  const found = await openParseCache(home).load([sha("a"), sha("b"), sha("c")]);
  expect([...found]).toEqual([
    [sha("a"), text(SMALL, "small")],
    [sha("b"), text(LARGE, "large")],
  ]);
});

test("T22: files are 0600 in a folder of 0700, whatever the mask", async () => {
  const mask = process.umask(0);
  await keep([[sha("b"), text(LARGE)]]).finally(() => process.umask(mask));
  expect(statSync(cacheFolder).mode & 0o777).toBe(0o700);
  expect(statSync(join(cacheFolder, `${sha("b")}.json`)).mode & 0o777).toBe(0o600);
});

test("many small texts share one file and stay while others change", async () => {
  await keep([
    [sha("a"), text(SMALL)],
    [sha("b"), text(SMALL)],
  ]);
  const cache = openParseCache(home);
  await cache.load([sha("a"), sha("c")]);
  await cache.keep(new Map([[sha("c"), text(SMALL)]]));
  expect(readdirSync(cacheFolder)).toEqual(["small.json"]);
  expect(await load(sha("a"), sha("b"), sha("c"))).toEqual([sha("a"), sha("b"), sha("c")]);
});

const damages = [
  { name: "cut short", damage: (content: string) => content.slice(0, -1) },
  { name: "grown", damage: (content: string) => `${content} ` },
  { name: "edited", damage: (content: string) => content.replace('"kind":"x"', '"kind":"y"') },
  { name: "emptied", damage: () => "" },
  { name: "of another format", damage: (content: string) => content.replace("/1 ", "/0 ") },
  { name: "filled with other data", damage: () => "\0\n[]" },
] as const;

test.for(damages)("an entry that was $name is a miss, and is written anew", async ({ damage }) => {
  await keep([
    [sha("a"), text(SMALL)],
    [sha("b"), text(LARGE)],
  ]);
  for (const name of readdirSync(cacheFolder)) {
    const path = join(cacheFolder, name);
    writeFileSync(path, damage(readFileSync(path, "utf8")));
  }
  expect(await load(sha("a"), sha("b"))).toEqual([]);
  await keep([
    [sha("a"), text(SMALL)],
    [sha("b"), text(LARGE)],
  ]);
  expect(await load(sha("a"), sha("b"))).toEqual([sha("a"), sha("b")]);
});

test("an entry under another name is a miss", async () => {
  await keep([[sha("b"), text(LARGE)]]);
  const content = readFileSync(join(cacheFolder, `${sha("b")}.json`));
  writeFileSync(join(cacheFolder, `${sha("c")}.json`), content);
  expect(await load(sha("c"))).toEqual([]);
});

test("T7: a link in place of an entry is neither read nor written through", async () => {
  mkdirSync(cacheFolder, { recursive: true });
  const outside = join(folder.path, "outside");
  writeFileSync(outside, "untouched");
  for (const name of [`${sha("b")}.json`, "small.json"])
    symlinkSync(outside, join(cacheFolder, name));
  expect(await load(sha("b"), sha("a"))).toEqual([]);
  await keep([
    [sha("a"), text(SMALL)],
    [sha("b"), text(LARGE)],
  ]);
  expect(readFileSync(outside, "utf8")).toBe("untouched");
  expect(await load(sha("b"))).toEqual([sha("b")]);
});

test("a folder that cannot be used costs nothing but time", async () => {
  writeFileSync(join(folder.path, "file"), "");
  const cache = openParseCache(join(folder.path, "file"));
  expect([...(await cache.load([sha("a")]))]).toEqual([]);
  await cache.keep(new Map([[sha("a"), text(SMALL)]]));
  if (process.getuid?.() === 0) return;
  mkdirSync(cacheFolder, { recursive: true });
  chmodSync(cacheFolder, 0o500);
  await keep([[sha("a"), text(SMALL)]]);
  expect(readdirSync(cacheFolder)).toEqual([]);
  chmodSync(cacheFolder, 0o700);
});

test("the entries used least recently go first, and torn files of dead runs go too", async () => {
  mkdirSync(cacheFolder, { recursive: true });
  for (let at = 0; at < 70; at++) {
    const path = join(cacheFolder, `${at.toString(16).padStart(64, "0")}.json`);
    writeFileSync(path, "old");
    utimesSync(path, 1_000 + at, 1_000 + at);
  }
  writeFileSync(join(cacheFolder, "0011.tmp"), "torn");
  utimesSync(join(cacheFolder, "0011.tmp"), 1_000, 1_000);
  writeFileSync(join(cacheFolder, "0022.tmp"), "being written");
  await keep([[sha("b"), text(LARGE)]]);
  const names = readdirSync(cacheFolder);
  expect(names.filter((name) => name.endsWith(".json"))).toHaveLength(64);
  expect(names).toContain("0022.tmp");
  expect(names).toContain(`${sha("b")}.json`);
  expect(names).not.toContain(`${"0".padStart(64, "0")}.json`);
  expect(names).not.toContain("0011.tmp");
});
