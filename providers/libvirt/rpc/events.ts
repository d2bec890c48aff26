import type { Frame } from "./frames.ts";
import { LIFECYCLE_EVENT } from "./protocol.ts";
import { type Domain, fieldsCodec } from "./shapes.ts";
import { XdrReader } from "./xdr.ts";

const NAMES = [
  "defined",
  "undefined",
  "started",
  "suspended",
  "resumed",
  "stopped",
  "shutdown",
  "suspendedByGuest",
  "crashed",
] as const;

/** What happened to a domain; a hint to look again, never a replacement for looking. */
export interface LifecycleEvent {
  readonly dom: Domain;
  readonly event: (typeof NAMES)[number] | "other";
  /** libvirt's detail number, its meaning depends on the event (stopped: 3 is migrated). */
  readonly detail: number;
}

export type LifecycleHandler = (event: LifecycleEvent) => void;

/** Domains whose last event is remembered; the oldest is forgotten beyond that. */
const DOMAINS_REMEMBERED = 16_384;

interface Registration {
  register(): Promise<number>;
  deregister(callbackId: number): Promise<void>;
}

/** One registration at the daemon for any number of handlers, with repeated events left out. */
export class LifecycleEvents {
  readonly #daemon: Registration;
  readonly #handlers = new Set<LifecycleHandler>();
  readonly #last = new Map<string, string>();
  readonly #codec = fieldsCodec(LIFECYCLE_EVENT.body);
  #registered: Promise<number> | undefined;

  constructor(daemon: Registration) {
    this.#daemon = daemon;
  }

  /** Resolves when events flow; the answer ends the subscription. */
  async subscribe(handler: LifecycleHandler): Promise<() => Promise<void>> {
    // An own function per subscription: one handler may be subscribed twice.
    const own: LifecycleHandler = (event) => handler(event);
    this.#handlers.add(own);
    this.#registered ??= this.#daemon.register();
    try {
      await this.#registered;
    } catch (error) {
      this.#handlers.delete(own);
      this.#registered = undefined;
      throw error;
    }
    return () => this.#unsubscribe(own);
  }

  /** Takes an event from the wire; throws `XdrError` when it cannot be read. */
  receive(frame: Frame): void {
    if (frame.procedure !== LIFECYCLE_EVENT.number) return;
    const reader = new XdrReader(frame.body);
    const { dom, event, detail } = this.#codec.read(reader);
    reader.end();
    const name = NAMES[event] ?? "other";
    if (this.#isRepeat(dom.uuid, name, detail)) return;
    for (const handler of this.#handlers) handler({ dom, event: name, detail });
  }

  /** Daemons say some things several times; but a second definition is a second one. */
  #isRepeat(uuid: string, event: LifecycleEvent["event"], detail: number): boolean {
    const now = `${event} ${detail}`;
    const isRepeat = event !== "defined" && this.#last.get(uuid) === now;
    this.#last.delete(uuid);
    this.#last.set(uuid, now);
    const oldest = this.#last.keys().next();
    if (this.#last.size > DOMAINS_REMEMBERED && oldest.done !== true) {
      this.#last.delete(oldest.value);
    }
    return isRepeat;
  }

  async #unsubscribe(handler: LifecycleHandler): Promise<void> {
    const registered = this.#registered;
    if (!this.#handlers.delete(handler) || this.#handlers.size > 0) return;
    if (registered === undefined) return;
    this.#registered = undefined;
    await this.#daemon.deregister(await registered);
  }
}
