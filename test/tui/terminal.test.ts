import { spawnSync } from "node:child_process";
import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Left, Terminal, type TerminalOptions, hasTmux } from "../support/terminal.ts";
import { temporaryFolder, VPAC, vpac } from "../support/vpac.ts";

const SHOP = fileURLToPath(new URL("../../examples/shop", import.meta.url));
const COMPLETE = /Apply complete! Resources: (\d+) added, (\d+) changed, (\d+) destroyed\./;

let folder: ReturnType<typeof temporaryFolder>;
let terminal: Terminal | undefined;

beforeEach(() => {
  folder = temporaryFolder("tui");
  cpSync(SHOP, folder.path, { recursive: true });
});
afterEach(() => {
  terminal?.close();
  terminal = undefined;
  folder.remove();
});

function open(options: Partial<TerminalOptions> = {}): Terminal {
  terminal = new Terminal({ cwd: folder.path, ...options });
  return terminal;
}

/** The plan browser on the example, once it is on the screen. */
async function browse(args = "tui", options: Partial<TerminalOptions> = {}): Promise<Terminal> {
  const opened = open(options);
  opened.start(args);
  await opened.until("Changes  19/19");
  return opened;
}

/** The same with an apply of everything under way, every call taking its time. */
async function applying(latency: string, args = "tui"): Promise<Terminal> {
  const slow = await vpac(["sim", "faults", "--latency", latency], { cwd: folder.path });
  expect(slow.code).toBe(0);
  const opened = await browse(args);
  opened.press("A");
  await opened.until('type "yes"');
  opened.type("yes");
  opened.press("Enter");
  await opened.until(/applying.* [1-9]\d* running/);
  return opened;
}

const restored = (exit: number): Left => ({
  exit,
  isCursorShown: true,
  isAlternate: false,
  areModesRestored: true,
});

test("in CI there is a tmux to run these tests in", () => {
  if ((process.env["CI"] ?? "") !== "") expect(hasTmux).toBe(true);
});

