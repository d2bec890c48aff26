/** Rules that must hold do hold for every workload the plan brings to a host (I13). */
import type { Address } from "../../model/address.ts";
import type { DesiredResource, DesiredState } from "../../model/desired.ts";
import type { Host } from "../../model/host.ts";
import { type JsonObject, objectAt } from "../../model/json.ts";
import type { ObservedObject } from "../../model/observation.ts";
import type { PlanFinding, Step } from "../../model/plan.ts";
import type { PodAffinityTerm } from "../../model/scheduling.ts";
import { CODES } from "../codes.ts";
import { type Check, type CheckContext, finding, groupBy } from "./context.ts";
import { arrivals, hostAfter } from "./hosts.ts";
import { type Labels, selects, termHolds, tolerated } from "./labels.ts";

/** A workload where the plan leaves it. */
interface Resident {
  readonly key: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly host: Host;
  readonly wish: DesiredResource | undefined;
  readonly isTouched: boolean;
}

interface Census {
  readonly residents: readonly Resident[];
  readonly namespaces: ReadonlyMap<string, Labels>;
  /** Residents by `topologyKey`, then by the value of that label. */
  readonly within: (topologyKey: string, host: Host) => readonly Resident[];
}

export const checkRules: Check = (context) => {
  if (context.desired === undefined || context.plan.steps.length === 0) return [];
  const census = censusOf(context, context.desired);
  return census.residents.flatMap((resident) => [
    ...(resident.isTouched ? hostRules(resident) : []),
    ...neighbourRules(resident, census),
  ]);
};

const broken = (address: string, why: string): PlanFinding =>
  finding(CODES.ruleBroken, `${address} may not be on its host: ${why}.`, address as Address);

/** What the host alone must offer. */
function hostRules({ key, host, wish }: Resident): PlanFinding[] {
  const workload = wish?.workload;
  if (workload === undefined) return [];
  const { scheduling, pinHost } = workload;
  const { nodeSelector, nodeAffinity, nodeName, cluster, runtime } = scheduling;
  const required = nodeAffinity.required;
  const rules: readonly (readonly [boolean, string])[] = [
    [pinHost !== undefined && pinHost !== host.name, `it is pinned to host ${pinHost}`],
    [isOther(nodeName, host.name), `it asks for host ${nodeName}`],
    [isOther(cluster, host.cluster), `it is bound to cluster ${cluster}`],
    [!host.runtimes.includes(runtime), `the host has no runtime ${runtime}`],
    [!host.taints.every((taint) => tolerated(taint, scheduling)), "a taint is not tolerated"],
    [
      !Object.entries(nodeSelector).every(([name, value]) => host.labels[name] === value),
      "its node selector does not match",
    ],
    [
      required?.some((term) => termHolds(term, host.labels, host.name)) === false,
      "its required node affinity does not match",
    ],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, why]) => broken(key, why));
}

const isOther = (wanted: string | undefined, actual: string): boolean =>
  wanted !== undefined && wanted !== "" && wanted !== actual;

/** What the neighbours must or must not be; a rule counts when either side was touched. */
function neighbourRules(resident: Resident, census: Census): PlanFinding[] {
  const scheduling = resident.wish?.workload?.scheduling;
  if (scheduling === undefined) return [];
  const found: PlanFinding[] = [];
  for (const term of scheduling.podAntiAffinity.required) {
    const rival = census
      .within(term.topologyKey, resident.host)
      .find((other) => isPair(resident, other) && isMeant(term, other, census));
    if (rival !== undefined) {
      found.push(broken(resident.key, `rule ${term.rule} keeps it apart from ${rival.key}`));
    }
  }
  if (!resident.isTouched) return found;
  const lonely = scheduling.podAffinity.required.find(
    (term) => !hasCompany(term, resident, census),
  );
  if (lonely !== undefined) {
    found.push(broken(resident.key, `rule ${lonely.rule} finds no companion there`));
  }
  return found;
}

const isPair = (resident: Resident, other: Resident): boolean =>
  other !== resident && (resident.isTouched || other.isTouched);

