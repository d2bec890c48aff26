import type { Behaviour } from "../model/desired.ts";
import { objectAt } from "../model/json.ts";
import { annotationProblems, readBehaviour } from "./behaviour.ts";
import { addCluster, isGuestCluster } from "./clusters.ts";
import { expandComputeNode } from "./compute-node.ts";
import type { Context } from "./context.ts";
import type { Document } from "./document.ts";
import { textMap } from "./document.ts";
import type { Draft } from "./draft.ts";
import { declaredDraft } from "./draft.ts";
import { CONTROLLERS, expandController } from "./expand.ts";
import { KEYS } from "./kind-keys.ts";
import { addManagedCluster } from "./managed-clusters.ts";
import { addMachine, groupPowers, sharedTerms } from "./machines.ts";
import { addManagementNamespaces, addNamespace } from "./namespace-drafts.ts";
import { checkHost, judgeHolding } from "./holdings.ts";
import { preparePod } from "./pods.ts";
import { boundProvider, checkProvider } from "./providers.ts";
import { expandSupervisor } from "./supervisor.ts";

/** Documents that steer vpac itself; no provider ever holds them. */
const SETTINGS: ReadonlySet<string> = new Set<string>([
  KEYS.environment,
  KEYS.clusterFlavour,
  "vpac.dev/Scenario",
]);
const NAMESPACES: ReadonlySet<string> = new Set<string>([KEYS.namespace, KEYS.supervisorNamespace]);

function addPod(draft: Draft, document: Document, context: Context): void {
  const pod = preparePod(
    {
      document,
      pointer: "/spec",
      namespace: document.spec.namespace ?? "default",
      labels: document.labels,
      annotations: document.annotations,
      spec: objectAt(document.value, "spec"),
    },
    context,
  );
  draft.attributes = pod.attributes;
  draft.workload = { ...pod.terms, group: undefined, rolloutWave: 0 };
  draft.rules = context.rulesOf(KEYS.pod);
  context.add(draft);
}

function addHost(draft: Draft, document: Document, context: Context): void {
  const host = context.hosts.find((item) => item.name === document.spec.name);
  context.add({ ...draft, host });
}

type Add = (draft: Draft, document: Document, context: Context) => void;

const addPlain: Add = (draft, _document, context) => context.add(draft);

/** Adds a resource and then what comes with it. */
const withChildren =
  (expand: Add): Add =>
  (draft, document, context) => {
    context.add(draft);
    expand(draft, document, context);
  };

const addSupervisor = withChildren((draft, document, context) => {
  const supervisor = context.supervisors.get(document.spec.name);
  if (supervisor !== undefined) expandSupervisor(draft, supervisor, context);
});

const addGuestCluster: Add = (draft, document, context) => {
  const isManaged = context.typeOf(draft.provider) === "cluster-api";
  (isManaged ? addManagedCluster : addCluster)(draft, document, context);
};

/** How a document of a kind is added; `undefined` for kinds that are kept as they are. */
function adderOf(kindKey: string, powers: ReadonlyMap<string, string>): Add {
  if (CONTROLLERS.has(kindKey)) return withChildren(expandController);
  if (isGuestCluster(kindKey)) return addGuestCluster;
  switch (kindKey) {
    case KEYS.host:
      return addHost;
    case KEYS.pod:
      return addPod;
    case KEYS.supervisor:
      return addSupervisor;
    case KEYS.computeNode:
      return withChildren(expandComputeNode);
    case KEYS.virtualMachine: {
      const shared = sharedTerms();
      return (draft, document, context) => {
        const key = `${document.spec.namespace ?? "default"}/${document.spec.name}`;
        addMachine(draft, document, { context, groupPower: powers.get(key), shared });
      };
    }
    default:
      return addPlain;
  }
}

function behaviourOf(document: Document, context: Context): Behaviour {
  for (const problem of annotationProblems(document)) context.report(problem);
  return readBehaviour(document, context.environment.preventDestroy);
}

/** By namespace, the management clusters that hold a guest cluster of it. */
function managementClusters(context: Context): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const key of [KEYS.tanzuCluster, KEYS.cluster]) {
    for (const document of context.documentsOf(key)) {
      const provider = boundProvider(document, context);
      if (context.typeOf(provider) !== "cluster-api") continue;
      const namespace = document.spec.namespace ?? "default";
      found.set(namespace, (found.get(namespace) ?? new Set()).add(provider));
    }
  }
  return found;
}

function addNamespaces(context: Context): void {
  const managed = managementClusters(context);
  for (const plan of context.namespacePlans) {
    const { supervised, plain } = plan.documents;
    const document = supervised ?? plain;
    if (document === undefined) continue;
    checkProvider(document, plan.settings.provider, context);
    judgeHolding(document, plan.settings.provider, context);
    const merged = { ...plain?.annotations, ...document.annotations };
    addNamespace(
      plan,
      behaviourOf({ ...document, annotations: textMap(merged) }, context),
      context,
    );
    addManagementNamespaces(plan, managed.get(plan.settings.name) ?? [], context);
  }
}

/** Adds the drafts of every document and of everything that is generated from it. */
export function addDeclared(documents: readonly Document[], context: Context): void {
  const powers = groupPowers(context);
  addNamespaces(context);
  const adders = new Map<string, Add>();
  for (const document of documents) {
    const { key } = document.kind;
    if (SETTINGS.has(key) || NAMESPACES.has(key)) continue;
    let add = adders.get(key);
    if (add === undefined) {
      add = adderOf(key, powers);
      adders.set(key, add);
    }
    const provider = boundProvider(document, context);
    checkProvider(document, provider, context);
    checkHost(document, provider, context);
    // What is refused stops the run; what would be made of it is not worth more errors.
    if (judgeHolding(document, provider, context) === "refused") add = addPlain;
    add(declaredDraft(document, provider, behaviourOf(document, context)), document, context);
  }
}
