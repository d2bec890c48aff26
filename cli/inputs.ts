import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { Diagnostic } from "../engine/diagnostics/diagnostic.ts";
import type { SpecRequest } from "../engine/index.ts";
import { loadSpecTexts } from "../engine/index.ts";
import { arrayAt } from "../engine/model/json.ts";
import type { SourceText } from "../engine/model/document.ts";
import type { Context } from "./context.ts";
import { usageError } from "./exit.ts";
import { readInputs } from "./wiring/files.ts";
import { openParseCache } from "./wiring/parse-cache.ts";

export interface SpecInput {
  readonly request: SpecRequest;
  /** Problems of reading, to be told together with those of the documents. */
  readonly diagnostics: readonly Diagnostic[];
  /** Keeps what was parsed anew for next time; a failure to do so is no failure. */
  readonly remember: (fresh: SpecRequest["cache"]) => Promise<void>;
}

export const NO_DOCUMENTS: SpecInput = {
  request: { texts: [], cache: new Map() },
  diagnostics: [],
  remember: () => Promise.resolve(),
};

/** The project file: an `Environment`, and whatever else stands in it. */
export const PROJECT_FILE = "vpac.yaml";
const MANIFESTS = "manifests";

/** Reads the texts the command line names, or those of the project; nothing is added to them. */
export async function readTexts(
  context: Context,
  paths: readonly string[],
): Promise<{ readonly texts: readonly SourceText[]; readonly diagnostics: readonly Diagnostic[] }> {
  const { cwd } = context.io;
  const asked = [...context.options.file, ...paths];
  return await read(context, asked.length > 0 ? asked : defaults(cwd), []);
}

/** Reads every document the command line or the project names; standard input for `-`. */
export async function readSpec(context: Context, paths: readonly string[]): Promise<SpecInput> {
  const { cwd } = context.io;
  const hasProject = existsSync(join(cwd, PROJECT_FILE));
  const asked = [...context.options.file, ...paths];
  const found = asked.length > 0 ? asked : defaults(cwd);
  const wanted = hasProject && asked.length > 0 ? [PROJECT_FILE, ...found] : found;
  const first = await read(context, wanted, []);
  const platform = platformFolders(first.texts).filter((folder) => !asked.some(isSame(folder)));
  const { texts, diagnostics } =
    platform.length === 0 ? first : await read(context, wanted, platform);
  const cache = openParseCache(context.dataFolder);
  return {
    request: { texts, cache: await cache.load(texts.map((text) => text.sha256)) },
    diagnostics,
    remember: (fresh) => cache.keep(fresh),
  };
}

const isSame =
  (folder: string): ((path: string) => boolean) =>
  (path) =>
    relative(folder, path) === "";

async function read(
  context: Context,
  paths: readonly string[],
  readOnlyPaths: readonly string[],
): Promise<{ readonly texts: readonly SourceText[]; readonly diagnostics: readonly Diagnostic[] }> {
  const { texts, diagnostics, missing } = await readInputs({
    paths,
    readOnlyPaths,
    baseFolder: context.io.cwd,
    stdin: context.io.readStdin,
  });
  if (missing.length > 0) {
    throw usageError(
      missing.map((path) => `no such file or folder: ${path}`).join("\n"),
      "check the path, or name a folder or a glob with -f",
    );
  }
  return { texts, diagnostics };
}

const defaultPaths = (cwd: string): string[] =>
  [PROJECT_FILE, MANIFESTS].filter((name) => existsSync(join(cwd, name)));

/** True when a command without paths of its own finds something to read. */
export const hasDocuments = ({ options, io }: Context): boolean =>
  options.file.length > 0 || defaultPaths(io.cwd).length > 0;

function defaults(cwd: string): string[] {
  const found = defaultPaths(cwd);
  if (found.length === 0) {
    throw usageError(
      "no documents: there is no vpac.yaml and no manifests folder here",
      "name documents with -f FILE, or run `vpac demo` for a first project",
    );
  }
  return found;
}

/** Folders the project file names as the platform: loaded, but not changed by this run (N11). */
function platformFolders(texts: readonly SourceText[]): readonly string[] {
  const project = texts.find((text) => text.path === PROJECT_FILE);
  if (project === undefined) return [];
  return loadSpecTexts([project]).flatMap((document) =>
    document.value["kind"] === "Environment"
      ? arrayAt(document.value, "spec", "platform").map(String)
      : [],
  );
}