function isMeant(term: PodAffinityTerm, other: Resident, { namespaces }: Census): boolean {
  const isInScope =
    term.namespaces.includes(other.namespace) ||
    selects(term.namespaceSelector, namespaces.get(other.namespace) ?? {});
  return isInScope && selects(term.selector, other.labels);
}

/** As upstream: the first of a group that is its own companion may go anywhere. */
function hasCompany(term: PodAffinityTerm, resident: Resident, census: Census): boolean {
  if (!Object.hasOwn(resident.host.labels, term.topologyKey)) return false;
  const isCompanion = (other: Resident): boolean =>
    other !== resident && isMeant(term, other, census);
  if (census.within(term.topologyKey, resident.host).some(isCompanion)) return true;
  return isMeant(term, resident, census) && !census.residents.some(isCompanion);
}

function censusOf(context: CheckContext, desired: DesiredState): Census {
  const residents = residentsOf(context, desired);
  const groups = new Map<string, Map<string, Resident[]>>();
  const grouped = (topologyKey: string): Map<string, Resident[]> => {
    const known = groups.get(topologyKey);
    if (known !== undefined) return known;
    const made = groupBy(residents, ({ host }) => host.labels[topologyKey] ?? "\u0000none");
    groups.set(topologyKey, made);
    return made;
  };
  return {
    residents,
    namespaces: namespacesOf(desired),
    within: (topologyKey, { labels }) => {
      if (!Object.hasOwn(labels, topologyKey)) return [];
      return grouped(topologyKey).get(labels[topologyKey] ?? "") ?? [];
    },
  };
}

const labelsOf = (attributes: JsonObject): Labels =>
  objectAt(attributes, "metadata", "labels") as Labels;

function namespacesOf(desired: DesiredState): Map<string, Labels> {
  const namespaces = new Map<string, Labels>();
  for (const { address, name, attributes } of desired.resources.values()) {
    if (!address.startsWith("ns/")) continue;
    namespaces.set(name, { "kubernetes.io/metadata.name": name, ...labelsOf(attributes) });
  }
  return namespaces;
}

/** Ours where the plan leaves them, then everybody else where they were seen. */
function residentsOf(context: CheckContext, desired: DesiredState): Resident[] {
  const arriving = stays(arrivals(context));
  const moved = new Set<string>(arriving.map((step) => step.address));
  const isLeft = ({ tag, power }: ObservedObject): boolean =>
    power !== "off" &&
    (tag === undefined || !(moved.has(tag.address) || isGone(context, tag.address)));
  return [
    ...context.observation.objects.filter(isLeft).map((item) => settled(item, context, desired)),
    ...arriving.map((step) => newcomer(step, context, desired)),
  ].filter((resident) => resident !== undefined);
}

/** Without those from which the workload moves on. */
function stays(steps: readonly Step[]): Step[] {
  const left = new Set(
    steps.flatMap(({ expect }) =>
      typeof expect === "object" && "step" in expect ? [expect.step] : [],
    ),
  );
  return steps.filter(({ id }) => !left.has(id));
}

function settled(
  object: ObservedObject,
  context: CheckContext,
  desired: DesiredState,
): Resident | undefined {
  const host = context.hosts.get(object.host ?? "");
  if (host === undefined) return undefined;
  const { namespace = "", tag, provider, id, attributes } = object;
  const wish = tag === undefined ? undefined : desired.resources.get(tag.address);
  const labels = labelsOf(wish?.attributes ?? attributes);
  const key = tag?.address ?? `${provider}:${id}`;
  return { key, namespace, labels, host, wish, isTouched: false };
}

function newcomer(step: Step, context: CheckContext, desired: DesiredState): Resident | undefined {
  const wish = desired.resources.get(step.address);
  const host = hostAfter(context, step.host ?? "");
  if (host === undefined || wish === undefined || step.willNotStart !== undefined) return undefined;
  if (wish.workload?.poweredOn !== true) return undefined;
  const { namespace = "", attributes } = wish;
  const labels = labelsOf(attributes);
  return { key: step.address, namespace, labels, host, wish, isTouched: true };
}

const isGone = ({ changeAt }: CheckContext, address: Address): boolean =>
  changeAt.get(address)?.action === "delete";
