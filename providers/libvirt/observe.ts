import { createHash } from "node:crypto";
import type { Inventory, ObserveScope } from "../../engine/contract/provider.ts";
import { ProviderError } from "../../engine/contract/provider.ts";
import { compareText } from "../../engine/model/canonical.ts";
import type { Host } from "../../engine/model/host.ts";
import type { ObservedObject } from "../../engine/model/observation.ts";
import { CODES } from "./codes.ts";
import { type HeldDomain, observedObject, powerOf } from "./domains.ts";
import { readHost } from "./hosts.ts";
import { type Operation, problemOf } from "./operation.ts";
import { readDomains } from "./reading.ts";
import type { World } from "./world.ts";

/** What one host answered. */
interface HostReading {
  readonly host: Host;
  readonly domains: readonly HeldDomain[];
}

/**
 * Reads every host. One that cannot be read makes the answer incomplete and is named; when none
 * can, a `ProviderError` is thrown.
 */
export async function observeWorld(
  world: World,
  _scope: ObserveScope,
  operation: Operation,
): Promise<Inventory> {
  const { provider } = world.settings;
  const missing: string[] = [];
  const readings = await Promise.all(
    world.links.map(async (link): Promise<HostReading | undefined> => {
      try {
        const [host, domains] = await Promise.all([
          readHost(link, provider, operation),
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
  const read = readings.filter((reading) => reading !== undefined);
  if (read.length === 0) throw noneReachable(provider, missing);
  const objects = objectsOf(read, provider);
  const hosts = read.map(({ host }) => host).sort((a, b) => compareText(a.name, b.name));
  return {
    complete: missing.length === 0,
    ...(missing.length === 0 ? {} : { missing: missing.sort() }),
    asOf: digestOf(objects),
    hosts,
    objects,
  };
}

/** One object for each UUID: while a machine moves, both hosts have a domain of it. */
function objectsOf(readings: readonly HostReading[], provider: string): readonly ObservedObject[] {
  const byId = new Map<string, HeldDomain>();
  const twins = new Map<string, string>();
  for (const domain of readings.flatMap(({ domains }) => domains)) {
    const { uuid } = domain.dom;
    const known = byId.get(uuid);
    const isBetter = known === undefined || (!isOn(known) && isOn(domain));
    if (isBetter) byId.set(uuid, domain);
    if (known !== undefined) twins.set(uuid, (isBetter ? known : domain).link.name);
  }
  return [...byId.values()]
    .map((domain) => {
      const object = observedObject(domain, provider);
      const twin = twins.get(object.id);
      if (twin === undefined || domain.record === undefined) return object;
      return { ...object, unfinished: `host "${twin}" has a second domain of it` };
    })
    .sort((left, right) => compareText(left.id, right.id));
}

const isOn = (domain: HeldDomain): boolean => powerOf(domain.run) === "on";

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
