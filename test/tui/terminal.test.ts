import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasTmux } from "../support/terminal.ts";
import { VPAC, vpac } from "../support/vpac.ts";
import { browsing, restored } from "./browsing.ts";

const { folder, open, browse } = browsing();

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
});
