/**
 * The procedures of libvirt's remote protocol that vpac calls: number, arguments and result as
 * data. The numbers are append-only upstream; a result without fields is an empty answer.
 */
import { type Codec, type FieldsType, fieldsCodec } from "./shapes.ts";
import { STORAGE_PROCEDURES } from "./storage-procedures.ts";

/** Program number and version in the header of every call, reply, event and stream. */
export const REMOTE_PROGRAM = 0x2000_8086;
export const REMOTE_VERSION = 1;

/** What is asked of the daemon, its host, domains and networks. */
const OTHER_PROCEDURES = {
  AuthList: { number: 66, args: {}, result: { types: "uint[]" } },
  ConnectOpen: { number: 1, args: { name: "string?", flags: "uint" }, result: {} },
  ConnectClose: { number: 2, args: {}, result: {} },
  ConnectSupportsFeature: { number: 60, args: { feature: "int" }, result: { supported: "int" } },
  ConnectGetLibVersion: { number: 157, args: {}, result: { version: "unsignedHyper" } },
  ConnectGetHostname: { number: 59, args: {}, result: { hostname: "string" } },
  ConnectGetCapabilities: { number: 7, args: {}, result: { capabilities: "string" } },

  NodeGetInfo: {
    number: 6,
    args: {},
    result: {
      model: "model",
      memoryKiB: "unsignedHyper",
      cpus: "int",
      mhz: "int",
      nodes: "int",
      sockets: "int",
      cores: "int",
      threads: "int",
    },
  },
  /** Values are in KiB; `nparams` must be the exact number: 0 asks for it. */
  NodeGetMemoryStats: {
    number: 228,
    args: { nparams: "int", cellNumber: "int", flags: "uint" },
    result: { params: "nodeStatistic[]", nparams: "int" },
  },
  /** Values are in ns; `nparams` must be the exact number: 0 asks for it. */
  NodeGetCPUStats: {
    number: 227,
    args: { cpuNumber: "int", nparams: "int", flags: "uint" },
    result: { params: "nodeStatistic[]", nparams: "int" },
  },

  ConnectListAllDomains: {
    number: 273,
    args: { needResults: "int", flags: "uint" },
    result: { domains: "domain[]", count: "uint" },
  },
  ConnectGetAllDomainStats: {
    number: 344,
    args: { doms: "domain[]", stats: "uint", flags: "uint" },
    result: { records: "domainStatistics[]" },
  },
  DomainLookupByUUID: { number: 24, args: { uuid: "uuid" }, result: { dom: "domain" } },
  DomainLookupByName: { number: 23, args: { name: "string" }, result: { dom: "domain" } },
  DomainGetXMLDesc: {
    number: 14,
    args: { dom: "domain", flags: "uint" },
    result: { xml: "string" },
  },
  DomainDefineXMLFlags: {
    number: 350,
    args: { xml: "string", flags: "uint" },
    result: { dom: "domain" },
  },
  DomainCreateWithFlags: {
    number: 196,
    args: { dom: "domain", flags: "uint" },
    result: { dom: "domain" },
  },
  DomainShutdownFlags: { number: 258, args: { dom: "domain", flags: "uint" }, result: {} },
  DomainDestroyFlags: { number: 234, args: { dom: "domain", flags: "uint" }, result: {} },
  DomainUndefineFlags: { number: 231, args: { dom: "domain", flags: "uint" }, result: {} },
  DomainReboot: { number: 27, args: { dom: "domain", flags: "uint" }, result: {} },
  DomainReset: { number: 245, args: { dom: "domain", flags: "uint" }, result: {} },
  DomainSuspend: { number: 34, args: { dom: "domain" }, result: {} },
  DomainResume: { number: 28, args: { dom: "domain" }, result: {} },
  DomainSetAutostart: { number: 29, args: { dom: "domain", autostart: "int" }, result: {} },
  DomainGetAutostart: { number: 15, args: { dom: "domain" }, result: { autostart: "int" } },
  DomainGetState: {
    number: 212,
    args: { dom: "domain", flags: "uint" },
    result: { state: "int", reason: "int" },
  },
  DomainSetMetadata: {
    number: 264,
    args: {
      dom: "domain",
      type: "int",
      /** Absent removes what is there. */
      metadata: "string?",
      key: "string?",
      uri: "string?",
      flags: "uint",
    },
    result: {},
  },
  DomainGetMetadata: {
    number: 265,
    args: { dom: "domain", type: "int", uri: "string?", flags: "uint" },
    result: { metadata: "string" },
  },
  DomainSetVcpusFlags: {
    number: 199,
    args: { dom: "domain", vcpus: "uint", flags: "uint" },
    result: {},
  },
  DomainSetMemoryFlags: {
    number: 204,
    args: { dom: "domain", memoryKiB: "unsignedHyper", flags: "uint" },
    result: {},
  },
  DomainBlockResize: {
    number: 251,
    /** `disk` is a path or a target such as `vda`; `size` is in bytes with the flag `bytes`. */
    args: { dom: "domain", disk: "string", size: "unsignedHyper", flags: "uint" },
    result: {},
  },
  DomainAttachDeviceFlags: {
    number: 160,
    args: { dom: "domain", xml: "string", flags: "uint" },
    result: {},
  },
  DomainDetachDeviceFlags: {
    number: 161,
    args: { dom: "domain", xml: "string", flags: "uint" },
    result: {},
  },
  DomainInterfaceAddresses: {
    number: 353,
    args: { dom: "domain", source: "uint", flags: "uint" },
    result: { interfaces: "domainInterface[]" },
  },
  DomainMigratePerform3Params: {
    number: 305,
    args: {
      dom: "domain",
      destinationUri: "string?",
      params: "parameter[]",
      cookieIn: "opaque",
      flags: "uint",
    },
    result: { cookieOut: "opaque" },
  },
  /** With `cancelled` 1 an arriving domain is thrown away, and the answer is an error. */
  DomainMigrateFinish3Params: {
    number: 306,
    args: { params: "parameter[]", cookieIn: "opaque", flags: "uint", cancelled: "int" },
    result: { dom: "domain", cookieOut: "opaque" },
  },
  DomainGetJobInfo: {
    number: 163,
    args: { dom: "domain" },
    result: {
      type: "int",
      timeElapsedMs: "unsignedHyper",
      timeRemainingMs: "unsignedHyper",
      dataTotalBytes: "unsignedHyper",
      dataProcessedBytes: "unsignedHyper",
      dataRemainingBytes: "unsignedHyper",
      memoryTotalBytes: "unsignedHyper",
      memoryProcessedBytes: "unsignedHyper",
      memoryRemainingBytes: "unsignedHyper",
      fileTotalBytes: "unsignedHyper",
      fileProcessedBytes: "unsignedHyper",
      fileRemainingBytes: "unsignedHyper",
    },
  },
  DomainGetJobStats: {
    number: 298,
    args: { dom: "domain", flags: "uint" },
    result: { type: "int", params: "parameter[]" },
  },
  DomainAbortJob: { number: 164, args: { dom: "domain" }, result: {} },
  ConnectDomainEventCallbackRegisterAny: {
    number: 316,
    args: { eventId: "int", dom: "domain?" },
    result: { callbackId: "int" },
  },
  ConnectDomainEventCallbackDeregisterAny: {
    number: 317,
    args: { callbackId: "int" },
    result: {},
  },

  ConnectListAllNetworks: {
    number: 283,
    args: { needResults: "int", flags: "uint" },
    result: { networks: "network[]", count: "uint" },
  },
  NetworkLookupByName: { number: 46, args: { name: "string" }, result: { net: "network" } },
  NetworkDefineXML: { number: 41, args: { xml: "string" }, result: { net: "network" } },
  NetworkCreate: { number: 39, args: { net: "network" }, result: {} },
  NetworkSetAutostart: { number: 48, args: { net: "network", autostart: "int" }, result: {} },
  NetworkDestroy: { number: 42, args: { net: "network" }, result: {} },
  NetworkUndefine: { number: 49, args: { net: "network" }, result: {} },
  NetworkGetXMLDesc: {
    number: 43,
    args: { net: "network", flags: "uint" },
    result: { xml: "string" },
  },
  NetworkGetDHCPLeases: {
    number: 341,
    args: { net: "network", mac: "string?", needResults: "int", flags: "uint" },
    result: { leases: "lease[]", count: "uint" },
  },
} as const;

