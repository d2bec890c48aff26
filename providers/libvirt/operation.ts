import type { Clock } from "../../engine/contract/clock.ts";
import type { CallContext, Outcome, Problem } from "../../engine/contract/provider.ts";
import { ProviderError } from "../../engine/contract/provider.ts";
import { CODES } from "./codes.ts";
import type { HostLink } from "./link.ts";
import { AuthenticationRefused, ConnectionLost, LibvirtError } from "./rpc/errors.ts";
import { type LibvirtMeaning, NoAnswer, VersionRefused } from "./rpc/errors.ts";
import type { Arguments, ProcedureName, Result } from "./rpc/protocol.ts";
import { UriRefused } from "./rpc/uri.ts";
import { XdrError } from "./rpc/xdr.ts";
import { XmlError } from "./xml/element.ts";

/**
 * How long a question may take: a daemon that starts probes its emulators first, and one that
 * cannot get hold of a domain says so itself after 30 s.
 */
const ASK_DEADLINE_MS = 45_000;

/** A refusal before anything was changed; it ends the call as `failed`. */
export const refusal = (type: Problem["type"], code: string, message: string): ProviderError =>
  new ProviderError({ type, code, message });

/**
 * One call of the engine on its way through libvirt. It knows whether anything may have been
 * changed so far: that decides between `failed` and `unknown`.
 */
export class Operation {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: CallContext["log"];
  /** Longest time for one step of the work. */
  readonly deadlineMs: number;
  #mayHaveChanged = false;

  constructor({ clock, signal, log }: CallContext, deadlineMs: number) {
    this.clock = clock;
    this.signal = signal;
    this.log = log;
    this.deadlineMs = deadlineMs;
  }

  /** Asks; a question whose connection broke is asked once more. */
  async ask<Name extends ProcedureName>(
    link: HostLink,
    name: Name,
    args: Arguments<Name>,
  ): Promise<Result<Name>> {
    const deadlineMs = Math.min(ASK_DEADLINE_MS, this.deadlineMs);
    const options = { signal: this.signal, deadlineMs };
    try {
      return await link.call(name, args, options);
    } catch (error) {
      const isBroken = error instanceof ConnectionLost && error.lossCause !== "unreachable";
      if (!isBroken || error.lossCause === "closed" || this.signal.aborted) throw error;
      return link.call(name, args, options);
    }
  }

  /** Asks for something that may not be there: undefined when libvirt says so. */
  async find<Name extends ProcedureName>(
    link: HostLink,
    name: Name,
    args: Arguments<Name>,
  ): Promise<Result<Name> | undefined> {
    try {
      return await this.ask(link, name, args);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Asks for a change. */
  tell<Name extends ProcedureName>(
    link: HostLink,
    name: Name,
    args: Arguments<Name>,
  ): Promise<Result<Name>> {
    const options = { signal: this.signal, deadlineMs: this.deadlineMs };
    return this.change(() => link.call(name, args, options));
  }

  /** Keeps in mind that a piece of work may have changed something. */
  async change<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.#mayHaveChanged = true;
      return result;
    } catch (error) {
      if (error instanceof NoAnswer && error.sent) this.#mayHaveChanged = true;
      throw error;
    }
  }

  /** Waits, or rejects when the caller gives up. */
  async pause(ms: number): Promise<void> {
    await this.clock.sleep(ms, this.signal);
    if (this.signal.aborted) throw refusal("transient", CODES.cancelled, "the call was given up");
  }

  /** The outcome that an error means. Errors that are nobody's but ours are thrown on. */
  outcomeOf(error: unknown): Outcome {
    const why = problemOf(error);
    if (why === undefined) throw error;
    return this.#mayHaveChanged ? { is: "unknown", why } : { is: "failed", why };
  }
}

const MISSING: ReadonlySet<LibvirtMeaning> = new Set<LibvirtMeaning>([
  "noDomain",
  "noNetwork",
  "noPool",
  "noVolume",
  "noMetadata",
]);

export const isMissing = (error: unknown): error is LibvirtError =>
  error instanceof LibvirtError && MISSING.has(error.meaning);

const TYPES: Readonly<Partial<Record<LibvirtMeaning, Problem["type"]>>> = {
  notSupported: "invalid",
  invalidArgument: "invalid",
  xmlInvalid: "invalid",
  configUnsupported: "invalid",
  argumentUnsupported: "invalid",
  operationUnsupported: "invalid",
  cpuIncompatible: "invalid",
  readOnly: "forbidden",
  authFailed: "forbidden",
  authUnavailable: "forbidden",
  accessDenied: "forbidden",
  noDomain: "notFound",
  noNetwork: "notFound",
  noPool: "notFound",
  noVolume: "notFound",
  domainExists: "conflict",
  volumeExists: "conflict",
  operationInvalid: "conflict",
  operationFailed: "conflict",
  migrateUnsafe: "conflict",
};

/** What an error of the client means; undefined for an error that is none of its own. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof ProviderError) return error.problem;
  if (error instanceof LibvirtError) return libvirtProblem(error);
  if (error instanceof NoAnswer) return answerProblem(error);
  if (error instanceof AuthenticationRefused) return problem("forbidden", "unreachable", error);
  if (error instanceof VersionRefused) return problem("invalid", "unreachable", error);
  if (error instanceof UriRefused) return problem("invalid", "settingsWrong", error);
  const isUnreadable = error instanceof XmlError || error instanceof XdrError;
  return isUnreadable ? problem("invalid", "unreadable", error) : undefined;
}

const problem = (type: Problem["type"], code: keyof typeof CODES, { message }: Error): Problem => ({
  type,
  code: CODES[code],
  message,
});

function libvirtProblem(error: LibvirtError): Problem {
  const type = TYPES[error.meaning] ?? "transient";
  const message = `libvirt refused ${error.procedure}: ${error.message}`;
  return { type, code: CODES.refused, message };
}

function answerProblem(error: NoAnswer): Problem {
  if (!(error instanceof ConnectionLost)) {
    const isGivenUp = error.name === "CallCancelled";
    return problem("transient", isGivenUp ? "cancelled" : "noAnswer", error);
  }
  if (error.lossCause !== "unreachable") return problem("transient", "connectionLost", error);
  const reason = error.message.slice(error.procedure.length + 2);
  const message = `its libvirt daemon cannot be reached: ${reason}`;
  return { type: "transient", code: CODES.unreachable, message };
}
