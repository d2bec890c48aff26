import { type BrokenInput, oneFile } from "./case.ts";

const lines = (...parts: readonly string[]): string => `${parts.join("\n")}\n`;

/** What would cost a parser without limits its time or its memory. */
export const FLOODS: readonly BrokenInput[] = [
  {
    name: "T1: a bomb of aliases",
    files: oneFile(
      lines(
        "a0: &a0 [x, x, x, x, x, x, x, x, x]",
        ...Array.from(
          { length: 9 },
          (_, at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(", ")}]`,
        ),
      ),
    ),
    wantCode: "VP1024",
    at: [2],
  },
  {
    name: "T3: 20,000 anchors and aliases",
    files: oneFile(lines("a: &x 1", ...Array.from({ length: 20_000 }, (_, at) => `k${at}: *x`))),
    wantCode: "VP1024",
    at: [2],
  },
  {
    name: "T2: 2,000 brackets",
    files: oneFile("[".repeat(2_000)),
    wantCode: "VP1005",
    at: [1, 66],
  },
  { name: "T2: 100,000 brackets", files: oneFile("[".repeat(100_000)), wantCode: "VP1005" },
  { name: "T2: 2,000 braces with keys", files: oneFile("{a: ".repeat(2_000)), wantCode: "VP1005" },
  {
    name: "T2: two documents of 1,000 dashes",
    files: oneFile(`${"- ".repeat(1_000)}\n---\n${"- ".repeat(1_000)}\n`),
    wantCode: "VP1005",
  },
  {
    name: "T2: 1,000 question marks in two files",
    files: { "in/a.yaml": "? ".repeat(1_000), "in/b.yaml": "? ".repeat(1_000) },
    wantCode: "VP1005",
  },
  { name: "T2: 100,000 dashes", files: oneFile("- ".repeat(100_000)), wantCode: "VP1005" },
  {
    name: "T2: 1,000 maps by indentation",
    files: oneFile(lines(...Array.from({ length: 1_000 }, (_, at) => `${" ".repeat(at)}a:`))),
    wantCode: "VP1005",
    at: [65],
  },
  {
    name: "T2: JSON nested 5,000 deep",
    files: { "in/a.json": `${'{"a":['.repeat(5_000)}${"]}".repeat(5_000)}` },
    wantCode: "VP1005",
  },
  {
    name: "T3: a document of 2 MiB",
    files: oneFile(`kind: ${"x".repeat(2 * 1024 * 1024)}\n`),
    wantCode: "VP1003",
    at: [1, 1],
  },
  {
    name: "T3: a map of 50,000 keys",
    files: oneFile(lines(...Array.from({ length: 50_000 }, (_, at) => `k${at}: 1`))),
    wantCode: "VP1006",
  },
  {
    name: "T3: a list of 100,000 numbers",
    files: oneFile(`kind: [${"1,".repeat(100_000)}]\n`),
    wantCode: "VP1006",
    at: [1],
  },
  {
    name: "T3: 20,000 broken documents",
    files: oneFile("- a\n---\n".repeat(20_000)),
    wantCode: "VP1050",
    at: [1, 1],
  },
];
