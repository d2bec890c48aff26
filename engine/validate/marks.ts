import type { FieldMarkRule } from "../contract/kind.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { canonicalJson } from "../model/canonical.ts";
import type { ProviderConfig } from "../model/desired.ts";
import { isJsonArray, isJsonObject, pointerKeys, pointerToken } from "../model/json.ts";
import type { JsonPointer, JsonValue } from "../model/json.ts";
import { CODES } from "./codes.ts";
import { pathWords, placeOf, type Subject } from "./subject.ts";

/** The rules of one kind as a tree of path tokens: a document is only walked where rules are. */
export interface MarkTree {
  readonly rules: FieldMarkRule[];
  readonly children: Map<string, MarkTree>;
}

const emptyTree = (): MarkTree => ({ rules: [], children: new Map() });

/**
 * The rules that lead to a diagnostic on a provider of the type. What is said of that type counts
 * for a field, not what is said of all.
 */
export function markTree(
  marks: readonly FieldMarkRule[],
  provider: ProviderConfig["type"],
): MarkTree {
  const root = emptyTree();
  const own = new Set(marks.filter((rule) => rule.provider === provider).map(({ path }) => path));
  for (const rule of marks) {
    if (rule.mark !== "warned" && rule.mark !== "refused") continue;
    const isMeant = rule.provider === "*" ? !own.has(rule.path) : rule.provider === provider;
    if (!isMeant) continue;
    let node = root;
    for (const key of pointerKeys(rule.path)) {
      const child = node.children.get(key) ?? emptyTree();
      node.children.set(key, child);
      node = child;
    }
    node.rules.push(rule);
  }
  return root;
}

/** One diagnostic for every marked field the document has. */
export function markDiagnostics(subject: Subject, tree: MarkTree): Diagnostic[] {
  const found: Diagnostic[] = [];
  walk(subject.value, "", tree, (rule, pointer) => found.push(tell(subject, rule, pointer)));
  return found;
}

type Visit = (rule: FieldMarkRule, pointer: JsonPointer) => void;

function walk(value: JsonValue, pointer: JsonPointer, tree: MarkTree, visit: Visit): void {
  for (const rule of tree.rules) {
    if (rule.when === undefined || isSame(rule.when, value)) visit(rule, pointer);
  }
  if (tree.children.size === 0) return;
  for (const [key, child] of tree.children) {
    if (key === "*") walkAll(value, pointer, child, visit);
    else walkOne(value, pointer, { key, child }, visit);
  }
}

function walkOne(
  value: JsonValue,
  pointer: JsonPointer,
  step: { readonly key: string; readonly child: MarkTree },
  visit: Visit,
): void {
  if (!isJsonObject(value) || !Object.hasOwn(value, step.key)) return;
  const item = value[step.key];
  if (item === undefined) return;
  walk(item, `${pointer}/${pointerToken(step.key)}`, step.child, visit);
}

function walkAll(value: JsonValue, pointer: JsonPointer, child: MarkTree, visit: Visit): void {
  if (isJsonArray(value)) {
    value.forEach((item, index) => walk(item, `${pointer}/${index}`, child, visit));
  } else if (isJsonObject(value)) {
    for (const key of Object.keys(value)) walkOne(value, pointer, { key, child }, visit);
  }
}

function isSame(wanted: JsonValue, value: JsonValue): boolean {
  if (typeof wanted !== "object" || wanted === null) return wanted === value;
  return canonicalJson(wanted) === canonicalJson(value);
}

function tell(subject: Subject, rule: FieldMarkRule, pointer: JsonPointer): Diagnostic {
  const isRefused = rule.mark === "refused";
  const entry = isRefused ? CODES.fieldRefused : CODES.fieldIgnored;
  const verb = isRefused ? "cannot be honoured" : "has no effect";
  const shown = rule.when === undefined ? "" : `: ${JSON.stringify(rule.when)}`;
  const path = pathWords(pointer);
  return diagnose(entry, {
    ...placeOf(subject, pointer, rule.when === undefined ? "key" : "value"),
    detail: `${subject.words}: ${path}${shown} ${verb}. ${rule.why}`,
    help: [rule.help ?? `remove ${path}`],
  });
}
