import type { Kind, KindRegistry } from "../contract/kind.ts";
import { type CodeEntry, diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { formatAddress } from "../model/address.ts";
import { compareText } from "../model/canonical.ts";
import type { SpecDocument } from "../model/document.ts";
import { type JsonPointer, member, objectAt, stringAt } from "../model/json.ts";
import { CODES } from "./codes.ts";
import { rangeOf } from "./subject.ts";

/** Rules between documents, and of a document against its kind's place in the world. */
export function crossDiagnostics(
  specs: readonly SpecDocument[],
  kinds: KindRegistry,
): Diagnostic[] {
  const sorted = [...specs].sort(comparePlace);
  const kindOf = (spec: SpecDocument): Kind | undefined => kinds.byKey(spec.kindKey);
  return [
    ...duplicates(sorted, kindOf),
    ...sorted.flatMap((spec) => scopeProblems(spec, kindOf(spec))),
    ...supervisorsPerCluster(sorted),
    ...environments(sorted),
    ...podsWithoutNsx(sorted, kindOf),
    ...firstStatus(sorted),
  ];
}

const comparePlace = (left: SpecDocument, right: SpecDocument): number =>
  compareText(left.source.path, right.source.path) || left.source.index - right.source.index;

interface Finding {
  readonly entry: CodeEntry;
  readonly spec: SpecDocument;
  readonly pointer: JsonPointer;
  readonly detail: string;
  readonly help?: readonly string[];
  /** The other document that is part of the problem. */
  readonly other?: SpecDocument;
  readonly short?: string | undefined;
}

function tell(finding: Finding): Diagnostic {
  const { entry, spec, pointer, detail, help = [], other, short } = finding;
  const namespace = spec.namespace;
  const address =
    short === undefined ? {} : { address: formatAddress({ ...spec, kind: short, namespace }) };
  const related =
    other === undefined
      ? {}
      : {
          related: [{ message: "the first one is here", source: rangeOf(other, pointer, "value") }],
        };
  return diagnose(entry, {
    source: rangeOf(spec, pointer, "value"),
    ...address,
    detail,
    help,
    ...related,
  });
}

/** Rows of the same kind, namespace and name; the first in file order is the one that counts. */
function duplicates(
  specs: readonly SpecDocument[],
  kindOf: (spec: SpecDocument) => Kind | undefined,
): Diagnostic[] {
  const first = new Map<string, SpecDocument>();
  const found: Diagnostic[] = [];
  for (const spec of specs) {
    const key = `${spec.kindKey}\u0000${spec.namespace ?? ""}\u0000${spec.name}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, spec);
      continue;
    }
    const where = spec.namespace === undefined ? "" : ` in namespace "${spec.namespace}"`;
    found.push(
      tell({
        entry: CODES.addressTwice,
        spec,
        other,
        pointer: "/metadata/name",
        detail:
          `${spec.kind} "${spec.name}"${where} is declared already in ` +
          `${other.source.path}:${other.source.line}.`,
        help: ["rename one of the two, or remove one"],
        short: kindOf(spec)?.short,
      }),
    );
  }
  return found;
}

const RESERVED = ["kube-", "vmware-system"];

function scopeProblems(spec: SpecDocument, kind: Kind | undefined): Diagnostic[] {
  const found: Diagnostic[] = [];
  const namespace = stringAt(spec.value, "metadata", "namespace");
  if (kind?.scope === "cluster" && namespace !== undefined) {
    const detail =
      `${spec.kind} "${spec.name}" names the namespace "${namespace}", but its kind ` +
      "belongs to none.";
    const help = ["remove metadata.namespace"];
    const pointer = "/metadata/namespace";
    found.push(
      tell({ entry: CODES.namespaceNotTaken, spec, pointer, detail, help, short: kind.short }),
    );
  }
  const prefix = RESERVED.find((text) => spec.name.startsWith(text));
  if (kind?.role === "namespace" && prefix !== undefined) {
    const detail =
      `The namespace "${spec.name}" belongs to the platform: names that start with ` +
      `${prefix} are reserved.`;
    const pointer = "/metadata/name";
    found.push(tell({ entry: CODES.nameReserved, spec, pointer, detail, short: kind.short }));
  }
  return found;
}

/** Row V07: a cluster is turned into one Supervisor only. */
function supervisorsPerCluster(specs: readonly SpecDocument[]): Diagnostic[] {
  const first = new Map<string, SpecDocument>();
  const found: Diagnostic[] = [];
  for (const spec of specs) {
    if (spec.kindKey !== "vpac.dev/Supervisor") continue;
    const cluster = stringAt(spec.value, "spec", "cluster") ?? "default";
    const key = `${stringAt(spec.value, "spec", "provider") ?? ""}\u0000${cluster}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, spec);
    } else if (other.name !== spec.name) {
      const detail =
        `Supervisor "${spec.name}" uses the cluster "${cluster}", on which Supervisor ` +
        `"${other.name}" is already.`;
      const help = [`set spec.cluster of Supervisor "${spec.name}" to another cluster`];
      const pointer = "/spec/cluster";
      const short = "supervisor";
      found.push(tell({ entry: CODES.supervisorTwice, spec, other, pointer, detail, help, short }));
    }
  }
  return found;
}

