import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { LibvirtHost } from "./hosts.ts";

/** The emulator's process of a machine on a host; `option` tells one that arrives from others. */
export function emulatorPid(host: LibvirtHost, name: string, option = "-name"): number {
  const pid = pidsOf(host).find((one) => {
    const words = readFileSync(`/proc/${one}/cmdline`, "utf8").split("\0");
    return words.includes(option) && words.some((word) => word.startsWith(`guest=${name},`));
  });
  if (pid === undefined) throw new Error(`no emulator runs ${name} on ${host.name}`);
  return pid;
}

/** The daemon's process, by the number that it has outside its host. */
export function daemonPid(host: LibvirtHost): number {
  const pid = pidsOf(host).find(
    (one) => readFileSync(`/proc/${one}/comm`, "utf8").trim() === "libvirtd",
  );
  if (pid === undefined) throw new Error(`no daemon runs on ${host.name}`);
  return pid;
}

/** The processes of a host: those that see its socket where a daemon has it. */
function pidsOf(host: LibvirtHost): readonly number[] {
  const { ino, dev } = statSync(host.socket);
  const isThere = (pid: string): boolean => {
    try {
      const seen = statSync(join("/proc", pid, "root", "run/libvirt/libvirt-sock"));
      return seen.ino === ino && seen.dev === dev;
    } catch {
      // The process has ended meanwhile, or has no such file.
      return false;
    }
  };
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  return pids.filter(isThere).map(Number);
}
