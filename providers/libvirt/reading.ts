import { CODES } from "./codes.ts";
import { heldDomain, type HeldDomain, type RunState } from "./domains.ts";
import type { HostLink } from "./link.ts";
import { isMissing, type Operation, refusal } from "./operation.ts";
import { type Resident, residentOf } from "./residents.ts";
import { STATISTICS } from "./rpc/flags.ts";
import type { Result } from "./rpc/protocol.ts";
import type { Domain } from "./rpc/shapes.ts";

/** Every domain of a host; what goes away while it is read is left out. */
export async function readDomains(
  link: HostLink,
  operation: Operation,
): Promise<readonly HeldDomain[]> {
  const { records } = await operation.ask(link, "ConnectGetAllDomainStats", {
    doms: [],
    stats: STATISTICS.state,
    flags: 0,
  });
  const domains = await Promise.all(
    records.map(async ({ dom, params }) => {
      try {
        const { xml } = await operation.ask(link, "DomainGetXMLDesc", { dom, flags: 0 });
        return heldDomain(link, dom, runStateOf(params), xml);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    }),
  );
  return domains.filter((domain) => domain !== undefined);
}

/** A domain of a host besides the one that is asked for. */
interface Neighbour extends Resident {
  readonly uuid: string;
  readonly run: RunState;
}

/** Who is on a host now; documents that were read a moment ago are not read again. */
export async function readNeighbours(
  link: HostLink,
  operation: Operation,
): Promise<readonly Neighbour[]> {
  const { residents } = link;
  const { records } = await operation.ask(link, "ConnectGetAllDomainStats", {
    doms: [],
    stats: STATISTICS.state,
    flags: 0,
  });
  residents.keep(records.map(({ dom }) => dom.uuid));
  const neighbours = await Promise.all(
    records.map(async ({ dom, params }): Promise<Neighbour | undefined> => {
      const { uuid } = dom;
      const run = runStateOf(params);
      const read = async (): Promise<Resident | undefined> => {
        const answer = await operation.find(link, "DomainGetXMLDesc", { dom, flags: 0 });
        if (answer === undefined) return undefined;
        return residentOf(heldDomain(link, dom, run, answer.xml));
      };
      const resident = residents.get(uuid) ?? (await residents.read(uuid, read));
      return resident === undefined ? undefined : { ...resident, uuid, run };
    }),
  );
  return neighbours.filter((neighbour) => neighbour !== undefined);
}

type Parameters = Result<"ConnectGetAllDomainStats">["records"][number]["params"];

function runStateOf(params: Parameters): RunState {
  const numberOf = (field: string): number =>
    Number(params.find((parameter) => parameter.field === field)?.value ?? 0);
  return { state: numberOf("state.state"), reason: numberOf("state.reason") };
}

/** The document and the state of one domain; undefined when it has gone meanwhile. */
export async function readHeld(
  link: HostLink,
  dom: Domain,
  operation: Operation,
): Promise<HeldDomain | undefined> {
  try {
    const [{ xml }, run] = await Promise.all([
      operation.ask(link, "DomainGetXMLDesc", { dom, flags: 0 }),
      operation.ask(link, "DomainGetState", { dom, flags: 0 }),
    ]);
    return heldDomain(link, dom, run, xml);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Reads a domain again that has just been there. */
export async function readAgain(held: HeldDomain, operation: Operation): Promise<HeldDomain> {
  const now = await readHeld(held.link, held.dom, operation);
  if (now !== undefined) return now;
  const why = `domain "${held.facts.name}" has gone from host "${held.link.name}" meanwhile`;
  throw refusal("notFound", CODES.notFound, why);
}
