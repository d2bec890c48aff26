/**
 * The connection to one libvirt daemon: typed calls, lifecycle events, volumes as streams. It
 * never reconnects by itself: what a lost answer means is for the caller to find out.
 */
import type { Socket } from "node:net";
import type { Clock } from "../../../engine/contract/clock.ts";
import { Channel } from "./channel.ts";
import { AuthenticationRefused, ConnectionLost, type Loss, VersionRefused } from "./errors.ts";
import { LifecycleEvents, type LifecycleHandler } from "./events.ts";
import { FEATURE } from "./flags.ts";
import { KEEP_ALIVE_USUAL, keepAlive, type KeepAliveSettings } from "./keepalive.ts";
import { type CallOptions, watchWork } from "./limits.ts";
import type { Arguments, ProcedureName, Result } from "./protocol.ts";
import type { StorageVolume } from "./shapes.ts";
import {
  type Content,
  download,
  type DownloadOptions,
  type StreamBase,
  type StreamOptions,
  upload,
} from "./streams.ts";
import { connectSocket } from "./transport.ts";
import { type LibvirtUri, parseUri } from "./uri.ts";

export interface ConnectionSettings {
  readonly clock: Clock;
  /** Ends the attempt to connect; an open connection is ended by `close`. */
  readonly signal?: AbortSignal;
  /** For connecting, the handshake included; 10 seconds unless given. */
  readonly deadlineMs?: number;
  /** For every call that states none; 30 seconds unless given. */
  readonly callDeadlineMs?: number;
  readonly keepAlive?: KeepAliveSettings | false;
}

export interface LibvirtConnection {
  readonly uri: LibvirtUri;
  /** Million times major, thousand times minor, release: 9.0.0 is 9000000. */
  readonly libraryVersion: number;
  /** Why the connection is of no more use; undefined while it is. */
  readonly loss: Loss | undefined;
  /** Resolves when the connection ends, whoever ended it. */
  readonly ended: Promise<Loss>;
  /**
   * One remote call. Throws `LibvirtError` when the daemon refuses, a `NoAnswer`
   * (`ConnectionLost`, `DeadlineExceeded`, `CallCancelled`) with `sent` when it does not answer,
   * `XdrError` when the protocol cannot carry the arguments. Calls made at once are pipelined, and
   * the daemon may carry them out in any order.
   */
  call<Name extends ProcedureName>(
    procedure: Name,
    args: Arguments<Name>,
    options?: CallOptions,
  ): Promise<Result<Name>>;
  /** Resolves when events flow; the answer ends the subscription. Repeats are left out. */
  on(event: "lifecycle", handler: LifecycleHandler): Promise<() => Promise<void>>;
  /** Writes a volume and waits until the daemon confirms the end. Same errors as `call`. */
  upload(volume: StorageVolume, content: Content, options?: StreamOptions): Promise<void>;
  /** Reads a volume in chunks. A reader that is slow makes every call of the connection slow. */
  download(volume: StorageVolume, options?: DownloadOptions): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

const CONNECT_DEADLINE_MS = 10_000;
const CALL_DEADLINE_MS = 30_000;
const CLOSE_DEADLINE_MS = 2000;
/** Version 1.2.14, which brought the youngest procedure of the table. */
const LIBRARY_VERSION_MIN = 1_002_014;
const AUTHENTICATION_NONE = 0;
const LIFECYCLE_EVENT_ID = 0;

/** Connects and opens the hypervisor that the URI names. Throws as `call`, or `UriRefused`. */
export async function openConnection(
  uri: string | LibvirtUri,
  settings: ConnectionSettings,
): Promise<LibvirtConnection> {
  const parsed = typeof uri === "string" ? parseUri(uri) : uri;
  const { clock, deadlineMs = CONNECT_DEADLINE_MS, signal } = settings;
  const watch = watchWork({ clock, deadlineMs, signal }, "ConnectOpen", () => false);
  const givenUp = new AbortController();
  let connection: Connection | undefined;
  try {
    const socket = await watch.race(connectSocket(parsed.endpoint, givenUp.signal));
    connection = new Connection(parsed, settings, socket);
    await watch.race(connection.open());
    return connection;
  } catch (error) {
    connection?.end();
    // The handshake changes nothing, so that nothing can be half done.
    if (error instanceof ConnectionLost) throw unreachable(error);
    throw error;
  } finally {
    givenUp.abort();
    watch.end();
  }
}

const unreachable = ({ lossCause, reason }: ConnectionLost): ConnectionLost =>
  new ConnectionLost("ConnectOpen", false, { cause: lossCause, reason });

class Connection implements LibvirtConnection {
  readonly uri: LibvirtUri;
  readonly ended: Promise<Loss>;
  libraryVersion = 0;
  readonly #settings: ConnectionSettings;
  readonly #channel: Channel;
  readonly #events: LifecycleEvents;
  readonly #streams: StreamBase;

