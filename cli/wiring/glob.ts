/**
 * Patterns of file names: `*` and `?` within a name, `[a-z]` and `[!a-z]`, `**` for any folders,
 * `{a,b}` for alternatives. Matching takes time in proportion to pattern times path at worst; no
 * regular expression is built from a pattern.
 */
export interface Glob {
  /** Folders in front of the first name with a pattern in it; may be empty. */
  readonly prefix: string;
  /** Deepest number of names that can match; Infinity with `**`. */
  readonly depthMax: number;
  readonly alternatives: readonly (readonly string[])[];
}

const ALTERNATIVES_MAX = 256;

export const hasPattern = (text: string): boolean => /[*?[{]/.test(text);

/** Reads a pattern; undefined when a bracket or brace never closes, or alternatives abound. */
export function parseGlob(pattern: string): Glob | undefined {
  const expanded = expandBraces(pattern);
  if (expanded === undefined) return undefined;
  const alternatives = expanded.map((each) => each.split("/").filter((name) => name !== "."));
  const names = alternatives.flat();
  if (!names.every((name) => hasClosedClasses(name))) return undefined;
  const [first = []] = alternatives;
  let shared = first.findIndex((name) => hasPattern(name));
  if (shared < 0) shared = first.length - 1;
  const isShared = (index: number): boolean =>
    alternatives.every((each) => each.length > index + 1 && each[index] === first[index]);
  let length = 0;
  while (length < shared && isShared(length)) length += 1;
  const hasDeep = names.includes("**");
  return {
    prefix: first.slice(0, length).join("/"),
    depthMax: hasDeep ? Infinity : Math.max(...alternatives.map((each) => each.length)) - length,
    alternatives: alternatives.map((each) => each.slice(length)),
  };
}

/** True when the names of a path below the prefix match. */
export function matchesGlob(glob: Glob, names: readonly string[]): boolean {
  return glob.alternatives.some((pattern) => matchesNames(pattern, names));
}

/** Matches names one to one; `**` stands for any number of them, also none. */
export function matchesNames(pattern: readonly string[], names: readonly string[]): boolean {
  let patternAt = 0;
  let nameAt = 0;
  let deepAt = -1;
  let resumeAt = 0;
  while (nameAt < names.length) {
    const part = pattern[patternAt];
    if (part === "**") {
      deepAt = patternAt;
      patternAt += 1;
      resumeAt = nameAt;
    } else if (part !== undefined && matchesName(part, names[nameAt] ?? "")) {
      patternAt += 1;
      nameAt += 1;
    } else if (deepAt >= 0) {
      patternAt = deepAt + 1;
      resumeAt += 1;
      nameAt = resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[patternAt] === "**") patternAt += 1;
  return patternAt === pattern.length;
}

/** Matches one name; hidden names only match a pattern that starts with a dot itself. */
export function matchesName(pattern: string, name: string): boolean {
  return (pattern.startsWith(".") || !name.startsWith(".")) && matchesText(pattern, name);
}

function matchesText(pattern: string, name: string): boolean {
  let patternAt = 0;
  let nameAt = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (nameAt < name.length) {
    const step = patternAt < pattern.length ? stepOf(pattern, patternAt) : undefined;
    if (step?.is === "star") {
      starAt = patternAt;
      patternAt = step.next;
      resumeAt = nameAt;
    } else if (step?.is === "one" && step.matches(name[nameAt] ?? "")) {
      patternAt = step.next;
      nameAt += 1;
    } else if (starAt >= 0) {
      patternAt = starAt + 1;
      resumeAt += 1;
      nameAt = resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[patternAt] === "*") patternAt += 1;
  return patternAt === pattern.length;
}

type PatternStep =
  | { readonly is: "star"; readonly next: number }
  | { readonly is: "one"; readonly next: number; readonly matches: (character: string) => boolean };

function stepOf(pattern: string, at: number): PatternStep {
  const character = pattern[at] ?? "";
  if (character === "*") return { is: "star", next: at + 1 };
  if (character === "?") return { is: "one", next: at + 1, matches: () => true };
  if (character === "[") {
    const close = closingBracket(pattern, at);
    if (close > 0) {
      const inside = pattern.slice(at + 1, close);
      return { is: "one", next: close + 1, matches: (each) => inClass(inside, each) };
    }
  }
  if (character === "\\" && at + 1 < pattern.length) {
    const literal = pattern[at + 1];
    return { is: "one", next: at + 2, matches: (each) => each === literal };
  }
  return { is: "one", next: at + 1, matches: (each) => each === character };
}

/** The closing bracket of the class at `at`, or -1; a `]` right after the start is a member. */
function closingBracket(pattern: string, at: number): number {
  const first = pattern[at + 1] === "!" || pattern[at + 1] === "^" ? at + 2 : at + 1;
  return pattern.indexOf("]", first + 1);
}

function inClass(inside: string, character: string): boolean {
  const isNegated = inside.startsWith("!") || inside.startsWith("^");
  const members = isNegated ? inside.slice(1) : inside;
  let found = false;
  for (let at = 0; at < members.length; at++) {
    const from = members[at] ?? "";
    const isRange = members[at + 1] === "-" && at + 2 < members.length;
    const to = isRange ? (members[at + 2] ?? "") : from;
    if (character >= from && character <= to) found = true;
    if (isRange) at += 2;
  }
  return found !== isNegated;
}

function hasClosedClasses(name: string): boolean {
  for (let at = name.indexOf("["); at >= 0; ) {
    const close = closingBracket(name, at);
    if (close < 0) return false;
    at = name.indexOf("[", close);
  }
  return true;
}

/** Every text the braces can stand for, the inner ones first; undefined when there are too many. */
function expandBraces(pattern: string): readonly string[] | undefined {
  let texts = [pattern];
  for (;;) {
    const next: string[] = [];
    let changed = false;
    for (const text of texts) {
      const close = text.indexOf("}");
      const open = text.lastIndexOf("{", close);
      if (close < 0 && text.includes("{")) return undefined;
      if (close < 0 || open < 0) {
        next.push(text);
        continue;
      }
      changed = true;
      for (const inner of text.slice(open + 1, close).split(",")) {
        next.push(`${text.slice(0, open)}${inner}${text.slice(close + 1)}`);
      }
    }
    if (next.length > ALTERNATIVES_MAX) return undefined;
    if (!changed) return next;
    texts = next;
  }
}
