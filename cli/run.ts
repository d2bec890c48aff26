import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";
import { CommandError, usageError } from "./exit.ts";
import type { Io, TextSink } from "./io.ts";
import { runProgram } from "./program.ts";
import { failureText } from "./views/human/failure.ts";

/** Runs one command line with the real process around it; resolves to the exit code. */
export async function runMain(args: readonly string[]): Promise<number> {
  let io: Io;
  try {
    io = processIo();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(failureText(error));
    return error.exit.code;
  }
  // A reader that went away (`vpac plan | head`) is no failure of ours.
  process.stdout.on("error", ignoreBrokenPipe);
  process.stderr.on("error", ignoreBrokenPipe);
  const exit = await runProgram(args, io);
  return exit.code;
}

const ignoreBrokenPipe = (error: NodeJS.ErrnoException): void => {
  if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
};

function processIo(): Io {
  return {
    stdout: sinkOf(process.stdout),
    stderr: sinkOf(process.stderr),
    readStdin: async () => new Uint8Array(await buffer(process.stdin)),
    prompt: askOnTerminal,
    env: process.env,
    cwd: workingFolder(),
    stdinIsTty: process.stdin.isTTY === true,
  };
}

/** A shell can stand in a folder that is gone; the command says so when it needs the folder. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw usageError("the working folder does not exist any more", "change to another folder");
  }
}

function sinkOf(stream: NodeJS.WriteStream): TextSink {
  return {
    get isTty() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns > 0 ? stream.columns : 80;
    },
    get rows() {
      return stream.rows > 0 ? stream.rows : 24;
    },
    write: (text) => {
      stream.write(text);
    },
  };
}

/** The question goes to stderr: stdout holds results only. */
async function askOnTerminal(question: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise((resolve) => {
      lines.once("close", () => resolve(undefined));
      // With the terminal given back, the signal ends the command as it would anywhere else.
      lines.once("SIGINT", () => {
        lines.close();
        process.kill(process.pid, "SIGINT");
      });
      lines.question(question, resolve);
    });
  } finally {
    lines.close();
  }
}
