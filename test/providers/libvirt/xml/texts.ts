import fc from "fast-check";

/** Text that XML can hold. */
export const xmlText: fc.Arbitrary<string> = fc
  .string({ unit: "binary", maxLength: 12 })
  .map((text) => text.replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ""));

/** Pieces that have broken out of templates before (row T12). */
const PIECES = [
  "<",
  ">",
  "&",
  '"',
  "'",
  "]]>",
  "<![CDATA[",
  "<!--",
  "-->",
  "&lt;",
  "&#60;",
  "<?x",
  "\n",
  "\t",
  "\r\n",
  "\0",
  "\u001b",
  "\uffff",
  "a",
  " ",
  "</name><devices><disk type='file'><source file='/etc/shadow'/></disk></devices><name>",
];

export const nastyText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 })
  .map((pieces) => pieces.join(""));
