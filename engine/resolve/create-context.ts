import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Address } from "../model/address.ts";
import type { ChangeRules } from "../model/desired.ts";
import type { JsonValue } from "../model/json.ts";
import { numberAt, stringAt } from "../model/json.ts";
import { CODES } from "./codes.ts";
import type {
  Context,
  NamespacePlan,
  NamespaceSettings,
  Precedence,
  ResolvePorts,
  Supervisor,
} from "./context.ts";
import type { Document } from "./document.ts";
import { named, problemAt } from "./document.ts";
import type { Draft } from "./draft.ts";
import { workloadRules } from "./draft.ts";
import { readEnvironment } from "./environment.ts";
import { flavourFinder } from "./flavours.ts";
import { readHost, reachingAll } from "./hosts.ts";
import { KEYS } from "./kind-keys.ts";
import { allocateSegments } from "./namespace-drafts.ts";
import { groupNamespaces, namespaceSettings } from "./namespaces.ts";
import { providerOf } from "./providers.ts";
import { quantityReader } from "./quantities.ts";
import { concealer } from "./secrets.ts";
import { readSupervisor } from "./supervisor.ts";
import { vmClassFinder } from "./vm-classes.ts";

export interface Collected {
  readonly drafts: Map<Address, Draft>;
  readonly problems: Diagnostic[];
}

function byKey<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const list = groups.get(key);
    if (list === undefined) groups.set(key, [item]);
    else list.push(item);
  }
  return groups;
}

const SYSTEM_PRIORITIES: readonly (readonly [string, number])[] = [
  ["system-cluster-critical", 2_000_000_000],
  ["system-node-critical", 2_000_001_000],
];

/** Priority by class name; without a name the class marked as global default counts. */
function priorityFinder(classes: readonly Document[]): Context["priorityOf"] {
  const values = new Map<string, Precedence>(
    SYSTEM_PRIORITIES.map(([name, priority]) => [name, { priority }]),
  );
  let standard: Precedence = { priority: 0 };
  for (const { spec, value } of classes) {
    const precedence: Precedence = {
      priority: numberAt(value, "value") ?? 0,
      ...(stringAt(value, "preemptionPolicy") === "Never" ? { preemptionPolicy: "Never" } : {}),
    };
    values.set(spec.name, precedence);
    if (value["globalDefault"] === true) standard = precedence;
  }
  return (name) => (name === undefined ? standard : (values.get(name) ?? standard));
}

function ruleFinder(kinds: ResolvePorts["kinds"]): Context["rulesOf"] {
  const known = new Map<string, ChangeRules>();
  return (kindKey) => {
    let rules = known.get(kindKey);
    if (rules === undefined) {
      const kind = kinds.byKey(kindKey);
      const plain: ChangeRules = {
        timing: [],
        lists: [],
        sensitive: [],
        replaceOrder: "delete-first",
      };
      rules = workloadRules(kind?.rules ?? plain);
      known.set(kindKey, rules);
    }
    return rules;
  };
}

/** Adds a draft unless its address is taken, which is the user's mistake. */
function adder({ drafts, problems }: Collected): Context["add"] {
  return (draft) => {
    const other = drafts.get(draft.address);
    if (other === undefined) {
      drafts.set(draft.address, draft);
      return;
    }
    const [declared, generated] = other.owner === undefined ? [other, draft] : [draft, other];
    const origin = generated.owner ?? generated.address;
    problems.push(
      problemAt(CODES.addressTaken, declared.document, {
        pointer: "/metadata/name",
        detail:
          `${named(declared.document)} has the address ${draft.address}, which is also that of ` +
          `a resource made for ${origin}.`,
        help: [`rename ${named(declared.document)}`],
        related: [{ message: `${origin} is here`, source: generated.source }],
      }),
    );
  };
}

type Lookups = Pick<Context, "typeOf" | "vmClass" | "image" | "priorityOf" | "flavourOf">;

/** What documents name by a word of their own: providers, classes, images, flavours. */
function lookups(
  context: Pick<Context, "documentsOf" | "environment" | "report">,
  read: Context["read"],
): Lookups {
  const { documentsOf, environment } = context;
  const images = new Map(documentsOf(KEYS.machineImage).map((item) => [item.spec.name, item]));
  const types = new Map(environment.providers.map(({ name, type }) => [name, type]));
  return {
    typeOf: (name) => types.get(name),
    vmClass: vmClassFinder(documentsOf(KEYS.virtualMachineClass), read),
    image: (name) => images.get(name),
    priorityOf: priorityFinder(documentsOf(KEYS.priorityClass)),
    flavourOf: flavourFinder(context),
  };
}

/** Reads everything that other steps look up: settings, hosts, Supervisors, namespaces, classes. */
export function createContext(
  documents: readonly Document[],
  ports: ResolvePorts & Collected,
): Context {
  const { kinds, digest, workspace, problems } = ports;
  const groups = byKey(documents, (document) => document.kind.key);
  const documentsOf = (key: string): readonly Document[] => groups.get(key) ?? [];
  const read = quantityReader();
  const environment = readEnvironment(documentsOf(KEYS.environment)[0]);
  const provider = (document: Document): string => providerOf(document, environment);
  const hosts = reachingAll(documentsOf(KEYS.host).map((item) => readHost(item, provider(item))));
  const supervisors = new Map<string, Supervisor>(
    documentsOf(KEYS.supervisor).map((item) => [
      item.spec.name,
      readSupervisor(item, provider(item), read),
    ]),
  );
  const inputs = {
    supervisors,
    limitRanges: byKey(documentsOf(KEYS.limitRange), (item) => item.spec.namespace ?? "default"),
    providerDefault: environment.defaultProvider,
    read,
  };
  const plans: NamespacePlan[] = groupNamespaces(
    documentsOf(KEYS.namespace),
    documentsOf(KEYS.supervisorNamespace),
  ).map((item) => ({ documents: item, settings: namespaceSettings(item, inputs) }));
  const settings = new Map<string, NamespaceSettings>(
    plans.map((plan) => [plan.settings.name, plan.settings]),
  );
  const namespaceOf = (name: string): NamespaceSettings => {
    let found = settings.get(name);
    if (found === undefined) {
      const nothing = { name, plain: undefined, supervised: undefined };
      found = namespaceSettings(nothing, inputs);
      settings.set(name, found);
    }
    return found;
  };
  const segmentCidrs = new Map<string, readonly JsonValue[]>();
  const report = (problem: Diagnostic): void => void problems.push(problem);
  const context: Context = {
    kinds,
    digest,
    conceal: concealer(digest, workspace),
    read,
    environment,
    ...lookups({ documentsOf, environment, report }, read),
    documentsOf,
    hosts,
    supervisors,
    namespacePlans: plans,
    namespaceOf,
    rulesOf: ruleFinder(kinds),
    report,
    add: adder(ports),
    disruption: [],
    limitedNetworks: new Set(hosts.flatMap((host) => host.networks)),
    limitedDatastores: new Set(hosts.flatMap((host) => host.datastores)),
    pools: [],
    segmentCidrs,
  };
  for (const [name, cidrs] of allocateSegments(plans, context)) segmentCidrs.set(name, cidrs);
  return context;
}
