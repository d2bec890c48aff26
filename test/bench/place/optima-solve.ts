/**
 * Proves the fewest moves of goal 7's instances with HiGHS and writes them to optima.json, which is
 * kept, since the proofs take long: `node tools/run.mjs test/bench/place/optima-solve.ts`.
 * Instances that are not proven within the limit are left out.
 */
import { readFileSync, writeFileSync } from "node:fs";
import {
  allowance,
  type Instance,
  type Item,
  makeInstance,
  type Proven,
} from "./optima-instances.ts";

const FILE = new URL("./optima.json", import.meta.url);
/** Hosts, workloads, and how many instances. */
const SETS = [
  [8, 60, 100],
  [16, 160, 60],
  [32, 320, 40],
  [64, 640, 20],
] as const;
const TIME_LIMIT_S = 90;

/** Items that the solver cannot tell apart, and how many of them each host has. */
interface Kind {
  readonly item: Item;
  readonly at: Map<number, number>;
  count: number;
}

function kindsOf({ items }: Instance): readonly Kind[] {
  const kinds = new Map<string, Kind>();
  for (const item of items) {
    const { cpu, memory, weight, group, isTiered } = item;
    const key = [cpu, memory, weight, group ?? "", isTiered].join(" ");
    const kind = kinds.get(key) ?? { item, at: new Map<number, number>(), count: 0 };
    kind.at.set(item.at, (kind.at.get(item.at) ?? 0) + 1);
    kind.count++;
    kinds.set(key, kind);
  }
  return [...kinds.values()];
}

/** Positions of the kinds of each group that stays apart. */
function groupsOf(kinds: readonly Kind[]): Iterable<readonly number[]> {
  const groups = new Map<number, number[]>();
  kinds.forEach(({ item: { group } }, k) => {
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), k]);
  });
  return groups.values();
}

/**
 * Variables: `n` how many of a kind a host has afterwards, `d` how many of those it has now leave.
 * Least sum of what leaves, under the target of every host, groups apart, tiers kept.
 */
function modelOf(instance: Instance): string {
  const kinds = kindsOf(instance);
  const hosts = instance.capacities.map((_capacity, host) => host);
  const allowed = ({ item }: Kind, host: number): boolean => !item.isTiered || host % 2 === 0;
  const goal: string[] = [];
  const rows: string[] = [];
  const bounds: string[] = [];
  const whole: string[] = [];
  kinds.forEach((kind, k) => {
    const places = hosts.filter((host) => allowed(kind, host));
    rows.push(`${places.map((h) => `n${k}_${h}`).join(" + ")} = ${kind.count}`);
    for (const h of places) {
      whole.push(`n${k}_${h}`);
      bounds.push(`0 <= n${k}_${h} <= ${kind.item.group === undefined ? kind.count : 1}`);
    }
    for (const [h, count] of kind.at) {
      goal.push(`${kind.item.weight} d${k}_${h}`);
      rows.push(`d${k}_${h} + n${k}_${h} >= ${count}`);
    }
  });
  for (const members of groupsOf(kinds)) {
    for (const h of hosts) rows.push(`${members.map((k) => `n${k}_${h}`).join(" + ")} <= 1`);
  }
  instance.capacities.forEach(([cpu, memory], h) => {
    for (const [name, amount] of [["cpu", cpu] as const, ["memory", memory] as const]) {
      const sum = kinds.flatMap((kind, k) =>
        allowed(kind, h) ? [`${kind.item[name]} n${k}_${h}`] : [],
      );
      rows.push(`${sum.join(" + ")} <= ${allowance(amount, instance.targetPpm)}`);
    }
  });
  const body = rows.map((row, index) => ` c${index}: ${row}`);
  return [
    "Minimize",
    ` obj: ${goal.join(" + ")}`,
    "Subject To",
    ...body,
    "Bounds",
    ...bounds.map((bound) => ` ${bound}`),
    "General",
    ...whole.map((name) => ` ${name}`),
    "End",
    "",
  ].join("\n");
}

async function main(): Promise<void> {
  const load = await solver();
  const proven = readProven();
  for (const [hosts, workloads, count] of SETS) {
    for (let seed = 1; seed <= count; seed++) {
      if (proven.some((item) => item.hosts === hosts && item.seed === seed)) continue;
      const instance = makeInstance({ hosts, workloads, seed });
      const start = performance.now();
      const highs = await load();
      const solution = highs.solve(modelOf(instance), {
        time_limit: TIME_LIMIT_S,
        mip_rel_gap: 0,
        mip_abs_gap: 0.9,
        output_flag: false,
      });
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      const moves = Math.round(solution.ObjectiveValue);
      process.stdout.write(`${instance.name}: ${solution.Status} ${moves} in ${seconds} s\n`);
      if (solution.Status !== "Optimal") continue;
      proven.push({ hosts, workloads, seed, moves, targetPpm: instance.targetPpm });
      writeProven(proven);
    }
  }
}

/** The package is CommonJS whose one export is the loader; its types say it the other way. */
async function solver(): Promise<() => Promise<Solver>> {
  const loaded: unknown = (await import("highs")).default;
  return loaded as () => Promise<Solver>;
}

interface Solver {
  readonly solve: (
    model: string,
    options: object,
  ) => { readonly Status: string; readonly ObjectiveValue: number };
}

function readProven(): Proven[] {
  try {
    return JSON.parse(readFileSync(FILE, "utf8")) as Proven[];
  } catch {
    return [];
  }
}

function writeProven(proven: readonly Proven[]): void {
  const lines = proven.map((item) => `  ${JSON.stringify(item)}`);
  writeFileSync(FILE, `[\n${lines.join(",\n")}\n]\n`);
}

await main();
