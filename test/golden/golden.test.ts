import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { run, temporaryFolder, VPAC } from "../support/vpac.ts";

/**
 * Transcripts of whole sessions, as a user would read them: `<story>.script` holds the commands, run
 * in a copy of `examples/<story>` with a frozen clock, `<story>.transcript` what came back. Written
 * anew with `vitest run --project golden -u`; reviewed as a diff.
 */
const here = fileURLToPath(new URL(".", import.meta.url));
const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
const folder = temporaryFolder("golden");
afterAll(() => folder.remove());

const bin = join(folder.path, "bin");
mkdirSync(bin);
writeFileSync(join(bin, "vpac"), `#!/bin/sh\nexec "${process.execPath}" "${VPAC}" "$@"\n`);
chmodSync(join(bin, "vpac"), 0o755);

const stories = readdirSync(here)
  .filter((name) => name.endsWith(".script"))
  .map((name) => name.slice(0, -".script".length));

async function transcript(story: string): Promise<string> {
  const home = join(folder.path, story);
  cpSync(join(examples, story), home, { recursive: true });
  const parts: string[] = [];
  for (const command of readFileSync(join(here, `${story}.script`), "utf8").split("\n")) {
    if (command.trim() === "" || command.startsWith("#")) continue;
    const ran = await run("/bin/sh", ["-c", command], {
      cwd: home,
      env: {
        PATH: `${bin}:${process.env["PATH"] ?? ""}`,
        VPAC_TEST_NOW: "2026-01-02T03:04:05Z",
        COLUMNS: "100",
      },
    });
    const told = ran.stderr === "" ? "" : `--- stderr\n${ran.stderr}`;
    parts.push(`$ ${command}\n${ran.stdout}${told}--- exit ${ran.code}\n`);
  }
  return parts.join("\n");
}

test.for(stories)("the session of %s reads as it did", { timeout: 120_000 }, async (story) => {
  await expect(await transcript(story)).toMatchFileSnapshot(join(here, `${story}.transcript`));
});

test("every script has an example and every transcript a script", () => {
  const known = new Set(readdirSync(examples));
  expect(stories.filter((story) => !known.has(story))).toEqual([]);
  const transcripts = readdirSync(here).filter((name) => name.endsWith(".transcript"));
  expect(transcripts.sort()).toEqual(stories.map((story) => `${story}.transcript`).sort());
});
