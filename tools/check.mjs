// The gate: every check, in order of cost. All of them run, so that one run shows every fault.
// VPAC_CHECK_TESTS=skip leaves the tests out, for a caller that has just run them.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const steps = [
  ["format", "biome", "format", "."],
  ["types", "tsc", "-b"],
  ["lint", "oxlint"],
  ["generated files", "tools/generate.mjs", "--check"],
  ["unused code", "knip", "--no-progress"],
  ["build", "tools/build.mjs"],
  ["package", "publint", "--strict"],
  [
    "tests",
    "vitest",
    "run",
    "--project",
    "!libvirt",
    "--project",
    "!capi",
    "--project",
    "!together",
    "--project",
    "!nodes",
  ],
];

const root = fileURLToPath(new URL("..", import.meta.url));
const run = fileURLToPath(new URL("run.mjs", import.meta.url));
const wanted = steps.filter(
  ([name]) => name !== "tests" || process.env.VPAC_CHECK_TESTS !== "skip",
);

const failed = [];
for (const [name, ...command] of wanted) {
  process.stdout.write(`\n== ${name}: ${command.join(" ")}\n`);
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [run, ...command], {
    cwd: root,
    stdio: "inherit",
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`== ${name}: ${status === 0 ? "ok" : "failed"} (${seconds} s)\n`);
  if (status !== 0) failed.push(name);
}
process.stdout.write(
  failed.length === 0 ? "\nall checks pass\n" : `\nfailed: ${failed.join(", ")}\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
