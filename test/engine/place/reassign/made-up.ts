/** Made-up instances of machine reassignment, and the checker's word on an assignment. */
import fc from "fast-check";
import { SeededRandom } from "../../../../engine/place/basics/random.ts";
import { ReassignState } from "../../../../engine/place/reassign/state.ts";
import { checkRoadef } from "../../../bench/place/roadef-checker.ts";
import { readRoadef } from "../../../bench/place/roadef-file.ts";
import { type SyntheticInstance, syntheticRoadef } from "../../../bench/place/roadef-synthetic.ts";

/** Small enough for thousands of runs. */
export const size = { machines: 8, processes: 60, resources: 3, services: 25 };

/** Seeds of instances and searches. */
export const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** The instance as the search reads it. */
export const problemOf = ({ model, initial }: SyntheticInstance) =>
  readRoadef(bytes(model), bytes(initial));

/** What the checker of the challenge says to that assignment. */
export const judge = ({ model, initial }: SyntheticInstance, assignment: Int32Array) =>
  checkRoadef(model, initial, assignment.join(" "));

/** An instance, its state before any move, and the draws of a search. */
export function setUp(seed: number) {
  const instance = syntheticRoadef(seed, size);
  const problem = problemOf(instance);
  return {
    instance,
    problem,
    state: new ReassignState(problem),
    random: new SeededRandom(seed),
  };
}
