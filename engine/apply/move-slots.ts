import { DEFAULT_MIGRATION, type MigrationLimits } from "../model/desired.ts";
import type { PlanMove, PlanPlacement, Step } from "../model/plan.ts";

/** Keeps each host and datastore from taking part in too many live moves at once. */
export class MoveSlots {
  readonly #moveByLeg: ReadonlyMap<string, PlanMove>;
  readonly #limits: MigrationLimits;
  readonly #hosts = new Map<string, number>();
  readonly #datastores = new Map<string, number>();

  constructor({ list, limits = DEFAULT_MIGRATION }: PlanPlacement["moves"]) {
    this.#moveByLeg = new Map(list.map((move) => [legOf(move.address, move.to), move]));
    this.#limits = limits;
  }

  /** True when the step moves nothing, or there is a slot left wherever it takes one. */
  mayStart(step: Step): boolean {
    const { movesPerHostMax, movesPerDatastoreMax } = this.#limits;
    const { hosts, datastores } = this.#endsOf(step);
    return (
      hosts.every((name) => (this.#hosts.get(name) ?? 0) < movesPerHostMax) &&
      datastores.every((name) => (this.#datastores.get(name) ?? 0) < movesPerDatastoreMax)
    );
  }

  start(step: Step): void {
    this.#count(step, 1);
  }

  end(step: Step): void {
    this.#count(step, -1);
  }

  #count(step: Step, sign: 1 | -1): void {
    const { hosts, datastores } = this.#endsOf(step);
    for (const name of hosts) add(this.#hosts, name, sign);
    for (const name of datastores) add(this.#datastores, name, sign);
  }

  #endsOf({ mode, address, host }: Step): Ends {
    if (mode !== "move" || host === undefined) return NOWHERE;
    const { from, datastores = [] } = this.#moveByLeg.get(legOf(address, host)) ?? {};
    return { hosts: from === undefined ? [host] : [host, from], datastores };
  }
}

/** Where a step takes a slot. */
interface Ends {
  readonly hosts: readonly string[];
  readonly datastores: readonly string[];
}

const NOWHERE: Ends = { hosts: [], datastores: [] };

const legOf = (address: string, to: string): string => `${address}\u0000${to}`;

function add(counts: Map<string, number>, name: string, by: 1 | -1): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}
