import type { Clock } from "../../engine/contract/clock.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import type { OwnershipTag } from "../../engine/model/observation.ts";
import { attributesOf, type HeldDomain } from "./domains.ts";
import type { ProcedureName } from "./rpc/protocol.ts";

/** What a domain takes from its host, as its document says; whether it runs is asked each time. */
export interface Resident {
  readonly attributes: JsonObject;
  readonly macs: readonly string[];
  readonly tag: OwnershipTag | undefined;
  readonly name: string;
}

/** What counts of a domain's document. */
export const residentOf = (held: HeldDomain): Resident => ({
  attributes: attributesOf(held),
  macs: held.facts.interfaces.flatMap(({ mac }) => (mac === undefined ? [] : [mac.toLowerCase()])),
  tag: held.tag,
  name: held.facts.name,
});

/** How long a document that others may change counts as read. */
const FRESH_MS = 5000;

/** Calls after which the document of a domain is another one. */
const WRITES: ReadonlySet<ProcedureName> = new Set<ProcedureName>([
  "DomainDefineXMLFlags",
  "DomainSetMetadata",
  "DomainSetVcpusFlags",
  "DomainSetMemoryFlags",
  "DomainAttachDeviceFlags",
  "DomainDetachDeviceFlags",
  "DomainUndefineFlags",
]);

/** Shapes of calls and answers that name a domain. */
interface MaybeDomain {
  readonly dom?: { readonly uuid: string };
}

/**
 * The domains of a host as they were read a moment ago. When many machines start at once, each
 * start asks who is there already: without this, every one would read every document.
 */
export class Residents {
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly resident: Resident; readonly readMs: number }>();
  /** Writes so far by UUID: what was read before the last one does not count. */
  readonly #writes = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(uuid: string): Resident | undefined {
    const known = this.#known.get(uuid);
    if (known === undefined || this.#clock.now() - known.readMs >= FRESH_MS) return undefined;
    return known.resident;
  }

  /** Reads one with `read` and keeps it, unless it is written to meanwhile. */
  async read(
    uuid: string,
    read: () => Promise<Resident | undefined>,
  ): Promise<Resident | undefined> {
    const [writes, readMs] = [this.#writes.get(uuid), this.#clock.now()];
    const resident = await read();
    if (resident !== undefined && this.#writes.get(uuid) === writes) {
      this.#known.set(uuid, { resident, readMs });
    }
    return resident;
  }

  /** Forgets all but these: the others have gone. */
  keep(uuids: readonly string[]): void {
    const there = new Set(uuids);
    for (const map of [this.#known, this.#writes]) {
      for (const uuid of map.keys()) if (!there.has(uuid)) map.delete(uuid);
    }
  }

  /** A call was made: what it may have changed is read again. */
  written(name: ProcedureName, args: object, result: object | undefined): void {
    if (!WRITES.has(name)) return;
    const { dom = (args as MaybeDomain).dom }: MaybeDomain = result ?? {};
    // A definition that was not answered may be that of any domain.
    const uuids = dom === undefined ? [...this.#known.keys()] : [dom.uuid];
    for (const uuid of uuids) {
      this.#known.delete(uuid);
      this.#writes.set(uuid, (this.#writes.get(uuid) ?? 0) + 1);
    }
  }
}
