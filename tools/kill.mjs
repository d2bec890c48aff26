// Runs the long series of the kill test: a hundred kills unless VPAC_KILLS says otherwise.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const run = fileURLToPath(new URL("run.mjs", import.meta.url));
const { status } = spawnSync(
  process.execPath,
  [run, "vitest", "run", "--project", "cli", "test/cli/kill.test.ts"],
  { stdio: "inherit", env: { ...process.env, VPAC_KILLS: process.env.VPAC_KILLS ?? "100" } },
);
process.exitCode = status ?? 1;
