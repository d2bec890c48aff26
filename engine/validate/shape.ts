import type { SchemaIssue } from "../contract/kind.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { member, pointerKeys, pointerToken } from "../model/json.ts";
import { CODES } from "./codes.ts";
import { issueWords, type IssueWords } from "./issue-words.ts";
import { placeOf, type Subject } from "./subject.ts";

/** Problems that make others at the same place pointless come first. */
const RANK: ReadonlyMap<string, number> = new Map([
  ["type", 0],
  ["enum", 1],
  ["const", 1],
]);

const rankOf = (issue: SchemaIssue): number => RANK.get(issue.keyword) ?? 2;

/** Holds the document against its schema and says what is wrong in words, one per place. */
export function shapeDiagnostics(subject: Subject): Diagnostic[] {
  const issues = subject.kind.validate(subject.value);
  if (issues.length === 0) return [];
  const best = new Map<string, SchemaIssue>();
  for (const issue of issues) {
    const place = placeKey(issue);
    const before = best.get(place);
    if (before === undefined || rankOf(issue) < rankOf(before)) best.set(place, issue);
  }
  return [...best.values()].map((issue) => toDiagnostic(subject, issue));
}

/** Missing and unknown fields of one object are different places. */
function placeKey(issue: SchemaIssue): string {
  const { missingProperty, additionalProperty } = issue.params;
  return JSON.stringify([issue.instancePath, missingProperty ?? null, additionalProperty ?? null]);
}

function toDiagnostic(subject: Subject, issue: SchemaIssue): Diagnostic {
  const value = member(subject.value, ...keysOf(issue.instancePath, subject));
  const words: IssueWords = issueWords(issue, value);
  const unknown = issue.params["additionalProperty"];
  const pointer =
    issue.keyword === "additionalProperties" && typeof unknown === "string"
      ? `${issue.instancePath}/${pointerToken(unknown)}`
      : issue.instancePath;
  return diagnose(CODES[words.code], {
    ...placeOf(subject, pointer, words.target),
    detail: `${subject.words}: ${words.detail}`,
    help: words.help,
  });
}

/** Pointer tokens of list items are numbers where the document has a list. */
function keysOf(pointer: string, subject: Subject): (string | number)[] {
  const keys: (string | number)[] = [];
  for (const key of pointerKeys(pointer)) {
    const parent = member(subject.value, ...keys);
    keys.push(Array.isArray(parent) ? Number(key) : key);
  }
  return keys;
}
