import { chmodSync, cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { readStory } from "../support/story.ts";
import { run, temporaryFolder, VPAC } from "../support/vpac.ts";

const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
const folder = temporaryFolder("stories");
const bin = join(folder.path, "bin");

/** A `vpac` on the PATH, as the stories type it. */
mkdirSync(bin);
writeFileSync(join(bin, "vpac"), `#!/bin/sh\nexec "${process.execPath}" "${VPAC}" "$@"\n`);
chmodSync(join(bin, "vpac"), 0o755);

afterAll(() => folder.remove());

const stories = readdirSync(examples, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** Runs the commands of a page one after the other, as somebody who reads it would. */
async function follow(page: string, start: string): Promise<void> {
  const steps = readStory(page);
  expect(steps.length).toBeGreaterThan(0);
  let cwd = start;
  for (const step of steps) {
    const folderName = /^cd (\S+)$/.exec(step.command)?.[1];
    if (folderName !== undefined) {
      cwd = join(cwd, folderName);
      continue;
    }
    const ran = await run("/bin/sh", ["-c", step.command], {
      cwd,
      env: { PATH: `${bin}:${process.env["PATH"] ?? ""}` },
      timeoutMs: 120_000,
    });
    const printed = ran.stdout + ran.stderr;
    expect(ran.code, `line ${step.line}: ${step.command}\n${printed}`).toBe(step.exit);
    for (const line of step.output) {
      expect(printed, `line ${step.line}: ${step.command}`).toContain(line);
    }
  }
}

describe("every command of a story ends and prints as its page says", () => {
  test.for(stories)("%s", { timeout: 240_000 }, async (story) => {
    const home = join(folder.path, story);
    cpSync(join(examples, story), home, { recursive: true });
    await follow(join(home, "README.md"), home);
  });

  test("the first page, after the demo", { timeout: 240_000 }, async () => {
    const home = join(folder.path, "first-page");
    mkdirSync(home);
    const demo = await run(process.execPath, [VPAC, "demo"], { cwd: home, timeoutMs: 60_000 });
    expect(demo.code, demo.stdout + demo.stderr).toBe(0);
    await follow(fileURLToPath(new URL("../../README.md", import.meta.url)), home);
  });
});

test("after every story nothing that carries our tag is left in the simulated world", async () => {
  for (const story of stories) {
    const ran = await run(process.execPath, [VPAC, "sim", "list", "-o", "json"], {
      cwd: join(folder.path, story),
    });
    const { items } = JSON.parse(ran.stdout) as { items: { tag?: unknown }[] };
    expect(items.filter((item) => item.tag !== undefined && item.tag !== null)).toEqual([]);
  }
});
