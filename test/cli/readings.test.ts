import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder, vpac } from "../support/vpac.ts";

const example = fileURLToPath(new URL("../../examples/shop", import.meta.url));
const folder = temporaryFolder("readings");
const cwd = join(folder.path, "shop");
afterAll(() => folder.remove());
beforeAll(async () => {
  cpSync(example, cwd, { recursive: true });
  expect((await vpac(["apply", "--yes", "-q"], { cwd })).code).toBe(0);
});

describe("a plan can do without asking the providers", () => {
  test("after an apply the last reading is refused, since it is of an older state", async () => {
    const ran = await vpac(["plan", "--refresh=false"], { cwd });
    expect(ran.code).toBe(64);
    expect(ran.stderr).toContain("not of this state");
  });

  test("--refresh=false does not see what happened since the last plan", async () => {
    await vpac(["plan", "-q"], { cwd });
    await vpac(["sim", "power-off", "vm/shop/db-0"], { cwd });
    const blind = await vpac(["plan", "--refresh=false", "--detailed-exitcode"], { cwd });
    expect(blind.code, blind.stderr).toBe(0);
    const seeing = await vpac(["plan", "--detailed-exitcode"], { cwd });
    expect(seeing.code, seeing.stderr).toBe(2);
    await vpac(["apply", "--yes", "-q"], { cwd });
  });

  test("--inventory plans from a snapshot where there is no world at all", async () => {
    const snapshot = await vpac(["plan", "--stage", "observe"], { cwd });
    const elsewhere = join(folder.path, "elsewhere");
    cpSync(example, elsewhere, { recursive: true });
    writeFileSync(join(elsewhere, "inventory.json"), snapshot.stdout);
    const args = ["plan", "--inventory", "inventory.json", "-o", "json"];
    const ran = await vpac(args, { cwd: elsewhere });
    const { placement } = JSON.parse(ran.stdout) as { placement: { hosts: { name: string }[] } };
    expect(placement.hosts.map((host) => host.name)).toEqual(["esx-01", "esx-02", "esx-03"]);
  });

  test.for([
    ["not JSON", "hosts: []", "it is not JSON"],
    ["a host without a name", '{"readings":[],"hosts":[{}],"objects":[]}', "/hosts/0/name"],
    ["another document", '{"format":"vpac.plan/1.0"}', "/readings"],
  ] as const)("--inventory refuses %s and says where", async ([, text, where]) => {
    writeFileSync(join(cwd, "bad.json"), text);
    const ran = await vpac(["plan", "--inventory", "bad.json"], { cwd });
    expect(ran.code).toBe(65);
    expect(ran.stderr).toContain(where);
  });
});
