import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { host, pod, type Project, project, SMALL, yaml } from "./project.ts";

let open: Project[] = [];
afterEach(() => {
  for (const item of open) item.remove();
  open = [];
});

function opened(files?: Readonly<Record<string, string>>): Project {
  const made = project(files);
  open.push(made);
  return made;
}

interface Line {
  readonly seq: number;
  readonly type: string;
  readonly run?: string;
  readonly exit?: { readonly code: number };
}

const linesOf = (text: string): Line[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);

test("plan, apply, plan again: nothing left to do, and destroy leaves nothing of ours", async () => {
  const made = opened();
  expect((await made.run("plan -f spec.yaml --detailed-exitcode")).code).toBe(2);
  const applied = await made.run("apply -f spec.yaml --yes");
  expect(applied.stdout).toMatch(/^Apply complete! Resources: 5 added, 0 changed, 0 destroyed\.$/m);
  expect((await made.run("plan -f spec.yaml --detailed-exitcode")).code).toBe(0);
  const again = await made.run("apply -f spec.yaml --yes");
  expect(again.stdout).toBe(
    "No changes. Your infrastructure matches the configuration.\n" +
      "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.\n",
  );
  const destroyed = await made.run("destroy -f spec.yaml --yes --confirm default");
  expect(destroyed.stdout).toContain("Apply complete! Resources: 0 added, 0 changed, 5 destroyed.");
  const listed = await made.run("sim list -o json");
  const { items } = JSON.parse(listed.stdout) as { items: { tag: object | null }[] };
  expect(items.filter(({ tag }) => tag !== null)).toEqual([]);
  expect((await made.run("state list")).stdout).toBe("");
});

test("the event stream starts with version, has no gap, and ends with summary and exit", async () => {
  const made = opened();
  const ran = await made.run("apply -f spec.yaml --yes --json-into copy.ndjson -o json");
  const lines = linesOf(ran.stdout);
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index));
  expect(lines[0]?.type).toBe("version");
  expect(lines.slice(-2).map(({ type }) => type)).toEqual(["change_summary", "run_end"]);
  expect(lines.at(-1)?.exit).toEqual({ code: 0, reason: "ok", retryable: false });
  expect(readFileSync(join(made.path, "copy.ndjson"), "utf8")).toBe(ran.stdout);
  expect(lines.filter(({ type }) => type === "apply_complete")).toHaveLength(5);
});

test("a refused apply ends its stream as well", async () => {
  const made = opened();
  await made.run("apply -f spec.yaml --yes");
  const ran = await made.run("destroy -f spec.yaml --yes -o json");
  expect(ran.code).toBe(4);
  const lines = linesOf(ran.stdout);
  expect(lines.at(-1)).toMatchObject({ type: "run_end", exit: { code: 4, gate: "confirm" } });
  expect(lines.some(({ type }) => type === "diagnostic")).toBe(true);
});

test("a run folder holds the plan and the same events, for its owner alone", async () => {
  const made = opened();
  const ran = await made.run("apply -f spec.yaml --yes -o ndjson");
  const run = linesOf(ran.stdout).find(({ type }) => type === "run_start")?.run ?? "";
  const folder = join(made.path, ".vpac/runs", run);
  expect(readFileSync(join(folder, "events.ndjson"), "utf8")).toBe(ran.stdout);
  for (const name of ["plan.json", "events.ndjson"]) {
    expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
  }
  const shown = await made.run(`show ${run} --detailed-exitcode`);
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain("Apply complete!");
  expect((await made.run("plan -f spec.yaml")).code).toBe(0);
  expect(readdirSync(join(made.path, ".vpac/runs"))).toEqual([run]);
});

test("a saved plan is applied exactly, and once", async () => {
  const made = opened();
  await made.run("plan -f spec.yaml --out p.vpacplan");
  expect(statSync(join(made.path, "p.vpacplan")).mode & 0o777).toBe(0o600);
  // What the documents say by now does not matter: the file is the approval.
  made.write("spec.yaml", yaml(SMALL, pod("later")));
  const applied = await made.run("apply p.vpacplan");
  expect(applied.stdout).toContain("Apply complete! Resources: 5 added, 0 changed, 0 destroyed.");
  expect(applied.stderr).toMatch(/Applying plan [0-9a-f]+ \(sha256:[0-9a-f]{64}\)/);
  expect((await made.run("state list")).stdout).not.toContain("pod/default/later");
  const twice = await made.run("apply p.vpacplan");
  expect(twice.code).toBe(6);
  expect(twice.stderr).toContain("plan was applied before");
});

