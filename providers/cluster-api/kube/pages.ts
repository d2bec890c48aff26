import { arrayAt, isJsonObject, type JsonValue, stringAt } from "../../../engine/model/json.ts";
import { KubeError } from "./errors.ts";
import type { KubeList, KubeObject, ListOptions, TypeRef } from "./types.ts";
import { neverSent, strangeAnswer } from "./wire-errors.ts";

const PAGE_SIZE = 500;
const ITEMS_MAX = 20_000;
const RESTARTS_MAX = 3;

type Read = (parts: Readonly<Record<string, string | number | undefined>>) => Promise<JsonValue>;

/**
 * All pages of a list, of one moment: when the server has forgotten that moment between two pages,
 * everything is read again, the last time without pages.
 */
export async function readPages(
  server: string,
  type: TypeRef,
  options: ListOptions,
  read: Read,
): Promise<KubeList> {
  for (let restart = 0; ; restart++) {
    const limit = restart === RESTARTS_MAX ? undefined : (options.pageSize ?? PAGE_SIZE);
    try {
      return await readAll(server, type, { ...options, pageSize: limit }, read);
    } catch (error) {
      const forgotten = error instanceof KubeError && error.kind === "gone";
      if (!forgotten || restart === RESTARTS_MAX) throw error;
    }
  }
}

async function readAll(
  server: string,
  type: TypeRef,
  options: ListOptions,
  read: Read,
): Promise<KubeList> {
  const { labelSelector, fieldSelector, pageSize: limit, itemsMax = ITEMS_MAX } = options;
  const items: KubeObject[] = [];
  let token: string | undefined;
  for (;;) {
    const page = await read({ labelSelector, fieldSelector, limit, continue: token });
    for (const item of arrayAt(page, "items")) {
      if (!isJsonObject(item))
        throw strangeAnswer(server, `${server} listed what is no object`, true);
      // Items of a list do not say what they are, and those of metadata say that they are that.
      items.push({ ...item, apiVersion: type.apiVersion, kind: type.kind });
    }
    if (items.length > itemsMax) {
      const message = `${server} has more than ${itemsMax} ${type.kind} objects`;
      throw neverSent(server, "tooLarge", message);
    }
    token = stringAt(page, "metadata", "continue");
    if (token === undefined || token === "") {
      return { items, resourceVersion: stringAt(page, "metadata", "resourceVersion") ?? "" };
    }
  }
}
