// Runs a script or a package's bin under a supported Node:
//   node tools/run.mjs vitest run --project unit
//   node tools/run.mjs tools/build.mjs
// That Node comes first on PATH, so that programs started from there use it too.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join, resolve } from "node:path";
import { runInForeground, usable } from "./node.mjs";

const require = createRequire(import.meta.url);

/** The file behind `name`: a path, or the bin of that name in a package that we depend on. */
function scriptOf(name) {
  if (existsSync(name)) return resolve(name);
  for (const owner of [name, ...Object.keys(ownPackage().devDependencies)]) {
    const file = binOf(owner, name);
    if (file !== undefined) return file;
  }
  return undefined;
}

function ownPackage() {
  return JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
}

function binOf(owner, name) {
  const folders = require.resolve.paths(owner) ?? [];
  const folder = folders.map((path) => join(path, owner)).find((path) => existsSync(path));
  if (folder === undefined) return undefined;
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const path = typeof bin === "string" && owner === name ? bin : bin?.[name];
  return path === undefined ? undefined : join(folder, path);
}

const [name = "", ...args] = process.argv.slice(2);
const node = usable();
const script = name === "" ? undefined : scriptOf(name);
if (node === undefined) {
  process.stderr.write(`vpac needs Node 22.18 or newer, this is ${process.versions.node}\n`);
  process.exit(69);
}
if (script === undefined) {
  process.stderr.write(`nothing to run for "${name}": no such file, and no such bin; try npm ci\n`);
  process.exit(64);
}
const path = `${dirname(node)}${delimiter}${process.env.PATH ?? ""}`;
runInForeground(node, [script, ...args], { ...process.env, PATH: path });
