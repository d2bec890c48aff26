/** What loading one module costs a process, as it is installed: bundled, with a code cache. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { median } from "../support/measure.ts";

const ROUNDS = 9;
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Milliseconds of `import()`, the median of fresh processes; `file` is relative to the root. */
export async function importMs(file: string, folder: string): Promise<number> {
  const entry = join(folder, `${file.replaceAll("/", "-")}.js`);
  const bundle = await rolldown({
    cwd: root,
    input: file,
    platform: "node",
    // Loaded later, when it is needed.
    external: ["yaml"],
  });
  const { output } = await bundle.generate({ format: "esm" });
  await bundle.close();
  for (const { fileName, ...part } of output) {
    const path = part.type === "chunk" && part.isEntry ? entry : join(folder, fileName);
    writeFileSync(path, part.type === "chunk" ? part.code : part.source);
  }
  return timed(entry, folder);
}

/** The same for a module without content: what this costs at least. */
export function emptyImportMs(folder: string): number {
  const entry = join(folder, "empty.js");
  writeFileSync(entry, "export {};\n");
  return timed(entry, folder);
}

function timed(entry: string, folder: string): number {
  const probe = join(folder, "probe.mjs");
  writeFileSync(
    probe,
    `import { enableCompileCache } from "node:module";
     enableCompileCache(${JSON.stringify(join(folder, "cache"))});
     const started = performance.now();
     await import(${JSON.stringify(entry)});
     process.stdout.write(String(performance.now() - started));`,
  );
  const once = (): number => Number(execFileSync(process.execPath, [probe], { encoding: "utf8" }));
  // Fills the code cache.
  once();
  return median(Array.from({ length: ROUNDS }, once));
}
