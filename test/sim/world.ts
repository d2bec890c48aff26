/** A platform with a faulty wire. Effects are out in the world: they outlive whoever asked. */
import {
  type CallContext,
  type DestroyPermit,
  type Intent,
  type Inventory,
  type ObserveScope,
  type Outcome,
  type Problem,
  type Provider,
  ProviderError,
  type UpdateIntent,
} from "../../engine/contract/provider.ts";
import type { Address } from "../../engine/model/address.ts";
import type { Host } from "../../engine/model/host.ts";
import { isJsonArray } from "../../engine/model/json.ts";
import type { ObservedObject, OwnershipTag } from "../../engine/model/observation.ts";
import { LATE_MS_MAX, NO_WIRE_FAULTS, type WireFaults } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Sim } from "./sim.ts";

/** What the world found wrong with how it was used. */
export type Accuse = (invariant: string, message: string) => void;

export class FakeWorld {
  readonly objects = new Map<string, ObservedObject>();
  /** Removals that took effect: object and the plan that asked. */
  readonly destroyed: { readonly objectId: string; readonly planDigest: string }[] = [];
  readonly counts = new Map<string, number>();
  faults: WireFaults = NO_WIRE_FAULTS;
  fencing = true;
  hosts: readonly Host[] = [];
  /** Whether the begin record of an intent is durable: it must be before any call is made. */
  isBegun: (intent: string) => boolean = () => true;
  /** Whether the plan behind a removal must take `other` away first. */
  isOrdered: (permit: DestroyPermit, other: ObservedObject) => boolean = () => true;
  mutant: string | undefined;
  readonly #sim: Sim;
  readonly #random: Random;
  readonly #accuse: Accuse;
  /** Objects that a late request has made. */
  readonly #strays = new Set<string>();
  #revision = 0;
  #fence = 0;
  readonly #history: (readonly ObservedObject[])[] = [];

  constructor(sim: Sim, random: Random, accuse: Accuse) {
    this.#sim = sim;
    this.#random = random;
    this.#accuse = accuse;
  }

