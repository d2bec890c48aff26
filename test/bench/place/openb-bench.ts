/**
 * Every pod list under VPAC_DATA, online and as a plan, beside the published figures of FGD.
 * BENCH_RUNS (10) and BENCH_SEED (42) may be set.
 */
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { dataFolder, readTable } from "./data.ts";
import { readBytes } from "./numbers.ts";
import { readHosts, readWorkloads } from "./openb-file.ts";
import { type Mode, runOpenb } from "./openb-run.ts";

const RUNS = Number(process.env["BENCH_RUNS"] ?? 10);
const SEED = Number(process.env["BENCH_SEED"] ?? 42);
const ONLINE_TOLERANCE = 0.3;
const PLAN_GAIN = 1.5;

const write = (line: string): void => void process.stdout.write(`${line}\n`);
const text = (path: string): string => Buffer.from(readBytes(path)).toString("utf8");
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

interface Row {
  readonly online: number;
  readonly plan: number;
  /** The published figure of FGD, or our own online one where there is none. */
  readonly peer: number;
  readonly isPublished: boolean;
}

function measure(folder: string, file: string): Row {
  const nodes = globSync("openb_node_list_*.csv*", { cwd: folder }).toSorted()[0] ?? "";
  const hosts = readHosts(text(join(folder, nodes)));
  const workloads = readWorkloads(text(join(folder, file)));
  const figure = (mode: Mode): number =>
    mean(
      Array.from(
        { length: RUNS },
        (_, run) => runOpenb(mode, hosts, workloads, SEED + run).allocationPct[0] ?? 0,
      ),
    );
  const online = figure("online");
  const plan = figure("plan");
  const workload = file.replace(/\.csv(\.gz)?$/, "");
  const published = readTable(join(folder, "fgd_gpu_alloc_pct_peer_table.csv")).find(
    (row) => row["workload"] === workload && row["policy"]?.endsWith("FGD"),
  )?.["alloc_at_100"];
  const peer = published === undefined ? online : Number(published);
  const row = { online, plan, peer, isPublished: published !== undefined };
  write(
    `${workload.replace("openb_pod_list_", "").padEnd(12)} online ${online.toFixed(2)}  plan ${plan.toFixed(2)}  FGD ${row.isPublished ? peer.toFixed(2) : "  -  "}  online ${signed(online - peer)}  plan ${signed(plan - peer)}`,
  );
  return row;
}

const signed = (value: number): string => `${value >= 0 ? "+" : ""}${value.toFixed(2)}`.padStart(6);

function verdict(rows: readonly Row[]): boolean {
  const goal = (what: string, figure: string, wish: string, isMet: boolean): boolean => {
    write(
      `${what.padEnd(58)} ${figure.padStart(12)}  ${wish.padEnd(12)} ${isMet ? "met" : "MISSED"}`,
    );
    return isMet;
  };
  const known = rows.filter(({ isPublished }) => isPublished);
  const off = known.reduce((most, { online, peer }) => Math.max(most, Math.abs(online - peer)), 0);
  const below = rows.filter(({ plan, peer }) => plan < peer).length;
  const gain = mean(rows.map(({ plan, peer }) => plan - peer));
  return [
    goal(
      "online: furthest from FGD, points",
      off.toFixed(2),
      `<= ${ONLINE_TOLERANCE}`,
      off <= ONLINE_TOLERANCE,
    ),
    goal("plan: lists below FGD", `${below}`, "0", below === 0),
    goal("plan: mean gain over FGD, points", gain.toFixed(2), `>= ${PLAN_GAIN}`, gain >= PLAN_GAIN),
  ].every(Boolean);
}

const data = dataFolder("openb");
if ("missing" in data) write(data.missing);
else if (existsSync(data.path)) {
  const files = globSync("openb_pod_list_*.csv*", { cwd: data.path }).toSorted();
  process.exitCode = verdict(files.map((file) => measure(data.path, file))) ? 0 : 1;
}
