/**
 * The words in which the procedure table is written, their TypeScript types and their codecs.
 * `x[]` is a list of x, `x?` an x that may be absent; the other words are scalars and structs.
 */
import { XdrError, type XdrReader, type XdrWriter } from "./xdr.ts";

/** A number where it is exact, else a bigint: CPU times in ns outgrow 2^53 in a few hours. */
type ParameterValue = number | bigint | boolean | string;

/** One named value of a list such as the statistics of a domain. */
export interface TypedParameter {
  readonly field: string;
  readonly type: ParameterType;
  readonly value: ParameterValue;
}

type ParameterType = "int" | "uint" | "llong" | "ullong" | "double" | "boolean" | "string";

/** TypeScript type of every scalar word. */
interface Scalars {
  readonly int: number;
  readonly uint: number;
  /** 64 bits, sizes and times that stay below 2^53. */
  readonly hyper: number;
  readonly unsignedHyper: number;
  /** 64 bits, sums that may pass 2^53. */
  readonly bigUnsignedHyper: bigint;
  readonly string: string;
  readonly opaque: Uint8Array;
  /** Canonical text, lower case. */
  readonly uuid: string;
  /** 32 characters, one in each four bytes, ended by a zero. */
  readonly model: string;
  readonly parameter: TypedParameter;
}

/** Structs of the protocol; the order of the fields is that of the wire. */
export const STRUCTS = {
  domain: { name: "string", uuid: "uuid", id: "int" },
  network: { name: "string", uuid: "uuid" },
  pool: { name: "string", uuid: "uuid" },
  volume: { pool: "string", name: "string", key: "string" },
  nodeStatistic: { field: "string", value: "bigUnsignedHyper" },
  domainStatistics: { dom: "domain", params: "parameter[]" },
  lease: {
    interface: "string",
    /** Seconds since 1970. */
    expiryTime: "hyper",
    /** 0 for IPv4, 1 for IPv6. */
    type: "int",
    mac: "string?",
    iaid: "string?",
    address: "string",
    prefix: "uint",
    hostname: "string?",
    clientId: "string?",
  },
  ipAddress: { type: "int", address: "string", prefix: "uint" },
  domainInterface: { name: "string", mac: "string?", addresses: "ipAddress[]" },
  remoteError: {
    code: "int",
    domain: "int",
    message: "string?",
    level: "int",
    dom: "domain?",
    text1: "string?",
    text2: "string?",
    text3: "string?",
    number1: "int",
    number2: "int",
    net: "network?",
  },
} as const;

type Structs = typeof STRUCTS;

/** The TypeScript type of one word. */
type WordType<Word> = Word extends `${infer Element}[]`
  ? readonly WordType<Element>[]
  : Word extends `${infer Inner}?`
    ? WordType<Inner> | undefined
    : Word extends keyof Scalars
      ? Scalars[Word]
      : Word extends keyof Structs
        ? FieldsType<Structs[Word]>
        : never;

/** The TypeScript type of a record of words: arguments, a result, a struct. */
export type FieldsType<Fields> = { readonly [Name in keyof Fields]: WordType<Fields[Name]> };

export type Domain = WordType<"domain">;
export type StorageVolume = WordType<"volume">;

/** How one shape goes to the wire and back. */
export interface Codec<T> {
  read(reader: XdrReader): T;
  write(writer: XdrWriter, value: T): void;
}

/** Most elements of a list, where libvirt's own limit differs from the usual one. */
const LIST_MAX: Readonly<Record<string, number>> = {
  uint: 20,
  parameter: 65_536,
  domainStatistics: 262_144,
  lease: 65_536,
  nodeStatistic: 16,
  domainInterface: 2048,
  ipAddress: 2048,
};
const LIST_MAX_USUAL = 16_384;

const safe = (value: bigint): number => {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new XdrError(`${value} is over 2^53`);
  return number;
};

const shortest = (value: bigint): number | bigint => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

const big = (value: number): bigint => {
  if (!Number.isSafeInteger(value)) throw new XdrError(`${value} is no safe integer`);
  return BigInt(value);
};

const MODEL_CHARACTERS = 32;

const SCALARS: { readonly [Word in keyof Scalars]: Codec<Scalars[Word]> } = {
  int: { read: (reader) => reader.int(), write: (writer, value) => writer.int(value) },
  uint: { read: (reader) => reader.uint(), write: (writer, value) => writer.uint(value) },
  hyper: {
    read: (reader) => safe(reader.hyper()),
    write: (writer, value) => writer.hyper(big(value)),
  },
  unsignedHyper: {
    read: (reader) => safe(reader.unsignedHyper()),
    write: (writer, value) => writer.unsignedHyper(big(value)),
  },
  bigUnsignedHyper: {
    read: (reader) => reader.unsignedHyper(),
    write: (writer, value) => writer.unsignedHyper(value),
  },
  string: { read: (reader) => reader.string(), write: (writer, value) => writer.string(value) },
  opaque: { read: (reader) => reader.opaque(), write: (writer, value) => writer.opaque(value) },
  uuid: {
    read: (reader) => uuidText(reader.fixed(16)),
    write: (writer, value) => writer.fixed(uuidBytes(value)),
  },
  model: { read: readModel, write: writeModel },
  parameter: { read: readParameter, write: writeParameter },
};

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20)].join("-");
}

