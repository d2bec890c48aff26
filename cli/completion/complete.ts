import type { CommandEntry, Flag } from "../command.ts";
import { COMMANDS } from "../commands/index.ts";
import { GLOBAL_FLAGS } from "../table/globals.ts";
import { recordedAddresses, runIds } from "./recorded.ts";

export interface CompletionPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * Candidates for the last of `words`, one per line. Empty where a file name is wanted: the shell
 * completes those itself. Nothing but the state file is read.
 */
export function complete(words: readonly string[], place: CompletionPlace): string {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const found = candidates(before, current, place).filter((word) => word.startsWith(current));
  return [...new Set(found)].map((word) => `${word}\n`).join("");
}

function candidates(
  before: readonly string[],
  current: string,
  place: CompletionPlace,
): readonly string[] {
  const { entry, args } = walk(before);
  const flags = flagsOf(entry);
  const wanted = valueFlag(before.at(-1), flags);
  if (wanted !== undefined) return flagValues(wanted, place);
  if (current.startsWith("-")) return flags.flatMap(namesOf).filter((name) => name.length > 2);
  if (entry === undefined) {
    return [...COMMANDS.filter((item) => item.hidden !== true).map((item) => item.name), "help"];
  }
  if (entry.subcommands !== undefined) return entry.subcommands.map((item) => item.name);
  return argumentValues(entry, args, place);
}

interface Walked {
  readonly entry: CommandEntry | undefined;
  readonly args: readonly string[];
}

const HELP: CommandEntry = { name: "help", group: "", what: "", flags: [], examples: [] };

/** Finds the command the words have reached, skipping flags and their values. */
function walk(words: readonly string[]): Walked {
  let entry: CommandEntry | undefined;
  const args: string[] = [];
  let previous: string | undefined;
  for (const word of words) {
    const isValue = valueFlag(previous, flagsOf(entry)) !== undefined;
    previous = word;
    if (isValue || word.startsWith("-")) continue;
    const next = nextEntry(entry, word);
    if (next === undefined) args.push(word);
    else entry = next;
  }
  return { entry, args };
}

function nextEntry(entry: CommandEntry | undefined, word: string): CommandEntry | undefined {
  if (entry === undefined && word === "help") return HELP;
  const known = entry === undefined ? COMMANDS : entry.subcommands;
  return known?.find((item) => item.name === word || item.alias === word);
}

const GLOBALS: readonly Flag[] = [
  { flags: "-f, --file <path>", what: "" },
  ...GLOBAL_FLAGS.map(([flags, what]) => ({ flags, what })),
];

const flagsOf = (entry: CommandEntry | undefined): readonly Flag[] => [
  ...(entry?.flags ?? []),
  ...GLOBALS,
  { flags: "-h, --help", what: "" },
];

const namesOf = (flag: Flag): readonly string[] =>
  flag.flags.split(/[ ,]+/).filter((part) => part.startsWith("-"));

/** The flag whose value the next word is; undefined when `word` is no flag that takes one. */
function valueFlag(word: string | undefined, flags: readonly Flag[]): string | undefined {
  if (word === undefined || !word.startsWith("-")) return undefined;
  const flag = flags.find((item) => namesOf(item).includes(word));
  return flag?.flags.includes("<") === true ? namesOf(flag).at(-1) : undefined;
}

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  "--output": ["text", "table", "wide", "name", "json", "yaml", "ndjson", "jsonpath=", "template="],
  "--color": ["auto", "always", "never"],
  "--exit-codes": ["full", "simple"],
  "--ci": ["github", "gitlab", "auto", "none"],
  "--view": ["reserved", "entitled", "active"],
  "--format": ["text", "json", "terraform"],
  "--stage": ["load", "validate", "resolve", "observe", "diff", "place", "plan"],
};

const ADDRESS_FLAGS = new Set(["--target", "--exclude", "--replace"]);

function flagValues(flag: string, place: CompletionPlace): readonly string[] {
  const choices = CHOICES[flag];
  if (choices !== undefined) return choices;
  if (ADDRESS_FLAGS.has(flag)) return recordedAddresses(place);
  if (flag === "--why-not") return hostNames(place);
  return flag === "--resume" ? runIds(place) : [];
}

const hostNames = (place: CompletionPlace): readonly string[] =>
  recordedAddresses(place)
    .filter((address) => address.startsWith("host/"))
    .map((address) => address.slice("host/".length));

const SHORT_KINDS = ["ns", "vm", "pod", "tkc", "host", "pool", "policy", "vol", "net"];
const TOPIC_WORDS = ["exit-codes", "environment", "addresses", "formats"];

function argumentValues(
  entry: CommandEntry,
  args: readonly string[],
  place: CompletionPlace,
): readonly string[] {
  switch (entry.name) {
    case "help":
      return args.length > 0 ? [] : [...COMMANDS.map((item) => item.name), ...TOPIC_WORDS];
    case "completion":
      return ["bash", "zsh", "fish"];
    case "get":
      return [...SHORT_KINDS, ...recordedAddresses(place)];
    case "show":
      return ["state", ...runIds(place)];
    default:
      if (entry.args === "<host>") return hostNames(place);
      return entry.args?.includes("addr") === true || entry.name === "explain"
        ? recordedAddresses(place)
        : [];
  }
}