/** Procedures that take arguments and give a result. */
export const PROCEDURES: typeof OTHER_PROCEDURES & typeof STORAGE_PROCEDURES = {
  ...OTHER_PROCEDURES,
  ...STORAGE_PROCEDURES,
};

/** Procedures that open a stream: `upload` and `download` of a connection use them. */
export const STREAM_PROCEDURES = {
  StorageVolUpload: {
    number: 208,
    args: { volume: "volume", offset: "unsignedHyper", length: "unsignedHyper", flags: "uint" },
    result: {},
  },
  StorageVolDownload: {
    number: 209,
    args: { volume: "volume", offset: "unsignedHyper", length: "unsignedHyper", flags: "uint" },
    result: {},
  },
} as const;

/** Number and body of the event of a registered lifecycle callback. */
export const LIFECYCLE_EVENT = {
  number: 318,
  body: { callbackId: "int", dom: "domain", event: "int", detail: "int" },
} as const;

type Table = typeof PROCEDURES & typeof STREAM_PROCEDURES;

export type ProcedureName = keyof typeof PROCEDURES;
export type AnyProcedureName = keyof Table;
export type Arguments<Name extends AnyProcedureName> = FieldsType<Table[Name]["args"]>;
export type Result<Name extends AnyProcedureName> = FieldsType<Table[Name]["result"]>;

/** A procedure ready for the wire. */
export interface Procedure<Name extends AnyProcedureName> {
  readonly number: number;
  readonly args: Codec<Arguments<Name>>;
  readonly result: Codec<Result<Name>>;
}

const TABLE: Table = { ...PROCEDURES, ...STREAM_PROCEDURES };

/** Makes the codecs of one procedure; a connection keeps what it has made. */
export function procedureOf<Name extends AnyProcedureName>(name: Name): Procedure<Name> {
  const entry: Table[Name] = TABLE[name];
  return {
    number: entry.number,
    args: fieldsCodec<Table[Name]["args"]>(entry.args),
    result: fieldsCodec<Table[Name]["result"]>(entry.result),
  };
}
