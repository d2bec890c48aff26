import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run, temporaryFolder, VPAC } from "../support/vpac.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** React marks every element with this symbol: whatever holds it was bundled from React. */
const MARKER = "react.transitional.element";

const folder = temporaryFolder("no-ink");
afterAll(() => folder.remove());

/** Fails the process when a file with the marker, or a package of that name, is loaded. */
const GUARD = `
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
registerHooks({
  load(url, context, next) {
    const isFile = url.startsWith("file:") && /\\.m?js$/.test(url);
    if (isFile && readFileSync(new URL(url), "utf8").includes(${JSON.stringify(MARKER)})) {
      process.stderr.write("loaded " + url + "\\n");
      process.exit(99);
    }
    return next(url, context);
  },
});
`;

const guard = join(folder.path, "guard.mjs");
const guarded = (args: readonly string[]) =>
  run(process.execPath, [`--import=${pathToFileURL(guard).href}`, VPAC, ...args], {
    cwd: join(folder.path, "shop"),
  });

beforeAll(() => {
  writeFileSync(guard, GUARD);
  cpSync(join(ROOT, "examples/shop"), join(folder.path, "shop"), { recursive: true });
});

describe("React and Ink are loaded by the full screen alone", () => {
  test("the build has a chunk that holds them, and the guard sees it", async () => {
    const chunks = join(ROOT, "dist/chunks");
    const holding = readdirSync(chunks).filter((name) =>
      readFileSync(join(chunks, name), "utf8").includes(MARKER),
    );
    expect(holding.length).toBeGreaterThan(0);
    const [chunk = ""] = holding;
    const script = `await import(${JSON.stringify(pathToFileURL(join(chunks, chunk)).href)})`;
    const args = [`--import=${pathToFileURL(guard).href}`, "--input-type=module", "-e", script];
    expect((await run(process.execPath, args, { cwd: folder.path })).code).toBe(99);
  });

  test.for([
    { command: "version", exit: 0 },
    { command: "help", exit: 0 },
    { command: "help tui", exit: 0 },
    { command: "validate", exit: 0 },
    { command: "plan", exit: 0 },
    { command: "plan -o json", exit: 0 },
    { command: "tui", exit: 64 },
    { command: "plan --ui", exit: 64 },
    { command: "apply --yes", exit: 0 },
    { command: "get vm", exit: 0 },
    { command: "hosts", exit: 0 },
    { command: "destroy --yes --confirm default", exit: 0 },
  ])("vpac $command never loads them", async ({ command, exit }) => {
    const { code, stderr } = await guarded(command.split(" "));
    expect(stderr).not.toContain("loaded ");
    expect(code, stderr).toBe(exit);
  });
});
