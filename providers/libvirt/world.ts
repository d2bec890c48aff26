import type { Clock } from "../../engine/contract/clock.ts";
import { Admission } from "./admission.ts";
import { CODES } from "./codes.ts";
import { better, type HeldDomain } from "./domains.ts";
import { HostLink } from "./link.ts";
import { type Operation, problemOf, refusal } from "./operation.ts";
import { readHeld } from "./reading.ts";
import { Queue } from "./serial.ts";
import type { LibvirtSettings } from "./settings.ts";

/** The hosts of one provider and what is under way on them. */
export class World {
  readonly settings: LibvirtSettings;
  readonly links: readonly HostLink[];
  /** Calls for one object are carried out one after the other. */
  readonly objects: Queue = new Queue();
  readonly admission: Admission = new Admission();

  constructor(settings: LibvirtSettings, clock: Clock) {
    this.settings = settings;
    const { parallelCalls } = settings;
    this.links = settings.hosts.map((host) => new HostLink(host, clock, parallelCalls));
  }

  link(name: string): HostLink | undefined {
    return this.links.find((link) => link.name === name);
  }

  async close(): Promise<void> {
    await Promise.all(this.links.map((link) => link.close()));
  }
}

/** One object on the hosts: more than one domain only while, or after, it was on its way. */
export interface Found {
  /** The domain that counts. */
  readonly domain: HeldDomain | undefined;
  readonly twins: readonly HeldDomain[];
  /** Hosts that could not be asked, each with the reason. */
  readonly unclear: readonly { readonly host: string; readonly why: string }[];
}

/** Asks every host for the domain of an object. */
export async function findObject(
  world: World,
  objectId: string,
  operation: Operation,
): Promise<Found> {
  const unclear: { readonly host: string; readonly why: string }[] = [];
  const found = await Promise.all(
    world.links.map(async (link) => {
      try {
        const answer = await operation.find(link, "DomainLookupByUUID", { uuid: objectId });
        return answer === undefined ? undefined : await readHeld(link, answer.dom, operation);
      } catch (error) {
        const problem = problemOf(error);
        if (problem?.type !== "transient") throw error;
        unclear.push({ host: link.name, why: problem.message });
        return undefined;
      }
    }),
  );
  const domains = found.filter((domain) => domain !== undefined);
  const domain = domains.length === 0 ? undefined : domains.reduce(better);
  return { domain, twins: domains.filter((held) => held !== domain), unclear };
}

/**
 * A host that is silent may hold the machine: where the machine is nowhere else, and where its
 * volumes may be. It may run there, and what another host shows be only its arriving half.
 */
export function refuseUnclear({ domain, unclear }: Found, name: string): void {
  const volumesOn = domain?.record?.volumesOn ?? [];
  const silent = unclear.find(({ host }) => domain === undefined || volumesOn.includes(host));
  if (silent === undefined) return;
  const why =
    `nobody can tell whether the hosts have machine "${name}": ` +
    `host "${silent.host}" cannot be asked: ${silent.why}`;
  throw refusal("transient", CODES.hostUnclear, why);
}
