import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import type { Dirent } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Diagnostic } from "../../engine/diagnostics/diagnostic.ts";
import { compareText } from "../../engine/model/canonical.ts";
import { INPUT_CODES } from "./codes.ts";
import { IGNORE_FILE, isIgnored, parseIgnore } from "./ignore.ts";
import type { IgnoreList } from "./ignore.ts";
import { INPUT_LIMITS, notRegular, readFound, refused, unreadable } from "./read-file.ts";
import type { ReadResult } from "./read-file.ts";

/** A folder to search, and where links found in it may lead. */
export interface WalkRequest {
  /** How the user would write the folder; may be empty for the working directory. */
  readonly path: string;
  readonly realPath: string;
  /** Real paths of the folders that links may lead into. */
  readonly roots: readonly string[];
  /** Folders from the working directory to this one: their ignore lists count here too. */
  readonly parents: readonly Parent[];
  /** Says which files are wanted, by their names below the folder. */
  readonly wants: (names: readonly string[]) => boolean;
  readonly depthMax: number;
}

export interface Parent {
  readonly name: string;
  /** The folder that `name` is in. */
  readonly realPath: string;
}

export interface WalkResult {
  readonly files: readonly { readonly path: string; readonly realPath: string }[];
  readonly diagnostics: readonly Diagnostic[];
}

const MANIFEST = /\.(?:ya?ml|json)$/i;
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(["node_modules"]);

export const isManifest = (name: string): boolean => MANIFEST.test(name) && !name.startsWith(".");

/** True when `path` is one of the roots or below one. */
export function isInside(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => {
    const way = relative(root, path);
    return way !== ".." && !way.startsWith(`..${sep}`) && !way.startsWith(sep);
  });
}

interface Folder {
  /** Names below the folder of the request. */
  readonly names: readonly string[];
  readonly realPath: string;
  readonly lists: readonly IgnoreList[];
}

interface Walk extends WalkRequest {
  readonly files: { path: string; realPath: string }[];
  readonly diagnostics: Diagnostic[];
  readonly seen: Set<string>;
  readonly pending: Folder[];
  /** Names from the outermost folder with an ignore list to the folder of the request. */
  readonly above: readonly string[];
}

/**
 * Finds the wanted files of a folder and its subfolders. Hidden names, node_modules and what
 * .vpacignore lists are left out. Every real folder is entered once, so links cannot make it run
 * in circles; a link that leads out of the roots, or nowhere, is told.
 */
export function walkFolder(request: WalkRequest): WalkResult {
  const above = request.parents.map(({ name }) => name);
  const found = { files: [], diagnostics: [], seen: new Set<string>(), pending: [] };
  const walk: Walk = { ...request, ...found, above };
  const lists = request.parents.flatMap(({ realPath }, depth) =>
    listIn(realPath, above.slice(0, depth)),
  );
  enter({ names: [], realPath: request.realPath, lists }, walk);
  for (let folder = walk.pending.pop(); folder !== undefined; folder = walk.pending.pop()) {
    if (walk.files.length > INPUT_LIMITS.filesMax) break;
    readFolder(folder, walk);
  }
  const { files, diagnostics } = walk;
  files.sort((left, right) => compareText(left.path, right.path));
  return { files, diagnostics };
}

function enter(folder: Folder, walk: Walk): void {
  if (walk.seen.has(folder.realPath)) return;
  walk.seen.add(folder.realPath);
  walk.pending.push(folder);
}

function readFolder(folder: Folder, walk: Walk): void {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder.realPath, { withFileTypes: true });
  } catch (error) {
    tell(unreadable(pathOf(walk, folder.names) || ".", error), walk);
    return;
  }
  entries.sort((left, right) => compareText(left.name, right.name));
  const hasList = entries.some((entry) => entry.name === IGNORE_FILE && entry.isFile());
  const own = hasList ? listIn(folder.realPath, [...walk.above, ...folder.names]) : [];
  const inside = { ...folder, lists: [...folder.lists, ...own] };
  for (const entry of entries) visit(entry, inside, walk);
}

