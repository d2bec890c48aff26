import type { JsonObject, JsonValue } from "../model/json.ts";
import { arrayAt, objectAt, stringAt } from "../model/json.ts";
import type { Address } from "../model/address.ts";
import type { Behaviour } from "../model/desired.ts";
import type { AddressRange } from "./cidr.ts";
import { allocate, formatCidr, parseCidr } from "./cidr.ts";
import { CODES } from "./codes.ts";
import type { Context, NamespacePlan, NamespaceSettings, Supervisor } from "./context.ts";
import { named, problemAt } from "./document.ts";
import type { Draft } from "./draft.ts";
import { childDraft, declaredDraft, metadataAttributes, PLAIN_BEHAVIOUR } from "./draft.ts";
import { KEYS } from "./kind-keys.ts";
import { compileNamespace, namespaceLabels, segmentSize } from "./namespaces.ts";
import { poolsOf } from "./pools.ts";

/** Ranges for segments where a Supervisor names none. */
const POD_CIDRS_DEFAULT: readonly string[] = ["10.244.0.0/16"];

const fixedCidrs = (settings: NamespaceSettings): readonly JsonValue[] =>
  arrayAt(settings.spec, "network", "cidrs");

const ownsSegment = (settings: NamespaceSettings): boolean =>
  settings.net === `net/ns-${settings.name}`;

function rangesOf(supervisor: Supervisor): AddressRange[] {
  const cidrs = supervisor.podCidrs.length === 0 ? POD_CIDRS_DEFAULT : supervisor.podCidrs;
  return cidrs.flatMap((cidr) => parseCidr(cidr) ?? []);
}

/** A range for every namespace that gets its own segment, out of its Supervisor's ranges (W02). */
export function allocateSegments(
  plans: readonly NamespacePlan[],
  context: Context,
): ReadonlyMap<string, readonly JsonValue[]> {
  const cidrs = new Map<string, readonly JsonValue[]>();
  for (const supervisor of context.supervisors.values()) {
    const members = plans.filter(
      ({ settings }) => settings.supervisor === supervisor && ownsSegment(settings),
    );
    const wishes = members
      .filter(({ settings }) => fixedCidrs(settings).length === 0)
      .map(({ settings }) => ({ name: settings.name, size: segmentSize(settings.spec) }));
    const given = allocate(rangesOf(supervisor), wishes, context.digest);
    for (const { documents, settings } of members) {
      const range = given.get(settings.name);
      const fixed = fixedCidrs(settings);
      const document = documents.supervised ?? documents.plain;
      if (fixed.length > 0) cidrs.set(settings.name, fixed);
      else if (range !== undefined) cidrs.set(settings.name, [formatCidr(range)]);
      else if (document !== undefined) {
        context.report(
          problemAt(CODES.segmentsExhausted, document, {
            detail:
              `${named(document)} needs ${segmentSize(settings.spec)} addresses for its segment, ` +
              `and the podCIDRs of Supervisor "${supervisor.name}" have no free range that large.`,
            help: ["add a range to spec.networks.workload.podCIDRs of the Supervisor"],
          }),
        );
      }
    }
  }
  return cidrs;
}

function poolAttributes(settings: NamespaceSettings): JsonObject {
  const limits = objectAt(settings.spec, "limits");
  const reservations = objectAt(settings.spec, "reservations");
  const { storage: _storage, ...amounts } = limits;
  return {
    spec: {
      namespace: settings.name,
      ...(settings.supervisor === undefined ? {} : { cluster: settings.supervisor.cluster }),
      ...(Object.keys(amounts).length === 0 ? {} : { limits: amounts }),
      ...(Object.keys(reservations).length === 0 ? {} : { reservations }),
      shares: settings.spec["shares"] ?? "normal",
    },
  };
}

function addSegment(owner: Draft, settings: NamespaceSettings, context: Context): void {
  const cidrs = context.segmentCidrs.get(settings.name);
  if (cidrs === undefined) return;
  const provider = settings.supervisor?.networkProvider ?? "nsx";
  context.add(
    childDraft(owner, {
      kind: context.kinds.byKey(KEYS.segment),
      short: "net",
      namespace: undefined,
      name: `ns-${settings.name}`,
      attributes: { spec: { type: provider === "vds" ? "vds" : "nsx", cidrs: [...cidrs] } },
    }),
  );
}

/** The namespace on the management cluster that a cluster of another platform's namespace needs. */
export const managementNamespace = (provider: string, namespace: string): Address =>
  `ns/${provider}/${namespace}`;

/**
 * The same namespace on management clusters that hold guest clusters of it. One that is there
 * already serves as well, whoever made it.
 */
export function addManagementNamespaces(
  { documents, settings }: NamespacePlan,
  providers: Iterable<string>,
  context: Context,
): void {
  const document = documents.supervised ?? documents.plain;
  if (document === undefined) return;
  for (const provider of providers) {
    if (provider === settings.provider) continue;
    const draft = declaredDraft(document, provider, PLAIN_BEHAVIOUR);
    context.add({
      ...draft,
      address: managementNamespace(provider, settings.name),
      kindKey: KEYS.namespace,
      apiVersion: "v1",
      attributes: {},
      owner: document.address,
      sharesExisting: true,
      // It is there for the clusters, which may be declared by others than the namespace.
      readOnly: false,
    });
  }
}

/** The namespace itself, its pool (row N01), its segment (W02) and its registry project (H02). */
export function addNamespace(plan: NamespacePlan, behaviour: Behaviour, context: Context): void {
  const { documents, settings } = plan;
  const document = documents.supervised ?? documents.plain;
  if (document === undefined) return;
  const labels = namespaceLabels(documents);
  const annotations = { ...documents.plain?.annotations, ...documents.supervised?.annotations };
  const draft = declaredDraft(document, settings.provider, behaviour);
  draft.attributes = {
    ...metadataAttributes(labels, annotations),
    ...compileNamespace(documents),
  };
  if (settings.supervisor !== undefined) draft.dependsOn.push(settings.supervisor.address);
  context.add(draft);
  context.pools.push(...poolsOf(plan, context));
  const child = (short: string, attributes: JsonObject): Draft =>
    childDraft(draft, {
      kind: undefined,
      short,
      namespace: undefined,
      name: settings.name,
      attributes,
    });
  context.add(child("pool", poolAttributes(settings)));
  if (ownsSegment(settings)) addSegment(draft, settings, context);
  if (settings.spec["registry"] !== undefined) {
    const project = stringAt(settings.spec, "registry", "project") ?? settings.name;
    const storageLimit = objectAt(settings.spec, "registry")["storageLimit"];
    const spec = { project, ...(storageLimit === undefined ? {} : { storageLimit }) };
    context.add(child("project", { spec }));
  }
}
