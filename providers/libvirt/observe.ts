import { createHash } from "node:crypto";
import type { Inventory, ObserveScope } from "../../engine/contract/provider.ts";
import { ProviderError } from "../../engine/contract/provider.ts";
import { compareText } from "../../engine/model/canonical.ts";
import type { Host } from "../../engine/model/host.ts";
import type { ObservedObject } from "../../engine/model/observation.ts";
import { CODES } from "./codes.ts";
import { better, type HeldDomain, isMoving, observedObject } from "./domains.ts";
import { readHost } from "./hosts.ts";
import { type Operation, problemOf } from "./operation.ts";
import { readDomains } from "./reading.ts";
import type { World } from "./world.ts";

/** What one host answered. */
interface HostReading {
  readonly host: Host;
  readonly domains: readonly HeldDomain[];
}

/** How long a reading waits for moves to end, so that a plan is not made from the middle of one. */
const MOVES_WAIT_MS = 3000;
const POLL_MS = 250;

/**
 * Reads every host. One that cannot be read makes the answer incomplete and is named; when none
 * can, a `ProviderError` is thrown.
 */
export async function observeWorld(
  world: World,
  { lineage }: ObserveScope,
  operation: Operation,
): Promise<Inventory> {
  const { provider } = world.settings;
  let { read, missing } = await readHosts(world, operation);
  for (let waitedMs = 0; waitedMs < MOVES_WAIT_MS && hasMoves(world, read, lineage); ) {
    waitedMs += POLL_MS;
    await operation.pause(POLL_MS);
    ({ read, missing } = await readHosts(world, operation));
  }
  if (read.length === 0) throw noneReachable(provider, missing);
  const objects = objectsOf(read, { provider, silent: silentOf(world, read) });
  const hosts = read.map(({ host }) => host).sort((a, b) => compareText(a.name, b.name));
  return {
    complete: missing.length === 0,
    ...(missing.length === 0 ? {} : { missing: missing.toSorted() }),
    asOf: digestOf(objects),
    hosts,
    objects,
  };
}

/** Names of hosts that were not read. */
function silentOf({ links }: World, readings: readonly HostReading[]): readonly string[] {
  const read = new Set(readings.map(({ host }) => host.name));
  return links.map(({ name }) => name).filter((name) => !read.has(name));
}

/** Moves that may end soon; one from a host that is silent may not. */
function hasMoves(world: World, readings: readonly HostReading[], lineage: string): boolean {
  const silent = silentOf(world, readings);
  return readings.some(({ domains }) =>
    domains.some(
      (domain) =>
        isMoving(domain.run) &&
        domain.tag?.lineage === lineage &&
        originOf(domain, silent) === undefined,
    ),
  );
}

/** The silent host that a machine is on its way from; undefined where there is none. */
const originOf = ({ record, run }: HeldDomain, silent: readonly string[]): string | undefined =>
  isMoving(run) ? record?.volumesOn.find((name) => silent.includes(name)) : undefined;

interface HostReadings {
  readonly read: readonly HostReading[];
  /** Hosts that could not be read, each with the reason. */
  readonly missing: readonly string[];
}

async function readHosts(world: World, operation: Operation): Promise<HostReadings> {
  const missing: string[] = [];
  const readings = await Promise.all(
    world.links.map(async (link): Promise<HostReading | undefined> => {
      try {
        const [host, domains] = await Promise.all([
          readHost(link, world.settings.provider, operation),
          readDomains(link, operation),
        ]);
        return { host, domains };
      } catch (error) {
        const problem = problemOf(error);
        if (problem === undefined) throw error;
        missing.push(`host "${link.name}": ${problem.message}`);
        return undefined;
      }
    }),
  );
  return { read: readings.filter((reading) => reading !== undefined), missing };
}

/** One object for each UUID: while a machine moves, both hosts have a domain of it. */
function objectsOf(
  readings: readonly HostReading[],
  { provider, silent }: { readonly provider: string; readonly silent: readonly string[] },
): readonly ObservedObject[] {
  const byId = new Map<string, HeldDomain>();
  const twins = new Map<string, string>();
  for (const domain of readings.flatMap(({ domains }) => domains)) {
    const { uuid } = domain.dom;
    const known = byId.get(uuid);
    const best = known === undefined ? domain : better(known, domain);
    byId.set(uuid, best);
    if (known !== undefined) twins.set(uuid, (best === known ? domain : known).link.name);
  }
  return [...byId.values()]
    .map((domain) => {
      const object = arriving(domain, observedObject(domain, provider), silent);
      const twin = twins.get(object.id);
      if (twin === undefined || domain.record === undefined) return object;
      return { ...object, unfinished: `host "${twin}" has a second domain of it` };
    })
    .sort((left, right) => compareText(left.id, right.id));
}

/**
 * Half of a machine that is on its way from a host that does not answer: it still runs there, and
 * what this host shows may never come to life.
 */
function arriving(
  domain: HeldDomain,
  object: ObservedObject,
  silent: readonly string[],
): ObservedObject {
  const from = originOf(domain, silent);
  if (from === undefined) return object;
  const unfinished = `it moves here from host "${from}", which cannot be asked`;
  return { ...object, host: from, unfinished };
}

/** The revision of the whole answer: it moves when any object does. */
function digestOf(objects: readonly ObservedObject[]): string {
  const hash = createHash("sha256");
  for (const { id, revision } of objects) hash.update(`${id} ${revision}\n`);
  return hash.digest("hex").slice(0, 32);
}

function noneReachable(provider: string, missing: readonly string[]): ProviderError {
  const what = missing.length === 1 ? "its only host" : `all of its ${missing.length} hosts`;
  return new ProviderError({
    type: "transient",
    code: CODES.unreachable,
    message: `provider "${provider}" cannot read ${what}: ${missing.toSorted().join("; ")}`,
  });
}
