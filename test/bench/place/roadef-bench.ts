/**
 * Every instance under VPAC_DATA against what the challenge's winner (S41) reached in 300 s. Each
 * run is a process of its own, started as a user starts it, and judged by the checker.
 * BENCH_SECONDS (60) and BENCH_SEED (1) may be set; BENCH_ONLY names one instance.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dataFolder, type RoadefInstance, readTable, roadefInstances } from "./data.ts";
import { readBytes } from "./numbers.ts";
import { checkRoadef } from "./roadef-checker.ts";

const ENTRY = fileURLToPath(new URL("roadef.ts", import.meta.url));
const SECONDS = process.env["BENCH_SECONDS"] ?? "60";
const SEED = process.env["BENCH_SEED"] ?? "1";
const NEAR = 1.001;

interface Row {
  readonly cost: number;
  readonly initial: number;
  /** Undefined where nothing was published. */
  readonly peer: number | undefined;
}

const text = (path: string): string => Buffer.from(readBytes(path)).toString("latin1");
const write = (line: string): void => void process.stdout.write(`${line}\n`);

function measure({ name, model, initial }: RoadefInstance, folder: string, peers: string): Row {
  const out = join(folder, name);
  const args = [ENTRY, model, initial, "--seconds", SECONDS, "--seed", SEED, "--out", out];
  const ran = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`${name}: ${ran.stderr}`);
  const files = [text(model), text(initial)] as const;
  const { cost, broken } = checkRoadef(...files, readFileSync(out, "utf8"));
  if (broken.length > 0) throw new Error(`${name}: ${broken.join("; ")}`);
  const published = readTable(peers).find((row) => row["instance"] === name)?.["s41_300s"];
  const row = {
    cost,
    initial: checkRoadef(...files, files[1]).cost,
    peer: published === undefined || published === "" ? undefined : Number(published),
  };
  show(name, row, /lower bound\s+(\d+)/.exec(ran.stdout)?.[1] ?? "");
  return row;
}

function show(name: string, { cost, initial, peer }: Row, bound: string): void {
  const against =
    peer === undefined
      ? "no peer"
      : `${(100 * (cost / peer - 1)).toFixed(3).padStart(9)} % above S41, score ${score({ cost, initial, peer }).toFixed(3)}`;
  write(
    `${name.padEnd(8)} cost ${String(cost).padStart(12)}  bound ${bound.padStart(12)}  S41 ${String(peer ?? "").padStart(12)}  ${against}`,
  );
}

/** As in the challenge: what is above the reference, in per cent of the initial cost. */
const score = ({ cost, initial, peer }: Row): number => (100 * (cost - (peer ?? cost))) / initial;

function verdict(rows: readonly Row[]): boolean {
  const sum = rows.reduce((total, row) => total + score(row), 0);
  const near = rows.filter(({ cost, peer }) => peer !== undefined && cost <= peer * NEAR).length;
  const wanted = Math.ceil((2 * rows.length) / 3);
  const goal = (what: string, figure: string, wish: string, isMet: boolean): boolean => {
    write(
      `${what.padEnd(58)} ${figure.padStart(12)}  ${wish.padEnd(12)} ${isMet ? "met" : "MISSED"}`,
    );
    return isMet;
  };
  const isLevel = goal("sum of scores against S41, 300 s", sum.toFixed(3), "<= 0", sum <= 0);
  const isNear = goal(
    "instances at most 0.1 % above S41",
    `${near}`,
    `>= ${wanted}`,
    near >= wanted,
  );
  return isLevel && isNear;
}

const data = dataFolder("roadef2012");
if ("missing" in data) write(data.missing);
else {
  const only = process.env["BENCH_ONLY"];
  const instances = roadefInstances(data.path).filter(({ name }) => (only ?? name) === name);
  const folder = mkdtempSync(join(tmpdir(), "vpac-roadef-"));
  try {
    const peers = join(data.path, "peers.csv");
    const rows = instances.map((instance) => measure(instance, folder, peers));
    process.exitCode = verdict(rows) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
