import { isJsonObject, type JsonValue, stringAt } from "../../../engine/model/json.ts";
import type { ClusterAccess } from "./access.ts";
import { Calls } from "./calls.ts";
import { Credentials } from "./credentials.ts";
import { deleteOptions, readDeletion } from "./deletion.ts";
import { Discovery } from "./discovery.ts";
import { KubeError } from "./errors.ts";
import { readPages } from "./pages.ts";
import { nameProblem, namespaceProblem, query, resourcePath } from "./paths.ts";
import { accessReview, rulesReview } from "./reviews.ts";
import type { CallScope } from "./scope.ts";
import { Transport, type WireRequest } from "./transport.ts";
import type {
  AccessAnswer,
  AccessQuery,
  AccessRules,
  ApiCatalogue,
  ApiResource,
  ApplyOptions,
  CallOptions,
  ClientSeams,
  Deletion,
  DeleteOptions,
  KubeClient,
  KubeList,
  KubeObject,
  ListOptions,
  ObjectRef,
  PatchOptions,
  ServerVersion,
  TypeRef,
  Watch,
  WatchOptions,
  WriteOptions,
} from "./types.ts";
import { watch } from "./watch.ts";
import { neverSent, strangeAnswer } from "./wire-errors.ts";

const FIELD_MANAGER = "vpac";
const PATCH_TYPES = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  // JSON is YAML.
  apply: "application/apply-patch+yaml",
} as const;
const METADATA_ONLY =
  "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/** A client for this access. Sends nothing before its first call. */
export function openClient(access: ClusterAccess, seams: ClientSeams): KubeClient {
  return new HttpsClient(access, seams);
}

class HttpsClient implements KubeClient {
  readonly server: string;
  readonly namespace: string;
  readonly warnings: readonly string[];
  readonly #transport: Transport;
  readonly #calls: Calls;
  readonly #discovery: Discovery;

  constructor(access: ClusterAccess, seams: ClientSeams) {
    this.server = access.server;
    this.namespace = access.namespace;
    this.warnings = access.warnings;
    this.#transport = new Transport(access, new Credentials(access, seams));
    this.#calls = new Calls(access.server, this.#transport, seams);
    this.#discovery = new Discovery(this.#calls);
  }

