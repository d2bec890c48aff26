import type { KindIssue } from "../../engine/contract/kind.ts";
import type { ProviderConfig } from "../../engine/model/desired.ts";
import { type JsonObject, stringAt } from "../../engine/model/json.ts";
import { DUPLICATE_NAME, RULE_BROKEN, issue } from "../_shared/issues.ts";
import { eachAt } from "../_shared/references.ts";

type Path = readonly (string | number)[];

/** Settings that every provider has. */
const COMMON: readonly string[] = ["name", "type", "timeout", "parallelCalls", "settings"];

/** Settings of each type besides the common ones; what another type has would mean nothing. */
const SETTINGS: Readonly<Record<ProviderConfig["type"], readonly string[]>> = {
  "esxi-sim": ["seed", "socket"],
  libvirt: [
    "uri",
    "host",
    "hosts",
    "pool",
    "storageClasses",
    "sharedStorage",
    "network",
    "networks",
    "domainType",
  ],
  "cluster-api": ["kubeconfig", "context", "flavour", "infra"],
  vcenter: ["server", "username", "insecureSkipVerify"],
};

const isType = (text: string): text is ProviderConfig["type"] => Object.hasOwn(SETTINGS, text);

/** What is wrong with the settings of the providers; their shape is the schema's business. */
export function checkProviders(document: JsonObject): KindIssue[] {
  return [
    ...eachAt(document, ["spec", "providers"], (provider, at) => [
      ...checkSettings(provider, at),
      ...checkAddress(provider, at),
    ]),
    ...checkHostNames(document),
  ];
}

function checkSettings(provider: JsonObject, at: Path): KindIssue[] {
  const [name = "", type = ""] = [stringAt(provider, "name"), stringAt(provider, "type")];
  if (!isType(type)) return [];
  const known = [...COMMON, ...SETTINGS[type]];
  const foreign = Object.keys(provider).filter((key) => !known.includes(key));
  return foreign.flatMap((key) => {
    const owner = Object.keys(SETTINGS)
      .filter(isType)
      .find((other) => SETTINGS[other].includes(key));
    // What no type has, the schema tells.
    if (owner === undefined) return [];
    const detail =
      `Provider "${name}" is of type ${type}, which has no setting ${key}: it is one of ` +
      `${owner}.`;
    const help = [
      `remove ${key}, or set type to ${owner}`,
      `settings of ${type}: ${SETTINGS[type].join(", ")}`,
    ];
    return [issue(RULE_BROKEN, [...at, key], detail, { target: "key", help })];
  });
}

/** One hypervisor is named by `uri`, several by `hosts`; both would be two truths. */
function checkAddress(provider: JsonObject, at: Path): KindIssue[] {
  if (provider["type"] !== "libvirt" || provider["hosts"] === undefined) return [];
  const name = stringAt(provider, "name") ?? "";
  return ["uri", "host"]
    .filter((key) => provider[key] !== undefined)
    .map((key) => {
      const detail = `Provider "${name}" has both ${key} and hosts: its hosts are not clear.`;
      const help = [`remove ${key}; hosts names every hypervisor`];
      return issue(RULE_BROKEN, [...at, key], detail, { target: "key", help });
    });
}

/** Hosts of all providers are candidates of one placement: their names have to tell them apart. */
function checkHostNames(document: JsonObject): KindIssue[] {
  const owners = new Map<string, string>();
  return eachAt(document, ["spec", "providers"], (provider, at) => {
    const owner = stringAt(provider, "name") ?? "";
    return hostNames(provider, at).flatMap(({ name, path }) => {
      const other = owners.get(name);
      owners.set(name, other ?? owner);
      if (other === undefined) return [];
      const detail =
        other === owner
          ? `Provider "${owner}" has two hosts called "${name}".`
          : `Provider "${owner}" has a host called "${name}", and so has provider "${other}".`;
      const help = ["give every host a name of its own, over all providers"];
      return [issue(DUPLICATE_NAME, path, detail, { help })];
    });
  });
}

function hostNames(
  provider: JsonObject,
  at: Path,
): readonly { readonly name: string; readonly path: Path }[] {
  if (provider["type"] !== "libvirt") return [];
  if (provider["hosts"] === undefined) {
    const key = provider["host"] === undefined ? "name" : "host";
    const name = stringAt(provider, key);
    return name === undefined ? [] : [{ name, path: [...at, key] }];
  }
  return eachAt(provider, ["hosts"], (host, [, index = 0]) => {
    const name = stringAt(host, "name");
    return name === undefined ? [] : [{ name, path: [...at, "hosts", index, "name"] }];
  });
}