  provider(): Provider {
    return {
      name: "sim",
      type: "esxi-sim",
      capabilities: {
        kinds: ["*"],
        liveMove: true,
        powerControl: true,
        hostPower: false,
        fencing: this.fencing,
        adopt: true,
        sameNameTwice: true,
        measuresUse: false,
        parallelCallsMax: 8,
      },
      observe: (scope, context) => this.#observe(scope, context),
      create: (intent, context) =>
        this.#call(`create ${intent.address}`, { context, tag: intent.tag }, (isFirst) =>
          this.#create(intent, isFirst),
        ),
      update: (intent, context) =>
        this.#call(`${intent.mode} ${intent.address}`, { context, tag: intent.tag }, () =>
          this.#update(intent),
        ),
      remove: (permit, context) =>
        this.#call(`remove ${permit.address}`, { context, tag: permit.tag }, () =>
          this.#remove(permit),
        ),
      close: async () => undefined,
    };
  }

  /** An object that is not ours and must stay as it is (I14). */
  plantForeign(id: string, name: string): void {
    this.#put({ ...BLANK, id, name, kind: "vm", namespace: "foreign" });
  }

  isAt(address: Address): boolean {
    for (const object of this.objects.values()) if (object.tag?.address === address) return true;
    return false;
  }

  #count(kind: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  #hits(kind: keyof WireFaults): boolean {
    const chance = this.faults[kind];
    if (chance === 0 || !this.#random.chance(chance)) return false;
    this.#count(kind);
    return true;
  }

  /** One writing call over the wire. */
  async #call(
    what: string,
    { context, tag }: { readonly context: CallContext; readonly tag: OwnershipTag },
    effect: (isFirst: boolean) => Outcome,
  ): Promise<Outcome> {
    if (!this.isBegun(tag.intent))
      this.#accuse("I4", `${what} is sent before its begin is durable`);
    const latencyMs = 5 + this.#random.below(4_000);
    if (this.#hits("unavailable")) {
      await this.#sim.sleep(10);
      const retryAfterMs = this.#random.below(3_000);
      return failed({ type: "transient", code: "busy", message: "try again", retryAfterMs });
    }
    if (this.#hits("lostRequest")) return this.#silence(`${what}: request lost`);
    const { incarnation } = this.#sim;
    const carryOut = (isInTime: boolean): Outcome => {
      // What a dead process has sent lands when it will: nobody can put it in order.
      const isFirst = isInTime && incarnation === this.#sim.incarnation;
      const before = new Set(this.objects.keys());
      const outcome = effect(isFirst);
      for (const id of this.objects.keys()) if (!before.has(id) && !isFirst) this.#strays.add(id);
      this.#sim.note(`world: ${what}: ${outcome.is === "done" ? "done" : outcome.why.code}`);
      return outcome;
    };
    if (this.#hits("lateDelivery")) {
      this.#sim.at(latencyMs + this.#random.below(LATE_MS_MAX), () => carryOut(false));
      return this.#silence(`${what}: delayed`);
    }
    let outcome: Outcome | undefined;
    this.#sim.at(latencyMs, () => {
      outcome = carryOut(true);
    });
    if (this.#hits("duplicate")) {
      this.#sim.at(latencyMs + this.#random.below(20_000), () => carryOut(false));
    }
    await this.#sim.sleep(latencyMs);
    await this.#sim.sleep(1 + this.#random.below(50), context.signal);
    if (this.#hits("lostResponse")) return this.#silence(`${what}: answer lost`);
    if (this.#hits("unknownAnswer") || outcome === undefined) {
      return { is: "unknown", why: { type: "transient", code: "reset", message: "cut off" } };
    }
    return outcome;
  }

  #silence(what: string): Promise<Outcome> {
    this.#sim.note(`wire: ${what}`);
    return new Promise(() => undefined);
  }

  /** A platform that can check refuses the calls of older writers. */
  #isFenced(tag: OwnershipTag): boolean {
    if (!this.fencing) return false;
    this.#fence = Math.max(this.#fence, tag.fence);
    return tag.fence < this.#fence;
  }

  #create(intent: Intent, isFirst: boolean): Outcome {
    if (this.#isFenced(intent.tag)) return failed(FENCED);
    const id = this.mutant === "own-ids" ? `own-${this.#revision}` : intent.objectId;
    const existing = this.objects.get(id);
    if (existing !== undefined) return this.#done(existing, false);
    if (isFirst) this.#checkRequirements(intent);
    const { tag, kind, namespace, name, attributes, host } = intent;
    const object = this.#put({ ...BLANK, id, tag, kind, namespace, name, attributes, host });
    const outcome = this.#done(object, true);
    if (outcome.is !== "done" || !isFirst || !this.#hits("failedStart")) return outcome;
    return { ...outcome, notStarted: { code: "no-start", message: "it does not start" } };
  }

  #update(intent: UpdateIntent): Outcome {
    if (this.#isFenced(intent.tag)) return failed(FENCED);
    const existing = this.objects.get(intent.objectId);
    if (existing === undefined) return failed({ type: "notFound", code: "gone", message: "gone" });
    if (existing.tag?.intent === intent.tag.intent) return this.#done(existing, false);
    if (intent.fromRevision !== undefined && intent.fromRevision !== existing.revision) {
      return failed(CONFLICT);
    }
    if (intent.mode === "forget")
      return this.#done(this.#put({ ...existing, tag: undefined }), true);
    const { attributes, host, tag } = intent;
    return this.#done(
      this.#put({ ...existing, attributes, host: host ?? existing.host, tag }),
      true,
    );
  }

  #remove(permit: DestroyPermit): Outcome {
    if (this.#isFenced(permit.tag)) return failed(FENCED);
    const existing = this.objects.get(permit.objectId);
    if (existing === undefined) return { is: "done", revision: "", changed: false };
    if (existing.tag?.lineage !== permit.tag.lineage) {
      return failed({ type: "forbidden", code: "foreign", message: "not ours" });
    }
    if (permit.fromRevision !== undefined && permit.fromRevision !== existing.revision) {
      return failed(CONFLICT);
    }
    this.#remember();
    this.objects.delete(permit.objectId);
    this.destroyed.push({ objectId: permit.objectId, planDigest: permit.planDigest });
    for (const other of this.objects.values()) {
      if (!needsOf(other).includes(permit.address) || this.isAt(permit.address)) continue;
      if (this.#strays.has(other.id) || !this.isOrdered(permit, other)) continue;
      this.#accuse("I9", `${permit.address} was removed before ${other.name}, which needs it`);
    }
    return { is: "done", revision: "", changed: true };
  }

  #checkRequirements(intent: Intent): void {
    for (const address of needsOf(intent)) {
      if (this.isAt(address)) continue;
      this.#accuse("I9", `${intent.address} was made before ${address}, which it needs`);
    }
  }

  #put(object: ObservedObject): ObservedObject {
    this.#remember();
    const put = { ...object, revision: `r${++this.#revision}` };
    this.objects.set(put.id, put);
    return put;
  }

  #remember(): void {
    this.#history.push([...this.objects.values()]);
    if (this.#history.length > 12) this.#history.shift();
  }

  #done({ revision, host }: ObservedObject, changed: boolean): Outcome {
    return { is: "done", revision, changed, ...(host === undefined ? {} : { host }) };
  }

  async #observe(scope: ObserveScope, context: CallContext): Promise<Inventory> {
    await this.#sim.sleep(20 + this.#random.below(500), context.signal);
    if (this.#hits("listHang")) return new Promise(() => undefined);
    if (this.#hits("listError")) {
      throw new ProviderError({ type: "transient", code: "busy", message: "try again" });
    }
    const isStale = this.#history.length > 0 && this.#hits("staleList");
    const source = isStale ? this.#random.pick(this.#history) : [...this.objects.values()];
    const isIncomplete = this.#hits("incompleteList");
    const objects = source.filter((object) => {
      const isWanted = object.tag?.lineage === scope.lineage || scope.ids.includes(object.id);
      return isWanted && !(isIncomplete && this.#random.chance(0.3));
    });
    this.#sim.note(
      `world: list of ${objects.length}${isStale ? ", stale" : ""}${isIncomplete ? ", in part" : ""}`,
    );
    return { complete: !isIncomplete, asOf: `${this.#revision}`, hosts: this.hosts, objects };
  }
}

const BLANK: ObservedObject = {
  id: "",
  provider: "sim",
  kind: "",
  namespace: undefined,
  name: "",
  attributes: {},
  revision: "",
  tag: undefined,
  host: undefined,
  power: "on",
  active: undefined,
  status: {},
};

const FENCED: Problem = { type: "forbidden", code: "fenced", message: "an older writer" };
const CONFLICT: Problem = { type: "conflict", code: "changed", message: "another revision" };

const failed = (why: Problem): Outcome => ({ is: "failed", why });

/** Addresses that must exist for this object to exist; the scenario writes them down. */
function needsOf({ attributes }: Pick<ObservedObject, "attributes">): readonly Address[] {
  const needs = attributes["needs"];
  return isJsonArray(needs) ? (needs as readonly Address[]) : [];
}
