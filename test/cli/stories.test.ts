import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { followStory, storyTools } from "../support/story.ts";
import { run, temporaryFolder, VPAC } from "../support/vpac.ts";

const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
const folder = temporaryFolder("stories");
const bin = storyTools(folder.path);

afterAll(() => folder.remove());

const stories = readdirSync(examples, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

describe("every command of a story ends and prints as its page says", () => {
  test.for(stories)("%s", { timeout: 240_000 }, async (story) => {
    const home = join(folder.path, story);
    cpSync(join(examples, story), home, { recursive: true });
    await followStory(join(home, "README.md"), home, { bin });
  });

  test("the first page, after the demo", { timeout: 240_000 }, async () => {
    const home = join(folder.path, "first-page");
    mkdirSync(home);
    const demo = await run(process.execPath, [VPAC, "demo"], { cwd: home, timeoutMs: 60_000 });
    expect(demo.code, demo.stdout + demo.stderr).toBe(0);
    const page = fileURLToPath(new URL("../../README.md", import.meta.url));
    await followStory(page, home, { bin });
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
