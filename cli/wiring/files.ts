import { dirname, relative, resolve, sep } from "node:path";
import { realpathSync } from "node:fs";
import { diagnose } from "../../engine/diagnostics/catalogue.ts";
import type { Diagnostic } from "../../engine/diagnostics/diagnostic.ts";
import { compareText } from "../../engine/model/canonical.ts";
import type { SourceText } from "../../engine/model/document.ts";
import { INPUT_CODES } from "./codes.ts";
import { hasPattern, matchesGlob, parseGlob } from "./glob.ts";
import type { Glob } from "./glob.ts";
import { INPUT_LIMITS, notRegular, readFound, textOf } from "./read-file.ts";
import type { FoundFile, ReadResult } from "./read-file.ts";
import { followLink, isInside, isManifest, isThere } from "./walk.ts";
import { linkOutside, lostLink, walkFolder } from "./walk.ts";
import type { Parent } from "./walk.ts";

export interface InputRequest {
  /** Files, folders, patterns, or `-` for standard input. */
  readonly paths: readonly string[];
  /** Documents that this run may read but not change; read in addition to `paths`. */
  readonly readOnlyPaths?: readonly string[];
  readonly baseFolder: string;
  readonly stdin?: () => Promise<Uint8Array>;
}

export interface InputResult {
  /** Every file once, in the order of their paths. */
  readonly texts: readonly SourceText[];
  readonly diagnostics: readonly Diagnostic[];
  /** Named paths and patterns that stand for nothing: a wrong argument, not a wrong document. */
  readonly missing: readonly string[];
}

interface Search {
  readonly base: string;
  readonly realBase: string;
  /** By real path, so that a file named twice is read once. */
  readonly found: Map<string, FoundFile>;
  readonly diagnostics: Diagnostic[];
  readonly missing: string[];
}

