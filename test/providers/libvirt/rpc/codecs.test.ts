import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AnyProcedureName,
  PROCEDURES,
  procedureOf,
  STREAM_PROCEDURES,
} from "../../../../providers/libvirt/rpc/protocol.ts";
import { type Codec, fieldsCodec, STRUCTS } from "../../../../providers/libvirt/rpc/shapes.ts";
import { XdrError, XdrReader, XdrWriter } from "../../../../providers/libvirt/rpc/xdr.ts";

const text = fc.string({ unit: "binary" }).map((value) => value.replaceAll("\0", "0"));
const safe = fc.maxSafeInteger();
const natural = fc.maxSafeNat();
const uint = fc.nat({ max: 0xffff_ffff });
const bigUnsigned = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

/** The reader gives a number wherever it is exact. */
const shortest = (value: bigint): number | bigint =>
  Number.isSafeInteger(Number(value)) ? Number(value) : value;

const parameter = fc.oneof(
  fc.record({ field: text, type: fc.constant("int"), value: fc.integer() }),
  fc.record({ field: text, type: fc.constant("uint"), value: uint }),
  fc.record({
    field: text,
    type: fc.constant("llong"),
    value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(shortest),
  }),
  fc.record({ field: text, type: fc.constant("ullong"), value: bigUnsigned.map(shortest) }),
  fc.record({ field: text, type: fc.constant("double"), value: fc.double() }),
  fc.record({ field: text, type: fc.constant("boolean"), value: fc.boolean() }),
  fc.record({ field: text, type: fc.constant("string"), value: text }),
);

const SCALARS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  int: fc.integer(),
  uint,
  hyper: safe,
  unsignedHyper: natural,
  bigUnsignedHyper: bigUnsigned,
  string: text,
  opaque: fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
  uuid: fc.uuid(),
  model: fc.stringMatching(/^[a-z0-9_]{0,31}$/),
  parameter,
};

function arbitrary(word: string): fc.Arbitrary<unknown> {
  if (word.endsWith("[]")) return fc.array(arbitrary(word.slice(0, -2)), { maxLength: 4 });
  if (word.endsWith("?")) return fc.option(arbitrary(word.slice(0, -1)), { nil: undefined });
  const structs: Readonly<Record<string, Readonly<Record<string, string>>>> = STRUCTS;
  return SCALARS[word] ?? fields(structs[word] ?? {});
}

const fields = (words: Readonly<Record<string, string>>): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(
    Object.fromEntries(Object.entries(words).map(([name, word]) => [name, arbitrary(word)])),
  );

function write<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = new XdrWriter(8);
  codec.write(writer, value);
  return writer.bytes;
}

function read<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new XdrReader(bytes);
  const value = codec.read(reader);
  reader.end();
  return value;
}

const TABLE = { ...PROCEDURES, ...STREAM_PROCEDURES };
const names = Object.keys(TABLE) as readonly AnyProcedureName[];

describe("the procedure table", () => {
  test.for(names)("%s: arguments and result survive the wire", (name) => {
    const { args, result } = procedureOf(name);
    for (const [codec, words] of [
      [args, TABLE[name].args],
      [result, TABLE[name].result],
    ] as const) {
      fc.assert(
        fc.property(fields(words), (value) => {
          const bytes = write(codec as Codec<unknown>, value);
          expect(bytes.length % 4).toBe(0);
          expect(read(codec as Codec<unknown>, bytes)).toEqual(value);
        }),
        { numRuns: 25 },
      );
    }
  });

  const answering = names.filter((name) => Object.keys(TABLE[name].result).length > 0);
  test.for(answering)("%s: a result that is cut short is refused, wherever it is cut", (name) => {
    const { result } = procedureOf(name);
    fc.assert(
      fc.property(fields(TABLE[name].result), fc.nat(), (value, at) => {
        const bytes = write(result as Codec<unknown>, value);
        expect(() => read(result, bytes.subarray(0, at % bytes.length))).toThrow(XdrError);
      }),
      { numRuns: 25 },
    );
  });

  test.for(names)("%s: random bytes give a value or an XdrError, nothing else", (name) => {
    const { result } = procedureOf(name);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          read(result, bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(XdrError);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("no number stands there twice", () => {
    const numbers = names.map((name) => TABLE[name].number);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

const bytes = (...words: readonly number[]): Uint8Array => {
  const writer = new XdrWriter();
  for (const word of words) writer.uint(word);
  return writer.bytes;
};

describe("XDR", () => {
  const hostile: readonly { readonly name: string; readonly word: string; given: Uint8Array }[] = [
    { name: "a text longer than libvirt allows", word: "string", given: bytes(0xffff_ffff) },
    { name: "a text longer than the message", word: "string", given: bytes(8, 1) },
    { name: "a list with more elements than bytes", word: "domain[]", given: bytes(16_000) },
    { name: "a list with more elements than allowed", word: "domain[]", given: bytes(16_385) },
    { name: "an optional that is neither there nor absent", word: "string?", given: bytes(2, 0) },
    { name: "a parameter of an unknown type", word: "parameter", given: bytes(0, 8, 0) },
    { name: "a size beyond 2^53", word: "unsignedHyper", given: bytes(0x20_0000, 0) },
    { name: "bytes after the last field", word: "int", given: bytes(1, 1) },
  ];
  test.for(hostile)("$name is refused", ({ word, given }) => {
    expect(() => read(fieldsCodec({ value: word }), given)).toThrow(XdrError);
  });

  const unsendable: readonly { readonly name: string; readonly word: string; value: unknown }[] = [
    { name: "a text with a NUL", word: "string", value: "a\0b" },
    { name: "a text over 4 MiB", word: "string", value: "x".repeat(4_194_305) },
    { name: "an integer over 31 bits", word: "int", value: 2 ** 31 },
    { name: "a fraction", word: "int", value: 0.5 },
    { name: "a negative size", word: "unsignedHyper", value: -1 },
    { name: "a size that is not exact", word: "unsignedHyper", value: 2 ** 53 },
    { name: "a bigint over 64 bits", word: "bigUnsignedHyper", value: 2n ** 64n },
    { name: "what is no UUID", word: "uuid", value: "6695eb01" },
    { name: "a list over its limit", word: "uint[]", value: Array.from({ length: 21 }, () => 0) },
  ];
  test.for(unsendable)("$name is not sent", ({ word, value }) => {
    expect(() => write(fieldsCodec({ value: word }), { value } as never)).toThrow(XdrError);
  });

  test("text that is not UTF-8 is read, with marks where it is not", () => {
    const writer = new XdrWriter();
    writer.opaque(Buffer.from([0x61, 0xff, 0x62]));
    expect(new XdrReader(writer.bytes).string()).toBe("a\u{fffd}b");
  });

  test("padding is zero, whatever the memory held before", () => {
    const writer = new XdrWriter(4);
    writer.string("abcde");
    expect([...writer.bytes]).toEqual([0, 0, 0, 5, 97, 98, 99, 100, 101, 0, 0, 0]);
  });
});
