import { arrayAt, type JsonValue, stringAt } from "../../../engine/model/json.ts";
import type { Calls } from "./calls.ts";
import { KubeError } from "./errors.ts";
import { groupPath, groupVersion, isPathSafe } from "./paths.ts";
import type { CallScope } from "./scope.ts";
import type { ApiCatalogue, ApiResource, TypeRef } from "./types.ts";
import { neverSent } from "./wire-errors.ts";

const AGGREGATED = ["v2", "v2beta1"]
  .map((version) => {
    const kind = "APIGroupDiscoveryList";
    return `application/json;g=apidiscovery.k8s.io;v=${version};as=${kind}`;
  })
  .concat("application/json")
  .join(",");

/**
 * Which kinds the server has, and where. A kind is looked up in its own group version, one small
 * request that is kept; what the server does not have is asked for again the next time, since it
 * may be installed at any moment.
 */
export class Discovery {
  readonly #calls: Calls;
  readonly #known = new Map<string, Promise<readonly ApiResource[]>>();

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  async resource(type: TypeRef, scope: CallScope): Promise<ApiResource> {
    const found = await this.#find(type, scope);
    if (found !== undefined) return found;
    // It may have been installed since the group version was read.
    this.#known.delete(type.apiVersion);
    const again = await this.#find(type, scope);
    if (again !== undefined) return again;
    const { server } = this.#calls;
    throw neverSent(
      server,
      "unknownKind",
      `${server} serves no ${type.kind} of ${type.apiVersion}`,
    );
  }

  /** The server answered that there is no such path: what we know of it is out of date. */
  forget(apiVersion: string): void {
    this.#known.delete(apiVersion);
  }

  /** Everything, by two requests where the server can, else by one for each group version. */
  async all(scope: CallScope): Promise<ApiCatalogue> {
    const [core, groups] = await Promise.all(
      ["/api", "/apis"].map((path) =>
        this.#calls.read({ method: "GET", path, accept: AGGREGATED }, scope),
      ),
    );
    if (isAggregated(core) && isAggregated(groups)) {
      const parts = [readAggregated(core), readAggregated(groups)];
      return {
        resources: parts.flatMap(({ resources }) => resources),
        missing: parts.flatMap(({ missing }) => missing),
      };
    }
    return this.#oneByOne([...coreVersions(core), ...groupVersions(groups)], scope);
  }

  async #find(type: TypeRef, scope: CallScope): Promise<ApiResource | undefined> {
    const parts = groupVersion(type.apiVersion);
    if (parts === undefined) {
      const message = `"${type.apiVersion}" is no apiVersion such as v1 or apps/v1`;
      throw neverSent(this.#calls.server, "invalid", message);
    }
    const resources = await this.#version(type.apiVersion, scope);
    return resources.find(({ kind }) => kind === type.kind);
  }

  async #version(apiVersion: string, scope: CallScope): Promise<readonly ApiResource[]> {
    const known = this.#known.get(apiVersion);
    if (known !== undefined) {
      // Another call may have asked, and ended before its answer came.
      const resources = await known.catch(() => undefined);
      if (resources !== undefined) return resources;
    }
    const asked = this.#fetch(apiVersion, scope);
    this.#known.set(apiVersion, asked);
    try {
      return await asked;
    } catch (error) {
      if (this.#known.get(apiVersion) === asked) this.#known.delete(apiVersion);
      if (error instanceof KubeError && error.status === 404) return [];
      throw error;
    }
  }

  async #fetch(apiVersion: string, scope: CallScope): Promise<readonly ApiResource[]> {
    const { group, version } = groupVersion(apiVersion) ?? { group: "", version: apiVersion };
    const path = groupPath(group, version);
    const body = await this.#calls.read({ method: "GET", path }, scope);
    return arrayAt(body, "resources").flatMap((entry) => {
      const read = {
        kind: stringAt(entry, "kind") ?? "",
        group,
        version,
        apiVersion,
        resource: stringAt(entry, "name") ?? "",
        namespaced: namespacedOf(entry),
        verbs: textsAt(entry, "verbs"),
      };
      return isPathSafe(read) ? [read] : [];
    });
  }

  async #oneByOne(versions: readonly string[], scope: CallScope): Promise<ApiCatalogue> {
    const resources: ApiResource[] = [];
    const missing: string[] = [];
    for (const apiVersion of versions) {
      try {
        resources.push(...(await this.#version(apiVersion, scope)));
      } catch (error) {
        // An API server behind this one is away: the others are still worth knowing.
        if (!(error instanceof KubeError) || error.status === 0) throw error;
        missing.push(apiVersion);
      }
    }
    return { resources, missing };
  }
}

function namespacedOf(entry: JsonValue): boolean {
  return typeof entry === "object" && entry !== null && "namespaced" in entry
    ? entry["namespaced"] === true
    : false;
}

function textsAt(value: JsonValue, key: string): readonly string[] {
  return arrayAt(value, key).filter((text) => typeof text === "string");
}

function isAggregated(body: JsonValue | undefined): boolean {
  return stringAt(body, "kind") === "APIGroupDiscoveryList";
}

/** APIGroupDiscoveryList of v2 and v2beta1, which differ in nothing that is read here. */
function readAggregated(body: JsonValue | undefined): ApiCatalogue {
  const resources: ApiResource[] = [];
  const missing: string[] = [];
  for (const item of arrayAt(body, "items")) {
    const group = stringAt(item, "metadata", "name") ?? "";
    for (const entry of arrayAt(item, "versions")) {
      const version = stringAt(entry, "version") ?? "";
      const apiVersion = group === "" ? version : `${group}/${version}`;
      if (stringAt(entry, "freshness") === "Stale") missing.push(apiVersion);
      const found = arrayAt(entry, "resources").map((resource) => ({
        kind: stringAt(resource, "responseKind", "kind") ?? "",
        group,
        version,
        apiVersion,
        resource: stringAt(resource, "resource") ?? "",
        namespaced: stringAt(resource, "scope") === "Namespaced",
        verbs: textsAt(resource, "verbs"),
      }));
      resources.push(...found.filter(isPathSafe));
    }
  }
  return { resources, missing };
}

function coreVersions(body: JsonValue | undefined): readonly string[] {
  return body === undefined ? [] : textsAt(body, "versions");
}

function groupVersions(body: JsonValue | undefined): readonly string[] {
  return arrayAt(body, "groups").flatMap((group) =>
    arrayAt(group, "versions").flatMap((entry) => stringAt(entry, "groupVersion") ?? []),
  );
}
