import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Exit, exitOf } from "../../exit.ts";
import type { Io } from "../../io.ts";
import { VERSION } from "../../version.ts";
import { cleanLine } from "../clean.ts";

/** A bug of ours: the stack goes to a file, the user gets one paragraph and exit code 70. */
export function tellBug(error: unknown, io: Io): Exit {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? message) : message;
  const file = writeCrash(stack, io);
  io.stderr.write(
    `error[VP9001]: internal error: this is a bug in vpac ${VERSION}, not in your documents\n` +
      `  why:  ${cleanLine(message)}\n` +
      (file === undefined ? "" : `  file: ${cleanLine(file)}\n`) +
      "  help: report it with that file; nothing recorded is lost\n",
  );
  return exitOf(70);
}

function writeCrash(stack: string, io: Io): string | undefined {
  const folder = join(resolve(io.cwd, io.env["VPAC_DATA_DIR"] ?? ".vpac"), "crash");
  const file = join(folder, `crash-${process.pid}-${Date.now()}.txt`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, `vpac ${VERSION}, Node ${process.version}\n${stack}\n`, { mode: 0o600 });
    return file;
  } catch {
    return undefined;
  }
}