function uuidBytes(text: string): Uint8Array {
  if (!UUID.test(text)) throw new XdrError("a UUID has 32 hexadecimal digits in five groups");
  return Buffer.from(text.replaceAll("-", ""), "hex");
}

function readModel(reader: XdrReader): string {
  const characters = Array.from({ length: MODEL_CHARACTERS }, () => reader.int() & 0xff);
  const end = characters.indexOf(0);
  return Buffer.from(end === -1 ? characters : characters.slice(0, end)).toString("utf8");
}

function writeModel(writer: XdrWriter, value: string): void {
  const bytes = Buffer.from(value, "utf8");
  if (bytes.length >= MODEL_CHARACTERS) throw new XdrError("a model has less than 32 bytes");
  for (let index = 0; index < MODEL_CHARACTERS; index++) writer.int(bytes[index] ?? 0);
}

const PARAMETER_TYPES: readonly (ParameterType | undefined)[] = [
  undefined,
  "int",
  "uint",
  "llong",
  "ullong",
  "double",
  "boolean",
  "string",
];

const READ_PARAMETER: Readonly<Record<ParameterType, (reader: XdrReader) => ParameterValue>> = {
  int: (reader) => reader.int(),
  uint: (reader) => reader.uint(),
  llong: (reader) => shortest(reader.hyper()),
  ullong: (reader) => shortest(reader.unsignedHyper()),
  double: (reader) => reader.double(),
  boolean: (reader) => reader.int() !== 0,
  string: (reader) => reader.string(),
};

function readParameter(reader: XdrReader): TypedParameter {
  const field = reader.string();
  const number = reader.uint();
  const type = PARAMETER_TYPES[number];
  if (type === undefined) throw new XdrError(`a parameter has the unknown type ${number}`);
  return { field, type, value: READ_PARAMETER[type](reader) };
}

type WriteValue = (writer: XdrWriter, value: ParameterValue) => void;

const WRITE_PARAMETER: Readonly<Record<ParameterType, WriteValue>> = {
  int: (writer, value) => writer.int(Number(value)),
  uint: (writer, value) => writer.uint(Number(value)),
  llong: (writer, value) => writer.hyper(BigInt(value)),
  ullong: (writer, value) => writer.unsignedHyper(BigInt(value)),
  double: (writer, value) => writer.double(Number(value)),
  boolean: (writer, value) => writer.flag(value === true),
  string: (writer, value) => writer.string(String(value)),
};

function writeParameter(writer: XdrWriter, parameter: TypedParameter): void {
  writer.string(parameter.field);
  writer.uint(PARAMETER_TYPES.indexOf(parameter.type));
  WRITE_PARAMETER[parameter.type](writer, parameter.value);
}

/** The codec of one word; a word that the language does not have is a bug of the table. */
function wordCodec(word: string): Codec<unknown> {
  if (word.endsWith("[]")) return listCodec(word.slice(0, -2));
  if (word.endsWith("?")) return optionalCodec(word.slice(0, -1));
  const scalars: Readonly<Record<string, Codec<unknown> | undefined>> = SCALARS;
  const structs: Readonly<Record<string, Readonly<Record<string, string>> | undefined>> = STRUCTS;
  const scalar = scalars[word];
  if (scalar !== undefined) return scalar;
  const fields = structs[word];
  if (fields === undefined) throw new Error(`the procedure table uses the unknown word "${word}"`);
  return fieldsCodec(fields);
}

function listCodec(word: string): Codec<unknown> {
  const element = wordCodec(word);
  const elementsMax = LIST_MAX[word] ?? LIST_MAX_USUAL;
  return {
    read: (reader) => {
      const count = reader.count(elementsMax);
      const list: unknown[] = [];
      for (let index = 0; index < count; index++) list.push(element.read(reader));
      return list;
    },
    write: (writer, value) => {
      const list = value as readonly unknown[];
      if (list.length > elementsMax) {
        throw new XdrError(`${list.length} elements are over the limit of ${elementsMax}`);
      }
      writer.uint(list.length);
      for (const item of list) element.write(writer, item);
    },
  };
}

function optionalCodec(word: string): Codec<unknown> {
  const inner = wordCodec(word);
  return {
    read: (reader) => (reader.flag() ? inner.read(reader) : undefined),
    write: (writer, value) => {
      writer.flag(value !== undefined);
      if (value !== undefined) inner.write(writer, value);
    },
  };
}

/** The codec of a record of words, in the order in which they are listed. */
export function fieldsCodec<Fields extends Readonly<Record<string, string>>>(
  fields: Fields,
): Codec<FieldsType<Fields>> {
  const parts = Object.entries(fields).map(([name, word]) => ({ name, codec: wordCodec(word) }));
  return {
    read: (reader) => {
      const record: Record<string, unknown> = {};
      for (const { name, codec } of parts) record[name] = codec.read(reader);
      return record as FieldsType<Fields>;
    },
    write: (writer, value) => {
      const record: Readonly<Record<string, unknown>> = value;
      for (const { name, codec } of parts) codec.write(writer, record[name]);
    },
  };
}
