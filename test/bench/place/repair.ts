/**
 * Goal 5: a site of BtrPlace's size with rules is repaired, moves in their waves included. Scope:
 * `place` as a whole, reasons on; CPU time of one thread, the best of some runs.
 */
import type { PlacementProblem, PlacementResult } from "../../../engine/model/placement.ts";
import { place } from "../../../engine/place/place.ts";
import { goal, note, setExitCode } from "./goals.ts";
import { loadRise, site, without } from "./repair-worlds.ts";

const SHAPE = {
  hosts: 5000,
  workloads: 30_000,
  apart: 2000,
  together: 1500,
  bound: 2000,
  rackSize: 50,
};
const RUNS = Number(process.env["BENCH_RUNS"] ?? 3);
const PEER = "BtrPlace: 3 min, in partitions 30 s";
const FULL_PPM = 1_000_000;

function measure(name: string, given: PlacementProblem): void {
  let ms = Infinity;
  let result: PlacementResult | undefined;
  for (let run = 0; run < RUNS; run++) {
    const start = process.cpuUsage();
    result = place(given);
    const { user, system } = process.cpuUsage(start);
    ms = Math.min(ms, (user + system) / 1000);
  }
  if (result === undefined) return;
  const { moves, decisions, proof, findings } = result;
  const waves = moves.reduce((most, { wave }) => Math.max(most, wave + 1), 0);
  const unplaced = decisions.filter(({ chosen }) => chosen === undefined).length;
  goal({ what: `${name}: ms`, figure: ms, atMost: 1000, peer: PEER });
  note(`${name}: moves, waves`, `${moves.length}, ${waves}`);
  goal({ what: `${name}: without a host`, figure: unplaced, atMost: 0, peer: "-" });
  goal({
    what: `${name}: fullest host, % of its capacity`,
    figure: proof.peakPpm / 10_000,
    atMost: FULL_PPM / 10_000,
    peer: "-",
  });
  note(`${name}: findings`, String(findings.length));
}

const given = site(SHAPE);
const rules = SHAPE.apart + SHAPE.together + SHAPE.bound;
note("hosts, workloads, rules", `${SHAPE.hosts}, ${SHAPE.workloads}, ${rules}`);
measure("load rise on 5 % of the hosts", loadRise(given));
measure(
  "5 % of the hosts fail",
  without(given, "disconnected", (_host, index) => index % 20 === 3),
);
measure(
  "maintenance of a rack",
  without(given, "maintenance", ({ labels }) => labels["rack"] === "r7"),
);
setExitCode();
