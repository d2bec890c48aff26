/**
 * `node test/bench/place/verdicts-compare.ts ORACLE [--pairs 10000] [--seed 1] [--out FILE]`:
 * random scenarios to the oracle and to our filters and scores; prints the pairs of Pod and node,
 * and what differs by field. `--out` keeps the scenarios that differ, one a line.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { canonicalJson } from "../../../engine/model/canonical.ts";
import { arrayAt, type JsonObject, member, objectAt } from "../../../engine/model/json.ts";
import { SeededRandom } from "../../../engine/place/basics/random.ts";
import { Draw } from "./kubernetes-amounts.ts";
import { scenario } from "./kubernetes-worlds.ts";
import { answersOf } from "./verdicts-answer.ts";

const PENDING = 8;
const BATCH = 40;
const OUTPUT_BYTES_MAX = 512 * 1024 * 1024;
const SHOWN_MAX = 8;
const EXIT_USAGE = 64;

/** What has to be equal, in one order: reasons are words, and the order of nodes is nobody's. */
function facts(answer: JsonObject): Readonly<Record<string, string>> {
  const rejected = Object.entries(objectAt(answer, "rejected")).map(
    ([node, why]) =>
      `${node} ${canonicalJson(member(why, "plugin"))} ${canonicalJson(member(why, "curable"))}`,
  );
  return {
    qos: canonicalJson(answer["qos"]),
    requests: canonicalJson(answer["requests"]),
    limits: canonicalJson(answer["limits"]),
    feasible: canonicalJson(arrayAt(answer, "feasible").map(String).sort()),
    rejected: canonicalJson(rejected.sort()),
    scores: canonicalJson(answer["scores"]),
  };
}

interface Tally {
  pairs: number;
  pods: number;
  readonly differing: Map<string, number>;
  readonly kept: string[];
}

function compareBatch(oracle: string, draw: Draw, tally: Tally): void {
  const scenarios = Array.from({ length: BATCH }, () => scenario(draw, PENDING));
  const input = scenarios.map((each) => `${JSON.stringify(each)}\n`).join("");
  const { stdout } = spawnSync(oracle, { input, maxBuffer: OUTPUT_BYTES_MAX });
  const wanted = stdout.toString("utf8").trim().split("\n");
  scenarios.forEach((each, index) => {
    const given = wanted.slice(index * PENDING, (index + 1) * PENDING);
    const found = answersOf(JSON.parse(JSON.stringify(each)) as JsonObject);
    found.forEach((answer, position) => {
      const theirs = JSON.parse(given[position] ?? "{}") as JsonObject;
      tally.pods++;
      tally.pairs += arrayAt(each, "nodes").length;
      const ours = JSON.parse(JSON.stringify(answer)) as JsonObject;
      compareOne({ ours, theirs, scenario: each, position }, tally);
    });
  });
}

interface Pair {
  readonly ours: JsonObject;
  readonly theirs: JsonObject;
  readonly scenario: JsonObject;
  readonly position: number;
}

function compareOne({ ours, theirs, scenario: world, position }: Pair, tally: Tally): void {
  const [left, right] = [facts(ours), facts(theirs)];
  const fields = Object.keys(left).filter((field) => left[field] !== right[field]);
  if (fields.length === 0) return;
  for (const field of fields) tally.differing.set(field, (tally.differing.get(field) ?? 0) + 1);
  const pending = arrayAt(world, "pending")[position] ?? null;
  tally.kept.push(JSON.stringify({ ...world, pending: [pending] }));
  if (tally.kept.length > SHOWN_MAX) return;
  for (const field of fields.slice(0, 2)) {
    process.stdout.write(`${field}\n  ours   ${left[field]}\n  oracle ${right[field]}\n`);
  }
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      pairs: { type: "string", default: "10000" },
      seed: { type: "string", default: "1" },
      out: { type: "string" },
    },
  });
  const [oracle] = positionals;
  if (oracle === undefined) {
    process.stderr.write("usage: verdicts-compare.ts ORACLE [--pairs N] [--seed N] [--out FILE]\n");
    process.exit(EXIT_USAGE);
  }
  const random = new SeededRandom(Number(values.seed));
  const draw = new Draw((end) => random.below(end));
  const tally: Tally = { pairs: 0, pods: 0, differing: new Map(), kept: [] };
  while (tally.pairs < Number(values.pairs)) compareBatch(oracle, draw, tally);
  const by = [...tally.differing].map(([field, count]) => `${field} ${count}`).join(", ");
  process.stdout.write(`${tally.pairs} pairs, ${tally.pods} Pods, ${tally.kept.length} differ`);
  process.stdout.write(by === "" ? "\n" : `: ${by}\n`);
  if (values.out !== undefined) writeFileSync(values.out, tally.kept.join("\n"));
  process.exitCode = tally.kept.length === 0 ? 0 : 1;
}

main();