/** Finds and reads all documents the command line names. */
export async function readInputs(request: InputRequest): Promise<InputResult> {
  const base = resolve(request.baseFolder);
  const search: Search = {
    base,
    realBase: realOf(base),
    found: new Map(),
    diagnostics: [],
    missing: [],
  };
  for (const path of request.paths) if (path !== "-") findNamed(path, false, search);
  for (const path of request.readOnlyPaths ?? []) findNamed(path, true, search);
  const texts: SourceText[] = [];
  if (request.paths.includes("-") && request.stdin !== undefined) {
    take(textOf(await request.stdin(), { path: "-", readOnly: false }), texts, search);
  }
  readAll(texts, search);
  texts.sort((left, right) => compareText(left.path, right.path));
  const { diagnostics, missing } = search;
  return { texts, diagnostics, missing };
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function readAll(texts: SourceText[], search: Search): void {
  const files = [...search.found.values()];
  let bytes = 0;
  for (const [count, file] of files.entries()) {
    if (count >= INPUT_LIMITS.filesMax || bytes > INPUT_LIMITS.runBytesMax) {
      search.diagnostics.push(inputTooLarge(file.path));
      return;
    }
    bytes += take(readFound(file), texts, search);
  }
}

/** Keeps a text or its diagnostic; gives the bytes that were read. */
function take(result: ReadResult, texts: SourceText[], search: Search): number {
  if (result.is === "refused") {
    search.diagnostics.push(result.diagnostic);
    return 0;
  }
  texts.push(result.text);
  return result.bytes;
}

function findNamed(argument: string, readOnly: boolean, search: Search): void {
  const absolute = resolve(search.base, argument);
  if (argument === "" || argument.includes("\0")) {
    search.missing.push(argument);
  } else if (isThere(absolute)) {
    findPath(shownPath(argument, search), absolute, { readOnly, search });
  } else if (hasPattern(argument)) {
    findPattern(argument, readOnly, search);
  } else {
    search.missing.push(argument);
  }
}

/** Relative to the base folder where the path is in it; else as it was typed. */
function shownPath(argument: string, search: Search): string {
  const way = relative(search.base, resolve(search.base, argument)).split(sep).join("/");
  if (way !== ".." && !way.startsWith("../")) return way;
  return argument.startsWith("/") || /^[A-Za-z]:/.test(argument) ? argument : way;
}

interface Target {
  readonly readOnly: boolean;
  readonly search: Search;
}

function findPath(path: string, absolute: string, { readOnly, search }: Target): void {
  const target = followLink(absolute);
  const roots = [search.realBase, realOf(dirname(absolute))];
  if (target.is === "lost") {
    keep(lostLink(path, target.isLoop), search);
  } else if (!isInside(target.realPath, roots)) {
    keep(linkOutside(path), search);
  } else if (target.is === "folder") {
    findInFolder(
      { path, realPath: target.realPath, roots: [search.realBase, target.realPath] },
      { readOnly, search },
    );
  } else if (target.is === "file") {
    add({ path, realPath: target.realPath, readOnly }, search);
  } else {
    keep(notRegular(path), search);
  }
}

interface NamedFolder {
  readonly path: string;
  readonly realPath: string;
  readonly roots: readonly string[];
}

function findInFolder(folder: NamedFolder, { readOnly, search }: Target): void {
  const wants = (names: readonly string[]): boolean => isManifest(names.at(-1) ?? "");
  const parents = parentsOf(folder.realPath, search);
  const { files, diagnostics } = walkFolder({ ...folder, parents, wants, depthMax: Infinity });
  for (const file of files) add({ ...file, readOnly }, search);
  for (const diagnostic of diagnostics) search.diagnostics.push(diagnostic);
  if (files.length > 0 || diagnostics.length > 0) return;
  const path = folder.path || ".";
  search.diagnostics.push(
    diagnose(INPUT_CODES.noDocuments, {
      detail: `The folder ${path} has no file ending in .yaml, .yml or .json.`,
      source: { path },
      help: ["name another folder with -f"],
    }),
  );
}

/** The folders between the base folder and a folder in it; none for folders elsewhere. */
function parentsOf(realPath: string, search: Search): readonly Parent[] {
  const way = relative(search.realBase, realPath);
  if (way === "" || !isInside(realPath, [search.realBase])) return [];
  const names = way.split(sep);
  return names.map((name, depth) => ({
    name,
    realPath: [search.realBase, ...names.slice(0, depth)].join(sep),
  }));
}

function findPattern(pattern: string, readOnly: boolean, search: Search): void {
  const glob = parseGlob(pattern);
  if (glob === undefined) {
    search.diagnostics.push(
      diagnose(INPUT_CODES.badPattern, {
        detail: `In ${pattern} a bracket or brace never closes, or alternatives are too many.`,
        source: { path: pattern },
        help: ["quote the pattern, and close each [ and {"],
      }),
    );
    return;
  }
  const prefix = pattern.startsWith("/") && glob.prefix === "" ? "/" : glob.prefix;
  const absolute = resolve(search.base, prefix);
  const target = followLink(absolute);
  const before = search.found.size + search.diagnostics.length;
  if (
    target.is === "folder" &&
    isInside(target.realPath, [search.realBase, realOf(dirname(absolute))])
  ) {
    const folder = { path: shownPath(prefix || ".", search), realPath: target.realPath };
    findMatches(folder, glob, { readOnly, search });
  }
  if (search.found.size + search.diagnostics.length === before) search.missing.push(pattern);
}

/** Files that match are taken where they look like documents or the pattern names the ending. */
function findMatches(
  folder: Pick<NamedFolder, "path" | "realPath">,
  glob: Glob,
  { readOnly, search }: Target,
): void {
  const namesEnding = glob.alternatives.some((names) => names.at(-1)?.includes("."));
  const wants = (names: readonly string[]): boolean =>
    (namesEnding || isManifest(names.at(-1) ?? "")) && matchesGlob(glob, names);
  const roots = [search.realBase, folder.realPath];
  const parents = parentsOf(folder.realPath, search);
  const { depthMax } = glob;
  const result = walkFolder({ ...folder, parents, roots, wants, depthMax });
  for (const file of result.files) add({ ...file, readOnly }, search);
  for (const diagnostic of result.diagnostics) search.diagnostics.push(diagnostic);
}

/** A file that is found twice keeps its first path; read-only wins, since it is the safer. */
function add(file: FoundFile, search: Search): void {
  const known = search.found.get(file.realPath);
  if (known === undefined) search.found.set(file.realPath, file);
  else if (file.readOnly && !known.readOnly) {
    search.found.set(file.realPath, { ...known, readOnly: true });
  }
}

function keep(result: ReadResult, search: Search): void {
  if (result.is === "refused") search.diagnostics.push(result.diagnostic);
}

const inputTooLarge = (path: string): Diagnostic =>
  diagnose(INPUT_CODES.inputTooLarge, {
    detail:
      `From the file ${path} on nothing was read: a run takes ${INPUT_LIMITS.filesMax} files ` +
      `and ${INPUT_LIMITS.runBytesMax} bytes.`,
    source: { path },
    help: ["name a smaller folder with -f"],
  });
