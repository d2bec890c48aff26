import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  encodeFrame,
  encodeStreamFrame,
  FrameSplitter,
} from "../../../../providers/libvirt/rpc/frames.ts";
import { XdrError } from "../../../../providers/libvirt/rpc/xdr.ts";

const word = fc.nat({ max: 0xffff_ffff });
const header = fc.record({
  program: word,
  version: word,
  procedure: fc.integer(),
  type: word,
  serial: word,
  status: word,
});
const message = fc.record({ header, data: fc.uint8Array({ maxLength: 300 }) });

/** Cuts bytes at the given places, which may repeat: an empty chunk is a chunk, too. */
function cut(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length];
  const sorted = at.sort((left, right) => left - right);
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

describe("frames", () => {
  test("come out whole and in order, however the socket cuts them", () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), fc.array(fc.nat()), (messages, places) => {
        const bytes = Buffer.concat(messages.map((one) => encodeStreamFrame(one.header, one.data)));
        const splitter = new FrameSplitter();
        const frames = cut(bytes, places).flatMap((chunk) => splitter.push(chunk));
        expect(frames.map(({ body, ...rest }) => ({ header: rest, data: [...body] }))).toEqual(
          messages.map((one) => ({ header: one.header, data: [...one.data] })),
        );
      }),
    );
  });

  test("have a length that counts itself and seven words of header", () => {
    const frame = encodeFrame(
      { program: 0x20008086, version: 1, procedure: 60, type: 0, serial: 7, status: 0 },
      (writer) => writer.int(10),
    );
    expect(Buffer.from(frame).toString("hex")).toBe(
      "00000020200080860000000100000" + "03c0000000000000007000000000000000a",
    );
  });

  const lengths: readonly { readonly name: string; readonly length: number }[] = [
    { name: "shorter than its header", length: 27 },
    { name: "of length zero", length: 0 },
    { name: "over the limit", length: 33_554_437 },
    { name: "of four gigabytes", length: 0xffff_ffff },
  ];
  test.for(lengths)("$name are refused before they are collected", ({ length }) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(length);
    expect(() => new FrameSplitter().push(bytes)).toThrow(XdrError);
  });

  test("that are not complete wait", () => {
    const bytes = Buffer.alloc(27);
    bytes.writeUInt32BE(28);
    const splitter = new FrameSplitter();
    expect(splitter.push(bytes)).toEqual([]);
    expect(splitter.push(Buffer.alloc(1))).toHaveLength(1);
  });
});
