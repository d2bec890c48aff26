import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { project } from "./project.ts";

const made = project();
afterAll(() => made.remove());

test("T7: a state file that is a link is refused, and what it points to is left alone", async () => {
  const outside = join(made.path, "outside");
  writeFileSync(outside, "untouched");
  mkdirSync(join(made.path, "linked/state"), { recursive: true });
  symlinkSync(outside, join(made.path, "linked/state/state.json"));
  for (const command of ["plan -f spec.yaml", "apply -f spec.yaml --yes", "state list"]) {
    const ran = await made.run(command, { env: { VPAC_DATA_DIR: "linked" } });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("state.json is a symbolic link");
    expect(ran.stderr).not.toContain("VP9001");
  }
  expect(readFileSync(outside, "utf8")).toBe("untouched");
});

test("a data folder that cannot be made is told as that, not as a bug", async () => {
  const env = { VPAC_DATA_DIR: "spec.yaml" };
  const ran = await made.run("apply -f spec.yaml --yes", { env });
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("cannot be used");
  const machine = await made.run("apply -f spec.yaml --yes -o json", { env });
  expect(machine.stdout).toContain("cannot be used");
});

test("a damaged state is never shown as an empty one", async () => {
  await made.run("apply -f spec.yaml --yes", { env: { VPAC_DATA_DIR: "damaged" } });
  writeFileSync(join(made.path, "damaged/state/state.json"), "{");
  for (const command of ["status", "get pod", "describe pod/default/a", "plan -f spec.yaml"]) {
    const ran = await made.run(command, { env: { VPAC_DATA_DIR: "damaged" } });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toBe("");
    expect(ran.stderr).toContain("the newest good backup is state-1.json");
  }
});

test("T22: a state that others could read is told of once, and no longer so", async () => {
  await made.run("apply -f spec.yaml --yes", { env: { VPAC_DATA_DIR: "open" } });
  chmodSync(join(made.path, "open/state"), 0o755);
  const look = () => made.run("state list", { env: { VPAC_DATA_DIR: "open" } });
  expect((await look()).stderr).toContain("could be read by others; its mode is now 0700");
  expect((await look()).stderr).toBe("");
});
