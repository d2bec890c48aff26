import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { temporaryFolder, vpac } from "../support/vpac.ts";

const folder = temporaryFolder("offline");
const cwd = folder.path;
afterAll(() => folder.remove());

test("validate takes what the state knows for known; --offline does not look at it", async () => {
  const team = "apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n";
  writeFileSync(join(cwd, "team.yaml"), team);
  const map =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: team}\ndata: {a: b}\n";
  writeFileSync(join(cwd, "map.yaml"), map);
  expect((await vpac(["apply", "-f", "team.yaml", "--yes", "-q"], { cwd })).code).toBe(0);
  expect((await vpac(["validate", "-f", "map.yaml"], { cwd })).code).toBe(0);
  const offline = await vpac(["validate", "-f", "map.yaml", "--offline"], { cwd });
  expect(offline.code).toBe(65);
  expect(offline.stdout).toContain("VP2001");
});

test.for([
  ["--ci", "github"],
  ["--lang", "ja"],
  ["--log-format", "json"],
])("%s %s is refused as long as nothing does it", async ([flag = "", value = ""]) => {
  const ran = await vpac(["plan", "-f", "team.yaml", flag, value], { cwd });
  expect(ran.code).toBe(64);
  expect(ran.stderr).toContain("not available in this build");
});
