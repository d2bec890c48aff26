import { globSync, readFileSync } from "node:fs";

export interface Source {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export function sources(patterns: readonly string[]): readonly Source[] {
  return globSync(patterns, { exclude: ["**/node_modules/**"] })
    .map((path) => ({ path: path.replaceAll("\\", "/"), text: readFileSync(path, "utf8") }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

const isWritten = ({ path }: Source): boolean => !/\.gen\.|\.d\.ts$/.test(path);

/** All code that people write: product, tests and tools. */
export function allSources(): readonly Source[] {
  const folders = "{bin,cli,engine,providers,schemas,test,tools}";
  return sources([`${folders}/**/*.{ts,tsx,mjs,js}`, "*.{ts,mjs}"]).filter(isWritten);
}

/** Code that people write for the product: neither tests nor tools nor generated files. */
export function productSources(): readonly Source[] {
  const all = sources(["{engine,providers,cli,schemas}/**/*.{ts,tsx}"]);
  return all.filter((source) => isWritten(source) && !source.path.includes(".test."));
}
