import type { Clock } from "../../engine/contract/clock.ts";
import { Residents } from "./residents.ts";
import { type LibvirtConnection, openConnection } from "./rpc/connection.ts";
import { ConnectionLost } from "./rpc/errors.ts";
import { watchWork } from "./rpc/limits.ts";
import type { Arguments, ProcedureName, Result } from "./rpc/protocol.ts";
import { type Gate, gateOf } from "./serial.ts";
import type { HostSettings } from "./settings.ts";

/** What one call on a host is bounded by. */
export interface LinkCall {
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
}

const CONNECT_DEADLINE_MS = 10_000;
/** Pauses before a refused connection is tried again: a daemon that restarts is back by then. */
const RECONNECT_DELAYS_MS: readonly number[] = [100, 400];

/**
 * Calls that take long. They go over a socket of their own: a daemon reads only so many calls of
 * one client at once, and short questions would wait behind them.
 */
const LONG: ReadonlySet<ProcedureName> = new Set<ProcedureName>([
  "DomainCreateWithFlags",
  "DomainDestroyFlags",
  "DomainMigratePerform3Params",
  "StorageVolCreateXML",
  "StorageVolDelete",
]);

/** One hypervisor: connected when it is first needed, and again when the connection was lost. */
export class HostLink {
  readonly settings: HostSettings;
  /** Writing calls of one host at once. */
  readonly gate: Gate;
  /** Its domains as they were read a moment ago. */
  readonly residents: Residents;
  readonly #clock: Clock;
  readonly #sockets = { short: new Socket(), long: new Socket() };
  readonly #closing = new AbortController();

  constructor(settings: HostSettings, clock: Clock, parallelCalls: number) {
    this.settings = settings;
    this.#clock = clock;
    this.residents = new Residents(clock);
    this.gate = gateOf(parallelCalls);
  }

  get name(): string {
    return this.settings.name;
  }

  /** True for libvirt's driver without machines, which has no files and no migration. */
  get isTest(): boolean {
    return /^test[+:]/.test(this.settings.uri);
  }

  /** One call; a lost connection is found out by it and is not hidden. */
  async call<Name extends ProcedureName>(
    name: Name,
    args: Arguments<Name>,
    options: LinkCall,
  ): Promise<Result<Name>> {
    const connection = await this.#awaited(LONG.has(name) ? "long" : "short", name, options);
    let result: Result<Name> | undefined;
    try {
      result = await connection.call(name, args, options);
      return result;
    } finally {
      this.residents.written(name, args, result);
    }
  }

  /** The connection for volumes as streams. */
  streams(options: LinkCall): Promise<LibvirtConnection> {
    return this.#awaited("long", "ConnectOpen", options);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(Object.values(this.#sockets).map((socket) => socket.close()));
  }

  /** A caller who gives up waits no longer; for others the connection is opened all the same. */
  async #awaited(
    which: "short" | "long",
    name: ProcedureName,
    { signal, deadlineMs }: LinkCall,
  ): Promise<LibvirtConnection> {
    // Nothing is sent before there is a connection.
    const watch = watchWork({ clock: this.#clock, deadlineMs, signal }, name, () => false);
    try {
      return await watch.race(this.#connected(which));
    } finally {
      watch.end();
    }
  }

  #connected(which: "short" | "long"): Promise<LibvirtConnection> {
    if (this.#closing.signal.aborted) {
      const loss = { cause: "closed", reason: "the provider is closed" } as const;
      return Promise.reject(new ConnectionLost("ConnectOpen", false, loss));
    }
    return this.#sockets[which].connected(() => this.#open());
  }

  async #open(): Promise<LibvirtConnection> {
    const { signal } = this.#closing;
    for (const delayMs of RECONNECT_DELAYS_MS) {
      try {
        return await this.#openOnce();
      } catch (error) {
        if (!(error instanceof ConnectionLost) || signal.aborted) throw error;
      }
      await this.#clock.sleep(delayMs, signal);
    }
    return this.#openOnce();
  }

  #openOnce(): Promise<LibvirtConnection> {
    const clock = this.#clock;
    const { signal } = this.#closing;
    return openConnection(this.settings.uri, { clock, signal, deadlineMs: CONNECT_DEADLINE_MS });
  }
}

/** A connection that is opened once for all who need it at the same time. */
class Socket {
  #connection: Promise<LibvirtConnection> | undefined;

  connected(open: () => Promise<LibvirtConnection>): Promise<LibvirtConnection> {
    if (this.#connection !== undefined) return this.#connection;
    const opening = open();
    this.#connection = opening;
    const forget = (): void => {
      if (this.#connection === opening) this.#connection = undefined;
    };
    opening.then(({ ended }) => void ended.then(forget), forget);
    return opening;
  }

  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    this.#connection = undefined;
    await connection?.close();
  }
}
