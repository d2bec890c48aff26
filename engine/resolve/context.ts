import type { KindRegistry } from "../contract/kind.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Address } from "../model/address.ts";
import type {
  ChangeRules,
  DisruptionGroup,
  EnvironmentSettings,
  PoolLimits,
  ProviderConfig,
} from "../model/desired.ts";
import type { Digest } from "../model/digest.ts";
import type { Host } from "../model/host.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import type { SchedulingTerms } from "../model/scheduling.ts";
import type { Document } from "./document.ts";
import type { Draft } from "./draft.ts";
import type { FindFlavour } from "./flavours.ts";
import type { LimitItem } from "./limit-range.ts";
import type { QuantityReader } from "./quantities.ts";
import type { Conceal } from "./secrets.ts";
import type { SizingSettings } from "./sizing.ts";
import type { FindVmClass } from "./vm-classes.ts";

/** A Supervisor as its namespaces and workloads need to know it. */
export interface Supervisor {
  readonly document: Document;
  readonly address: Address;
  readonly name: string;
  readonly cluster: string;
  readonly provider: string;
  readonly sizing: SizingSettings;
  /** `nsx`, or another provider that cannot carry vSphere Pods (row W03). */
  readonly networkProvider: string;
  readonly podCidrs: readonly string[];
}

/** What a PriorityClass says of whoever names it. */
export type Precedence = Pick<SchedulingTerms, "priority" | "preemptionPolicy">;

/** What a namespace means for the resources inside it. */
export interface NamespaceSettings {
  readonly name: string;
  /** Undefined for namespaces that are built in and not declared. */
  readonly address: Address | undefined;
  readonly supervisor: Supervisor | undefined;
  readonly provider: string;
  readonly sizing: SizingSettings;
  readonly pool: Address | undefined;
  readonly net: Address | undefined;
  readonly limitItems: readonly LimitItem[];
  /** Policies that may be used; undefined allows all. */
  readonly storagePolicies: ReadonlySet<string> | undefined;
  readonly vmClasses: ReadonlySet<string> | undefined;
  /** The SupervisorNamespace, where the limits are stated. */
  readonly document: Document | undefined;
  readonly spec: JsonObject;
}

/** Documents that declare one namespace: a Namespace, a SupervisorNamespace, or both. */
export interface NamespaceDocuments {
  readonly name: string;
  readonly plain: Document | undefined;
  readonly supervised: Document | undefined;
}

export interface NamespacePlan {
  readonly documents: NamespaceDocuments;
  readonly settings: NamespaceSettings;
}

/** What `resolve` is given besides the documents. */
export interface ResolvePorts {
  readonly kinds: KindRegistry;
  readonly workspace: string;
  readonly digest: Digest;
}

/** Everything the steps of `resolve` share. Drafts and problems grow while it runs. */
export interface Context {
  readonly kinds: KindRegistry;
  readonly digest: Digest;
  readonly conceal: Conceal;
  readonly read: QuantityReader;
  readonly environment: EnvironmentSettings;
  /** Type of a provider by its name; undefined when the Environment does not list it. */
  readonly typeOf: (provider: string) => ProviderConfig["type"] | undefined;
  readonly documentsOf: (kindKey: string) => readonly Document[];
  readonly hosts: readonly Host[];
  readonly supervisors: ReadonlyMap<string, Supervisor>;
  readonly namespacePlans: readonly NamespacePlan[];
  readonly namespaceOf: (name: string) => NamespaceSettings;
  /** Rules of workloads of a kind; one value per kind. */
  readonly rulesOf: (kindKey: string) => ChangeRules;
  readonly vmClass: FindVmClass;
  /** The MachineImage of that name. */
  readonly image: (name: string) => Document | undefined;
  readonly flavourOf: FindFlavour;
  readonly priorityOf: (className: string | undefined) => Precedence;
  readonly report: (problem: Diagnostic) => void;
  readonly add: (draft: Draft) => void;
  readonly disruption: DisruptionGroup[];
  /** Networks that some declared host lists: only these limit the choice of a host. */
  readonly limitedNetworks: ReadonlySet<string>;
  /** As for networks. */
  readonly limitedDatastores: ReadonlySet<string>;
  readonly pools: PoolLimits[];
  /** Address ranges by namespace; see `allocateSegments`. */
  readonly segmentCidrs: ReadonlyMap<string, readonly JsonValue[]>;
}
