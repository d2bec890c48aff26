/** What a command may touch of its process; `main.ts` makes the real one, tests a recorded one. */
export interface Io {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly readStdin: () => Promise<Uint8Array>;
  /** Asks one line; undefined at end of input. Only called when stdin is a terminal. */
  readonly prompt: (question: string) => Promise<string | undefined>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder the command works in, after `--chdir`. */
  readonly cwd: string;
  readonly stdinIsTty: boolean;
}

export interface TextSink {
  readonly isTty: boolean;
  readonly columns: number;
  readonly rows: number;
  write(text: string): void;
}