test("show gives the code a saved plan had, and asks no provider for it", async () => {
  const made = opened();
  await made.run("plan -f spec.yaml --out p.vpacplan");
  const shown = await made.run("show p.vpacplan --detailed-exitcode");
  expect(shown.code).toBe(2);
  expect(shown.stdout).toContain("Plan: 5 to add, 0 to change, 0 to destroy.");
  expect((await made.run("show p.vpacplan")).code).toBe(0);
});

test("a saved plan is refused when what it touches has changed, not for other changes", async () => {
  const made = opened();
  await made.run("apply -f spec.yaml --yes");
  made.write("spec.yaml", SMALL.replaceAll("256Mi", "512Mi").replace("name: b", "name: b"));
  await made.run("plan -f spec.yaml --target pod/default/a --out a.vpacplan");
  await made.run("sim power-off pod/default/b");
  const other = await made.run("apply a.vpacplan");
  expect(other.code, other.stderr).toBe(0);
  await made.run("plan -f spec.yaml --target pod/default/c --out c.vpacplan");
  await made.run("sim delete pod/default/c");
  const touched = await made.run("apply c.vpacplan");
  expect(touched.code, touched.stdout + touched.stderr).toBe(6);
  expect(touched.stderr).toContain("pod/default/c");
});

test("T20: a plan file with any byte changed is refused", async () => {
  const made = opened();
  await made.run("plan -f spec.yaml --out p.vpacplan");
  const file = join(made.path, "p.vpacplan");
  const good = readFileSync(file);
  for (const at of [10, Math.floor(good.length / 2), good.length - 3]) {
    const bad = Buffer.from(good);
    bad.writeUInt8((bad[at] ?? 0) ^ 1, at);
    writeFileSync(file, bad);
    const ran = await made.run("apply p.vpacplan");
    expect(ran.code, `byte ${at}: ${ran.stdout}${ran.stderr}`).toBe(6);
  }
  writeFileSync(file, good.subarray(0, good.length - 20));
  expect((await made.run("apply p.vpacplan")).code).toBe(6);
  writeFileSync(file, "no plan at all\n");
  expect((await made.run("apply p.vpacplan")).code).toBe(64);
});

test("a plan file that unpacks to more than any plan is refused quickly", async () => {
  const { gzipSync } = await import("node:zlib");
  const made = opened();
  writeFileSync(join(made.path, "bomb.vpacplan"), gzipSync(Buffer.alloc(300 * 1024 * 1024)));
  const ran = await made.run("apply bomb.vpacplan");
  expect(ran.code).toBe(6);
});

