import { Composer, Lexer, Parser, Schema } from "yaml";
import type { CST, Document, YAMLError } from "yaml";
import { assert } from "../diagnostics/assert.ts";
import type { CodeEntry } from "../diagnostics/catalogue.ts";
import type { JsonPointer } from "../model/json.ts";
import { CODES } from "./codes.ts";
import { shorten, SYNTAX_PROBLEMS_MAX, TOKENS_PER_NODE_MAX } from "./limits.ts";
import type { LoadLimits } from "./limits.ts";

/** Something wrong in one document; offsets are relative to the start of its chunk. */
export interface Problem {
  readonly entry: CodeEntry;
  readonly start: number;
  readonly end: number;
  readonly detail: string;
  readonly pointer?: JsonPointer;
  readonly help?: readonly string[];
  readonly related?: { readonly message: string; readonly start: number; readonly end: number };
}

type Span = Pick<Problem, "start" | "end">;

/** A syntax tree, or why there is none. */
export type Parsed =
  | { readonly is: "tree"; readonly tree: Document.Parsed }
  | { readonly is: "broken"; readonly problems: readonly Problem[] };

/**
 * `uniqueKeys` is off because its check takes time in the square of the keys; values.ts has its
 * own. One schema serves all documents, since making one costs more than a small document.
 */
const OPTIONS = {
  schema: new Schema({ schema: "core", resolveKnownTags: false, merge: false }),
  version: "1.2",
  strict: true,
  stringKeys: true,
  uniqueKeys: false,
  prettyErrors: false,
  keepSourceTokens: false,
  logLevel: "silent",
} as const;

/**
 * Parses the text of one document. The parser itself is a loop over a stack of its own; what
 * recurses is the composer, and in deep trees it ends the whole process, beyond any `catch`. So
 * the stack is watched after every token and nothing deep is ever composed.
 */
export function parse(text: string, limits: LoadLimits): Parsed {
  if (/^\s*%/.test(text)) return broken([directive(text)]);
  const tokens: CST.Token[] = [];
  const excess = readTokens(text, tokens, limits);
  if (excess !== undefined) return broken([excess]);
  const composer = new Composer(OPTIONS);
  const trees: Document.Parsed[] = [];
  for (const token of tokens) trees.push(...composer.next(token));
  trees.push(...composer.end(true, text.length));
  const [tree] = trees;
  assert(tree !== undefined, "the composer always makes a document");
  const errors = trees.flatMap((each): YAMLError[] => [...each.errors, ...each.warnings]);
  if (errors.length === 0 && trees.length === 1) return { is: "tree", tree };
  if (errors.length === 0) return broken([textAfterEnd(trees)]);
  const problems = errors.slice(0, SYNTAX_PROBLEMS_MAX).map((error) => problemOf(error, text));
  return broken(problems.filter((each, at) => at === 0 || each.start !== problems[at - 1]?.start));
}

const broken = (problems: readonly Problem[]): Parsed => ({ is: "broken", problems });

/** Fills `tokens` with the syntax tokens of the text, or says what there is too much of. */
function readTokens(text: string, tokens: CST.Token[], limits: LoadLimits): Problem | undefined {
  const { depthMax, nodesMax } = limits;
  const parser = new Parser();
  let left = nodesMax * TOKENS_PER_NODE_MAX;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > depthMax + 1 && depthOf(parser) > depthMax) {
      return tooDeep(parser.offset, depthMax);
    }
    left -= 1;
    if (left < 0) return tooManyTokens(parser.offset, nodesMax);
  }
  for (const token of parser.end()) tokens.push(token);
  return undefined;
}

/** Collections that are open now. The stack starts with the document and can end in a scalar. */
function depthOf(parser: Parser): number {
  const isCollection = (token: CST.Token): boolean =>
    token.type === "block-map" || token.type === "block-seq" || token.type === "flow-collection";
  return parser.stack.filter(isCollection).length;
}

function tooDeep(offset: number, depthMax: number): Problem {
  return {
    entry: CODES.tooDeep,
    start: offset,
    end: offset + 1,
    detail: `Here the document opens level ${depthMax + 1}; ${depthMax} levels are allowed.`,
  };
}

function tooManyTokens(offset: number, nodesMax: number): Problem {
  return {
    entry: CODES.tooManyNodes,
    start: offset,
    end: offset + 1,
    detail: `Up to here the document has more marks and lines than ${nodesMax} values can need.`,
    help: ["split the document, or keep the data elsewhere"],
  };
}

