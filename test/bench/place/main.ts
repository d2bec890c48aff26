/** `npm run bench -- place NAME`: one goal of the placement core against its published peers. */
const BENCHES: Readonly<Record<string, (() => Promise<unknown>) | undefined>> = {
  roadef: () => import("./roadef-bench.ts"),
  openb: () => import("./openb-bench.ts"),
  batch: () => import("./batch.ts"),
  rules: () => import("./rules.ts"),
  single: () => import("./single.ts"),
};

const name = process.argv[3] ?? "";
const bench = BENCHES[name];
if (bench === undefined) {
  const names = Object.keys(BENCHES).join(", ");
  process.stderr.write(`no bench "place ${name}"; there are: ${names}\n`);
  process.exitCode = 64;
} else {
  await bench();
}
