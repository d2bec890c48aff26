import type { Address } from "../model/address.ts";
import { formatAddress, parseAddress } from "../model/address.ts";
import type { Demand } from "../model/demand.ts";
import type { WorkloadTerms } from "../model/desired.ts";
import type { JsonObject } from "../model/json.ts";
import { arrayAt, objectAt, stringAt } from "../model/json.ts";
import type { SchedulingTerms } from "../model/scheduling.ts";
import { CODES } from "./codes.ts";
import type { Context } from "./context.ts";
import { vmAmounts, vmDemand } from "./demand.ts";
import type { Document } from "./document.ts";
import { named, problemAt } from "./document.ts";
import type { Draft } from "./draft.ts";
import { lowestMhz } from "./hosts.ts";
import { KEYS } from "./kind-keys.ts";
import type { PowerWish } from "./pods.ts";
import { powerAttributes, requestedPower } from "./pods.ts";
import { completeForHypervisor } from "./images.ts";
import { isFreeVm, vmTerms } from "./scheduling.ts";
import type { VmClass } from "./vm-classes.ts";
import { BUILT_IN_CLASSES } from "./vm-classes.ts";
import { poolOfMachine } from "./pools.ts";
import { localDiskBytes, onlyDatastore } from "./storage.ts";
import { attachWorkload } from "./workload.ts";

const CLASS_DEFAULT = "best-effort-xsmall";
const CPU_MHZ_DEFAULT = 2400;

/** The class a VM names, or the smallest one where it names none that is known. */
export function classOf(name: string | undefined, namespace: string, context: Context): VmClass {
  const found = name === undefined ? undefined : context.vmClass(name, namespace);
  const fallback = BUILT_IN_CLASSES.get(CLASS_DEFAULT);
  return (found ?? fallback) as VmClass;
}

/** Refuses a class that the SupervisorNamespace does not grant. */
export function checkClass(name: string | undefined, document: Document, context: Context): void {
  const namespace = document.spec.namespace ?? "default";
  const granted = context.namespaceOf(namespace).vmClasses;
  if (name === undefined || granted === undefined || granted.has(name)) return;
  context.report(
    problemAt(CODES.classNotGranted, document, {
      pointer: "/spec/className",
      detail:
        `${named(document)} uses VM class "${name}", which namespace "${namespace}" ` +
        `does not grant.`,
      help: [`use one of: ${[...granted].sort().join(", ")}`],
    }),
  );
}

function wishedPower(document: Document, groupPower: string | undefined): PowerWish {
  const requested = requestedPower(document.annotations);
  if (requested !== undefined) return requested;
  const given = groupPower ?? stringAt(document.value, "spec", "powerState") ?? "PoweredOn";
  switch (given.toLowerCase()) {
    case "poweredoff":
      return "off";
    case "suspended":
      return "suspended";
    default:
      return "on";
  }
}

/** Names of the VMs a group lists, by step of its boot order. */
function bootSteps(group: Document): string[][] {
  return arrayAt(group.value, "spec", "bootOrder").map((step) =>
    arrayAt(step, "members")
      .filter((item) => (stringAt(item, "kind") ?? "VirtualMachine") === "VirtualMachine")
      .flatMap((item) => stringAt(item, "name") ?? []),
  );
}

/** The VMs of a boot step come after those of the step before. */
export function linkBootOrder(drafts: ReadonlyMap<Address, Draft>, context: Context): void {
  for (const group of context.documentsOf(KEYS.virtualMachineGroup)) {
    const namespace = group.spec.namespace ?? "default";
    let before: Address[] = [];
    for (const names of bootSteps(group)) {
      const step = names
        .map((name) => formatAddress({ kind: "vm", namespace, name }))
        .filter((address) => drafts.has(address));
      for (const address of step) drafts.get(address)?.dependsOn.push(...before);
      if (step.length > 0) before = step;
    }
  }
}

/** Members of a group are placed together, with those of the groups above and below it. */
export function linkGangs(drafts: ReadonlyMap<Address, Draft>, context: Context): void {
  const groups = context.documentsOf(KEYS.virtualMachineGroup);
  const parents = new Map(groups.map((group) => [group.address, parentOf(group)]));
  for (const group of groups) {
    const namespace = group.spec.namespace ?? "default";
    const gang = topmost(group.address, parents);
    for (const name of bootSteps(group).flat()) {
      const draft = drafts.get(formatAddress({ kind: "vm", namespace, name }));
      if (draft?.workload !== undefined) draft.workload = { ...draft.workload, gang };
    }
  }
}

function parentOf(group: Document): Address | undefined {
  const name = stringAt(group.value, "spec", "groupName");
  if (name === undefined || name === "") return undefined;
  const { kind = "" } = parseAddress(group.address) ?? {};
  return formatAddress({ kind, namespace: group.spec.namespace ?? "default", name });
}

