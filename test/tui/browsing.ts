/** The plan browser on a copy of the example, in a real terminal. */
import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect } from "vitest";
import { type Left, Terminal, type TerminalOptions } from "../support/terminal.ts";
import { temporaryFolder, vpac } from "../support/vpac.ts";

const SHOP = fileURLToPath(new URL("../../examples/shop", import.meta.url));

/** The last line of an apply that ended well, with its three counts. */
export const COMPLETE = /Apply complete! Resources: (\d+) added, (\d+) changed, (\d+) destroyed\./;

/** A terminal in a folder of its own, which every test gets anew. */
export interface Browsing {
  readonly folder: { readonly path: string };
  /** A terminal in the folder; the end of the test closes it. */
  readonly open: (options?: Partial<TerminalOptions>) => Terminal;
  /** The plan browser, once it is on the screen. */
  readonly browse: (args?: string, options?: Partial<TerminalOptions>) => Promise<Terminal>;
  /** The same with an apply of everything under way, every call taking its time. */
  readonly applying: (latency: string, args?: string) => Promise<Terminal>;
}

/** Prepares the folder and closes the terminal around each test of the calling file. */
export function browsing(): Browsing {
  let copy: ReturnType<typeof temporaryFolder>;
  let terminal: Terminal | undefined;
  beforeEach(() => {
    copy = temporaryFolder("tui");
    cpSync(SHOP, copy.path, { recursive: true });
  });
  afterEach(() => {
    terminal?.close();
    terminal = undefined;
    copy.remove();
  });
  const open: Browsing["open"] = (options = {}) => {
    terminal = new Terminal({ cwd: copy.path, ...options });
    return terminal;
  };
  const browse: Browsing["browse"] = async (args = "tui", options = {}) => {
    const opened = open(options);
    opened.start(args);
    await opened.until("Changes  19/19");
    return opened;
  };
  const applying: Browsing["applying"] = async (latency, args) => {
    const slow = await vpac(["sim", "faults", "--latency", latency], { cwd: copy.path });
    expect(slow.code).toBe(0);
    const opened = await browse(args);
    opened.press("A");
    await opened.until('type "yes"');
    opened.type("yes");
    opened.press("Enter");
    await opened.until(/applying.* [1-9]\d* running/);
    return opened;
  };
  const folder = {
    get path(): string {
      return copy.path;
    },
  };
  return { folder, open, browse, applying };
}

/** How the terminal is left when it is given back whole. */
export const restored = (exit: number): Left => ({
  exit,
  isCursorShown: true,
  isAlternate: false,
  areModesRestored: true,
});
