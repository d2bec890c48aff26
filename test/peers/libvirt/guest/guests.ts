import { execFile } from "node:child_process";
import { copyFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { JsonObject } from "../../../../engine/model/json.ts";
import type { LibvirtHost } from "../hosts.ts";

const run = promisify(execFile);

/** Files of a guest, on this machine and so on every host of the suite. */
export interface Guest {
  readonly kernel: string;
  readonly initrd: string;
  /** qcow2 image of the first disk, without anything below it. */
  readonly image: string;
}

/**
 * `tiny` is up in seconds with 96 MiB and reads its seed by a script of its own; `debian` runs
 * systemd and cloud-init in 512 MiB and takes a minute on an emulated processor.
 */
export type GuestName = "tiny" | "debian";

/** Starts either guest fast on an emulated processor. */
const COMMAND_LINE =
  "console=ttyS0 quiet panic=-1 rdinit=/init tsc=reliable no_timer_check " +
  "cryptomgr.notests mitigations=off";

/** Builds a guest where that has not been done yet; a second or two for tiny, else minutes. */
export async function buildGuest(name: GuestName): Promise<Guest> {
  const script = fileURLToPath(new URL("build.sh", import.meta.url));
  const { stdout } = await run("bash", [script, name], { timeout: 880_000 });
  const facts = new Map(stdout.split("\n").map((line) => line.split(" ") as [string, string]));
  const fact = (key: string): string => facts.get(key) ?? "";
  return { kernel: fact("kernel"), initrd: fact("initrd"), image: fact("image") };
}

/**
 * Puts the image of a guest into the default pool of hosts. The answer is the `spec` of a
 * MachineImage that starts it, but for `provider`.
 */
export function offerGuest(
  name: GuestName,
  guest: Guest,
  hosts: readonly LibvirtHost[],
): JsonObject {
  const source = `${name}.qcow2`;
  for (const { imagesFolder } of hosts) copyFileSync(guest.image, `${imagesFolder}/${source}`);
  const { kernel, initrd } = guest;
  return { source, format: "qcow2", kernel, initrd, commandLine: COMMAND_LINE };
}

/** A guest takes seconds, or a minute, on a quiet machine: only one that hangs takes that long. */
export const GUEST_DEADLINE_MS = 900_000;

/**
 * Waits until the serial console of a machine shows a text, and answers with all it has shown.
 * `path` is the file as this process sees it. Throws with the end of the console.
 */
export async function awaitConsole(path: string, wanted: RegExp): Promise<string> {
  const end = performance.now() + GUEST_DEADLINE_MS;
  for (;;) {
    const raw = await readFile(path, "utf8").catch(() => "");
    const text = raw.replaceAll("\r\n", "\n");
    if (wanted.test(text)) return text;
    if (performance.now() > end) {
      throw new Error(`${path} never showed ${wanted}; it ends with: ${text.slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
