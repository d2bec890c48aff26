// Writes the generated files. `--check` writes nothing and fails when one is missing or stale.
//
// A generator is a module that exports `files()`, which returns (or resolves to) an array of
// [path from the root, text] pairs. Add its path to the list.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const generators = ["./generate-schemas.mjs", "./generate-docs.mjs", "./generate-support.mjs"];

const checking = process.argv.includes("--check");
let staleFiles = 0;
for (const generator of generators) {
  const { files } = await import(generator);
  for (const [path, text] of await files()) update(path, text);
}
if (staleFiles > 0) {
  process.stderr.write(`${staleFiles} generated files are stale: npm run generate\n`);
  process.exitCode = 1;
}

function update(path, text) {
  const url = new URL(`../${path}`, import.meta.url);
  if (textOf(url) === text) return;
  process.stdout.write(`${checking ? "stale" : "wrote"} ${path}\n`);
  if (checking) {
    staleFiles += 1;
    return;
  }
  mkdirSync(new URL(".", url), { recursive: true });
  writeFileSync(url, text);
}

function textOf(url) {
  try {
    return readFileSync(url, "utf8");
  } catch {
    return undefined;
  }
}
