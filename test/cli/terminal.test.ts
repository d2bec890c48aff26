import { afterAll, expect, test } from "vitest";
import { run, VPAC } from "../support/vpac.ts";
import { type Project, project } from "./project.ts";

const made: Project = project();
afterAll(() => made.remove());

const quoted = (text: string): string => `'${text}'`;

/** Runs a command on a pseudo-terminal of `script`, with what is typed and when. */
function onTerminal(args: string, typed: string, env: Readonly<Record<string, string>> = {}) {
  const command = `${quoted(process.execPath)} ${quoted(VPAC)} ${args}`;
  const shell = `(${typed}) | script -qec ${JSON.stringify(command)} /dev/null`;
  return run("bash", ["-c", shell], { cwd: made.path, env: { TERM: "xterm", ...env } });
}

const hasScript = (await run("bash", ["-c", "command -v script"], { cwd: "/" })).code === 0;

test.skipIf(!hasScript)("on a terminal apply asks, and no changes nothing", async () => {
  const ran = await onTerminal("apply -f spec.yaml", "sleep 1.5; echo no; sleep 1");
  expect(ran.stdout).toContain("Apply this plan? yes / no / details:");
  expect(ran.stdout).toContain("cancelled; nothing was changed");
  expect(ran.code).toBe(10);
  expect((await made.run("state list")).stdout).toBe("");
});

test.skipIf(!hasScript)("details shows all of it, yes applies, ended rows stay", async () => {
  await made.run("sim faults --latency 150ms");
  const typed = "sleep 1.5; echo details; sleep 0.5; echo yes; sleep 4";
  const ran = await onTerminal("apply -f spec.yaml", typed);
  expect(ran.code).toBe(0);
  expect(ran.stdout.split("Plan: 5 to add").length - 1).toBe(2);
  expect(ran.stdout).toContain("2/5 done");
  expect(ran.stdout).toContain("Apply complete! Resources: 5 added, 0 changed, 0 destroyed.");
});

test.skipIf(!hasScript)("accessible mode and TERM=dumb append only, without a colour", async () => {
  await made.run("sim faults --latency 20ms");
  made.write("spec.yaml", "");
  for (const env of [{ ACCESSIBLE: "1" }, { TERM: "dumb" }]) {
    const typed = "sleep 1.5; echo default; sleep 3";
    const ran = await onTerminal("destroy -f spec.yaml --accessible", typed, env);
    expect(ran.stdout).not.toContain("\u001b[2K");
    expect(ran.stdout).not.toContain("\u001b[3");
  }
});