  version(call: CallOptions = {}): Promise<ServerVersion> {
    return this.#calls.within(call, async (scope) => {
      const body = await this.#calls.read({ method: "GET", path: "/version" }, scope);
      return {
        gitVersion: stringAt(body, "gitVersion") ?? "",
        major: Number.parseInt(stringAt(body, "major") ?? "", 10) || 0,
        minor: Number.parseInt(stringAt(body, "minor") ?? "", 10) || 0,
      };
    });
  }

  resource(type: TypeRef, call: CallOptions = {}): Promise<ApiResource> {
    return this.#calls.within(call, (scope) => this.#discovery.resource(type, scope));
  }

  resources(call: CallOptions = {}): Promise<ApiCatalogue> {
    return this.#calls.within(call, (scope) => this.#discovery.all(scope));
  }

  get(ref: ObjectRef, call: CallOptions = {}): Promise<KubeObject | undefined> {
    return this.#calls.within(call, async (scope) => {
      const path = await this.#objectPath(ref, scope);
      try {
        return this.#object(await this.#calls.read({ method: "GET", path }, scope), ref, true);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw this.#learn(error, ref);
      }
    });
  }

  list(type: TypeRef, options: ListOptions = {}): Promise<KubeList> {
    return this.#calls.within(options, async (scope) => {
      const path = await this.#collectionPath(type, options.namespace, scope);
      const accept = options.metadataOnly === true ? { accept: METADATA_ONLY } : {};
      const read = (parts: Readonly<Record<string, string | number | undefined>>) =>
        this.#calls.read({ method: "GET", path: `${path}${query(parts)}`, ...accept }, scope);
      try {
        return await readPages(this.server, type, options, read);
      } catch (error) {
        throw this.#learn(error, type);
      }
    });
  }

  watch(type: TypeRef, options: WatchOptions = {}): Watch {
    const source = {
      calls: this.#calls,
      list: (bounded: WatchOptions) => this.list(type, bounded),
      path: async (
        bounded: WatchOptions,
        version: string,
        seconds: number,
        scope: CallScope,
      ): Promise<string> => {
        const path = await this.#collectionPath(type, bounded.namespace, scope);
        const { labelSelector, fieldSelector } = bounded;
        return `${path}${query({
          watch: "true",
          allowWatchBookmarks: "true",
          resourceVersion: version,
          timeoutSeconds: seconds,
          labelSelector,
          fieldSelector,
        })}`;
      },
    };
    return watch(source, options);
  }

  apply(object: KubeObject, options: ApplyOptions = {}): Promise<KubeObject> {
    const manager = options.fieldManager ?? FIELD_MANAGER;
    const force = options.force === true ? "true" : undefined;
    return this.#write(refOf(this.server, object), options, (path) => ({
      method: "PATCH",
      path: `${path}${query({ fieldManager: manager, force, ...checks(options) })}`,
      body: JSON.stringify(object),
      contentType: PATCH_TYPES.apply,
    }));
  }

  create(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    const ref = refOf(this.server, object);
    return this.#calls.within(options, async (scope) => {
      await this.#objectPath(ref, scope);
      const path = await this.#collectionPath(ref, ref.namespace, scope);
      const request: WireRequest = {
        method: "POST",
        path: `${path}${query({ fieldManager: FIELD_MANAGER, ...checks(options) })}`,
        body: JSON.stringify(object),
        harmless: options.dryRun === true,
      };
      return this.#object(await this.#once(request, ref, scope), ref, options.dryRun === true);
    });
  }

  patch(ref: ObjectRef, patch: JsonValue, options: PatchOptions): Promise<KubeObject> {
    return this.#write(ref, options, (path) => ({
      method: "PATCH",
      path: `${path}${query({ fieldManager: FIELD_MANAGER, ...checks(options) })}`,
      body: JSON.stringify(patch),
      contentType: PATCH_TYPES[options.type],
    }));
  }

  delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<Deletion> {
    return this.#calls.within(options, async (scope) => {
      const path = await this.#objectPath(ref, scope);
      const harmless = options.dryRun === true;
      const body = JSON.stringify(deleteOptions(options));
      try {
        const request = { method: "DELETE", path, body, harmless } as const;
        return readDeletion(await this.#calls.once(request, scope));
      } catch (error) {
        if (isMissing(error)) return { is: "gone" };
        throw this.#learn(error, ref);
      }
    });
  }

  accessReview(asked: AccessQuery, call: CallOptions = {}): Promise<AccessAnswer> {
    return this.#calls.within(call, (scope) => accessReview(this.#calls, asked, scope));
  }

  rulesReview(namespace: string, call: CallOptions = {}): Promise<AccessRules> {
    return this.#calls.within(call, (scope) => rulesReview(this.#calls, namespace, scope));
  }

  close(): void {
    this.#transport.close();
  }

  #write(
    ref: ObjectRef,
    options: WriteOptions,
    make: (path: string) => WireRequest,
  ): Promise<KubeObject> {
    return this.#calls.within(options, async (scope) => {
      const request = make(await this.#objectPath(ref, scope));
      const harmless = options.dryRun === true;
      return this.#object(await this.#once({ ...request, harmless }, ref, scope), ref, harmless);
    });
  }

  async #once(request: WireRequest, type: TypeRef, scope: CallScope): Promise<JsonValue> {
    try {
      return await this.#calls.once(request, scope);
    } catch (error) {
      throw this.#learn(error, type);
    }
  }

  /** A path that is gone means that what we know of the kind is out of date. */
  #learn(error: unknown, type: TypeRef): unknown {
    if (error instanceof KubeError && error.kind === "unknownKind") {
      this.#discovery.forget(type.apiVersion);
    }
    return error;
  }

  async #objectPath(ref: ObjectRef, scope: CallScope): Promise<string> {
    const resource = await this.#discovery.resource(ref, scope);
    const wrong = nameProblem(ref.name);
    if (wrong !== undefined) throw this.#refused(`the name of ${ref.kind} "${ref.name}" ${wrong}`);
    if (resource.namespaced && ref.namespace === undefined) {
      throw this.#refused(`${ref.kind} "${ref.name}" needs a namespace`);
    }
    this.#checkNamespace(ref.namespace);
    return resourcePath(resource, ref.namespace, ref.name);
  }

  async #collectionPath(
    type: TypeRef,
    namespace: string | undefined,
    scope: CallScope,
  ): Promise<string> {
    const resource = await this.#discovery.resource(type, scope);
    this.#checkNamespace(namespace);
    return resourcePath(resource, namespace);
  }

  #checkNamespace(namespace: string | undefined): void {
    const wrong = namespace === undefined ? undefined : namespaceProblem(namespace);
    if (wrong !== undefined) throw this.#refused(`the namespace "${namespace}" ${wrong}`);
  }

  #refused(message: string): KubeError {
    return neverSent(this.server, "invalid", message);
  }

  #object(body: JsonValue, ref: ObjectRef, harmless: boolean): KubeObject {
    if (isJsonObject(body) && stringAt(body, "metadata", "name") === ref.name) return body;
    const message = `${this.server} answered with something else than ${ref.kind} "${ref.name}"`;
    throw strangeAnswer(this.server, message, harmless);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof KubeError && error.kind === "notFound";
}

function checks(options: WriteOptions): Readonly<Record<string, string | undefined>> {
  return {
    fieldValidation: options.fieldValidation ?? "Strict",
    dryRun: options.dryRun === true ? "All" : undefined,
  };
}

function refOf(server: string, object: KubeObject): ObjectRef {
  const apiVersion = stringAt(object, "apiVersion");
  const kind = stringAt(object, "kind");
  const name = stringAt(object, "metadata", "name");
  if (apiVersion === undefined || kind === undefined || name === undefined) {
    throw neverSent(server, "invalid", "the object lacks apiVersion, kind or metadata.name");
  }
  return { apiVersion, kind, name, namespace: stringAt(object, "metadata", "namespace") };
}