function listIn(realPath: string, names: readonly string[]): readonly IgnoreList[] {
  const path = join(realPath, IGNORE_FILE);
  const read = readFound({ path, realPath: path, readOnly: false });
  return read.is === "text" ? [parseIgnore(read.text.text, names)] : [];
}

function visit(entry: Dirent, folder: Folder, walk: Walk): void {
  const { name } = entry;
  if (name.startsWith(".")) return;
  const names = [...folder.names, name];
  const realPath = join(folder.realPath, name);
  if (entry.isSymbolicLink()) visitLink(names, realPath, { folder, walk });
  else if (entry.isDirectory()) visitFolder(names, realPath, { folder, walk });
  else if (walk.wants(names) && !isLeftOut(names, { folder, walk })) {
    if (entry.isFile()) walk.files.push({ path: pathOf(walk, names), realPath });
    else tell(notRegular(pathOf(walk, names)), walk);
  }
}

interface Place {
  readonly folder: Folder;
  readonly walk: Walk;
}

const isLeftOut = (names: readonly string[], { folder, walk }: Place, isFolder = false): boolean =>
  isIgnored(folder.lists, [...walk.above, ...names], isFolder);

function visitFolder(names: readonly string[], realPath: string, place: Place): void {
  const { folder, walk } = place;
  if (SKIPPED_FOLDERS.has(names.at(-1) ?? "") || names.length >= walk.depthMax) return;
  if (!isLeftOut(names, place, true)) enter({ ...folder, names, realPath }, walk);
}

function visitLink(names: readonly string[], link: string, place: Place): void {
  const { walk } = place;
  if (isLeftOut(names, place)) return;
  const path = pathOf(walk, names);
  const target = followLink(link);
  if (target.is === "lost") {
    // A lost link only matters where a document or a folder of documents could be meant.
    const couldBeFolder = target.isLoop && walk.depthMax === Infinity && !path.includes(".");
    if (couldBeFolder || walk.wants(names)) tell(lostLink(path, target.isLoop), walk);
    return;
  }
  if (target.is !== "folder" && !walk.wants(names)) return;
  if (isInside(target.realPath, walk.roots)) visitTarget(target, names, place);
  else tell(linkOutside(path), walk);
}

function visitTarget(
  target: Exclude<LinkTarget, { readonly is: "lost" }>,
  names: readonly string[],
  place: Place,
): void {
  const { folder, walk } = place;
  const path = pathOf(walk, names);
  if (target.is === "file") {
    walk.files.push({ path, realPath: target.realPath });
  } else if (target.is === "other") {
    tell(notRegular(path), walk);
  } else if (isInside(folder.realPath, [target.realPath])) {
    tell(lostLink(path, true), walk);
  } else {
    visitFolder(names, target.realPath, place);
  }
}

export type LinkTarget =
  | { readonly is: "file" | "folder" | "other"; readonly realPath: string }
  | { readonly is: "lost"; readonly isLoop: boolean };

/** Where a path really leads. */
export function followLink(path: string): LinkTarget {
  try {
    const realPath = realpathSync(path);
    const status = statSync(realPath);
    if (status.isFile()) return { is: "file", realPath };
    return { is: status.isDirectory() ? "folder" : "other", realPath };
  } catch (error) {
    const isLoop = error instanceof Error && "code" in error && error.code === "ELOOP";
    return { is: "lost", isLoop };
  }
}

/** True when the path itself, not its target, is there. */
export function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

export const lostLink = (path: string, isLoop: boolean): ReadResult =>
  refused(INPUT_CODES.linkLoop, path, {
    detail: `The link ${path} leads ${isLoop ? "in a circle" : "to a file that does not exist"}.`,
    help: [`rm ${path}`],
  });

export const linkOutside = (path: string): ReadResult =>
  refused(INPUT_CODES.linkOutside, path, {
    detail: `The link ${path} leads out of the project folder and the folder that was named.`,
    help: ["copy the file into the folder, or name the link's target itself"],
  });

function tell(result: ReadResult, walk: Walk): void {
  if (result.is === "refused") walk.diagnostics.push(result.diagnostic);
}

const pathOf = (walk: WalkRequest, names: readonly string[]): string =>
  [...(walk.path === "" ? [] : [walk.path]), ...names].join("/").replace(/^\/\//, "/");
