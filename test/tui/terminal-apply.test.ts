import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasTmux } from "../support/terminal.ts";
import { VPAC, vpac } from "../support/vpac.ts";
import { browsing, COMPLETE, restored } from "./browsing.ts";

const { folder, open, browse, applying } = browsing();

describe.skipIf(!hasTmux)("in a terminal (skipped only where tmux is missing)", () => {
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