  constructor(uri: LibvirtUri, settings: ConnectionSettings, socket: Socket) {
    const { clock, callDeadlineMs = CALL_DEADLINE_MS } = settings;
    this.uri = uri;
    this.#settings = settings;
    this.#channel = new Channel(socket, {
      clock,
      callDeadlineMs,
      onEvent: (frame) => this.#events.receive(frame),
    });
    this.ended = new Promise((resolve) => this.#channel.onLoss(resolve));
    this.#streams = { channel: this.#channel, clock, deadlineMs: callDeadlineMs };
    this.#events = new LifecycleEvents({
      register: () => this.#register(),
      deregister: (callbackId) => this.#deregister(callbackId),
    });
  }

  get loss(): Loss | undefined {
    return this.#channel.loss;
  }

  async open(): Promise<void> {
    const { types } = await this.call("AuthList", {});
    if (types.length > 0 && !types.includes(AUTHENTICATION_NONE)) {
      throw new AuthenticationRefused(
        "the daemon demands SASL or polkit, and vpac speaks neither; give this user the right " +
          'to its socket and set auth_unix_rw = "none"',
      );
    }
    const { supported } = await this.call("ConnectSupportsFeature", { feature: FEATURE.keepAlive });
    await this.call("ConnectOpen", { name: this.uri.open, flags: 0 });
    const { version } = await this.call("ConnectGetLibVersion", {});
    if (version < LIBRARY_VERSION_MIN) {
      throw new VersionRefused(`libvirt ${versionText(version)} is older than 1.2.14`);
    }
    this.libraryVersion = version;
    if (supported === 1 && this.#settings.keepAlive !== false) this.#keepAlive();
  }

  async call<Name extends ProcedureName>(
    name: Name,
    args: Arguments<Name>,
    options: CallOptions = {},
  ): Promise<Result<Name>> {
    const { result } = await this.#channel.request({ name, args }, options);
    return result;
  }

  on(_event: "lifecycle", handler: LifecycleHandler): Promise<() => Promise<void>> {
    return this.#events.subscribe(handler);
  }

  upload(volume: StorageVolume, content: Content, options: StreamOptions = {}): Promise<void> {
    return upload(this.#streams, volume, content, options);
  }

  download(volume: StorageVolume, options: DownloadOptions = {}): AsyncIterable<Uint8Array> {
    return download(this.#streams, volume, options);
  }

  async close(): Promise<void> {
    if (this.loss === undefined && this.#channel.callsOpen === 0) {
      // A courtesy: the daemon cleans up after a socket that is closed, too.
      await this.call("ConnectClose", {}, { deadlineMs: CLOSE_DEADLINE_MS }).catch(() => undefined);
    }
    this.end();
  }

  end(): void {
    this.#channel.fail({ cause: "closed", reason: "the connection was closed" });
  }

  #keepAlive(): void {
    const { clock, keepAlive: wanted } = this.#settings;
    const channel = this.#channel;
    const over = new AbortController();
    channel.onLoss(() => over.abort());
    const peer = {
      framesReceived: () => channel.framesReceived,
      isPaused: () => channel.isPaused(),
      ping: () => channel.ping(),
      dead: (silentMs: number) =>
        channel.fail({ cause: "silent", reason: `the daemon was silent for ${silentMs} ms` }),
    };
    void keepAlive(peer, wanted || KEEP_ALIVE_USUAL, clock, over.signal);
  }

  async #register(): Promise<number> {
    const args = { eventId: LIFECYCLE_EVENT_ID, dom: undefined };
    const { callbackId } = await this.call("ConnectDomainEventCallbackRegisterAny", args);
    return callbackId;
  }

  async #deregister(callbackId: number): Promise<void> {
    if (this.loss !== undefined) return;
    await this.call("ConnectDomainEventCallbackDeregisterAny", { callbackId });
  }
}

const versionText = (version: number): string =>
  [version / 1_000_000, (version / 1000) % 1000, version % 1000].map(Math.trunc).join(".");
