import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "../../engine/model/plan.ts";

/** Runs kept on disk; the oldest go first. */
const RUNS_MAX = 50;

/** What a run was asked, so that `--resume` can plan the same again. */
export interface RunRequest {
  readonly mode: "apply" | "destroy";
  readonly workspace: string;
  readonly files: readonly string[];
  readonly targets: readonly string[];
  readonly excludes: readonly string[];
}

export interface RunFolder {
  readonly path: string;
  /** Lines of one turn of the event loop are written together when it ends. */
  append(line: string): void;
  /** Writes what is left; nothing may be appended after it. */
  close(): void;
}

/** Text that is written at once: a plan of ten thousand resources would be 20 MB in one piece. */
const PIECE_CHARS = 256 * 1024;
const FILE_MODE = 0o600;

/**
 * Makes DATA_DIR/runs/<run> with the plan and an empty event log. The log is a record for people:
 * when the disk takes no more of it the run goes on, since its truth is in the state's journal.
 */
export function openRunFolder(
  dataFolder: string,
  run: string,
  { plan, request }: { readonly plan: Plan; readonly request: RunRequest },
): RunFolder {
  const runs = join(dataFolder, "runs");
  const path = join(runs, run);
  let log: TextFile | undefined;
  quietly(() => {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    writePlan(join(path, "plan.json"), plan);
    const text = `${JSON.stringify(request)}\n`;
    writeFileSync(join(path, "request.json"), text, { mode: FILE_MODE });
    prune(runs);
    log = openText(join(path, "events.ndjson"));
  });
  let isFlushing = false;
  const flush = (): void => {
    isFlushing = false;
    quietly(() => log?.flush());
  };
  const append = (line: string): void => {
    quietly(() => log?.add(line));
    if (isFlushing) return;
    isFlushing = true;
    setImmediate(flush);
  };
  const close = (): void => {
    quietly(() => log?.close());
    log = undefined;
  };
  return { path, append, close };
}

/** The lists of a plan are its members and those of its members. */
const LIST_DEPTH = 2;

/** As `JSON.stringify(plan)` and a line end, but lists item by item. */
function writePlan(path: string, plan: Plan): void {
  const file = openText(path);
  addJson(file, plan, LIST_DEPTH);
  file.add("\n");
  file.close();
}

function addJson(file: TextFile, value: object, depth: number): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => file.add(`${index === 0 ? "[" : ","}${JSON.stringify(item)}`));
    file.add(value.length === 0 ? "[]" : "]");
    return;
  }
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  members.forEach(([key, item]: [string, unknown], index) => {
    file.add(`${index === 0 ? "{" : ","}${JSON.stringify(key)}:`);
    if (typeof item === "object" && item !== null && depth > 0) addJson(file, item, depth - 1);
    else file.add(JSON.stringify(item));
  });
  file.add(members.length === 0 ? "{}" : "}");
}

interface TextFile {
  add(text: string): void;
  flush(): void;
  close(): void;
}

/** A text file that stays open and is written piece by piece. */
function openText(path: string): TextFile {
  const file = openSync(path, "a", FILE_MODE);
  let pieces: string[] = [];
  let chars = 0;
  const flush = (): void => {
    if (pieces.length === 0) return;
    const bytes = Buffer.from(pieces.join(""));
    pieces = [];
    chars = 0;
    for (let from = 0; from < bytes.length; ) from += writeSync(file, bytes, from);
  };
  const add = (text: string): void => {
    pieces.push(text);
    chars += text.length;
    if (chars >= PIECE_CHARS) flush();
  };
  const close = (): void => {
    try {
      flush();
    } finally {
      closeSync(file);
    }
  };
  return { add, flush, close };
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // See openRunFolder: the event log is not worth a failed apply.
  }
}

function prune(runs: string): void {
  const found = readdirSync(runs).map((name) => ({
    path: join(runs, name),
    madeMs: statSync(join(runs, name)).mtimeMs,
  }));
  const old = found.toSorted((left, right) => right.madeMs - left.madeMs).slice(RUNS_MAX);
  for (const { path } of old) rmSync(path, { recursive: true, force: true });
}

export interface StoredRun {
  readonly run: string;
  readonly plan: Plan;
  readonly request: RunRequest;
  /** Lines of the event stream, parsed; a torn last line is left out. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** Reads one run; `run` may be a unique beginning of its id. Undefined when there is none. */
export function readRun(dataFolder: string, run: string): StoredRun | undefined {
  const id = findRun(dataFolder, run);
  if (id === undefined) return undefined;
  const folder = join(dataFolder, "runs", id);
  try {
    return {
      run: id,
      plan: JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")) as Plan,
      request: JSON.parse(readFileSync(join(folder, "request.json"), "utf8")) as RunRequest,
      events: readEvents(join(folder, "events.ndjson")),
    };
  } catch {
    return undefined;
  }
}

/** Ids of the runs kept, the newest first. */
export function newestRuns(dataFolder: string): readonly string[] {
  const runs = join(dataFolder, "runs");
  try {
    return readdirSync(runs)
      .map((name) => ({ name, madeMs: statSync(join(runs, name)).mtimeMs }))
      .toSorted((left, right) => right.madeMs - left.madeMs)
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function findRun(dataFolder: string, run: string): string | undefined {
  if (!/^[0-9a-z][0-9a-z-]{3,63}$/i.test(run)) return undefined;
  try {
    const found = readdirSync(join(dataFolder, "runs")).filter((name) => name.startsWith(run));
    return found.length === 1 ? found[0] : found.find((name) => name === run);
  } catch {
    return undefined;
  }
}

function readEvents(file: string): Readonly<Record<string, unknown>>[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    try {
      return [JSON.parse(line) as Readonly<Record<string, unknown>>];
    } catch {
      return [];
    }
  });
}
