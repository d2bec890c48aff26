import type { Address } from "../model/address.ts";
import type { ProviderConfig } from "../model/desired.ts";
import type { Holding } from "../model/holdings.ts";
import { holdingOf } from "../model/holdings.ts";
import { arrayAt, stringAt } from "../model/json.ts";
import { CODES } from "./codes.ts";
import type { Context } from "./context.ts";
import type { Document } from "./document.ts";
import { named, problemAt } from "./document.ts";
import type { Draft } from "./draft.ts";
import { KEYS } from "./kind-keys.ts";

/** Why kinds that look plain are refused all the same. */
const REASONS: Readonly<Partial<Record<ProviderConfig["type"], Readonly<Record<string, string>>>>> =
  {
    "cluster-api": {
      "core/Secret": "vpac keeps only hashes of secrets, so that it could not write this one",
    },
  };

const WORDS: Readonly<Record<ProviderConfig["type"], string>> = {
  "esxi-sim": "a simulated platform",
  libvirt: "a hypervisor, which holds virtual machines only",
  "cluster-api": "a management cluster, which holds guest clusters and plain objects only",
  vcenter: "a vCenter",
};

/** What the provider of a document does with it; a kind that it cannot hold is told. */
export function judgeHolding(document: Document, provider: string, context: Context): Holding {
  const type = context.typeOf(provider);
  const holding = holdingOf(type, document.kind.key);
  if (holding === "refused" && type !== undefined) {
    const why = REASONS[type]?.[document.kind.key] ?? `${provider} is ${WORDS[type]}`;
    context.report(
      problemAt(CODES.kindRefused, document, {
        pointer: "/kind",
        detail: `${named(document)} cannot be made by provider "${provider}": ${why}.`,
        help: [refusalHelp(context)],
      }),
    );
  }
  return holding;
}

function refusalHelp({ environment }: Context): string {
  const other = environment.providers.find(({ type }) => type === "esxi-sim" || type === "vcenter");
  return other === undefined
    ? "declare a provider of type esxi-sim in the Environment and bind the document to it"
    : `bind the document to another provider: add the annotation vpac.dev/provider: ${other.name}`;
}

/** Names of the hosts that a hypervisor's settings declare. */
function hypervisorHosts({ name, type, settings }: ProviderConfig): readonly string[] {
  if (type !== "libvirt") return [];
  const hosts = arrayAt(settings, "hosts").flatMap((host) => stringAt(host, "name") ?? []);
  return hosts.length > 0 ? hosts : [stringAt(settings, "host") ?? name];
}

/** Hosts of all providers are candidates of one placement: a name may mean only one of them. */
function checkHostName(document: Document, context: Context): void {
  const { name } = document.spec;
  const owner = context.environment.providers.find((item) => hypervisorHosts(item).includes(name));
  if (owner === undefined) return;
  context.report(
    problemAt(CODES.hostNameTaken, document, {
      pointer: "/metadata/name",
      detail:
        `${named(document)} has the name of a host of provider "${owner.name}"; hosts of all ` +
        `providers are told apart by their names.`,
      help: [`rename the Host, or name the host of "${owner.name}" otherwise in the Environment`],
    }),
  );
}

/** Hosts of a hypervisor are its connections; a Host document bound to it would say nothing. */
export function checkHost(document: Document, provider: string, context: Context): void {
  const type = context.typeOf(provider);
  if (document.kind.key !== KEYS.host) return;
  if (holdingOf(type, KEYS.host) !== "input") return checkHostName(document, context);
  context.report(
    problemAt(CODES.hostNotUsed, document, {
      pointer: "/metadata/name",
      detail:
        `${named(document)} is bound to provider "${provider}" of type ${type ?? ""}, whose ` +
        `hosts are what it finds itself; the document changes nothing.`,
      help: ["remove the document", "or bind it to a provider of type esxi-sim"],
    }),
  );
}

/**
 * Takes out the drafts that their provider makes nothing of; what waits for one of them waits for
 * what that one waits for.
 */
export function contractInputs(drafts: Map<Address, Draft>, context: Context): void {
  const inputs = new Map<Address, Draft>();
  for (const [address, draft] of drafts) {
    const type = context.typeOf(draft.provider);
    if (holdingOf(type, draft.kindKey) === "input") inputs.set(address, draft);
  }
  if (inputs.size === 0) return;
  const behind = behindInputs(inputs);
  for (const address of inputs.keys()) drafts.delete(address);
  for (const draft of drafts.values()) {
    if (draft.owner !== undefined && inputs.has(draft.owner)) draft.owner = undefined;
    if (draft.dependsOn.some((address) => inputs.has(address))) {
      draft.dependsOn = draft.dependsOn.flatMap((address) =>
        inputs.has(address) ? behind(address) : address,
      );
    }
  }
}

/** By input, the real resources that stand behind it; each is looked at once. */
function behindInputs(
  inputs: ReadonlyMap<Address, Draft>,
): (address: Address) => readonly Address[] {
  const known = new Map<Address, readonly Address[]>();
  const behind = (address: Address): readonly Address[] => {
    const found = known.get(address);
    if (found !== undefined) return found;
    // Inputs in a circle, which is told elsewhere, must not be followed for ever.
    known.set(address, []);
    const needs = inputs.get(address)?.dependsOn ?? [];
    const result = [
      ...new Set(needs.flatMap((need) => (inputs.has(need) ? behind(need) : [need]))),
    ];
    known.set(address, result);
    return result;
  };
  return behind;
}
