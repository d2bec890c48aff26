import fc from "fast-check";
import { expect, test } from "vitest";
import { KubeError } from "../../../../providers/cluster-api/kube/errors.ts";
import { linesOf } from "../../../../providers/cluster-api/kube/lines.ts";
import { readEvent } from "../../../../providers/cluster-api/kube/watch.ts";

async function* pieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])];
  let start = 0;
  for (const end of ends.sort((left, right) => left - right)) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function gather(stream: AsyncIterable<string>): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of stream) lines.push(line);
  return lines;
}

test("lines come out whole, however the stream is cut, in the middle of a character too", async () => {
  const line = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !text.includes("\n"));
  const cuts = fc.array(fc.nat(500));
  await fc.assert(
    fc.asyncProperty(fc.array(line), cuts, async (lines, places) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""));
      expect(await gather(linesOf(pieces(bytes, places), 10_000))).toEqual(lines);
    }),
  );
});

test("a line that is cut off by the end is dropped, empty lines are no lines", async () => {
  const bytes = Buffer.from('{"a":1}\n\n\n{"b":2}\n{"c":');
  expect(await gather(linesOf(pieces(bytes, [3, 9]), 100))).toEqual(['{"a":1}', '{"b":2}']);
});

test("a line has a bound, whether it ends or not", async () => {
  for (const text of [`${"x".repeat(101)}\n`, "x".repeat(101)]) {
    const cutUp = linesOf(pieces(Buffer.from(text), [20, 60]), 100);
    await expect(gather(cutUp)).rejects.toThrow("more than 100 bytes");
  }
  const fits = linesOf(pieces(Buffer.from(`${"x".repeat(100)}\n`), [50]), 100);
  expect(await gather(fits)).toHaveLength(1);
});

const object = { kind: "Pod", metadata: { name: "a", resourceVersion: "7" } };
const server = "https://kube.example";

test.for([
  ["ADDED", { type: "added", object, resourceVersion: "7" }],
  ["MODIFIED", { type: "modified", object, resourceVersion: "7" }],
  ["DELETED", { type: "deleted", object, resourceVersion: "7" }],
  ["BOOKMARK", { type: "bookmark", resourceVersion: "7" }],
] as const)("a line of a watch is an event: %s", ([type, event]) => {
  expect(readEvent(server, JSON.stringify({ type, object }))).toEqual(event);
});

function thrownBy(line: string): KubeError {
  try {
    readEvent(server, line);
  } catch (error) {
    if (error instanceof KubeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test.for([
  ["gone", { type: "ERROR", object: { kind: "Status", code: 410, message: "too old" } }],
  ["unavailable", { type: "ERROR", object: { kind: "Status", code: 500, message: "etcd" } }],
  ["unavailable", { type: "ERROR" }],
  ["protocol", { type: "ADDED", object: {} }],
  ["protocol", { type: "toString", object }],
  ["protocol", { type: "added", object }],
  ["protocol", 5],
] as const)("an event that tells of %s is thrown: %o", ([kind, event]) => {
  expect(thrownBy(JSON.stringify(event)).kind).toBe(kind);
});

test("a line that is no JSON is a failure of the protocol", () => {
  expect(thrownBy("{").kind).toBe("protocol");
});
