import { matchesNames } from "./glob.ts";

/** Name of the ignore list that every folder may have; the syntax is that of git. */
export const IGNORE_FILE = ".vpacignore";

/** No path is longer than this on any system, so no sensible rule is. */
const RULE_CHARS_MAX = 4096;

/** One ignore list: its rules count for the folder it is in and all folders below. */
export interface IgnoreList {
  /** Names from the root of the search to the folder of the list. */
  readonly folder: readonly string[];
  readonly rules: readonly IgnoreRule[];
}

interface IgnoreRule {
  readonly pattern: readonly string[];
  readonly isNegated: boolean;
  readonly onlyFolders: boolean;
}

/** Reads git's syntax: `#` comments, `!` to take back, a leading or inner `/` to anchor. */
export function parseIgnore(text: string, folder: readonly string[]): IgnoreList {
  const rules: IgnoreRule[] = [];
  for (const line of text.split(/\r?\n/)) {
    const rule = ruleOf(line);
    if (rule !== undefined) rules.push(rule);
  }
  return { folder, rules };
}

function ruleOf(line: string): IgnoreRule | undefined {
  let text = line.trimEnd();
  if (text === "" || text.startsWith("#") || text.length > RULE_CHARS_MAX) return undefined;
  const isNegated = text.startsWith("!");
  if (isNegated) text = text.slice(1);
  const onlyFolders = text.endsWith("/");
  if (onlyFolders) text = text.slice(0, -1);
  const isAnchored = text.includes("/");
  const pattern = text.split("/").filter((name) => name !== "");
  if (pattern.length === 0) return undefined;
  return { pattern: isAnchored ? pattern : ["**", ...pattern], isNegated, onlyFolders };
}

/** True when the lists, outermost first, ignore the path; the last rule that matches decides. */
export function isIgnored(
  lists: readonly IgnoreList[],
  names: readonly string[],
  isFolder: boolean,
): boolean {
  let ignored = false;
  for (const list of lists) {
    const below = names.slice(list.folder.length);
    for (const rule of list.rules) {
      if (rule.onlyFolders && !isFolder) continue;
      if (rule.isNegated === ignored && matchesNames(rule.pattern, below)) ignored = !ignored;
    }
  }
  return ignored;
}