describe.skipIf(!hasTmux)("in a terminal (skipped only where tmux is missing)", () => {
  describe("leaving", () => {
    test("q gives the terminal back and exits 0", async () => {
      const shown = await browse();
      shown.press("q");
      expect(await shown.left()).toEqual(restored(0));
      expect(shown.screen()).not.toContain("Changes");
    });

    test("ctrl-c where nothing runs gives it back and exits 130", async () => {
      const shown = await browse();
      shown.press("C-c");
      expect(await shown.left()).toEqual(restored(130));
    });

    test.for([
      { signal: "SIGTERM", exit: 143 },
      { signal: "SIGINT", exit: 130 },
    ] as const)("$signal gives it back and exits $exit", async ({ signal, exit }) => {
      const shown = await browse();
      process.kill(shown.processId(), signal);
      expect(await shown.left()).toEqual(restored(exit));
    });

    test("an exception gives it back, exits 70 and is told as a bug", async () => {
      const fault = join(folder.path, "fault.mjs");
      writeFileSync(
        fault,
        'process.on("SIGUSR2", () => { throw new Error("broken on purpose"); });\n',
      );
      const shown = await browse("tui", { env: { NODE_OPTIONS: `--import=${fault}` } });
      process.kill(shown.processId(), "SIGUSR2");
      expect(await shown.left()).toEqual(restored(70));
      expect(shown.screen()).toMatch(/VP9001[\s\S]*broken on purpose/);
    });

    test("the death of the launcher ends it with the terminal given back", async () => {
      const launcher = join(folder.path, "launcher.mjs");
      const nodes = new URL("../../tools/node.mjs", import.meta.url).href;
      const args = `[${JSON.stringify(VPAC)}, ...process.argv.slice(2)]`;
      const env = '{ ...process.env, VPAC_LIFELINE: "3" }';
      writeFileSync(
        launcher,
        `import { runInForeground } from ${JSON.stringify(nodes)};\n` +
          `runInForeground(process.execPath, ${args}, ${env}, true);\n`,
      );
      const shown = open();
      shown.start("tui", launcher);
      await shown.until("Changes  19/19");
      process.kill(shown.processId(), "SIGKILL");
      await expect.poll(() => shown.screen()).not.toContain("Changes  19/19");
      expect(await shown.left()).toMatchObject({ isCursorShown: true, isAlternate: false });
    });
  });

  describe("keys", () => {
    test("several keys in one piece count one by one", async () => {
      const shown = await browse();
      shown.type("jjj");
      expect(await shown.until("Detail  host/esx-02")).toMatch(/▸ \+ {2}host\/esx-02/);
      shown.type("kk/vm/");
      await shown.until("Changes  2/19   /vm/_");
    });

    test("x drains the host under the cursor in a what-if, w brings back the plan", async () => {
      const shown = await browse();
      shown.type("px");
      await shown.until("WHAT IF esx-01 drained");
      await shown.until("w ends the what-if");
      shown.press("w");
      await shown.until("the plan as it is");
      expect(shown.screen()).not.toContain("WHAT IF");
    });

    test("a key of a screen that is not there yet says so", async () => {
      const shown = await browse();
      shown.press("2");
      await shown.until("2, placement: comes later");
      shown.press("?");
      await shown.until("Keys");
    });

    test("u shows what does not change", async () => {
      expect((await vpac(["apply", "--yes"], { cwd: folder.path })).code).toBe(0);
      const shown = open();
      shown.start("tui");
      await shown.until("No changes. Your infrastructure matches");
      shown.press("u");
      await shown.until("Changes  19/19");
    });
  });

  describe("sizes", () => {
    test.for([
      { columns: 160, rows: 50 },
      { columns: 110, rows: 34 },
      { columns: 80, rows: 24 },
      { columns: 60, rows: 20 },
      { columns: 40, rows: 12 },
    ])("$columns x $rows has its edges in place", async ({ columns, rows }) => {
      const shown = await browse("tui", { columns, rows });
      const lines = shown
        .screen()
        .split("\n")
        .filter((line) => /^[│┌└]/.test(line));
      expect(lines.length).toBeGreaterThan(rows / 2);
      for (const line of lines) expect([...line].length, line).toBe(columns);
    });

    test("a terminal that is too small says so and still listens", async () => {
      const shown = open({ columns: 39, rows: 11 });
      shown.start("tui");
      await shown.until("terminal too small: 39x11, needs 40x12");
      shown.press("q");
      expect(await shown.left()).toEqual(restored(0));
    });

    test("a terminal that reports no size counts as 80 x 24", async () => {
      const shown = open();
      shown.type("stty cols 0 rows 0");
      shown.press("Enter");
      shown.start("tui");
      const screen = await shown.until("Changes  19/19");
      expect(screen.split("\n").find((line) => line.startsWith("┌"))?.length).toBe(80);
    });

    test("a storm of resizes ends in the frame of the last size", async () => {
      const shown = await browse();
      for (let round = 0; round < 20; round++) {
        shown.resize(45 + ((round * 37) % 110), 13 + ((round * 11) % 35));
      }
      shown.resize(100, 30);
      const widths = (): number[] =>
        shown
          .screen()
          .split("\n")
          .filter((line) => /^[│┌└]/.test(line))
          .map((line) => line.length);
      const wanted = Array.from({ length: 27 }, () => 100);
      await expect.poll(widths, { timeout: 10_000 }).toEqual(wanted);
    });

    test("names in Japanese, with emoji and in Cyrillic leave the right edge in place", async () => {
      const space = (name: string): string =>
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: shop}\n` +
        `data: {text: "データベースの設定 ⚡🚀 Настройки базы данных"}\n`;
      writeFileSync(join(folder.path, "manifests/words.yaml"), space("words"));
      const shown = open();
      shown.start("tui");
      await shown.until("Changes  20/20");
      shown.type("/configmap");
      shown.press("Enter");
      shown.type("u");
      shown.press("Tab");
      const screen = await shown.until("データベース");
      const line = screen.split("\n").find((text) => text.includes("データベース")) ?? "";
      // tmux counts the columns itself: what it cut or moved would not end in the edge.
      expect(line.trimEnd().endsWith("│")).toBe(true);
      shown.press("q");
      await shown.left();
    });
  });

  describe("dress", () => {
    test("NO_COLOR shows no colour and still marks the line under the cursor", async () => {
      const shown = await browse("tui", { env: { NO_COLOR: "1" } });
      expect(shown.dressed()).not.toMatch(/\u001b\[[0-9;]*m/);
      expect(shown.screen()).toContain("▸ +  datastore/nvme-01");
    });

    test("with colour the action has one", async () => {
      const shown = await browse();
      expect(shown.dressed()).toContain("\u001b[32m");
    });

    test("--ascii draws with ASCII alone", async () => {
      const shown = open();
      shown.start("tui --ascii");
      const screen = await shown.until("Changes  19/19");
      expect(screen).toMatch(/^[\n -~]+$/);
    });
  });

  describe("refusals", () => {
    test.for([
      { name: "TERM=dumb", before: "TERM=dumb", args: "tui", why: "TERM is dumb" },
      { name: "CI", before: "CI=true", args: "tui", why: "CI is set" },
      { name: "--accessible", before: "", args: "tui --accessible", why: "append-only" },
      { name: "a pipe", before: "", args: "tui | cat", why: "not both one" },
      { name: "JSON", before: "", args: "apply --ui -o json", why: "machine output" },
      { name: "--out", before: "", args: "plan --ui --out x.plan", why: "--out contradicts" },
      {
        name: "--resume",
        before: "",
        args: "apply --ui --resume abcd",
        why: "--resume contradicts",
      },
    ])("$name is a usage error", async ({ before, args, why }) => {
      const shown = open();
      shown.type(`${before} '${process.execPath}' '${VPAC}' ${args}; echo "exit $?"`);
      shown.press("Enter");
      const screen = await shown.until(/exit \d+\n/);
      expect(screen.replaceAll("\n", "")).toContain(why);
      if (!args.includes("|")) expect(screen).toMatch(/exit 64\n/);
    });

    test.for([
      { args: "tui --read-only", why: "--read-only: nothing can be applied from here" },
      { args: "plan --ui", why: "vpac plan only looks" },
    ])("$args shows what it may not do, with the reason", async ({ args, why }) => {
      const shown = await browse(args);
      expect(shown.screen()).toMatch(/read-only[\s\S]*A apply all \(off\)/);
      shown.press("A");
      await shown.until(why);
      shown.press("?", "G");
      await shown.until("Keys");
    });

    test("a saved plan is looked at by tui, and applied by apply --ui", async () => {
      const saved = await vpac(["plan", "--out", "x.plan"], { cwd: folder.path });
      expect(saved.code).toBe(0);
      const shown = await browse("tui x.plan");
      shown.press("A");
      await shown.until("apply --ui FILE applies it");
      shown.press("r");
      await shown.until("the plan was read from a file");
      shown.press("q");
      expect(await shown.left()).toEqual(restored(0));
      rmSync(join(folder.path, "exit"));
      shown.start("apply --ui x.plan");
      await shown.until("Changes  19/19");
      shown.press("A");
      await shown.until('type "yes"');
      shown.type("yes\r");
      await shown.until(COMPLETE);
    });
  });

  describe("applying", () => {
    test("everything: the answer is typed, the tree is shown, the last line is printed", async () => {
      const shown = await browse("apply --ui");
      shown.press("A");
      await shown.until('apply all 19 changes: type "yes"');
      shown.type("no\r");
      await shown.until('nothing was applied: only "yes" applies it');
      expect(existsSync(join(folder.path, ".vpac/runs"))).toBe(false);
      shown.press("A");
      await shown.until('type "yes"');
      shown.type("yes\r");
      const screen = await shown.until(COMPLETE);
      expect(screen).toMatch(/ended {2}19\/19 done[\s\S]*wave 0 {2}✔/);
      shown.press("A");
      await shown.until("this plan was applied already: r plans again");
      shown.press("r");
      await shown.until("planned again");
      expect(shown.screen()).toContain("No changes. Your infrastructure matches");
      shown.press("q");
      expect(await shown.left()).toEqual(restored(0));
      expect(shown.screen()).toContain(
        "Apply complete! Resources: 19 added, 0 changed, 0 destroyed.",
      );
    });

    test("marked: what they need is applied with them", async () => {
      const shown = await browse();
      shown.type("/vm/shop/db-0\r");
      await shown.until("Changes  1/19");
      shown.press("Space", "a");
      await shown.until(/apply \d+ changes, \d+ for their sake: type "yes"/);
      shown.type("yes\r");
      const [, added] = COMPLETE.exec(await shown.until(COMPLETE)) ?? [];
      expect(Number(added)).toBeGreaterThan(1);
      expect(Number(added)).toBeLessThan(19);
      shown.press("r");
      await shown.until("planned again");
      shown.press("q");
      await shown.left();
      const state = await vpac(["plan"], { cwd: folder.path });
      expect(state.stdout).not.toContain("+ vm/shop/db-0 ");
      expect(state.stdout).toContain("+ vm/shop/db-1 ");
    });

    test("a plan that destroys wants the name of the workspace", async () => {
      expect((await vpac(["apply", "--yes"], { cwd: folder.path })).code).toBe(0);
      const shown = open();
      shown.start("destroy --ui");
      await shown.until("destroy");
      shown.press("A");
      await shown.until('type "default"');
      shown.type("yes\r");
      await shown.until('only "default" applies it');
      shown.press("A");
      await shown.until('type "default"');
      shown.type("default\r");
      const [, , , destroyed] = COMPLETE.exec(await shown.until(COMPLETE)) ?? [];
      expect(Number(destroyed)).toBeGreaterThan(0);
    });

    test("q during an apply leaves the screen, and the run goes on as lines", async () => {
      const shown = await applying("300ms");
      await shown.until(/ [2-9]\/19 done/);
      shown.press("q");
      expect(await shown.left()).toEqual(restored(0));
      const screen = shown.screen();
      expect(screen).toContain("Apply complete! Resources: 19 added, 0 changed, 0 destroyed.");
      expect(screen.match(/^✔ /gm)?.length).toBe(19);
    });

    test("ctrl-c once lets what runs finish, and the rest stays undone", async () => {
      const shown = await applying("400ms");
      shown.press("C-c");
      await shown.until("stopping");
      await shown.until(/Apply incomplete\. Resources: \d+ added/);
      shown.press("q");
      const left = await shown.left();
      expect(left).toEqual(restored(130));
      expect(shown.screen()).toContain("vpac apply --resume");
    });

    test("ctrl-c twice ends at once, and the next apply finishes", async () => {
      const shown = await applying("3s");
      shown.press("C-c");
      await shown.until("stopping");
      await new Promise((resolve) => setTimeout(resolve, 200));
      shown.press("C-c");
      expect(await shown.left()).toEqual(restored(130));
      await vpac(["sim", "faults", "--latency", "0ms"], { cwd: folder.path });
      expect((await vpac(["apply", "--yes"], { cwd: folder.path })).code).toBe(0);
    });

    test("SIGTERM drains the run on the screen, then exits 143", async () => {
      const shown = await applying("400ms");
      process.kill(shown.processId(), "SIGTERM");
      await shown.until("stopping");
      expect(await shown.left()).toEqual(restored(143));
      expect(shown.screen()).toContain("Apply incomplete. Resources:");
    });

    test("the event log of the run ends as every other", async () => {
      const shown = await browse();
      shown.press("A");
      await shown.until('type "yes"');
      shown.type("yes\r");
      await shown.until(COMPLETE);
      shown.press("q");
      await shown.left();
      const found = spawnSync("sh", ["-c", "cat .vpac/runs/*/events.ndjson"], { cwd: folder.path });
      const last = JSON.parse(found.stdout.toString().trim().split("\n").at(-1) ?? "{}");
      expect(last).toMatchObject({ message: expect.stringContaining("Apply complete!") });
    });
  });
});
