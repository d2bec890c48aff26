import { expect, test } from "vitest";
import type { JsonValue } from "../../../../engine/model/json.ts";
import { KubeError } from "../../../../providers/cluster-api/kube/errors.ts";
import { readPages } from "../../../../providers/cluster-api/kube/pages.ts";
import { neverSent } from "../../../../providers/cluster-api/kube/wire-errors.ts";

const type = { apiVersion: "v1", kind: "ConfigMap" };
const server = "https://kube.example";

type Query = Readonly<Record<string, string | number | undefined>>;

/** A collection of `size` objects that answers in pages; its n-th answers may be told to fail. */
function collection(size: number, fails: (asked: number, query: Query) => boolean = () => false) {
  const asked: Query[] = [];
  const read = (query: Query): Promise<JsonValue> => {
    asked.push(query);
    if (fails(asked.length, query)) return Promise.reject(neverSent(server, "gone", "too old"));
    const start = Number(query["continue"] ?? 0);
    const end = Math.min(size, start + Number(query["limit"] ?? size));
    const items = Array.from({ length: end - start }, (_, index) => ({
      metadata: { name: `n${start + index}` },
    }));
    const token = end < size ? String(end) : "";
    return Promise.resolve({ metadata: { resourceVersion: "9", continue: token }, items });
  };
  return { asked, read };
}

test("pages are put together, and items say what they are", async () => {
  const { asked, read } = collection(1_200);
  const list = await readPages(server, type, { labelSelector: "a=b" }, read);
  expect(list.items).toHaveLength(1_200);
  expect(list.items[1_199]).toEqual({ ...type, metadata: { name: "n1199" } });
  expect(list.resourceVersion).toBe("9");
  expect(asked.map((query) => query["continue"])).toEqual([undefined, "500", "1000"]);
  expect(asked.every((query) => query["limit"] === 500)).toBe(true);
  expect(asked.every((query) => query["labelSelector"] === "a=b")).toBe(true);
});

test("a list whose moment is forgotten between two pages begins anew", async () => {
  const { asked, read } = collection(1_200, (count) => count === 2);
  expect((await readPages(server, type, {}, read)).items).toHaveLength(1_200);
  expect(asked.map((query) => query["continue"])).toEqual([
    undefined,
    "500",
    undefined,
    "500",
    "1000",
  ]);
});

test("a list that is forgotten again and again is read at once in the end", async () => {
  const { asked, read } = collection(1_200, (_, query) => query["continue"] !== undefined);
  expect((await readPages(server, type, {}, read)).items).toHaveLength(1_200);
  expect(asked).toHaveLength(7);
  expect(asked.at(-1)?.["limit"]).toBeUndefined();
});

test("the restarts have an end", async () => {
  const { asked, read } = collection(10, () => true);
  await expect(readPages(server, type, {}, read)).rejects.toMatchObject({ kind: "gone" });
  expect(asked).toHaveLength(4);
});

test("more objects than the bound are an error, and no cut list", async () => {
  const { read } = collection(1_200);
  const reading = readPages(server, type, { itemsMax: 1_100 }, read);
  await expect(reading).rejects.toMatchObject({ kind: "tooLarge" });
});

test("what is no object in a list is a failure of the protocol", async () => {
  const read = (): Promise<JsonValue> => Promise.resolve({ items: ["x"] });
  await expect(readPages(server, type, {}, read)).rejects.toBeInstanceOf(KubeError);
});
