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

  test("--inventory places against a cluster as kubectl lists it", async () => {
    const node = (name: string) => ({
      kind: "Node",
      metadata: { name },
      status: { allocatable: { cpu: "4", memory: "8Gi", pods: "110" } },
    });
    const resources = { requests: { cpu: "3500m", memory: "1Gi" } };
    const pod = (name: string) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "shop" },
      spec: { containers: [{ name: "c", image: "db", resources }] },
    });
    const bound = { ...pod("db"), spec: { ...pod("db").spec, nodeName: "worker-1" } };
    const items = [node("worker-1"), node("worker-2"), bound];
    const away = temporaryFolder("cluster");
    const write = (name: string, value: unknown): void => {
      writeFileSync(join(away.path, name), JSON.stringify(value));
    };
    write("cluster.json", { apiVersion: "v1", kind: "List", items });
    write("pod.json", pod("web"));
    const args = ["plan", "--inventory", "cluster.json", "-f", "pod.json", "-o", "json"];
    const ran = await vpac(args, { cwd: away.path });
    away.remove();
    expect(ran.code, ran.stderr).toBe(0);
    const { placement } = JSON.parse(ran.stdout) as {
      placement: { decisions: { chosen: string; rejectedCounts: Record<string, number> }[] };
    };
    expect(placement.decisions).toHaveLength(1);
    expect(placement.decisions[0]).toMatchObject({
      chosen: "worker-2",
      rejectedCounts: { "cpu-short": 1 },
    });
  });

  test("--inventory alone will do for a what-if and for capacity, from standard input too", async () => {
    const away = temporaryFolder("bare-cluster");
    const amounts = { cpu: "4", memory: "8Gi", pods: "110" };
    const node = (name: string) => ({
      kind: "Node",
      metadata: { name },
      status: { allocatable: amounts },
    });
    const bound = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "db", namespace: "shop", uid: "db" },
      spec: {
        nodeName: "worker-1",
        containers: [{ name: "c", image: "db", resources: { requests: { cpu: "3" } } }],
      },
    };
    const items = [node("worker-1"), node("worker-2"), bound];
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    const run = (...args: readonly string[]) =>
      vpac([...args, "--inventory", "-"], { cwd: away.path, input });
    const drained = await run("whatif", "--drain", "worker-1");
    expect(drained.stdout).toContain("  pod/shop/db  stays on worker-1;");
    expect(drained.stdout).toContain("worker-2 would take it");
    for (const [name, text] of [
      ["utf8.json", `\ufeff${input}`],
      ["utf16.json", Buffer.from(`\ufeff${input}`, "utf16le")],
    ] as const) {
      writeFileSync(join(away.path, name), text);
      const ran = await vpac(["whatif", "--drain", "worker-1", "--inventory", name], {
        cwd: away.path,
      });
      expect(ran.stdout).toBe(drained.stdout);
    }
    const roomy = await run("capacity", "--shape", "cpu=1,memory=1Gi", "-o", "json");
    // Three more on the empty Node, one beside the Pod: a Pod of a plain cluster has no overhead.
    expect(JSON.parse(roomy.stdout)).toMatchObject({
      exit: { code: 0 },
      shape: { overheadBytes: 0 },
      answers: [{ count: 5 }, { failures: 1 }],
    });
    const plan = await run("plan");
    away.remove();
    expect([drained.code, roomy.code]).toEqual([0, 0]);
    expect(plan).toMatchObject({ code: 64 });
    expect(plan.stderr).toContain("no documents");
  });

  test.for([
    ["a list of something else", '{"kind":"List","items":[{"kind":"Service"}]}', "/items/0/kind"],
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
