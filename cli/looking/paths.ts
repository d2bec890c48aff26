import { usageError } from "../exit.ts";

type Step = { readonly is: "key"; readonly key: string } | { readonly is: "all" } | Index;
type Index = { readonly is: "index"; readonly index: number };

const PATH_LENGTH_MAX = 1000;

/**
 * Reads a path such as `.items[*].name`, `{.host}`, `labels['app.kubernetes.io/name']`. A leading
 * `$` and the braces of kubectl's jsonpath are allowed and mean nothing.
 */
export function parsePath(text: string): readonly Step[] {
  const trimmed = text.trim().replace(/^\{(.*)\}$/s, "$1");
  let rest = trimmed.replace(/^\$/, "");
  if (rest.length > PATH_LENGTH_MAX) throw usageError("the path is too long");
  const steps: Step[] = [];
  while (rest !== "" && rest !== ".") {
    const match =
      /^\.?\[\*\]|^\.\*/.exec(rest) ??
      /^\[(-?\d{1,9})\]/.exec(rest) ??
      /^\.?\[(?:'([^']*)'|"([^"]*)")\]/.exec(rest) ??
      /^\.?([^.[\]{}'"\s]+)/.exec(rest);
    if (match === null) throw usageError(`"${text}" is not a path`, "for example .items[*].name");
    steps.push(stepOf(match));
    rest = rest.slice(match[0].length);
  }
  return steps;
}

function stepOf([whole, first, second]: RegExpExecArray): Step {
  if (first === undefined && second === undefined) return { is: "all" };
  if (/^\[-?\d/.test(whole)) return { is: "index", index: Number(first) };
  return { is: "key", key: first ?? second ?? "" };
}

/** Every value the path leads to, in order. */
export function valuesAt(value: unknown, path: readonly Step[]): readonly unknown[] {
  let found: readonly unknown[] = [value];
  for (const step of path) found = found.flatMap((item) => next(item, step));
  return found;
}

function next(value: unknown, step: Step): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (step.is === "all") return Array.isArray(value) ? value : Object.values(value);
  if (step.is === "index") {
    const item: unknown = Array.isArray(value) ? value.at(step.index) : undefined;
    return item === undefined ? [] : [item];
  }
  if (!Object.hasOwn(value, step.key)) return [];
  const item = (value as Readonly<Record<string, unknown>>)[step.key];
  return item === undefined ? [] : [item];
}

/** A found value as a line of text: words as they are, everything else as JSON. */
export const valueText = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

/** The first value at a path, as text; empty where there is none. */
export const textAt = (value: unknown, path: readonly Step[]): string => {
  const [first] = valuesAt(value, path);
  return first === undefined || first === null ? "" : valueText(first);
};

/** `{.a}{.b[*]}` has several paths; without braces the whole text is one. */
export function parsePaths(expression: string): readonly (readonly Step[])[] {
  const parts = expression.match(/\{[^{}]*\}/g);
  return (parts ?? [expression]).map(parsePath);
}

/** Replaces each `{path}` once per item; `\n` and `\t` are understood. */
export function fillTemplate(template: string, item: unknown): string {
  const text = template.replaceAll("\\n", "\n").replaceAll("\\t", "\t");
  return text.replace(/\{[^{}]*\}/g, (part) => textAt(item, parsePath(part)));
}
