import { closeSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Digest } from "../engine/model/digest.ts";
import type { Plan } from "../engine/model/plan.ts";
import { decodePlan, encodePlan } from "../engine/index.ts";
import { CLI_CODES } from "./catalogue.ts";
import type { Context } from "./context.ts";
import { CommandError, exitOf, usageError } from "./exit.ts";
import { writeFileWhole } from "./output.ts";
import { whyText } from "./wiring/why.ts";

/** Bounds of what is read from a plan file, packed and unpacked; more is an attack or a mistake. */
const PACKED_BYTES_MAX = 64 * 1024 * 1024;
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024;

const GZIP_MAGIC = [0x1f, 0x8b];

export function writePlanFile(context: Context, file: string, plan: Plan, digest: Digest): void {
  writeFileWhole(context, file, gzipSync(encodePlan(plan, digest)));
}

/** Reads a saved plan, byte for byte as it was written; anything else is refused. */
export function readPlanFile(context: Context, file: string, digest: Digest): Plan {
  const packed = readBounded(resolve(context.io.cwd, file), file);
  if (packed[0] !== GZIP_MAGIC[0] || packed[1] !== GZIP_MAGIC[1]) {
    throw usageError(
      `${file} is not a plan file`,
      "name documents with -f; a plan file is made by vpac plan --out",
    );
  }
  let text: string;
  try {
    const options = { maxOutputLength: UNPACKED_BYTES_MAX };
    text = new TextDecoder("utf-8", { fatal: true }).decode(gunzipSync(packed, options));
  } catch {
    throw damaged(`${file} is not a plan file, or it was damaged`, file);
  }
  const { value, diagnostics } = decodePlan(text, { path: file, digest });
  const [first] = diagnostics;
  if (value !== undefined && first === undefined) return value;
  throw new CommandError(exitOf(6), first?.detail ?? `${file} is not a plan file`, {
    code: first?.code ?? CLI_CODES.planFile.code,
    help: first?.help ?? [],
  });
}

const damaged = (message: string, file: string): CommandError =>
  new CommandError(exitOf(6), message, {
    code: CLI_CODES.planFile.code,
    help: [`make the plan again: vpac plan --out ${file}`],
  });

/** Reads at most the bound, so that a device or a huge file cannot fill the memory. */
function readBounded(path: string, file: string): Uint8Array {
  let handle: number;
  try {
    handle = openSync(path, "r");
  } catch (error) {
    throw usageError(
      `cannot read ${file}: ${whyText(error)}`,
      "name a file made by vpac plan --out",
    );
  }
  try {
    const chunks: Buffer[] = [];
    let total = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(1024 * 1024);
      const count = readSync(handle, chunk);
      if (count === 0) return Buffer.concat(chunks);
      total += count;
      if (total > PACKED_BYTES_MAX) throw damaged(`${file} is larger than any plan`, file);
      chunks.push(chunk.subarray(0, count));
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw usageError(
      `cannot read ${file}: ${whyText(error)}`,
      "name a file made by vpac plan --out",
    );
  } finally {
    closeSync(handle);
  }
}
