import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { temporaryFolder } from "../../support/vpac.ts";
import { peersCache } from "../missing.ts";
import { describeWithPeers } from "../peers.ts";

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

  test.for(MAJORS)("10,000 shuffles of a world give one answer under Node %s", (major) => {
    const script = join(ROOT, "test/peers/nodes/digest.ts");
    const text = execFileSync(nodeOf(major), [script, PROBLEMS, SHUFFLES], { encoding: "utf8" });
    expect(text).toMatch(/^[0-9a-f]{64}\n$/);
    answers.push(text);
  });

  test("every major gives the same answers", () => {
    expect(answers).toHaveLength(MAJORS.length);
    expect(new Set(answers).size).toBe(1);
  });

  test.for(STORIES)("the plan of %s has one digest under every major", (story) => {
    const digests = MAJORS.map((major) => {
      const home = join(folder.path, `${story}-${major}`);
      mkdirSync(home);
      cpSync(join(ROOT, "examples", story), home, { recursive: true });
      // What a reader is told to change later declares the same objects once more.
      rmSync(join(home, "changes"), { recursive: true, force: true });
      return planDigest(nodeOf(major), home);
    });
    expect(digests[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(new Set(digests).size).toBe(1);
  });
});

/** Digest of the plan of the documents in a folder, without those for later. */
function planDigest(node: string, home: string): string {
  const text = execFileSync(node, [join(ROOT, "bin/vpac.js"), "plan", "-f", ".", "-o", "json"], {
    cwd: home,
    encoding: "utf8",
  });
  const { digest } = JSON.parse(text) as { digest: string };
  return digest;
}