function environments(specs: readonly SpecDocument[]): Diagnostic[] {
  const [first, ...others] = specs.filter((spec) => spec.kindKey === "vpac.dev/Environment");
  return others
    .filter((spec) => spec.name !== first?.name)
    .map((spec) =>
      tell({
        entry: CODES.environmentTwice,
        spec,
        ...(first === undefined ? {} : { other: first }),
        pointer: "/metadata/name",
        detail:
          `Environment "${spec.name}" is one too many: Environment ` +
          `"${first?.name ?? ""}" is declared already.`,
        help: ["keep one Environment; use spec.workspaces for variants"],
        short: "environment",
      }),
    );
}

/** Row W03: vSphere Pods only where NSX provides the workload network. */
function podsWithoutNsx(
  specs: readonly SpecDocument[],
  kindOf: (spec: SpecDocument) => Kind | undefined,
): Diagnostic[] {
  const supervisors = specs.filter((spec) => spec.kindKey === "vpac.dev/Supervisor");
  const poor = new Set(supervisors.filter(isWithoutNsx).map((spec) => spec.name));
  if (poor.size === 0) return [];
  const only = supervisors.length === 1 ? supervisors[0]?.name : undefined;
  const supervisorOf = new Map<string, string | undefined>();
  for (const spec of specs) {
    if (spec.kindKey !== "vpac.dev/SupervisorNamespace") continue;
    supervisorOf.set(spec.name, stringAt(spec.value, "spec", "supervisor") ?? only);
  }
  return specs.flatMap((spec) => {
    const supervisor = supervisorOf.get(spec.namespace ?? "");
    if (supervisor === undefined || !poor.has(supervisor) || !isVspherePod(spec)) return [];
    const detail =
      `${spec.kind} "${spec.name}" makes vSphere Pods, but the workload network of ` +
      `Supervisor "${supervisor}" is not provided by NSX.`;
    const help = [
      `set networks.workload.provider of Supervisor "${supervisor}" to nsx`,
      "or declare a VirtualMachine or a guest cluster instead",
    ];
    const pointer = "/metadata/name";
    const short = kindOf(spec)?.short;
    return [tell({ entry: CODES.podsNeedNsx, spec, pointer, detail, help, short })];
  });
}

function isWithoutNsx(spec: SpecDocument): boolean {
  const provider = stringAt(spec.value, "spec", "networks", "workload", "provider");
  return provider !== undefined && !provider.startsWith("nsx");
}

function isVspherePod(spec: SpecDocument): boolean {
  const base = spec.kind === "Pod" ? [] : ["spec", "template"];
  if (member(spec.value, ...base, "spec", "containers") === undefined) return false;
  const annotations = objectAt(spec.value, ...base, "metadata", "annotations");
  return annotations["kubernetes.io/target-runtime"] !== "virtlet.cloud";
}

/** A status is ignored everywhere; it is told once, at the first document that has one. */
function firstStatus(specs: readonly SpecDocument[]): Diagnostic[] {
  const having = specs.filter((spec) => Object.keys(objectAt(spec.value, "status")).length > 0);
  const [spec] = having;
  if (spec === undefined) return [];
  const others = having.length === 1 ? "" : ` So is that of ${having.length - 1} more documents.`;
  const detail = `The status of ${spec.kind} "${spec.name}" is ignored.${others}`;
  const source = rangeOf(spec, "/status", "key");
  return [diagnose(CODES.statusIgnored, { source, detail, help: ["remove status"] })];
}
