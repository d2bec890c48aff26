/**
 * `npm run -s verdicts < scenarios.ndjson`: one JSON document a line,
 * `{namespaces, nodes, pods, pending}` of v1 objects; one answer a line for each pending Pod,
 * judged alone by the filters and scores that a plan uses; where kube-scheduler itself fails over a
 * Pod, all of its answer but the name is empty. `npm run -s verdicts -- quantity` reads
 * one quantity a line.
 */
import { createInterface } from "node:readline";
import type { JsonObject } from "../../../engine/model/json.ts";
import { quantityAnswer } from "./canonical-quantity.ts";
import { answersOf } from "./verdicts-answer.ts";

const EXIT_DATA = 65;

function scenarioOf(line: string, number: number): JsonObject {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) {
      return parsed as JsonObject;
    }
    process.stderr.write(`verdicts: line ${number} is no object\n`);
  } catch (error) {
    process.stderr.write(`verdicts: line ${number}: ${(error as Error).message}\n`);
  }
  return process.exit(EXIT_DATA);
}

const isQuantities = process.argv[2] === "quantity";
let number = 0;
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  number++;
  if (isQuantities) {
    process.stdout.write(`${JSON.stringify(quantityAnswer(line))}\n`);
    continue;
  }
  if (line.trim() === "") continue;
  for (const answer of answersOf(scenarioOf(line, number))) {
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}
