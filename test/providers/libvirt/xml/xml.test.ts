import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  element,
  render,
  XmlError,
  type XmlElement,
} from "../../../../providers/libvirt/xml/element.ts";
import { parse } from "../../../../providers/libvirt/xml/parse.ts";
import { bytesAt, childrenOf, integerAt, textAt } from "../../../../providers/libvirt/xml/read.ts";
import { nastyText, xmlText } from "./texts.ts";

const xmlName = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,5}(:[a-z]{1,3})?$/);

const { tree } = fc.letrec<{ tree: XmlElement }>((tie) => ({
  tree: fc
    .tuple(
      xmlName,
      fc.dictionary(xmlName, xmlText, { maxKeys: 4 }),
      fc.array(fc.oneof({ depthSize: "small", withCrossShrink: true }, xmlText, tie("tree")), {
        maxLength: 4,
      }),
    )
    .map(([name, attributes, content]) => element(name, attributes, ...content)),
}));

const reasonOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof XmlError) return error.reason;
    throw error;
  }
  return "none";
};

describe("writing and reading XML", () => {
  test("what is rendered is read back as the same element", () => {
    const property = fc.property(tree, (root) => {
      expect(parse(render(root))).toEqual(root);
    });
    fc.assert(property);
  });

  test("T12: no text makes an element, whatever is in it", () => {
    const text = fc.oneof(nastyText, fc.string({ unit: "binary", maxLength: 30 }));
    const property = fc.property(text, text, (inText, inAttribute) => {
      const build = (): XmlElement => element("a", {}, element("b", { c: inAttribute }, inText));
      if (reasonOf(build) === "character") return;
      const root = parse(render(build()));
      const [b] = childrenOf(root, "b");
      expect(root.children).toHaveLength(1);
      expect(b?.attributes).toEqual(new Map([["c", inAttribute]]));
      expect(b?.children).toEqual(inText === "" ? [] : [inText]);
    });
    fc.assert(property);
  });

  test.for(["\0", "\u0001", "\u001b", "\u000b", "\ufffe", "\uffff", "\ud800", "\udc00"])(
    "the character %j is refused, since XML has no way to write it",
    (character) => {
      expect(reasonOf(() => element("a", {}, `x${character}`))).toBe("character");
      expect(reasonOf(() => element("a", { b: character }))).toBe("character");
      expect(reasonOf(() => parse(`<a>${character}</a>`))).toBe("character");
    },
  );

  test.for(["", "a b", "<a", "1a", "a:b:c", "a/", "-a", "ä"])("%j is no name", (name) => {
    expect(reasonOf(() => element(name))).toBe("name");
    expect(reasonOf(() => element("a", { [name]: "x" }))).toBe("name");
  });

  test("undefined attributes and children are left out, texts that meet are one", () => {
    const root = element("a", { b: undefined, c: 1 }, "x", undefined, "", 2, element("d"));
    expect(render(root)).toBe('<a c="1">x2<d/></a>');
  });
});

describe("reading foreign XML", () => {
  test.for([
    ["a declaration, comments and instructions", '<?xml version="1.0"?><!-- <b> --><a/><?x y?>'],
    ["both quotes and white space in tags", '<a\n b = \'x"y\'\tc="z" ></a >'],
    ["references", "<a>&lt;&#60;&#x3C;&amp;lt;</a>"],
    ["a section of characters", "<a><![CDATA[<b/>&lt;]]></a>"],
    ["a byte order mark", "\ufeff<a/>"],
    ["names beyond ASCII", "<größe/>"],
  ])("reads %s", ([, text = ""]) => {
    const root = parse(text);
    expect(parse(render({ ...root, name: "a" })).children).toEqual(root.children);
  });

  test("references are what they stand for, once", () => {
    expect(textAt(parse("<a>&lt;&#60;&#x3C;&amp;lt;</a>"))).toBe("<<<&lt;");
    expect(textAt(parse("<a><![CDATA[<b/>&lt;]]></a>"))).toBe("<b/>&lt;");
  });

  test.for([
    ["an entity bomb", '<!DOCTYPE a [<!ENTITY b "bbb"><!ENTITY c "&b;&b;">]><a>&c;</a>', "doctype"],
    ["an external entity", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "doctype"],
    ["an unknown entity", "<a>&nbsp;</a>", "entity"],
    ["a bare ampersand", "<a>x & y</a>", "entity"],
    ["a character out of range", "<a>&#x110000;</a>", "entity"],
    ["a forbidden character as a number", "<a>&#0;</a>", "character"],
    ["nesting beyond the limit", `${"<a>".repeat(65)}${"</a>".repeat(65)}`, "too-deep"],
    ["deep nesting that never ends", "<a>".repeat(300_000), "too-deep"],
    ["a document beyond the limit", `<a>${"x".repeat(4 * 1024 * 1024)}</a>`, "too-large"],
    ["too many elements", `<a>${"<b/>".repeat(200_001)}</a>`, "too-large"],
    [
      "too many attributes",
      `<a ${Array.from({ length: 300 }, (_, index) => `b${index}=""`).join(" ")}/>`,
      "too-large",
    ],
    ["an attribute given twice", '<a b="1" b="2"/>', "syntax"],
    ["a tag that is not closed", "<a><b></a>", "syntax"],
    ["an end without a start", "</a>", "syntax"],
    ["an attribute without quotes", "<a b=c/>", "syntax"],
    ['a "<" in an attribute', '<a b="<"/>', "syntax"],
    ["a comment without end", "<a/><!-- x", "syntax"],
    ["text outside", "<a/>x", "syntax"],
    ["two roots", "<a/><b/>", "syntax"],
    ["the end of a section in text", "<a>]]></a>", "syntax"],
    ["nothing", " ", "syntax"],
    ["half a tag", "<", "syntax"],
  ])("refuses %s", ([, text = "", reason]) => {
    const start = performance.now();
    expect(reasonOf(() => parse(text))).toBe(reason);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test("a long attribute and a wide element cost no more than their size", () => {
    const wide = `<a>${"<b/>".repeat(150_000)}</a>`;
    expect(parse(wide).children).toHaveLength(150_000);
    const long = "x".repeat(1024 * 1024);
    expect(parse(`<a b="${long}"/>`).attributes.get("b")).toBe(long);
  });

  test("any text is read or refused by an XmlError, and never anything else", () => {
    const piece = fc.constantFrom("<", ">", "/", "a", "=", '"', "'", "&", ";", "!--", "]]>", " ");
    const text = fc.oneof(
      fc.array(piece, { maxLength: 20 }).map((all) => all.join("")),
      nastyText,
    );
    fc.assert(fc.property(text, (soup) => void reasonOf(() => parse(`<a>${soup}</a>`))));
  });
});

describe("amounts and numbers", () => {
  test.for([
    ["<a><m>2</m></a>", 2048],
    ["<a><m unit='b'>2</m></a>", 2],
    ["<a><m unit='MiB'>2</m></a>", 2 * 1024 * 1024],
    ["<a><m unit='GB'>2</m></a>", 2e9],
    ["<a><m unit='furlong'>2</m></a>", undefined],
    ["<a><m>-2</m></a>", undefined],
    ["<a/>", undefined],
  ] as const)("%s is %s bytes", ([text, bytes]) => {
    expect(bytesAt(parse(text), "KiB", "m")).toBe(bytes);
  });

  test.for(["", "1.5", "0x10", "99999999999999999", "١"])("%j is no number", (text) => {
    expect(integerAt(element("a", {}, text))).toBeUndefined();
  });
});