test("two applies at once: the second is told who holds the lock, and since when", async () => {
  const made = opened();
  // Long enough that the second has read and planned, on a slow machine too, before the first ends.
  await made.run("sim faults --latency 3s");
  const first = made.start("apply -f spec.yaml --yes");
  await first.until("create started");
  const second = await made.run("apply -f spec.yaml --yes");
  expect(second.code, second.stderr).toBe(5);
  expect(second.stderr).toMatch(/locked by \S+@\S+ for .*\(apply, process \d+, lock /);
  expect((await first.ended).code).toBe(0);
});

test("an apply that waits for the lock gets it", async () => {
  const made = opened();
  await made.run("sim faults --latency 300ms");
  const first = made.start("apply -f spec.yaml --yes");
  await first.until("create started");
  const second = await made.run("apply -f spec.yaml --yes --lock-timeout 20s");
  // It planned before the first was through, so its own plan is stale by then, or has nothing left.
  expect([0, 6], second.stderr).toContain(second.code);
  expect((await first.ended).code).toBe(0);
});

test.for([
  { signal: "SIGINT" as const, code: 130 },
  { signal: "SIGTERM" as const, code: 143 },
])("$signal once: what runs ends, nothing new starts, and a new apply converges", async (given) => {
  const made = opened();
  await made.run("sim faults --latency 500ms");
  const apply = made.start("apply -f spec.yaml --yes");
  await apply.until("create started");
  apply.kill(given.signal);
  const { code, output } = await apply.ended;
  expect(code, output).toBe(given.code);
  expect(output).toMatch(/^Apply incomplete\. Resources: 2 added, .* 0 failed, 3 skipped\.$/m);
  await made.run("sim faults --latency 0s");
  const run = /--resume (\S+),/.exec(output)?.[1] ?? "";
  expect((await made.run(`show ${run} --detailed-exitcode`)).code).toBe(given.code);
  const resumed = await made.run(`apply --resume ${run}`);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(resumed.stdout).toContain("Apply complete! Resources: 3 added");
  expect((await made.run("plan -f spec.yaml --detailed-exitcode")).code).toBe(0);
});

test("a second signal ends at once, with the stream closed", async () => {
  const made = opened();
  await made.run("sim faults --latency 3s");
  const apply = made.start("apply -f spec.yaml --yes -o ndjson");
  await apply.until('"apply_start"');
  apply.kill("SIGINT");
  await apply.until("nothing new is started");
  await new Promise((resolve) => setTimeout(resolve, 150));
  const before = performance.now();
  apply.kill("SIGINT");
  const { code, output } = await apply.ended;
  expect(code).toBe(130);
  // Two calls of three seconds are under way: nobody has waited for them.
  expect(performance.now() - before).toBeLessThan(2900);
  expect(output).toContain('"type":"run_end"');
});

test("a killed apply counts as unfinished, and resume finishes it", async () => {
  const made = opened();
  await made.run("sim faults --latency 400ms");
  const apply = made.start("apply -f spec.yaml --yes");
  await apply.until("create started");
  apply.kill("SIGKILL");
  await apply.ended;
  await made.run("sim faults --latency 0s");
  const [run = ""] = readdirSync(join(made.path, ".vpac/runs"));
  expect((await made.run(`show ${run} --detailed-exitcode`)).code).toBe(7);
  const resumed = await made.run(`apply --resume ${run}`);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect((await made.run("plan -f spec.yaml --detailed-exitcode")).code).toBe(0);
});

test("resume does no more than its run was approved for", async () => {
  const made = opened();
  await made.run("sim faults --latency 400ms");
  const apply = made.start("apply -f spec.yaml --yes");
  await apply.until("create started");
  apply.kill("SIGINT");
  const { output } = await apply.ended;
  await made.run("sim faults --latency 0s");
  made.write("spec.yaml", yaml(SMALL, pod("more")));
  const run = /--resume (\S+),/.exec(output)?.[1] ?? "";
  const resumed = await made.run(`apply --resume ${run}`);
  expect(resumed.code).toBe(6);
  expect(resumed.stderr).toContain("pod/default/more");
  expect((await made.run("apply --resume nosuchrun")).code).toBe(64);
});

test("fail-fast starts nothing after the first failure", async () => {
  const made = opened({ "spec.yaml": yaml(host("esx-01"), pod("huge", "900Gi"), pod("z")) });
  const ran = await made.run("apply -f spec.yaml --yes --fail-fast --parallelism 1");
  expect(ran.code, ran.stderr).not.toBe(0);
  expect(ran.stdout).toMatch(/^Apply incomplete\. .* 1 failed, 1 skipped\.$/m);
});

test("the disk being full for the plan file is a failure, and leaves no file", async () => {
  const made = opened();
  const ran = await made.run("plan -f spec.yaml --out /dev/full");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("cannot write /dev/full");
  const gone = await made.run("plan -f spec.yaml --out nowhere/p.vpacplan");
  expect(gone.code).toBe(64);
  expect(readdirSync(made.path).filter((name) => name.includes("tmp"))).toEqual([]);
});

test("workspaces do not see each other's state", async () => {
  const made = opened();
  await made.run("apply -f spec.yaml --yes");
  expect((await made.run("state list -w test")).stdout).toBe("");
  expect((await made.run("state list")).stdout.trim().split("\n")).toHaveLength(5);
});
