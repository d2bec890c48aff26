import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cleanEnv, VPAC } from "./vpac.ts";

export const hasTmux: boolean = spawnSync("tmux", ["-V"]).status === 0;

export interface TerminalOptions {
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a command left the terminal, told by the terminal itself and by `stty`. */
export interface Left {
  readonly exit: number;
  readonly isCursorShown: boolean;
  readonly isAlternate: boolean;
  readonly areModesRestored: boolean;
}

const WAIT_MS = 20_000;
const POLL_MS = 40;

let count = 0;

/** A real terminal with a shell in it: keys go in, the screen comes out. */
export class Terminal {
  readonly #socket = `vpac-test-${process.pid}-${++count}`;
  readonly #cwd: string;

  constructor({ cwd, columns = 110, rows = 34, env = {} }: TerminalOptions) {
    this.#cwd = cwd;
    const size = ["-x", String(columns), "-y", String(rows)];
    const shell = "exec bash --norc --noprofile";
    // tmux gives the program inside a TERM of its own.
    execFileSync(
      "tmux",
      ["-L", this.#socket, "-f", "/dev/null", "new-session", "-d", ...size, shell],
      {
        cwd,
        env: cleanEnv({ LC_ALL: "C.UTF-8", PS1: "$ ", HISTFILE: "", ...env }),
      },
    );
    this.#tmux("set-option", "-g", "status", "off");
    this.#tmux("resize-window", ...size);
  }

  /** Keys by tmux's names: `j`, `Enter`, `Escape`, `C-c`. */
  press(...keys: readonly string[]): void {
    this.#tmux("send-keys", ...keys);
  }

  /** Text as it is, in one piece. */
  type(text: string): void {
    this.#tmux("send-keys", "-l", text);
  }

  resize(columns: number, rows: number): void {
    this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  screen(): string {
    return this.#tmux("capture-pane", "-p");
  }

  /** The screen with the codes that dress it. */
  dressed(): string {
    return this.#tmux("capture-pane", "-p", "-e");
  }

  /** The screen once it holds the text; fails with what it held instead. */
  async until(wanted: string | RegExp): Promise<string> {
    const holds = (text: string): boolean =>
      typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
    const endMs = Date.now() + WAIT_MS;
    let text = this.screen();
    while (!holds(text)) {
      if (Date.now() > endMs) throw new Error(`no ${String(wanted)} on the screen:\n${text}`);
      await sleep(POLL_MS);
      text = this.screen();
    }
    return text;
  }

  /** Starts vpac; its process id, exit code and the terminal's modes around it go to files. */
  start(args: string, program = VPAC): void {
    const node = `'${process.execPath}' '${program}' ${args}`;
    const own = `sh -c 'echo $$ > pid; exec "$0" "$@"' ${node}`;
    this.type(`stty -g > before; ${own}; echo $? > code; stty -g > after; mv code exit`);
    this.press("Enter");
  }

  /** Process id of the vpac that was started last. */
  processId(): number {
    return Number(this.#read("pid"));
  }

  /** Waits until vpac has ended. */
  async left(): Promise<Left> {
    const endMs = Date.now() + WAIT_MS;
    while (!existsSync(join(this.#cwd, "exit"))) {
      if (Date.now() > endMs) throw new Error(`vpac does not end:\n${this.screen()}`);
      await sleep(POLL_MS);
    }
    const flags = this.#tmux("display-message", "-p", "#{cursor_flag} #{alternate_on}").trim();
    return {
      exit: Number(this.#read("exit")),
      isCursorShown: flags.startsWith("1"),
      isAlternate: flags.endsWith("1"),
      areModesRestored: this.#read("before") === this.#read("after"),
    };
  }

  close(): void {
    spawnSync("tmux", ["-L", this.#socket, "kill-server"]);
  }

  #read(name: string): string {
    return readFileSync(join(this.#cwd, name), "utf8").trim();
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync("tmux", ["-L", this.#socket, ...args], { encoding: "utf8" });
  }
}
