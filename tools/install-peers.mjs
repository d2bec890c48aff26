// Installs what the suites against real servers need: Debian packages by apt-get (with sudo where
// this is not root) and servers built from Go modules, into ~/.cache/vpac-peers. Says what it is
// about to do first. The names of suites may be given: `npm run peers:install -- libvirt`.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import {
  buildsOf,
  missingPackages,
  missingPeers,
  PEER_SUITES,
  peersCache,
} from "../test/peers/missing.ts";

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !PEER_SUITES.includes(name));
if (unknown.length > 0) {
  process.stderr.write(
    `no such suite: ${unknown.join(", ")}; there are ${PEER_SUITES.join(", ")}\n`,
  );
  process.exit(64);
}
const suites = wanted.length > 0 ? wanted : PEER_SUITES;

const packages = [...new Set(suites.flatMap(missingPackages))];
const asRoot = process.getuid?.() === 0 ? [] : ["sudo"];
const steps = [
  ...(packages.length > 0
    ? [
        [...asRoot, "apt-get", "update", "-qq"],
        [...asRoot, "apt-get", "install", "-qq", "-y", "--no-install-recommends", ...packages],
      ]
    : []),
  // A build that has nothing to do says so and ends at once.
  ...[...new Set(suites.flatMap(buildsOf))].map((folder) => [
    "bash",
    fileURLToPath(new URL(`../test/peers/${folder}/build.sh`, import.meta.url)),
  ]),
];

process.stdout.write(`Real servers for the suites ${suites.join(", ")}. About to run:\n`);
for (const step of steps) process.stdout.write(`  ${step.join(" ")}\n`);
process.stdout.write(
  `Built programs go to ${peersCache()}; a first build takes about 12 minutes.\n`,
);

for (const [command, ...args] of steps) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const started = performance.now();
  const { status } = spawnSync(command, args, { stdio: "inherit", env });
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(`${args.at(-1)}: ${status === 0 ? "done" : "failed"} (${seconds} s)\n`);
  if (status !== 0) break;
}
const missing = suites.flatMap((suite) => missingPeers(suite).map((what) => `${suite}: ${what}`));
for (const what of missing) process.stderr.write(`still missing for ${what}\n`);
process.exitCode = missing.length > 0 ? 1 : 0;
