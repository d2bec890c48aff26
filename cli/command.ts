import type { Context } from "./context.ts";
import type { Exit } from "./exit.ts";

/** One flag of one command, in commander's notation. */
export interface Flag {
  readonly flags: string;
  readonly what: string;
  readonly repeatable?: true;
}

export type FlagValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** What a command file exports as `command`. */
export interface Command {
  run(args: readonly string[], flags: FlagValues, context: Context): Promise<Exit>;
}

/** One row of the command table: enough for help and completion without loading the command. */
export interface CommandEntry {
  readonly name: string;
  readonly alias?: string;
  readonly group: string;
  readonly what: string;
  /** Arguments in commander's notation, for example `[plan-file]` or `<addr...>`. */
  readonly args?: string;
  readonly flags: readonly Flag[];
  /** Shown first in the help; each is run by a test. */
  readonly examples: readonly string[];
  readonly subcommands?: readonly CommandEntry[];
  readonly hidden?: true;
  /** Undefined for a command that only has subcommands. */
  readonly load?: () => Promise<Command>;
}

export const flagText = (flags: FlagValues, name: string): string | undefined => {
  const value = flags[name];
  return typeof value === "string" ? value : undefined;
};

export const flagList = (flags: FlagValues, name: string): readonly string[] => {
  const value = flags[name];
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? (value as readonly string[]) : [];
};

export const flagOn = (flags: FlagValues, name: string): boolean => flags[name] === true;
