import type { Fix } from "../../model/placement.ts";
import { applicantOf } from "../classes/applicant.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { hostGate, poolGate } from "../judging/gates.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { biggestHost } from "./new-host.ts";
import { failingFilters } from "./obstacles.ts";
import { copyOf, sceneOf, type World } from "./scene.ts";

/**
 * One more host like the biggest, in one copy of the world that all who find no host share: it
 * costs each of them next to nothing to see whether that would do.
 */
export class SpareHost {
  readonly #fix: Fix;
  readonly #ledger: Ledger;
  readonly #host: number;

  /** Undefined where there is no host to copy. */
  static for(classes: readonly WorkloadClass[], world: World): SpareHost | undefined {
    const [first] = classes;
    const spare = biggestHost(world.ledger);
    if (first === undefined || spare === undefined) return undefined;
    const scene = spare.change(sceneOf(first.sample, world));
    const askers = classes.map(({ sample }) => ({ ...sample, key: "" }));
    const ledger = copyOf({ ...scene, workload: { ...first.sample, key: "" } }, world, { askers });
    const { description, edit } = spare;
    return new SpareHost({ description, host: "", edits: [edit] }, ledger, spare.host);
  }

  private constructor(fix: Fix, ledger: Ledger, name: string) {
    this.#fix = fix;
    this.#ledger = ledger;
    this.#host = ledger.indexOf.get(name) ?? 0;
  }

  /** The new host where it takes a newcomer of the class. */
  fixesFor({ sample }: WorkloadClass): readonly Fix[] | undefined {
    const ledger = this.#ledger;
    const own = ledger.classes.classOf({ ...sample, key: "" });
    if (hostGate(own, ledger) !== undefined || poolGate(own, ledger) !== undefined)
      return undefined;
    const isTaken = failingFilters(this.#host, applicantOf(own, ledger), ledger) === 0;
    return isTaken ? [this.#fix] : undefined;
  }
}
