import { usageError } from "./exit.ts";

/** Global flags after the environment and the defaults have been applied. */
export interface GlobalOptions {
  readonly chdir: string | undefined;
  readonly file: readonly string[];
  readonly workspace: string;
  readonly output: OutputFormat;
  readonly jsonInto: string | undefined;
  readonly color: "auto" | "always" | "never";
  readonly input: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly accessible: boolean;
  readonly ascii: boolean;
  readonly lockTimeoutMs: number;
  readonly timeoutMs: number | undefined;
  readonly exitCodes: "full" | "simple";
}

type OutputFormat =
  | { readonly is: "text" | "table" | "wide" | "name" | "json" | "yaml" | "ndjson" }
  | { readonly is: "jsonpath" | "template"; readonly expression: string };

type Raw = Readonly<Record<string, unknown>>;
type Env = Readonly<Record<string, string | undefined>>;

const NAMES = ["text", "table", "wide", "name", "json", "yaml", "ndjson"] as const;

function parseOutput(text: string): OutputFormat {
  const plain = NAMES.find((name) => name === text);
  if (plain !== undefined) return { is: plain };
  for (const is of ["jsonpath", "template"] as const) {
    if (text.startsWith(`${is}=`)) return { is, expression: text.slice(is.length + 1) };
  }
  throw usageError(
    `unknown output format "${text}"`,
    "use text, table, wide, name, json, yaml, ndjson, jsonpath=EXPR or template=TEXT",
  );
}

const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
]);

/** Reads `30s`, `5m`, `1h30m`, `250ms`; milliseconds. */
export function parseDuration(text: string, flag: string): number {
  let rest = text.trim();
  let total = 0;
  let parts = 0;
  while (rest !== "" && parts++ < 8) {
    const match = /^(\d{1,9})(ms|s|m|h)/.exec(rest);
    if (match === null) break;
    total += Number(match[1]) * (UNITS_MS.get(match[2] ?? "") ?? 0);
    rest = rest.slice(match[0].length);
  }
  if (text.trim() === "0") return 0;
  if (rest !== "" || parts === 0) {
    throw usageError(`${flag}: "${text}" is not a duration`, "write a number and a unit: 30s, 5m");
  }
  return total;
}

const isOn = (value: string | undefined): boolean =>
  value !== undefined && value !== "" && value !== "0" && value !== "false";

const text = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;

function oneOf<Choice extends string>(
  value: string | undefined,
  choices: readonly Choice[],
  flag: string,
): Choice | undefined {
  if (value === undefined) return undefined;
  const found = choices.find((choice) => choice === value);
  if (found === undefined)
    throw usageError(`${flag}: "${value}" is not one of ${choices.join(", ")}`);
  return found;
}

/** A flag that is there for what is to come, and so far takes one value. */
function onlyChoice(value: string | undefined, only: string, flag: string): void {
  if (value === undefined || value === only) return;
  throw usageError(`${flag}: "${value}" is not available in this build`, `use ${only}`);
}

/** Flag > VPAC_* > default; commander has parsed the flags already. */
export function globalOptions(raw: Raw, env: Env): GlobalOptions {
  onlyChoice(text(raw["lang"]), "en", "--lang");
  onlyChoice(text(raw["logFormat"]), "text", "--log-format");
  onlyChoice(text(raw["ci"]), "none", "--ci");
  const timeout = text(raw["timeout"]);
  const lockTimeout = text(raw["lockTimeout"]) ?? env["VPAC_LOCK_TIMEOUT"] ?? "0s";
  return {
    ...dressOptions(raw, env),
    chdir: text(raw["chdir"]) ?? env["VPAC_CHDIR"],
    file: Array.isArray(raw["file"]) ? raw["file"].map(String) : [],
    workspace: workspaceOf(text(raw["workspace"]) ?? env["VPAC_WORKSPACE"] ?? "default"),
    output: outputOf(raw, env),
    jsonInto: text(raw["jsonInto"]),
    input: raw["input"] !== false && env["VPAC_INPUT"] !== "0",
    lockTimeoutMs: parseDuration(lockTimeout, "--lock-timeout"),
    timeoutMs: timeout === undefined ? undefined : parseDuration(timeout, "--timeout"),
    exitCodes: oneOf(text(raw["exitCodes"]), ["full", "simple"], "--exit-codes") ?? "full",
  };
}

/** A workspace is a folder name in the data folder, so it must be a plain word. */
function workspaceOf(name: string): string {
  if (/^[a-z0-9]([-a-z0-9_.]{0,61}[a-z0-9])?$/i.test(name)) return name;
  throw usageError(
    `"${name}" cannot name a workspace`,
    "use letters, digits, dashes and dots, at most 63",
  );
}

function outputOf(raw: Raw, env: Env): OutputFormat {
  const json = raw["json"] === true;
  const output = text(raw["output"]) ?? (json ? "json" : env["VPAC_OUTPUT"]);
  if (json && output !== "json" && output !== "ndjson") {
    throw usageError("--json contradicts --output", "give one of them");
  }
  return parseOutput(output ?? "text");
}

type DressOptions = Pick<GlobalOptions, "color" | "quiet" | "verbose" | "accessible" | "ascii">;

function dressOptions(raw: Raw, env: Env): DressOptions {
  const color = raw["color"] === false ? "never" : text(raw["color"]);
  return {
    color: oneOf(color, ["auto", "always", "never"], "--color") ?? "auto",
    quiet: raw["quiet"] === true,
    verbose: raw["verbose"] === true,
    accessible:
      raw["accessible"] === true || isOn(env["VPAC_ACCESSIBLE"]) || isOn(env["ACCESSIBLE"]),
    ascii: raw["ascii"] === true || isOn(env["VPAC_ASCII"]),
  };
}
