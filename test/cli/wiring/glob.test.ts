import fc from "fast-check";
import { expect, test } from "vitest";
import { hasPattern, matchesGlob, matchesName, parseGlob } from "../../../cli/wiring/glob.ts";
import { isIgnored, parseIgnore } from "../../../cli/wiring/ignore.ts";

const names = [
  { pattern: "*", name: "web.yaml", want: true },
  { pattern: "*.yaml", name: "web.yaml", want: true },
  { pattern: "*.yaml", name: "web.yml", want: false },
  { pattern: "w?b.yaml", name: "web.yaml", want: true },
  { pattern: "w?b", name: "wb", want: false },
  { pattern: "[a-c]*", name: "beta", want: true },
  { pattern: "[a-c]*", name: "delta", want: false },
  { pattern: "[!a-c]*", name: "delta", want: true },
  { pattern: "[]]x", name: "]x", want: true },
  { pattern: "a*b*c", name: "aXbYbZc", want: true },
  { pattern: "a*b*c", name: "aXbYb", want: false },
  { pattern: "*", name: ".hidden", want: false },
  { pattern: ".*", name: ".hidden", want: true },
  { pattern: "\\*x", name: "*x", want: true },
  { pattern: "\\*x", name: "ax", want: false },
] as const;

test.for(names)("$pattern and $name: $want", ({ pattern, name, want }) => {
  expect(matchesName(pattern, name)).toBe(want);
});

const paths = [
  { pattern: "a/*.yaml", path: "a/x.yaml", want: true },
  { pattern: "a/*.yaml", path: "a/b/x.yaml", want: false },
  { pattern: "a/**/*.yaml", path: "a/x.yaml", want: true },
  { pattern: "a/**/*.yaml", path: "a/b/c/x.yaml", want: true },
  { pattern: "**/x.yaml", path: "x.yaml", want: true },
  { pattern: "a/**", path: "a/b/c", want: true },
  { pattern: "a/**/b/**/c", path: "a/b/x/b/c", want: true },
  { pattern: "a/**/b/**/c", path: "a/x/y/c", want: false },
  { pattern: "{a,b}/x.{yaml,yml}", path: "b/x.yml", want: true },
  { pattern: "{a,b}/x.{yaml,yml}", path: "c/x.yml", want: false },
  { pattern: "a{,b}c", path: "ac", want: true },
  { pattern: "{a,{b,c}}", path: "c", want: true },
] as const;

test.for(paths)("$pattern and the path $path: $want", ({ pattern, path, want }) => {
  const glob = parseGlob(pattern);
  const prefix = glob?.prefix === "" || glob === undefined ? "" : `${glob.prefix}/`;
  const below = path.startsWith(prefix) ? path.slice(prefix.length).split("/") : [];
  expect(glob !== undefined && matchesGlob(glob, below)).toBe(want);
});

test("the folders in front of the first pattern are its prefix, and bound the search", () => {
  expect(parseGlob("a/b/*.yaml")).toMatchObject({ prefix: "a/b", depthMax: 1 });
  expect(parseGlob("a/*/c.yaml")).toMatchObject({ prefix: "a", depthMax: 2 });
  expect(parseGlob("{a,b}/c.yaml")).toMatchObject({ prefix: "", depthMax: 2 });
  expect(parseGlob("a/**")).toMatchObject({ prefix: "a", depthMax: Infinity });
});

test.for(["a/[b", "a/{b,c", "{a,b}".repeat(9)])("%s cannot be read as a pattern", (pattern) => {
  expect(parseGlob(pattern)).toBeUndefined();
});

test("a pattern made to be slow is still matched in an instant", () => {
  const name = "a".repeat(5_000);
  const started = performance.now();
  expect(matchesName(`${"a*".repeat(50)}b`, name)).toBe(false);
  expect(performance.now() - started).toBeLessThan(2_000);
});

test("a name without pattern characters matches itself alone", () => {
  const plain = fc.stringMatching(/^[a-z0-9._-]{1,12}$/);
  fc.assert(
    fc.property(plain, plain, (left, right) => {
      expect(hasPattern(left)).toBe(false);
      expect(matchesName(left, right)).toBe(left === right);
    }),
  );
});

const ignored = [
  {
    name: "a name ignores it in every folder",
    rules: "web.yaml",
    path: "a/b/web.yaml",
    want: true,
  },
  { name: "a comment ignores nothing", rules: "# web.yaml", path: "web.yaml", want: false },
  { name: "a leading slash anchors", rules: "/web.yaml", path: "a/web.yaml", want: false },
  { name: "an inner slash anchors", rules: "a/*.yaml", path: "x/a/web.yaml", want: false },
  { name: "a trailing slash means folders only", rules: "build/", path: "build", want: false },
  {
    name: "the last rule that matches wins",
    rules: "*.yaml\n!web.yaml",
    path: "web.yaml",
    want: false,
  },
  {
    name: "an exception can be taken back",
    rules: "*.yaml\n!web.yaml\nw*",
    path: "web.yaml",
    want: true,
  },
  { name: "two stars cross folders", rules: "a/**/web.yaml", path: "a/b/c/web.yaml", want: true },
  { name: "CRLF ends a rule", rules: "web.yaml\r\n", path: "web.yaml", want: true },
] as const;

test.for(ignored)("ignore list: $name", ({ rules, path, want }) => {
  expect(isIgnored([parseIgnore(rules, [])], path.split("/"), false)).toBe(want);
});

test("ignore list: a folder rule holds for folders, an inner list for what is below it", () => {
  expect(isIgnored([parseIgnore("build/", [])], ["build"], true)).toBe(true);
  const lists = [parseIgnore("*.yaml", []), parseIgnore("!/web.yaml", ["a"])];
  expect(isIgnored(lists, ["a", "web.yaml"], false)).toBe(false);
  expect(isIgnored(lists, ["a", "b", "web.yaml"], false)).toBe(true);
});
