// Judges documents: SourceDocument in, SpecDocument out, with all diagnostics at once. A document
// is first matched to its kind, then held against the kind's schema, support marks and checks;
// then the documents are held against each other. Never fills in defaults, never drops a field
// that means something, never looks outside the documents it is given.
import type { KindRegistry } from "../contract/kind.ts";
import { type CodeEntry, diagnose } from "../diagnostics/catalogue.ts";
import { assert } from "../diagnostics/assert.ts";
import type { Diagnostic, Judged } from "../diagnostics/diagnostic.ts";
import { hasErrors } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/sort.ts";
import type { SourceDocument, SpecDocument } from "../model/document.ts";
import { stringAt } from "../model/json.ts";
import { annotationDiagnostics } from "./annotations.ts";
import { bindings } from "./binding.ts";
import { CODES } from "./codes.ts";
import { crossDiagnostics } from "./cross.ts";
import { markDiagnostics, type MarkTree, markTree } from "./marks.ts";
import { withoutNulls } from "./nulls.ts";
import { selectKind } from "./select.ts";
import { shapeDiagnostics } from "./shape.ts";
import { placeOf, type Subject, subjectOf } from "./subject.ts";

export interface ValidateOptions {
  readonly kinds: KindRegistry;
}

/** What is shown of one document; the number of the rest is told in a note. */
const DIAGNOSTICS_PER_DOCUMENT_MAX = 20;

const ENTRIES: ReadonlyMap<string, CodeEntry> = new Map(
  Object.values(CODES).map((entry): [string, CodeEntry] => [entry.code, entry]),
);

/** The documents that are right in themselves, and everything that is wrong with any of them. */
export function validate(
  documents: readonly SourceDocument[],
  options: ValidateOptions,
): Judged<readonly SpecDocument[]> {
  const typeOf = bindings(documents);
  const trees = new Map<string, MarkTree>();
  const treeOf = ({ kind, value, namespace }: Subject): MarkTree => {
    const type = typeOf(value, namespace);
    const key = `${type} ${kind.key}`;
    const tree = trees.get(key) ?? markTree(kind.marks, type);
    trees.set(key, tree);
    return tree;
  };
  const known: SpecDocument[] = [];
  const specs: SpecDocument[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const document of documents) {
    const selected = selectKind(document, options.kinds);
    if (selected.kind === undefined) {
      diagnostics.push(...selected.diagnostics);
      continue;
    }
    const subject = subjectOf(document, selected.kind, withoutNulls(document.value));
    const found = judge(subject, treeOf(subject));
    for (const diagnostic of capped(subject, found)) diagnostics.push(diagnostic);
    const spec = specOf(subject);
    known.push(spec);
    if (!hasErrors(found)) specs.push(spec);
  }
  for (const diagnostic of crossDiagnostics(known, options.kinds)) diagnostics.push(diagnostic);
  return { value: specs, diagnostics: sortDiagnostics(diagnostics) };
}

function judge(subject: Subject, tree: MarkTree): Diagnostic[] {
  return [
    ...shapeDiagnostics(subject),
    ...annotationDiagnostics(subject),
    ...checkDiagnostics(subject),
    ...markDiagnostics(subject, tree),
  ];
}

/** What the kind itself finds; its codes are those of this room's catalogue. */
function checkDiagnostics(subject: Subject): Diagnostic[] {
  const issues = subject.kind.check?.(subject.value) ?? [];
  return issues.map((issue) => {
    const entry = ENTRIES.get(issue.code);
    assert(entry, `the validate catalogue has no code ${issue.code}`);
    return diagnose(entry, {
      ...placeOf(subject, issue.pointer, issue.target ?? "value"),
      severity: issue.severity,
      detail: `${subject.words}: ${lowerFirst(issue.detail)}`,
      ...(issue.help === undefined ? {} : { help: issue.help }),
    });
  });
}

/** Details start with a word of the sentence, or with a name that keeps its case. */
function lowerFirst(text: string): string {
  const article = /^(?:The|A|An|Names|Only|Virtlet) /.exec(text);
  if (article === null || text.startsWith("Virtlet")) return text;
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function capped(subject: Subject, found: readonly Diagnostic[]): readonly Diagnostic[] {
  if (found.length <= DIAGNOSTICS_PER_DOCUMENT_MAX) return found;
  const shown = sortDiagnostics(found).slice(0, DIAGNOSTICS_PER_DOCUMENT_MAX);
  const rest = found.length - shown.length;
  const note = diagnose(CODES.moreProblems, {
    ...placeOf(subject, "", "key"),
    detail: `${subject.words} has ${rest} more problems that are not shown.`,
  });
  return [...shown, note];
}

function specOf(subject: Subject): SpecDocument {
  const { document, kind, value } = subject;
  return {
    source: document.source,
    kindKey: kind.key,
    apiVersion: stringAt(value, "apiVersion") ?? "",
    kind: kind.kind,
    name: subject.name ?? "",
    namespace: subject.namespace,
    value,
    readOnly: document.readOnly,
  };
}
