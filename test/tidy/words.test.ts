import { expect, test } from "vitest";
import { sources } from "../support/sources.ts";

/** What must not stand in the repository, and what to write instead. */
const banned: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w.-])\/(work|root|home\/\w+)\/[\w.]/, "a path relative to the root, or $HOME"],
  [
    /\b(registry\.npmjs\.org|pypi\.org|crates\.io|proxy\.golang\.org)\b/,
    "the package's name alone",
  ],
  [/\b(debugger;|console\.log\(|\.only\()/, "nothing: this is left over from debugging"],
  [/\b(FIXME|XXX|HACK)\b/, "the reason in a comment, or the change itself"],
];

const texts = sources([
  "*.{json,md,ts}",
  ".ci/run",
  "{bin,cli,docs,engine,examples,providers,schemas,test,tools}/**/*.{js,json,md,mjs,sh,ts,tsx,yaml}",
]);
const excepted = ["package-lock.json", "test/tidy/install.test.ts", "test/tidy/words.test.ts"];

function bannedIn(path: string, text: string): readonly string[] {
  return text
    .split("\n")
    .flatMap((line, index) =>
      banned
        .filter(([word]) => word.test(line))
        .map(
          ([word, instead]) => `${path}:${index + 1}: ${word.exec(line)?.[0]}; write ${instead}`,
        ),
    );
}

test("the repository speaks of the project alone", () => {
  const read = texts.filter(({ path }) => !excepted.includes(path));
  expect(read.length).toBeGreaterThan(20);
  expect(read.flatMap(({ path, text }) => bannedIn(path, text))).toEqual([]);
});

test("a banned word is reported with its place and its replacement", () => {
  expect(bannedIn("a.ts", "const a = 1;\nconsole.log(a);")).toEqual([
    "a.ts:2: console.log(; write nothing: this is left over from debugging",
  ]);
  expect(bannedIn("a.md", "see docs/work/x and /work/x")).toHaveLength(1);
});