/** The group that belongs to no other; groups that belong to each other end where they began. */
function topmost(address: Address, parents: ReadonlyMap<Address, Address | undefined>): Address {
  const seen = new Set<Address>();
  let top = address;
  for (
    let next = parents.get(top);
    next !== undefined && !seen.has(next);
    next = parents.get(top)
  ) {
    seen.add(next);
    top = next;
  }
  return top;
}

/** Power states that groups impose on their members, by `namespace/name` of the VM. */
export function groupPowers(context: Context): ReadonlyMap<string, string> {
  const powers = new Map<string, string>();
  for (const group of context.documentsOf(KEYS.virtualMachineGroup)) {
    const state = stringAt(group.value, "spec", "powerState") ?? "";
    if (state === "") continue;
    for (const name of bootSteps(group).flat()) {
      powers.set(`${group.spec.namespace ?? "default"}/${name}`, state);
    }
  }
  return powers;
}

function networkNames(spec: JsonObject): string[] {
  return arrayAt(spec, "network", "interfaces").flatMap((item) => {
    const network = objectAt(item, "network");
    return stringAt(network, "name") ?? [];
  });
}

/**
 * Terms that many VMs have in common, held once: ten thousand VMs of one class take no more room
 * than one, and `place` sees by identity that they are alike.
 */
export interface SharedTerms {
  readonly demands: Map<VmClass, Demand>;
  /** By cluster; of VMs that say nothing about where they want to run. */
  readonly scheduling: Map<string | undefined, SchedulingTerms>;
}

export const sharedTerms = (): SharedTerms => ({ demands: new Map(), scheduling: new Map() });

function kept<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    known.set(key, value);
  }
  return value;
}

/** Where a VM asks for other amounts than its class. */
const OWN_AMOUNTS = ["resources", "memoryAdvanced", "cpuAdvanced"] as const;

function demandOf(
  spec: JsonObject,
  vmClass: VmClass,
  { cluster, context, shared }: MachinePlace,
): Demand {
  const hostMhz = lowestMhz(context.hosts, cluster) ?? CPU_MHZ_DEFAULT;
  const make = (): Demand => vmDemand(vmAmounts(spec, vmClass, { read: context.read, hostMhz }));
  const isOfClass = OWN_AMOUNTS.every((field) => spec[field] === undefined);
  return isOfClass ? kept(shared.demands, vmClass, make) : make();
}

function schedulingOf(
  document: Document,
  reach: Pick<SchedulingTerms, "datastores" | "networks">,
  { cluster, shared }: MachinePlace,
): SchedulingTerms {
  const namespace = document.spec.namespace ?? "default";
  const make = (): SchedulingTerms => ({
    ...vmTerms(document.value, namespace, document.address),
    ...reach,
    cluster,
  });
  const { datastores, networks } = reach;
  const isFree = datastores.length + networks.length === 0 && isFreeVm(document.value);
  return isFree ? kept(shared.scheduling, cluster, make) : make();
}

interface MachinePlace {
  readonly cluster: string | undefined;
  readonly context: Context;
  readonly shared: SharedTerms;
}

/** Makes the draft of a VirtualMachine a workload. */
export function addMachine(
  draft: Draft,
  document: Document,
  at: {
    readonly context: Context;
    readonly groupPower: string | undefined;
    readonly shared: SharedTerms;
  },
): void {
  const { context, shared } = at;
  const namespace = document.spec.namespace ?? "default";
  const settings = context.namespaceOf(namespace);
  const spec = objectAt(document.value, "spec");
  const className = stringAt(spec, "className") ?? stringAt(spec, "class", "name");
  checkClass(className, document, context);
  const type = context.typeOf(draft.provider);
  // The cluster and the networks of the namespace's platform mean nothing on another one.
  const isAtHome = draft.provider === settings.provider;
  const cluster = isAtHome ? settings.supervisor?.cluster : undefined;
  const place: MachinePlace = { cluster, context, shared };
  const networks = isAtHome
    ? networkNames(spec).filter((name) => context.limitedNetworks.has(name))
    : [];
  const datastores = isAtHome ? onlyDatastore(stringAt(spec, "storageClass"), context) : [];
  const power = wishedPower(document, at.groupPower);
  const terms: WorkloadTerms = {
    demand: demandOf(spec, classOf(className, namespace, context), place),
    scheduling: schedulingOf(document, { datastores, networks }, place),
    pinHost: document.annotations["vpac.dev/pin-host"],
    poweredOn: power === "on",
    pool: poolOfMachine(spec, namespace, context),
    group: undefined,
    rolloutWave: 0,
    lifetime: "long",
  };
  draft.attributes = { ...draft.attributes, ...powerAttributes(power) };
  attachWorkload(draft, terms);
  draft.rules = context.rulesOf(KEYS.virtualMachine);
  if (type === "libvirt") {
    completeForHypervisor(draft, document, context);
    const bytes = localDiskBytes(draft, context);
    if (bytes > 0) draft.workload = { ...terms, localDiskBytes: bytes };
  }
  context.add(draft);
}
