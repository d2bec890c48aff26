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

/** Code that people write for the product: neither tests nor tools nor generated files. */
export function productSources(): readonly Source[] {
  const all = sources(["{engine,providers,cli,schemas}/**/*.{ts,tsx}"]);
  return all.filter(({ path }) => !/\.(gen|test)\.|\.d\.ts$/.test(path));
}
