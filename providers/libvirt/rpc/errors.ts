import { fieldsCodec, STRUCTS } from "./shapes.ts";
import { XdrReader } from "./xdr.ts";

/** What libvirt's error numbers mean to vpac; every other number is "other". */
const MEANINGS = {
  1: "internal",
  3: "notSupported",
  8: "invalidArgument",
  9: "operationFailed",
  27: "xmlInvalid",
  28: "domainExists",
  29: "readOnly",
  35: "xmlInvalid",
  37: "networkExists",
  38: "systemError",
  42: "noDomain",
  43: "noNetwork",
  45: "authFailed",
  49: "noPool",
  50: "noVolume",
  55: "operationInvalid",
  67: "configUnsupported",
  68: "operationTimeout",
  69: "migratePersistFailed",
  74: "argumentUnsupported",
  78: "operationAborted",
  80: "noMetadata",
  81: "migrateUnsafe",
  84: "operationUnsupported",
  86: "agentUnresponsive",
  87: "resourceBusy",
  88: "accessDenied",
  90: "volumeExists",
  91: "cpuIncompatible",
  92: "xmlInvalid",
  94: "authUnavailable",
  99: "deviceMissing",
} as const;

export type LibvirtMeaning = (typeof MEANINGS)[keyof typeof MEANINGS] | "other";

export interface LibvirtErrorFacts {
  readonly code: number;
  /** Part of libvirt that raised it, its `virErrorDomain`. */
  readonly domain: number;
  /** 1 warning, 2 error. */
  readonly level: number;
  readonly message: string;
}

/** The daemon refused a call: it has answered, so what it says is known to be so. */
export class LibvirtError extends Error implements LibvirtErrorFacts {
  override readonly name = "LibvirtError";
  readonly code: number;
  readonly domain: number;
  readonly level: number;
  readonly meaning: LibvirtMeaning;
  readonly procedure: string;

  constructor(procedure: string, facts: LibvirtErrorFacts) {
    super(facts.message);
    this.procedure = procedure;
    this.code = facts.code;
    this.domain = facts.domain;
    this.level = facts.level;
    const meanings: Readonly<Record<number, LibvirtMeaning | undefined>> = MEANINGS;
    this.meaning = meanings[facts.code] ?? "other";
  }
}

/**
 * A call has no answer. `sent` false: the request certainly never left this process, so nothing
 * happened. `sent` true: it may have been carried out, now or later.
 */
export abstract class NoAnswer extends Error {
  readonly procedure: string;
  readonly sent: boolean;
  readonly reason: string;

  constructor(procedure: string, sent: boolean, reason: string) {
    super(`${procedure}: ${reason}`);
    this.procedure = procedure;
    this.reason = reason;
    this.sent = sent;
  }
}

/** How a connection ended, or why there was none. */
export type LossCause = "unreachable" | "ended" | "silent" | "protocol" | "closed";

/**
 * The connection ended: nobody listens (`unreachable`), the daemon or the network ended it
 * (`ended`), the daemon stopped answering pings or calls (`silent`), it sent what is not the
 * protocol (`protocol`), or `close` was called (`closed`).
 */
export class ConnectionLost extends NoAnswer {
  override readonly name = "ConnectionLost";
  readonly lossCause: LossCause;

  constructor(procedure: string, sent: boolean, loss: Loss) {
    super(procedure, sent, loss.reason);
    this.lossCause = loss.cause;
  }
}

export interface Loss {
  readonly cause: LossCause;
  readonly reason: string;
}

/** The deadline of the call passed. The connection ends when that leaves it no free place. */
export class DeadlineExceeded extends NoAnswer {
  override readonly name = "DeadlineExceeded";

  constructor(procedure: string, sent: boolean, deadlineMs: number) {
    super(procedure, sent, `no answer within ${deadlineMs} ms`);
  }
}

/** The caller's signal fired. The connection ends when that leaves it no free place. */
export class CallCancelled extends NoAnswer {
  override readonly name = "CallCancelled";

  constructor(procedure: string, sent: boolean) {
    super(procedure, sent, "cancelled");
  }
}

/** The daemon wants a way to authenticate that vpac does not speak (SASL, polkit). */
export class AuthenticationRefused extends Error {
  override readonly name = "AuthenticationRefused";
}

/** The daemon is older than the procedures that vpac calls. */
export class VersionRefused extends Error {
  override readonly name = "VersionRefused";
}

/** The error that stands in the body of a reply or at the end of a stream. */
export function readError(procedure: string, body: Uint8Array): LibvirtError {
  const reader = new XdrReader(body);
  const { code, domain, level, message } = fieldsCodec(STRUCTS.remoteError).read(reader);
  reader.end();
  return new LibvirtError(procedure, { code, domain, level, message: message ?? `code ${code}` });
}
