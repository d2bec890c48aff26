import { KubeconfigError } from "./access.ts";
import { KubeError, type KubeErrorFacts, type KubeFailure } from "./errors.ts";
import type { CallScope } from "./scope.ts";

/** One request on its way, and how far it got. */
export interface Wire {
  readonly server: string;
  /** `GET https://host:port/path`. */
  readonly label: string;
  readonly harmless: boolean;
  readonly scope: CallScope;
  sent: boolean;
}

/** Beginnings of the codes that Node and OpenSSL give to failures of TLS. */
const TLS_CODES = [
  "ERR_TLS",
  "ERR_SSL",
  "ERR_OSSL",
  "EPROTO",
  "CERT_",
  "CRL_",
  "DEPTH_ZERO",
  "SELF_SIGNED",
  "UNABLE_TO_",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "HOSTNAME_MISMATCH",
];

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection broke",
  EPIPE: "the connection broke",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name cannot be looked up now",
  ETIMEDOUT: "nothing answers at its address",
  EHOSTUNREACH: "there is no way to its address",
  ENETUNREACH: "there is no way to its address",
};

/** A request that got no whole answer: the connection, the deadline or the caller ended it. */
export function brokenWire(wire: Wire, error: unknown): KubeError {
  if (wire.scope.ended !== undefined) return endedCall(wire);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const said = error instanceof Error ? error.message : String(error);
  if (TLS_CODES.some((start) => code.startsWith(start))) {
    const message = `cannot trust ${wire.server}, or it does not trust us: ${said} (${code})`;
    return failure(wire, "tls", message);
  }
  const why =
    WORDS[code] === undefined ? `${said}${code && ` (${code})`}` : `${WORDS[code]} (${code})`;
  return failure(wire, "unreachable", `cannot reach ${wire.server}: ${why}`, code);
}

/** The deadline has passed, or the caller gave up. */
export function endedCall(wire: Wire): KubeError {
  if (wire.scope.ended === "cancelled") {
    return failure(wire, "cancelled", `the call to ${wire.server} was cancelled`);
  }
  const message = `${wire.server} gave no answer in time to ${wire.label}`;
  return failure(wire, "timeout", message);
}

/** Nothing was sent, since the kubeconfig's credential could not be had. */
export function noCredential(wire: Wire, error: unknown): KubeError {
  if (wire.scope.ended !== undefined) return endedCall(wire);
  if (!(error instanceof KubeconfigError)) throw error;
  return failure(wire, "credential", error.message, error.problem);
}

/** An answer of more bytes than we are ready to hold. */
export function tooLarge(wire: Wire, bytesMax: number): KubeError {
  return failure(wire, "tooLarge", `the answer to ${wire.label} has more than ${bytesMax} bytes`);
}

/** A request that was never made: its arguments cannot be meant, or the server cannot take it. */
export function neverSent(server: string, kind: KubeFailure, message: string): KubeError {
  return new KubeError({ ...NOTHING, kind, message, request: server });
}

/** An answer of success that cannot be read: a write it answers has happened, or something has. */
export function strangeAnswer(server: string, message: string, harmless: boolean): KubeError {
  const applied = harmless ? "no" : "unknown";
  return new KubeError({
    ...NOTHING,
    kind: "protocol",
    message,
    sent: true,
    applied,
    request: server,
  });
}

const NOTHING: Omit<KubeErrorFacts, "kind" | "message" | "request"> = {
  status: 0,
  reason: "",
  causes: [],
  conflicts: [],
  refusal: undefined,
  webhook: undefined,
  retryAfterMs: undefined,
  sent: false,
  applied: "no",
};

function failure(wire: Wire, kind: KubeFailure, message: string, reason = ""): KubeError {
  const applied = wire.sent && !wire.harmless ? "unknown" : "no";
  return new KubeError({
    ...NOTHING,
    kind,
    message,
    reason,
    sent: wire.sent,
    applied,
    request: wire.label,
  });
}
