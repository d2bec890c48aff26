import { chmodSync, cpSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder, vpac } from "../support/vpac.ts";

const example = fileURLToPath(new URL("../../examples/shop", import.meta.url));
const folder = temporaryFolder("data-folder");
afterAll(() => folder.remove());

let home = "";
let round = 0;
beforeEach(() => {
  home = join(folder.path, String(round++));
  cpSync(example, join(home, "project"), { recursive: true });
  mkdirSync(join(home, "outside"));
});

describe("T7: a data folder that a repository brings leads nowhere else", () => {
  test.for(["", "state", "sim", "runs", "cache"])(".vpac/%s as a link", async (name) => {
    const cwd = join(home, "project");
    if (name !== "") mkdirSync(join(cwd, ".vpac"), { mode: 0o700 });
    symlinkSync(join(home, "outside"), join(cwd, ".vpac", name));
    for (const args of [["plan"], ["apply", "--yes"]]) {
      const ran = await vpac(args, { cwd });
      expect(ran.code, ran.stderr).toBe(1);
      expect(ran.stderr).toContain("is a symbolic link");
    }
    expect(readdirSync(join(home, "outside"))).toEqual([]);
  });

  test("a data folder that the user names may be a link", async () => {
    const cwd = join(home, "project");
    symlinkSync(join(home, "outside"), join(home, "named"));
    const ran = await vpac(["plan", "-q"], { cwd, env: { VPAC_DATA_DIR: join(home, "named") } });
    expect(ran.code, ran.stderr).toBe(0);
  });
});

test("T22: a data folder that others may write to is closed, and that is told", async () => {
  const cwd = join(home, "project");
  mkdirSync(join(cwd, ".vpac", "sim"), { recursive: true });
  chmodSync(join(cwd, ".vpac"), 0o777);
  chmodSync(join(cwd, ".vpac", "sim"), 0o777);
  const ran = await vpac(["plan", "-q"], { cwd });
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stderr).toContain("others could write to");
  expect(statSync(join(cwd, ".vpac")).mode & 0o777).toBe(0o700);
  expect(statSync(join(cwd, ".vpac", "sim")).mode & 0o777).toBe(0o700);
});
