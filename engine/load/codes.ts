import type { CodeEntry } from "../diagnostics/catalogue.ts";

type LoadCode =
  | "notText"
  | "controlCharacter"
  | "documentTooLarge"
  | "tooManyDocuments"
  | "tooDeep"
  | "tooManyNodes"
  | "leftOut"
  | "syntax"
  | "tabIndent"
  | "indent"
  | "duplicateKey"
  | "reservedKey"
  | "keyNotText"
  | "mergeKey"
  | "alias"
  | "tag"
  | "directive"
  | "inexactNumber"
  | "notFinite"
  | "brokenText"
  | "octal"
  | "yesNo"
  | "notMap"
  | "itemNotMap";

/** What `load` can find wrong with a text (VP1000 to VP1399). */
export const CODES: Readonly<Record<LoadCode, CodeEntry>> = {
  notText: {
    code: "VP1001",
    severity: "error",
    summary: "the file is not text",
    explanation:
      "The file holds NUL bytes or bytes that are not UTF-8, so it is no YAML or JSON text: a " +
      "picture, an archive, or a text in another encoding. Nothing of it was read.",
    example: { wrong: "vpac validate -f disk.img", right: "vpac validate -f manifests/" },
  },
  controlCharacter: {
    code: "VP1002",
    severity: "error",
    summary: "the text has a control character",
    explanation:
      "YAML allows tabs and line breaks, but no other control character, outside of escapes in " +
      "double quotes. Such characters are invisible in an editor and can take over a terminal.",
    example: { wrong: "name: web<ESC>[2J", right: 'banner: "web\\x1b[2J"' },
  },
  documentTooLarge: {
    code: "VP1003",
    severity: "error",
    summary: "the document is too large",
    explanation:
      "One document may have 1 MiB. A larger one is almost always data that belongs somewhere " +
      "else, or a list that can be split with `---` lines.",
    example: { wrong: "one List of 9,000 items", right: "documents separated by ---" },
  },
  tooManyDocuments: {
    code: "VP1004",
    severity: "error",
    summary: "the file has too many documents",
    explanation: "One file may have 100,000 documents. The documents after them were not read.",
    example: { wrong: "one file of 200,000 documents", right: "several files in one folder" },
  },
  tooDeep: {
    code: "VP1005",
    severity: "error",
    summary: "the document is nested too deeply",
    explanation:
      "Maps and lists may stand 64 levels inside each other. No kind needs a quarter of that, " +
      "and deeper texts are a known way to exhaust a parser.",
    example: { wrong: "[[[[[[[[…]]]]]]]]", right: "[1, 2, 3]" },
  },
  tooManyNodes: {
    code: "VP1006",
    severity: "error",
    summary: "the document has too many values",
    explanation: "One document may have 50,000 keys, values and list entries together.",
    example: { wrong: "one map of 60,000 keys", right: "several documents" },
  },
  leftOut: {
    code: "VP1007",
    severity: "note",
    summary: "further problems of the file are left out",
    explanation:
      "Only the first 100 problems of one file are told. Mend these and run the command again.",
    example: { wrong: "a file with 500 broken documents", right: "mend the first, then the rest" },
  },
  syntax: {
    code: "VP1010",
    severity: "error",
    summary: "the document is not valid YAML",
    explanation:
      "The text breaks the rules of YAML 1.2, so the document has no meaning. The position is " +
      "where the parser noticed it; the cause often stands right before it.",
    example: { wrong: 'name: "web', right: 'name: "web"' },
  },
  tabIndent: {
    code: "VP1011",
    severity: "error",
    summary: "a tab is used for indentation",
    explanation: "YAML forbids tabs where indentation counts. Use spaces.",
    example: { wrong: "spec:\n\tcpu: 2", right: "spec:\n  cpu: 2" },
  },
  indent: {
    code: "VP1012",
    severity: "error",
    summary: "the indentation does not fit",
    explanation:
      "A line is indented by other than its neighbours of the same map or list, so it is unclear " +
      "what it belongs to.",
    example: { wrong: "spec:\n  cpu: 2\n memory: 4Gi", right: "spec:\n  cpu: 2\n  memory: 4Gi" },
  },
  duplicateKey: {
    code: "VP1020",
    severity: "error",
    summary: "a key is given twice",
    explanation:
      "A map may have each key once. With two, one of the values would silently win. Both places " +
      "are shown.",
    example: { wrong: "cpu: 2\ncpu: 4", right: "cpu: 4" },
  },
  reservedKey: {
    code: "VP1021",
    severity: "error",
    summary: "the key is reserved",
    explanation:
      "The keys `__proto__`, `constructor` and `prototype` have a meaning of their own in " +
      "JavaScript programs and are refused everywhere.",
    example: { wrong: "__proto__: {}", right: "proto: {}" },
  },
  keyNotText: {
    code: "VP1022",
    severity: "error",
    summary: "a key is not text",
    explanation: "Keys are plain or quoted text; a map, a list or nothing cannot be a key.",
    example: { wrong: "? [a, b]\n: 1", right: "ab: 1" },
  },
  mergeKey: {
    code: "VP1023",
    severity: "error",
    summary: "merge keys are not supported",
    explanation:
      "The key `<<` merges maps in YAML 1.1 only; in YAML 1.2 it is an ordinary key. Write the " +
      "merged keys out.",
    example: { wrong: "<<: *defaults", right: "cpu: 2\nmemory: 4Gi" },
  },
  alias: {
    code: "VP1024",
    severity: "error",
    summary: "aliases are not supported",
    explanation:
      "An alias (`*name`) repeats another part of the document. A few of them can stand for " +
      "gigabytes, so they are refused. Write the value out.",
    example: { wrong: "a: &x 1\nb: *x", right: "a: 1\nb: 1" },
  },
  tag: {
    code: "VP1025",
    severity: "error",
    summary: "the tag is not supported",
    explanation:
      "Only the tags of plain data (`!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!map`, " +
      "`!!seq`) are known. Others name types of a program.",
    example: { wrong: "key: !!binary aGk=", right: "key: aGk=" },
  },
  directive: {
    code: "VP1026",
    severity: "error",
    summary: "directives are not supported",
    explanation:
      "A line such as `%YAML 1.1` changes how the document is read. Every document is read as " +
      "YAML 1.2.",
    example: { wrong: "%YAML 1.1\n---\na: 1", right: "a: 1" },
  },
  inexactNumber: {
    code: "VP1030",
    severity: "error",
    summary: "the number is too large to be exact",
    explanation:
      "Numbers above 9007199254740991 (2^53 - 1) cannot be kept exactly. Where text is meant, " +
      "quote it; where an amount is meant, use a quantity such as `16Gi`.",
    example: { wrong: "serial: 12345678901234567890", right: 'serial: "12345678901234567890"' },
  },
  notFinite: {
    code: "VP1031",
    severity: "error",
    summary: "the number is not finite",
    explanation: "Infinity and NaN mean nothing in a document.",
    example: { wrong: "cpu: .inf", right: "cpu: 16" },
  },
  brokenText: {
    code: "VP1032",
    severity: "error",
    summary: "the text is not well-formed Unicode",
    explanation: "An escape names half of a surrogate pair, which is no character.",
    example: { wrong: 'name: "\\ud800"', right: 'name: "\\U0001f600"' },
  },
  octal: {
    code: "VP1040",
    severity: "warning",
    summary: "the number looks octal but is read as decimal",
    explanation: "YAML 1.2 reads `010` as ten; kubectl reads it as eight. Say which is meant.",
    example: { wrong: "defaultMode: 0644", right: "defaultMode: 0o644" },
  },
  yesNo: {
    code: "VP1041",
    severity: "warning",
    summary: "the word is text here but a boolean for kubectl",
    explanation:
      "YAML 1.2 reads bare `yes`, `no`, `on` and `off` as text; kubectl reads them as true and " +
      "false. Quote the word, or write true or false.",
    example: { wrong: "enabled: yes", right: "enabled: true" },
  },
  notMap: {
    code: "VP1050",
    severity: "error",
    summary: "the document is not a map",
    explanation:
      "A document describes one resource as a map with `apiVersion`, `kind` and `metadata`.",
    example: { wrong: "- kind: Pod", right: "kind: Pod" },
  },
  itemNotMap: {
    code: "VP1051",
    severity: "error",
    summary: "an item of the list is not a map",
    explanation: "Each item of a `kind: List` describes one resource as a map.",
    example: { wrong: "items: [pod]", right: "items:\n  - kind: Pod" },
  },
};