function directive(text: string): Problem {
  const start = text.search(/%/);
  const end = text.indexOf("\n", start);
  return {
    entry: CODES.directive,
    start,
    end: end < 0 ? text.length : end,
    detail: "A line that starts with % changes how YAML is read; every document is YAML 1.2.",
    help: ["remove the line"],
  };
}

function textAfterEnd(trees: readonly Document.Parsed[]): Problem {
  const start = trees[1]?.range[0] ?? 0;
  return {
    entry: CODES.syntax,
    start,
    end: start + 1,
    detail: "Another value starts here although the document has ended.",
    help: ["separate documents with a line ---"],
  };
}

/** The parser's own words name YAML's terms well; the sentence around them is ours. */
function problemOf(error: YAMLError, text: string): Problem {
  const [start, end] = error.pos;
  const at = {
    start: Math.min(start, text.length),
    end: Math.min(Math.max(end, start), text.length),
  };
  const message = lineOf(error.message);
  const opening = openingOf(error, at.start, text);
  if (opening !== undefined) return { ...opening, entry: CODES.syntax, detail: sentence(message) };
  switch (error.code) {
    case "TAB_AS_INDENT":
      return {
        ...at,
        entry: CODES.tabIndent,
        detail: "The line is indented with a tab; YAML counts spaces only.",
        help: ["replace the tab by spaces"],
      };
    case "BAD_INDENT":
      return { ...at, entry: CODES.indent, detail: sentence(message) };
    case "BAD_DIRECTIVE":
      return { ...at, entry: CODES.directive, detail: sentence(message) };
    case "NON_STRING_KEY":
      return {
        ...at,
        entry: CODES.keyNotText,
        detail: "Only text can be a key; here a map, a list or nothing stands as one.",
      };
    case "TAG_RESOLVE_FAILED":
      return {
        ...at,
        entry: CODES.tag,
        detail: `The tag ${shorten(text.slice(at.start, at.end))} is not one of plain data.`,
        help: ["remove the tag and write the value as plain YAML"],
      };
    case "BAD_ALIAS":
      return { ...at, entry: CODES.alias, detail: sentence(message) };
    default:
      return { ...at, entry: CODES.syntax, detail: sentence(message) };
  }
}

/**
 * A quote or bracket that never closes is noticed at the end of what it swallowed; the useful
 * place is where it opens.
 */
function openingOf(error: YAMLError, noticedAt: number, text: string): Span | undefined {
  if (error.code === "MISSING_CHAR" && /quote/.test(error.message)) {
    return lastOpening(text, noticedAt, /^["']/);
  }
  return /end with a [\]}]/.test(error.message) ? openBracket(text, noticedAt) : undefined;
}

/** Calls `visit` with every piece of the text and its offset, until that gives true. */
function eachLexeme(text: string, visit: (lexeme: string, start: number) => boolean): void {
  let start = 0;
  for (const lexeme of new Lexer().lex(text)) {
    // Marks of the lexer itself, which stand for no text.
    if (lexeme === "\u0002" || lexeme === "\u0018" || lexeme === "\u001f") continue;
    if (visit(lexeme, start)) return;
    start += lexeme.length;
  }
}

function lastOpening(text: string, before: number, pattern: RegExp): Span | undefined {
  let found: Span | undefined;
  eachLexeme(text, (lexeme, start) => {
    if (start >= before) return true;
    if (pattern.test(lexeme)) found = { start, end: start + lineOf(lexeme).length };
    return false;
  });
  return found;
}

function openBracket(text: string, before: number): Span | undefined {
  const open: number[] = [];
  eachLexeme(text, (lexeme, start) => {
    if (start >= before) return true;
    if (lexeme === "[" || lexeme === "{") open.push(start);
    if (lexeme === "]" || lexeme === "}") open.pop();
    return false;
  });
  const start = open.at(-1);
  return start === undefined ? undefined : { start, end: start + 1 };
}

const lineOf = (text: string): string => text.split("\n", 1)[0] ?? "";

const MESSAGE_CHARS_MAX = 160;

/** The parser quotes the text it stumbles over, however long that is. */
function sentence(message: string): string {
  if (message.length > MESSAGE_CHARS_MAX) return `${message.slice(0, MESSAGE_CHARS_MAX)}…`;
  return message.endsWith(".") ? message : `${message}.`;
}
