#!/usr/bin/env node
// Starts vpac. On a supported Node it loads dist/main.js; on an older one it runs itself again under
// the Node that the checkout carries. Only syntax that an old Node can read.
//
// The older Node stays as the parent and passes signals and the exit code on (tools/node.mjs). If it
// is killed outright, the pipe between the two ends and the child ends itself at once, too:
// whoever killed vpac must not find it going on, or holding the lock. The journal loses nothing.
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

async function endWithParent(descriptor) {
  const { Socket } = await import("node:net");
  const lifeline = new Socket({ fd: descriptor, readable: true, writable: false });
  const end = function () {
    // At once, but not without the handlers that give a full screen's terminal back.
    process.exit(137);
  };
  lifeline.on("end", end).on("error", end).resume().unref();
}

async function start() {
  const lifeline = process.env.VPAC_LIFELINE;
  delete process.env.VPAC_LIFELINE;
  if (lifeline === "3") await endWithParent(3);
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
  const args = [fileURLToPath(import.meta.url)].concat(process.argv.slice(2));
  const env = Object.assign({}, process.env, { VPAC_LIFELINE: "3" });
  tools.runInForeground(node, args, env, true);
}

const version = process.versions.node.split(".").map(Number);
if (version[0] > 22 || (version[0] === 22 && version[1] >= 18)) {
  void start();
} else {
  void import("../tools/node.mjs").then(startUnderCarriedNode);
}
