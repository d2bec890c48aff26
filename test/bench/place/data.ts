import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What is under the folder named by VPAC_DATA, or why nothing can be read from it. */
export type DataFolder = { readonly path: string } | { readonly missing: string };

/** The data sets are not part of this repository; who has them names their folder. */
export function dataFolder(name: string): DataFolder {
  const root = process.env["VPAC_DATA"];
  const missing = `skipped: set VPAC_DATA to a folder with ${name}/ (placement data, not part of this repository)`;
  if (root === undefined || root === "" || !existsSync(join(root, name))) return { missing };
  return { path: join(root, name) };
}

export interface RoadefInstance {
  readonly name: string;
  readonly model: string;
  readonly initial: string;
}

/** Every pair of model and first assignment, plain or gzipped, by name. */
export function roadefInstances(folder: string): readonly RoadefInstance[] {
  return globSync("model_*.txt*", { cwd: folder })
    .toSorted()
    .map((file) => ({
      name: file.replace(/^model_/, "").replace(/\.txt(\.gz)?$/, ""),
      model: join(folder, file),
      initial: join(folder, file.replace(/^model_/, "assignment_")),
    }))
    .filter(({ initial }) => existsSync(initial));
}

/** A table with a head line, as one record per row; absent: no rows. */
export function readTable(path: string): readonly Readonly<Record<string, string>>[] {
  if (!existsSync(path)) return [];
  const [head = "", ...lines] = readFileSync(path, "utf8").trim().split("\n");
  const columns = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""]));
  });
}
