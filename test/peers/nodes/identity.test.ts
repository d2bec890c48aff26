import { execFile } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { temporaryFolder } from "../../support/vpac.ts";
import { peersCache } from "../missing.ts";
import { describeWithPeers } from "../peers.ts";

/** Not the synchronous one: a worker that is not heard for a minute fails the whole run. */
const run = promisify(execFile);

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const MAJORS = ["22", "24", "26"] as const;
const STORIES = ["first-pod", "guestbook", "legacy-vm"] as const;
/** 10,000 orders in all. */
const PROBLEMS = "200";
const SHUFFLES = "50";

const nodeOf = (major: string): string => join(peersCache(), "bin", `node-${major}`);

describeWithPeers("nodes", "Node makes no difference", () => {
  const folder = temporaryFolder("nodes");
  afterAll(() => folder.remove());

  const answers: string[] = [];

  test.for(MAJORS)("10,000 shuffles of a world give one answer under Node %s", async (major) => {
    const script = join(ROOT, "test/peers/nodes/digest.ts");
    const { stdout } = await run(nodeOf(major), [script, PROBLEMS, SHUFFLES]);
    expect(stdout).toMatch(/^[0-9a-f]{64}\n$/);
    answers.push(stdout);
  });

  test("every major gives the same answers", () => {
    expect(answers).toHaveLength(MAJORS.length);
    expect(new Set(answers).size).toBe(1);
  });

  test.for(STORIES)("the plan of %s has one digest under every major", async (story) => {
    const digests: string[] = [];
    for (const major of MAJORS) {
      const home = join(folder.path, `${story}-${major}`);
      mkdirSync(home);
      cpSync(join(ROOT, "examples", story), home, { recursive: true });
      // What a reader is told to change later declares the same objects once more.
      rmSync(join(home, "changes"), { recursive: true, force: true });
      digests.push(await planDigest(nodeOf(major), home));
    }
    expect(digests[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(new Set(digests).size).toBe(1);
  });
});

/** Digest of the plan of the documents in a folder, without those for later. */
async function planDigest(node: string, home: string): Promise<string> {
  const words = [join(ROOT, "bin/vpac.js"), "plan", "-f", ".", "-o", "json"];
  const { stdout } = await run(node, words, { cwd: home, maxBuffer: 2 ** 26 });
  const { digest } = JSON.parse(stdout) as { digest: string };
  return digest;
}
