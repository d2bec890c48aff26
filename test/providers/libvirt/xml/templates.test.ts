import { expect, test } from "vitest";
import { productSources } from "../../../support/sources.ts";

/** The only file that may put mark-up into a text. */
const WRITER = "providers/libvirt/xml/element.ts";

/** Texts in the code that hold a tag, written out or put together; comments do not count. */
function markupIn(code: string): readonly string[] {
  const bare = code.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const texts = bare.match(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g) ?? [];
  return texts.filter((text) => /<\/?(?:[a-z]|\$\{)|\/>/i.test(text));
}

test("T12: no file but the writer puts XML together as text: use element() and render()", () => {
  const files = productSources().filter(({ path }) => path.startsWith("providers/libvirt/"));
  expect(files.length).toBeGreaterThan(20);
  const found = files
    .filter(({ path }) => path !== WRITER && path !== "providers/libvirt/xml/parse.ts")
    .flatMap(({ path, text }) => markupIn(text).map((markup) => `${path}: ${markup}`));
  expect(found).toEqual([]);
});

test.for([
  ["`<name>${name}</name>`", 1],
  ['"<disk/>"', 1],
  ["`<${tag}`", 1],
  ["/** `<metadata>` is read */ const a = b < c;", 0],
  ["const all: Map<string, number> = new Map();", 0],
] as const)("%s holds %s texts with mark-up", ([code, count]) => {
  expect(markupIn(code)).toHaveLength(count);
});
