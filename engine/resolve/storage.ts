import type { Address } from "../model/address.ts";
import { member, objectAt, pointerOf, stringAt } from "../model/json.ts";
import { matchesSelector } from "../model/selector.ts";
import { CODES } from "./codes.ts";
import type { Context } from "./context.ts";
import { named, problemAt } from "./document.ts";
import type { Draft } from "./draft.ts";
import { KEYS } from "./kind-keys.ts";
import { claimViolations } from "./limit-range.ts";
import { readSelector } from "./selectors.ts";

/** A policy's name made legal for a StorageClass: `Gold Policy 1` is `gold-policy-1` (G03). */
function className(policyName: string): string {
  return policyName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

/** Names that stand for each policy: its own, its display name's, and StorageClasses made of it. */
export function policyByClass(context: Context): ReadonlyMap<string, string> {
  const policies = new Map<string, string>();
  for (const document of context.documentsOf(KEYS.storagePolicy)) {
    const { name } = document.spec;
    const shown = stringAt(document.value, "spec", "displayName");
    policies.set(name, name);
    if (shown !== undefined) policies.set(className(shown), name);
  }
  for (const document of context.documentsOf(KEYS.storageClass)) {
    const policy = stringAt(document.value, "parameters", "storagepolicyname");
    if (policy !== undefined) policies.set(document.spec.name, policy);
  }
  return policies;
}

/**
 * The one datastore on which the disks of a storage class can be, where hosts do not all reach it;
 * among several the platform chooses, so that they limit no host.
 */
export function onlyDatastore(storageClass: string | undefined, context: Context): string[] {
  if (storageClass === undefined || context.limitedDatastores.size === 0) return [];
  const name = policyByClass(context).get(storageClass);
  const policy = context
    .documentsOf(KEYS.storagePolicy)
    .find(({ spec }) => name !== undefined && spec.name === name);
  const selector = readSelector(objectAt(policy?.value, "spec")["datastores"]);
  if (selector === undefined) return [];
  const fitting = context
    .documentsOf(KEYS.datastore)
    .filter(({ labels }) => matchesSelector(selector, labels))
    .map(({ spec }) => spec.name);
  const [only, ...others] = fitting;
  const isLimited = only !== undefined && context.limitedDatastores.has(only);
  return isLimited && others.length === 0 ? [only] : [];
}

/** Size of the disk that a hypervisor makes, unless its hosts share their storage: then 0. */
export function localDiskBytes({ attributes, provider }: Draft, context: Context): number {
  const config = context.environment.providers.find(({ name }) => name === provider);
  if (config?.settings["sharedStorage"] === true) return 0;
  const wanted = context.read.bytes(member(attributes, "spec", "advanced", "bootDiskCapacity"));
  const given = context.read.bytes(member(attributes, "image", "size"));
  return Math.max(wanted ?? 0, given ?? 0);
}

/** Storage class a resource asks for, with the place where it says so. */
function askedClass(draft: Draft): { name: string; pointer: string } | undefined {
  const field = draft.kind === "vol" ? "storageClassName" : "storageClass";
  const name = stringAt(draft.attributes, "spec", field);
  return name === undefined ? undefined : { name, pointer: pointerOf("spec", field) };
}

function checkGrant(draft: Draft, policies: ReadonlyMap<string, string>, context: Context): void {
  const granted = context.namespaceOf(draft.namespace ?? "default").storagePolicies;
  const asked = granted === undefined ? undefined : askedClass(draft);
  if (granted === undefined || asked === undefined) return;
  const policy = policies.get(asked.name) ?? asked.name;
  if (granted.has(policy) || granted.has(asked.name)) return;
  context.report(
    problemAt(CODES.storageNotGranted, draft.document, {
      pointer: draft.owner === undefined ? asked.pointer : "",
      detail:
        `${named(draft.document)} asks for storage policy "${asked.name}" in ${draft.address}, ` +
        `which namespace "${draft.namespace ?? "default"}" does not grant.`,
      help: [
        granted.size === 0
          ? `grant "${asked.name}" in spec.storage of the namespace`
          : `use one of: ${[...granted].sort().join(", ")}`,
      ],
    }),
  );
}

function checkClaim(draft: Draft, context: Context): void {
  const settings = context.namespaceOf(draft.namespace ?? "default");
  if (settings.limitItems.length === 0) return;
  const request = context.read.list(objectAt(draft.attributes, "spec", "resources")["requests"]);
  for (const detail of claimViolations(request, settings.limitItems)) {
    context.report(
      problemAt(CODES.limitRangeBroken, draft.document, {
        pointer: draft.owner === undefined ? "/spec/resources/requests" : "",
        detail: `${named(draft.document)} is outside the limits of its namespace: ${detail}`,
      }),
    );
  }
}

/** Claims and VMs may use the storage policies that their namespace grants (row N07). */
export function checkStorage(drafts: ReadonlyMap<Address, Draft>, context: Context): void {
  const policies = policyByClass(context);
  for (const draft of drafts.values()) {
    if (draft.kind === "vol") checkClaim(draft, context);
    if (draft.kind === "vol" || draft.kind === "vm") checkGrant(draft, policies, context);
  }
}
