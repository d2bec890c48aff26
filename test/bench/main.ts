/** `npm run bench -- NAME`: runs one bench; each prints figure, goal and verdict. */
const BENCHES: Readonly<Record<string, (() => Promise<unknown>) | undefined>> = {
  cost: () => import("./cost.ts"),
  place: () => import("./place/main.ts"),
  libvirt: () => import("./libvirt.ts"),
  "cluster-api": () => import("./cluster-api.ts"),
};

const name = process.argv[2] ?? "cost";
const bench = BENCHES[name];
if (bench === undefined) {
  process.stderr.write(`no bench "${name}"; there are: ${Object.keys(BENCHES).join(", ")}\n`);
  process.exitCode = 64;
} else {
  await bench();
}
