// Builds dist/ from cli/main.ts: one readable file for the start, one chunk per `import()`, so that
// a command pays only for what it uses. `--if-stale` skips the work when no source is newer.
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const main = join(dist, "main.js");
const sources = ["cli", "engine", "providers", "schemas"].map(
  (room) => `${room}/**/*.{ts,tsx,js,json}`,
);
const minutesChunksOutliveTheirBuild = 60;

/** Ink imports this development tool behind a condition that is never true in a build. */
const withoutDevtools = {
  name: "without-react-devtools",
  resolveId: (id) => (id === "react-devtools-core" ? "\0react-devtools-core" : null),
  load: (id) => (id === "\0react-devtools-core" ? "export default undefined;" : null),
};

export function stale() {
  if (!existsSync(main)) return true;
  const built = statSync(main).mtimeMs;
  const files = [...globSync(sources, { cwd: root }), "package.json", "tools/build.mjs"];
  return files.some((file) => statSync(join(root, file)).mtimeMs > built);
}

export async function build() {
  const { rolldown } = await import("rolldown");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const bundle = await rolldown({
    cwd: root,
    input: { main: "cli/main.ts" },
    platform: "node",
    plugins: [withoutDevtools],
    // The same parser without a look at the environment for every token: a fifth faster.
    resolve: { alias: { yaml: join(root, "node_modules/yaml/browser/dist/index.js") } },
    transform: {
      define: {
        "process.env.NODE_ENV": '"production"',
        "process.env.VPAC_VERSION": JSON.stringify(version),
      },
    },
  });
  const { output } = await bundle.generate({
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  await bundle.close();
  write(output);
}

/**
 * Chunks first, the entry last, each by rename: a vpac that starts meanwhile sees the old build or
 * the new one, and a running one still finds the chunks it has not loaded yet.
 */
function write(output) {
  const wanted = new Set(output.map((file) => join(dist, file.fileName)));
  for (const file of output.toSorted(
    (a, b) => Number(a.isEntry ?? false) - Number(b.isEntry ?? false),
  )) {
    const path = join(dist, file.fileName);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, file.type === "chunk" ? file.code : file.source);
    renameSync(`${path}.${process.pid}`, path);
  }
  const oldest = Date.now() - minutesChunksOutliveTheirBuild * 60_000;
  for (const name of globSync("chunks/*", { cwd: dist })) {
    const path = join(dist, name);
    if (!wanted.has(path) && statSync(path).mtimeMs < oldest) rmSync(path, { force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const onlyIfStale = process.argv.includes("--if-stale");
  if (!onlyIfStale || stale()) await build();
}
