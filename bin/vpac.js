#!/usr/bin/env node
// Starts vpac. On a supported Node it loads dist/main.js; on an older one it runs itself again under
// the Node that the checkout carries. Only syntax that an old Node can read.
//
// The older Node stays as the parent and passes signals and the exit code on (tools/node.mjs). If it
// is killed outright, the child notices within half a second, ends itself as on SIGTERM, and is gone
// at the latest 30 s later.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

const main = new URL("../dist/main.js", import.meta.url);

function fail(message) {
  process.stderr.write("vpac: " + message + "\n");
  process.exit(69);
}

function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME;
  return join(base && isAbsolute(base) ? base : join(homedir(), ".cache"), "vpac");
}

function endWithParent(parent) {
  let polls = 0;
  const timer = setInterval(function () {
    if (process.ppid === parent) return;
    polls += 1;
    if (polls === 1) process.kill(process.pid, "SIGTERM");
    if (polls > 60) process.kill(process.pid, "SIGKILL");
  }, 500);
  timer.unref();
}

async function start() {
  const parent = process.env.VPAC_LAUNCHER_PID;
  delete process.env.VPAC_LAUNCHER_PID;
  if (parent) endWithParent(Number(parent));
  const module = process.getBuiltinModule("node:module");
  if (module.enableCompileCache) module.enableCompileCache(cacheFolder());
  if (!existsSync(main)) {
    try {
      await (await import("../tools/build.mjs")).build();
    } catch (error) {
      fail("dist/ is missing and cannot be built; run npm ci first (" + error.message + ")");
    }
  }
  await import(main.href);
}

async function startUnderCarriedNode(tools) {
  const node = tools.carried();
  if (!node) fail("needs Node 22.18 or newer, this is " + process.versions.node);
  const env = Object.assign({}, process.env, { VPAC_LAUNCHER_PID: String(process.pid) });
  tools.runInForeground(node, [fileURLToPath(import.meta.url)].concat(process.argv.slice(2)), env);
}

const version = process.versions.node.split(".").map(Number);
if (version[0] > 22 || (version[0] === 22 && version[1] >= 18)) {
  void start();
} else {
  void import("../tools/node.mjs").then(startUnderCarriedNode);
}
