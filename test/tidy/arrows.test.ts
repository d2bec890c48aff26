import { join } from "node:path/posix";
import { expect, test } from "vitest";
import { productSources } from "../support/sources.ts";

/**
 * The map of the house: room → the rooms and packages it may import. Data goes one way, rooms do not
 * know each other, and engine/pipeline.ts composes them. "node" stands for Node's own modules.
 */
const nouns = ["engine/model", "engine/diagnostics", "engine/contract"];
const pure = [...nouns, "engine/events"];
const effects = [...pure, "engine/load", "engine/validate", "engine/resolve", "engine/diff"];
const arrows: Readonly<Record<string, readonly string[]>> = {
  "engine/model": [],
  "engine/contract": ["engine/model"],
  "engine/diagnostics": ["engine/model"],
  "engine/events": ["engine/model", "engine/diagnostics"],
  "engine/load": [...nouns, "yaml"],
  "engine/validate": [...nouns, "ajv"],
  "engine/resolve": nouns,
  "engine/diff": nouns,
  "engine/place": ["engine/model", "engine/diagnostics/assert.ts"],
  "engine/plan": nouns,
  "engine/observe": [...effects, "engine/place", "engine/plan", "node"],
  "engine/apply": [...effects, "engine/place", "engine/plan", "node"],
  "engine/record": [...effects, "engine/place", "engine/plan", "node"],
  engine: ["node"],
  schemas: ["schemas", "engine/contract", "engine/model", "ajv"],
  providers: ["engine/contract", "engine/model", "schemas", "node", "yaml"],
  cli: [
    "engine/index.ts",
    "engine/ports.ts",
    ...nouns,
    "engine/events",
    "providers/*/index.ts",
    "schemas/index.ts",
    "schemas/docs.ts",
    "schemas/output",
    "node",
    "commander",
    "diff",
    "ink",
    "react",
    "yaml",
  ],
};

/** engine/place/filters/x.ts → engine/place; engine/index.ts → engine; providers/foo/x.ts → providers. */
function roomOf(path: string): string {
  const [top = "", second = ""] = path.split("/");
  return top === "engine" && !second.endsWith(".ts") ? `${top}/${second}` : top;
}

/**
 * Files below this folder are at home with each other. One provider is no home to another; the files
 * directly in engine/ compose all its rooms.
 */
function homeOf(path: string): string {
  const [top = "", second = ""] = path.split("/");
  return top === "providers" ? `${top}/${second}/` : `${roomOf(path)}/`;
}

function importsOf(text: string): readonly string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const imports = code.matchAll(/(?:\bfrom|\bimport\(|^import)\s*"([^"]+)"/gm);
  return [...imports].map((found) => found[1]!);
}

/** A file's path from the root, "node", or the name of a package. */
function targetOf(path: string, specifier: string): string {
  if (specifier.startsWith(".")) return join(path, "..", specifier);
  if (specifier.startsWith("node:")) return "node";
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function allowed(path: string, target: string): boolean {
  const own = arrows[roomOf(path)] ?? [];
  if (target.startsWith(homeOf(path))) return true;
  return own.some((room) => {
    const pattern = room.replace("*", "[^/]+");
    return new RegExp(`^${pattern}(/|$)`).test(target);
  });
}

function wrongArrows(files: readonly { path: string; text: string }[]): readonly string[] {
  return files.flatMap(({ path, text }) =>
    importsOf(text)
      .map((specifier) => targetOf(path, specifier))
      .filter((target) => !allowed(path, target))
      .map((target) => `${path} imports ${target}: move the noun to engine/model or pass it in`),
  );
}

test("rooms import only what the map allows", () => {
  expect(wrongArrows(productSources())).toEqual([]);
});

test.for([
  ["engine/place/place.ts", `import { load } from "../load/load.ts";`],
  ["engine/load/load.ts", `import { readFileSync } from "node:fs";`],
  ["engine/apply/apply.ts", `import type { X } from "../../providers/libvirt/index.ts";`],
  ["providers/libvirt/index.ts", `import { x } from "../esxi-sim/index.ts";`],
  ["cli/main.ts", `const x = await import("../engine/apply/apply.ts");`],
  ["engine/index.ts", `import "../cli/main.ts";`],
] as const)("the map refuses in %s: %s", ([path, text]) => {
  expect(wrongArrows([{ path, text }])).toHaveLength(1);
});

test.for([
  ["engine/place/place.ts", `import { host } from "../model/host.ts";`],
  ["engine/pipeline.ts", `import { load } from "./load/load.ts";`],
  ["providers/libvirt/index.ts", `import { x } from "./kinds/pod.ts";`],
  ["cli/wiring/providers.ts", `import { x } from "../../providers/esxi-sim/index.ts";`],
] as const)("the map allows in %s: %s", ([path, text]) => {
  expect(wrongArrows([{ path, text }])).toEqual([]);
});
