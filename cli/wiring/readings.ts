import { closeSync, mkdirSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readReading } from "../../engine/index.ts";
import type { Observation } from "../../engine/model/observation.ts";
import type { Context } from "../context.ts";
import { CommandError, exitOf, usageError } from "../exit.ts";
import { sha256 } from "./digest.ts";

/** No reading of a supported size comes near; more is a mistake. */
const BYTES_MAX = 256 * 1024 * 1024;
const HEADER_BYTES_MAX = 512;

interface Header {
  readonly format: "vpac.reading/1";
  /** Serial of the state at that time: an apply since then makes the reading useless. */
  readonly serial: number;
  readonly digest: string;
}

const fileOf = ({ dataFolder, options }: Context): string =>
  join(dataFolder, "cache", `reading-${options.workspace}.json`);

/** Keeps a reading for `--refresh=false`: a line about it, then the reading. Failing is no harm. */
export function keepReading(context: Context, observation: Observation, serial: number): void {
  const file = fileOf(context);
  const header: Header = { format: "vpac.reading/1", serial, digest: observation.digest };
  const line = JSON.stringify(header);
  if (headerLine(file) === line) return;
  try {
    mkdirSync(join(context.dataFolder, "cache"), { recursive: true, mode: 0o700 });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, `${line}\n${JSON.stringify(observation)}\n`, { mode: 0o600 });
    renameSync(temporary, file);
  } catch {
    // It is a cache: without it the next plan asks the providers.
  }
}

function headerLine(file: string): string | undefined {
  try {
    const handle = openSync(file, "r");
    try {
      const bytes = Buffer.alloc(HEADER_BYTES_MAX);
      const text = bytes.toString("utf8", 0, readSync(handle, bytes));
      return text.slice(0, text.indexOf("\n"));
    } finally {
      closeSync(handle);
    }
  } catch {
    return undefined;
  }
}

/** The reading of the last plan, for `--refresh=false`. */
export function lastReading(context: Context, serial: number): Observation {
  const file = fileOf(context);
  const text = readBounded(file);
  const end = text?.indexOf("\n") ?? -1;
  if (text === undefined || end < 0) {
    throw usageError(
      "there is no earlier reading of the world",
      "run vpac plan once without --refresh=false",
    );
  }
  const header = headerOf(text.slice(0, end));
  if (header?.serial !== serial) {
    throw usageError(
      `the last reading is not of this state (serial ${serial})`,
      "run vpac plan once without --refresh=false",
    );
  }
  return judged(text.slice(end + 1), file);
}

function headerOf(line: string): Partial<Header> | undefined {
  try {
    return JSON.parse(line) as Partial<Header>;
  } catch {
    return undefined;
  }
}

/**
 * A snapshot of hosts and objects, as `vpac plan --stage observe` or kubectl prints one; from
 * standard input for `-`.
 */
export async function readInventory(context: Context, file: string): Promise<Observation> {
  if (file === "-") {
    return judged(textOf(await context.io.readStdin()), "standard input");
  }
  const text = readBounded(resolve(context.io.cwd, file));
  if (text === undefined)
    throw usageError(`cannot read ${file}`, "name a file that holds a reading");
  return judged(text, file);
}

function judged(text: string, file: string): Observation {
  const read = readReading(text, sha256);
  if (read.is === "read") return read.observation;
  throw new CommandError(exitOf(65), `${file} is not a reading of the world: ${read.where}`, {
    help: [
      "make one with: vpac plan --stage observe > inventory.json",
      "or of a cluster with: kubectl get nodes,pods -A -o json > inventory.json",
    ],
  });
}

/** By its byte order mark; `>` in PowerShell writes UTF-16. */
function textOf(bytes: Uint8Array): string {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isWide ? "utf-16le" : "utf-8").decode(bytes);
}

function readBounded(file: string): string | undefined {
  try {
    const facts = statSync(file);
    return facts.isFile() && facts.size <= BYTES_MAX ? textOf(readFileSync(file)) : undefined;
  } catch {
    return undefined;
  }
}
