import type { ProviderConfig } from "../model/desired.ts";
import type { SourceDocument } from "../model/document.ts";
import type { JsonObject } from "../model/json.ts";
import { arrayAt, stringAt } from "../model/json.ts";

type ProviderType = ProviderConfig["type"];

/** Type of the provider that a document is bound to, before anything is known to be right. */
export type TypeOf = (value: JsonObject, namespace: string | undefined) => ProviderType;

const ANNOTATION = "vpac.dev/provider";
const TYPES: ReadonlySet<string> = new Set<ProviderType>([
  "esxi-sim",
  "libvirt",
  "cluster-api",
  "vcenter",
]);
const FALLBACK: ProviderType = "esxi-sim";

const isType = (text: string | undefined): text is ProviderType => TYPES.has(text ?? "");

const annotated = (value: JsonObject): string | undefined =>
  stringAt(value, "metadata", "annotations", ANNOTATION);

interface Environment {
  readonly types: ReadonlyMap<string, ProviderType>;
  readonly standard: string | undefined;
}

function readEnvironment(documents: readonly SourceDocument[]): Environment {
  const found = documents.find(({ value }) => value["kind"] === "Environment")?.value;
  const types = new Map<string, ProviderType>();
  for (const provider of arrayAt(found, "spec", "providers")) {
    const [name, type] = [stringAt(provider, "name"), stringAt(provider, "type")];
    if (name !== undefined && isType(type)) types.set(name, type);
  }
  const standard = stringAt(found, "spec", "defaults", "provider") ?? [...types.keys()][0];
  return { types, standard };
}

const nameOf = (value: JsonObject): string => stringAt(value, "metadata", "name") ?? "";

const ofKind = (documents: readonly SourceDocument[], kind: string): readonly JsonObject[] =>
  documents.filter(({ value }) => value["kind"] === kind).map(({ value }) => value);

/** Providers of namespaces: their own word, then that of their Supervisor. */
function namespaceProviders(
  documents: readonly SourceDocument[],
): (namespace: string) => string | undefined {
  const supervisors = new Map(
    ofKind(documents, "Supervisor").map((value) => [
      nameOf(value),
      annotated(value) ?? stringAt(value, "spec", "provider"),
    ]),
  );
  const only = supervisors.size === 1 ? [...supervisors.keys()][0] : undefined;
  const providers = new Map<string, string | undefined>();
  for (const kind of ["Namespace", "SupervisorNamespace"]) {
    for (const value of ofKind(documents, kind)) {
      const name = nameOf(value);
      const supervisor = stringAt(value, "spec", "supervisor") ?? only ?? "";
      const above = providers.get(name) ?? supervisors.get(supervisor);
      providers.set(name, annotated(value) ?? above);
    }
  }
  return (namespace) => providers.get(namespace) ?? supervisors.get(only ?? "");
}

/** Finds the type of the provider of each document, as `resolve` will bind it. */
export function bindings(documents: readonly SourceDocument[]): TypeOf {
  const { types, standard } = readEnvironment(documents);
  const ofNamespace = namespaceProviders(documents);
  return (value, namespace) => {
    const inherited =
      namespace === undefined ? stringAt(value, "spec", "provider") : ofNamespace(namespace);
    return types.get(annotated(value) ?? inherited ?? standard ?? "") ?? FALLBACK;
  };
}
