/**
 * `npm run bench -- place [NAME]`: the goals of the placement core against their published peers;
 * without a name all of them, one after the other, each in a process of its own.
 */
import { spawnSync } from "node:child_process";
import { cpus, loadavg } from "node:os";

const BENCHES: Readonly<Record<string, (() => Promise<unknown>) | undefined>> = {
  batch: () => import("./batch.ts"),
  rules: () => import("./rules.ts"),
  single: () => import("./single.ts"),
  "one-more": () => import("./one-more.ts"),
  equality: () => import("./equality.ts"),
  improve: () => import("./improve.ts"),
  repair: () => import("./repair.ts"),
  optima: () => import("./optima.ts"),
  waves: () => import("./waves.ts"),
  failures: () => import("./failures.ts"),
  fixes: () => import("./fixes.ts"),
  openb: () => import("./openb-bench.ts"),
  roadef: () => import("./roadef-bench.ts"),
};

/** In a process of its own none has the memory or the compiled code of another. */
function runAll(): void {
  for (const name of Object.keys(BENCHES)) {
    const load = (loadavg()[0] ?? 0).toFixed(1);
    process.stdout.write(
      `\n== ${name} (Node ${process.version}, ${cpus().length} CPUs, load ${load})\n`,
    );
    const [, script = "", group = ""] = process.argv;
    const { status } = spawnSync(process.execPath, [script, group, name], { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  }
}

const [, , , name] = process.argv;
const bench = BENCHES[name ?? ""];
if (name === undefined) {
  runAll();
} else if (bench === undefined) {
  const names = Object.keys(BENCHES).join(", ");
  process.stderr.write(`no bench "place ${name}"; there are: ${names}\n`);
  process.exitCode = 64;
} else {
  await bench();
}
