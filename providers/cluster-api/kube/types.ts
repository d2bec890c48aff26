import type { Clock } from "../../../engine/contract/clock.ts";
import type { JsonObject, JsonValue } from "../../../engine/model/json.ts";

/** A kind of object: `cluster.x-k8s.io/v1beta2` and `Cluster`. */
export interface TypeRef {
  readonly apiVersion: string;
  readonly kind: string;
}

/** One object by its name; `namespace` is left out for kinds that have none. */
export interface ObjectRef extends TypeRef {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** An object as the server sends it: JSON with `apiVersion`, `kind` and `metadata`. */
export type KubeObject = JsonObject;

/**
 * Every call ends: at its deadline or with its signal, whichever comes first. A signal that fires
 * with a `TimeoutError`, as that of `AbortSignal.timeout` does, is a deadline too.
 */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** For the whole call with its retries; 30 s where absent. */
  readonly deadlineMs?: number | undefined;
}

interface Selection {
  /** All namespaces where absent. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface ListOptions extends CallOptions, Selection {
  /** Objects asked for at once; 500 where absent. */
  readonly pageSize?: number | undefined;
  /** More objects than this are an error (`tooLarge`); 20,000 where absent. */
  readonly itemsMax?: number | undefined;
  /** Only `metadata` is sent, so that the content of secrets never gets here. */
  readonly metadataOnly?: boolean | undefined;
}

/** All objects of a list at one resource version; items carry `apiVersion` and `kind`. */
export interface KubeList {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
}

/**
 * What a watch tells. `relisted`: the server could not go on from the last version, so everything
 * was listed anew; what is not in `items` is gone. `bookmark`: nothing changed up to this version.
 */
export type WatchEvent =
  | { readonly type: "added" | "modified" | "deleted"; readonly object: KubeObject }
  | { readonly type: "relisted"; readonly items: readonly KubeObject[] }
  | { readonly type: "bookmark" };

export interface WatchOptions extends ListOptions {
  /** Goes on from here; where absent the watch begins with a `relisted` event. */
  readonly resourceVersion?: string | undefined;
}

/** A watch reads until its signal fires or its deadline passes; then it ends without an error. */
export type Watch = AsyncIterable<WatchEvent & { readonly resourceVersion: string }>;

export interface WriteOptions extends CallOptions {
  /** The server checks, defaults and admits, and stores nothing. */
  readonly dryRun?: boolean | undefined;
  /** Unknown and doubled fields are refused (`Strict`, the default) or dropped in silence. */
  readonly fieldValidation?: "Strict" | "Warn" | "Ignore" | undefined;
}

export interface ApplyOptions extends WriteOptions {
  /** Takes fields over from other managers instead of a `fieldConflict`. */
  readonly force?: boolean | undefined;
  /** `vpac` where absent. */
  readonly fieldManager?: string | undefined;
}

export interface DeleteOptions extends CallOptions {
  readonly dryRun?: boolean | undefined;
  /** The delete is a `conflict` where the object has another uid or version by now. */
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly propagation?: "Background" | "Foreground" | "Orphan" | undefined;
}

/**
 * `gone`: there is no such object any more. `deleting`: the server took the wish, finalizers or
 * the garbage collector are still at work.
 */
export type Deletion =
  | { readonly is: "gone" }
  | { readonly is: "deleting"; readonly object: KubeObject };

/** A kind as the server serves it. */
export interface ApiResource extends TypeRef {
  readonly group: string;
  readonly version: string;
  /** Plural in lower case, as in paths and in RBAC rules. */
  readonly resource: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/**
 * Every kind in every version. `missing`: group versions the server could not tell about just now,
 * so what is absent from `resources` there may still exist.
 */
export interface ApiCatalogue {
  readonly resources: readonly ApiResource[];
  readonly missing: readonly string[];
}

/** `resource` is the plural, with `/status` and the like for a part of it. */
export interface AccessQuery {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

export interface AccessAnswer {
  readonly allowed: boolean;
  /** Why, in the server's words; often empty. */
  readonly reason: string;
}

/** Rules of RBAC for one namespace. `incomplete`: an authorizer that tells no rules has a say. */
export interface AccessRules {
  readonly incomplete: boolean;
  readonly rules: readonly {
    readonly verbs: readonly string[];
    readonly groups: readonly string[];
    readonly resources: readonly string[];
    /** Empty for all names. */
    readonly names: readonly string[];
  }[];
}

/** Version of the server, such as `v1.37.2`. */
export interface ServerVersion {
  readonly gitVersion: string;
  readonly major: number;
  readonly minor: number;
}

/** How a patch is meant: RFC 7386 (`merge`) or RFC 6902 (`json`). */
export type PatchOptions = WriteOptions & { readonly type: "merge" | "json" };

/**
 * A thin client of one kube-apiserver. Every failure is a `KubeError`. Reads are tried again within
 * their deadline where the server is busy or away; writes never are: the caller decides, and the
 * error says whether anything can have happened (`applied`).
 */
export interface KubeClient {
  /** For people: `https://host:port`. */
  readonly server: string;
  /** Namespace of the kubeconfig's context. */
  readonly namespace: string;
  /** What an operator should hear at every run, such as switched-off TLS checks. */
  readonly warnings: readonly string[];
  version(call?: CallOptions): Promise<ServerVersion>;
  /** Looks a kind up in the discovery; `unknownKind` where the server does not have it. */
  resource(type: TypeRef, call?: CallOptions): Promise<ApiResource>;
  resources(call?: CallOptions): Promise<ApiCatalogue>;
  /** Undefined where there is no such object. */
  get(ref: ObjectRef, call?: CallOptions): Promise<KubeObject | undefined>;
  list(type: TypeRef, options?: ListOptions): Promise<KubeList>;
  watch(type: TypeRef, options?: WatchOptions): Watch;
  /** Server-side apply of the fields in `object`; makes the object where there is none. */
  apply(object: KubeObject, options?: ApplyOptions): Promise<KubeObject>;
  /** Makes an object; `alreadyExists` where there is one. Its fields are not owned by an apply. */
  create(object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  patch(ref: ObjectRef, patch: JsonValue, options: PatchOptions): Promise<KubeObject>;
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<Deletion>;
  /** Asks whether we may; needs no rights of its own. */
  accessReview(query: AccessQuery, call?: CallOptions): Promise<AccessAnswer>;
  rulesReview(namespace: string, call?: CallOptions): Promise<AccessRules>;
  /** Closes idle connections and ends what is under way. */
  close(): void;
}

/** What a client needs besides its access. */
export interface ClientSeams {
  readonly clock: Clock;
  /** A number from 0 to 2^32 - 1, for the spread of retries. */
  readonly random: () => number;
  /** Of the process: which exec plugins the operator allows, and what they inherit. */
  readonly env: Readonly<Record<string, string | undefined>>;
}
