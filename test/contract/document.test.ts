import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { RULES } from "./rules.ts";

const page = readFileSync(new URL("../../docs/provider-contract.md", import.meta.url), "utf8");
const rows = page
  .split("\n")
  .map((line) => /^\| (C-\d\d) \| (MUST|SHOULD) \| (.+) \|$/.exec(line))
  .flatMap((match) => (match === null ? [] : [{ id: match[1], level: match[2], says: match[3] }]));

test("every row of the contract is a test, in the same order and words", () => {
  expect(rows).toEqual(RULES.map(({ id, level, says }) => ({ id, level, says })));
});

test("the rows are numbered without a gap", () => {
  const numbers = RULES.map((rule) => Number(rule.id.slice(2)));
  expect(numbers).toEqual(RULES.map((_, index) => index + 1));
});

test("the table of what is tried on which provider is the one of the descriptions", async () => {
  const generator = "../../tools/generate-support.mjs";
  const { files } = (await import(generator)) as { files: () => [string, string][] };
  for (const [path, text] of files()) {
    expect(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")).toBe(text);
  }
});
