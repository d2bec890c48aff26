import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { writeFileSync } from "node:fs";
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
  append(line: string): void;
}

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
  const events = join(path, "events.ndjson");
  const options = { mode: 0o600 };
  quietly(() => {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    writeFileSync(join(path, "plan.json"), `${JSON.stringify(plan)}\n`, options);
    writeFileSync(join(path, "request.json"), `${JSON.stringify(request)}\n`, options);
    prune(runs);
  });
  return { path, append: (line) => quietly(() => appendFileSync(events, line, options)) };
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
