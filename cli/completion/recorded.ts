import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CompletionPlace } from "./complete.ts";

const dataFolder = ({ env, cwd }: CompletionPlace): string =>
  resolve(cwd, env["VPAC_CHDIR"] ?? "", env["VPAC_DATA_DIR"] ?? ".vpac");

/**
 * Addresses in the state file as it lies there. A completion that is a moment old does no harm, so
 * neither the journal nor the lock is looked at; anything unreadable completes nothing.
 */
export function recordedAddresses(place: CompletionPlace): readonly string[] {
  const workspace = place.env["VPAC_WORKSPACE"] ?? "default";
  const folder = join(dataFolder(place), "state", workspace === "default" ? "" : workspace);
  try {
    const text = readFileSync(join(folder, "state.json"), "utf8");
    return [...text.matchAll(/"address":\s?"([^"\\]{1,512})"/g)]
      .map((match) => match[1] ?? "")
      .sort();
  } catch {
    return [];
  }
}

export function runIds(place: CompletionPlace): readonly string[] {
  try {
    return readdirSync(join(dataFolder(place), "runs")).sort();
  } catch {
    return [];
  }
}
