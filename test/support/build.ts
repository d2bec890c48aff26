import { execFileSync } from "node:child_process";

/** Builds dist/ before tests that run the command, unless it is newer than every source. */
export function setup(): void {
  execFileSync(process.execPath, ["tools/build.mjs", "--if-stale"], { stdio: "inherit" });
}
