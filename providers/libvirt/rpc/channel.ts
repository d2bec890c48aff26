import type { Socket } from "node:net";
import type { Clock } from "../../../engine/contract/clock.ts";
import { ConnectionLost, type Loss, type NoAnswer, readError } from "./errors.ts";
import { encodeFrame, encodeStreamFrame, type Frame, FrameSplitter } from "./frames.ts";
import { MESSAGE_TYPE, STATUS } from "./frames.ts";
import { KEEP_ALIVE, keepAliveFrame } from "./keepalive.ts";
import { type CallOptions, watchLimits } from "./limits.ts";
import { type AnyProcedureName, type Arguments, procedureOf } from "./protocol.ts";
import { type Procedure, REMOTE_PROGRAM, REMOTE_VERSION, type Result } from "./protocol.ts";
import { XdrError, XdrReader } from "./xdr.ts";

/**
 * Calls that are open at the daemon at once; the others wait here. With `max_client_requests`
 * (5 unless configured) open, libvirtd reads nothing from a client, pings included, and the
 * connection would look dead. A call that was given up keeps its place until it is answered.
 */
const CALLS_OPEN_MAX = 4;

/** The receiving end of a stream. */
export interface StreamEnd {
  /** A frame of the stream; data, its end, or the daemon's error. */
  receive(frame: Frame): void;
  lost(loss: Loss): void;
}

/** A stream that a call has opened. */
export interface OpenStream {
  readonly serial: number;
  readonly procedure: number;
}

interface Call {
  readonly name: AnyProcedureName;
  readonly stream: OpenStream;
  readonly frame: Uint8Array;
  sent: boolean;
  readonly accept: (body: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

export interface ChannelSettings {
  readonly clock: Clock;
  readonly callDeadlineMs: number;
  /** May throw `XdrError`: what cannot be read ends the connection. */
  readonly onEvent: (frame: Frame) => void;
}

/** What a call gave: its result, and where its stream is if it has opened one. */
interface Reply<Name extends AnyProcedureName> {
  readonly result: Result<Name>;
  readonly stream: OpenStream;
}

interface Request<Name extends AnyProcedureName> {
  readonly name: Name;
  readonly args: Arguments<Name>;
  /** Gets the frames of the stream that the call opens, from the first one on. */
  readonly streamEnd?: StreamEnd;
}

/** One socket: sends calls, matches replies by serial, hands on events, streams and pings. */
export class Channel {
  readonly #socket: Socket;
  readonly #settings: ChannelSettings;
  readonly #splitter = new FrameSplitter();
  readonly #procedures = new Map<AnyProcedureName, unknown>();
  readonly #waiting = new Set<Call>();
  readonly #open = new Map<number, Call>();
  readonly #streams = new Map<number, StreamEnd>();
  /** Calls that were given up after they had left, with the stream that is then to be aborted. */
  readonly #givenUp = new Map<number, OpenStream | undefined>();
  readonly #onRoom: (() => void)[] = [];
  readonly #onLoss: ((loss: Loss) => void)[] = [];
  #lastSerial = 0;
  #framesReceived = 0;
  #loss: Loss | undefined;

  constructor(socket: Socket, settings: ChannelSettings) {
    this.#socket = socket;
    this.#settings = settings;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("drain", () => this.#hasRoom());
    socket.on("error", (error) => this.fail({ cause: "ended", reason: error.message }));
    socket.on("close", () => this.fail({ cause: "ended", reason: "the daemon hung up" }));
  }

  get loss(): Loss | undefined {
    return this.#loss;
  }

  get framesReceived(): number {
    return this.#framesReceived;
  }

  get callsOpen(): number {
    return this.#open.size;
  }

  /** Calls `handler` when the connection ends, at once if it has. */
  onLoss(handler: (loss: Loss) => void): void {
    if (this.#loss === undefined) this.#onLoss.push(handler);
    else handler(this.#loss);
  }

  /** Sends one call; throws `XdrError` at once for arguments that the protocol cannot carry. */
  request<Name extends AnyProcedureName>(
    { name, args, streamEnd }: Request<Name>,
    options: CallOptions,
  ): Promise<Reply<Name>> {
    const procedure = this.#procedure(name);
    const serial = this.#lastSerial + 1;
    const stream = { serial, procedure: procedure.number };
    const header = { ...this.#header(stream), type: MESSAGE_TYPE.call, status: STATUS.ok };
    const frame = encodeFrame(header, (writer) => procedure.args.write(writer, args));
    this.#lastSerial = serial;
    if (streamEnd !== undefined) this.#streams.set(serial, streamEnd);
    return new Promise((resolve, reject) => {
      const { clock, callDeadlineMs } = this.#settings;
      const deadlineMs = options.deadlineMs ?? callDeadlineMs;
      let unwatch: () => void = () => undefined;
      const accept = (body: Uint8Array): void => {
        const reader = new XdrReader(body);
        const result = procedure.result.read(reader);
        reader.end();
        unwatch();
        resolve({ result, stream });
      };
      const refuse = (error: Error): void => {
        unwatch();
        this.#streams.delete(serial);
        reject(error);
      };
      const call: Call = { name, stream, frame, sent: false, accept, reject: refuse };
      if (this.#loss !== undefined) return refuse(new ConnectionLost(name, false, this.#loss));
      this.#waiting.add(call);
      unwatch = watchLimits({ clock, deadlineMs, signal: options.signal }, (why) =>
        this.#giveUp(call, why),
      );
      this.#pump();
    });
  }

  /** Sends data or the end of a stream; resolves when the socket can take more. */
  async sendStream(stream: OpenStream, status: number, data?: Uint8Array): Promise<void> {
    if (this.#loss !== undefined) return;
    const header = { ...this.#header(stream), type: MESSAGE_TYPE.stream, status };
    const hasRoom = this.#socket.write(encodeStreamFrame(header, data ?? new Uint8Array()));
    if (hasRoom) return;
    await new Promise<void>((resolve) => this.#onRoom.push(resolve));
  }

  closeStream(stream: OpenStream): void {
    this.#streams.delete(stream.serial);
  }

  /** Stops and restarts reading: the back-pressure of a download, felt by all calls. */
  pause(isPaused: boolean): void {
    if (isPaused) this.#socket.pause();
    else this.#socket.resume();
  }

  isPaused(): boolean {
    return this.#socket.isPaused();
  }

  ping(): void {
    this.#socket.write(keepAliveFrame(KEEP_ALIVE.ping));
  }

  /** Ends the connection; every call that is open has no answer. */
  fail(loss: Loss): void {
    if (this.#loss !== undefined) return;
    this.#loss = loss;
    this.#socket.destroy();
    const calls = [...this.#open.values(), ...this.#waiting];
    const streams = [...this.#streams.values()];
    this.#open.clear();
    this.#waiting.clear();
    this.#streams.clear();
    for (const call of calls) call.reject(new ConnectionLost(call.name, call.sent, loss));
    for (const end of streams) end.lost(loss);
    for (const handler of this.#onLoss) handler(loss);
    this.#hasRoom();
  }

  #header({ serial, procedure }: OpenStream): {
    readonly program: number;
    readonly version: number;
    readonly procedure: number;
    readonly serial: number;
  } {
    return { program: REMOTE_PROGRAM, version: REMOTE_VERSION, procedure, serial };
  }

  #procedure<Name extends AnyProcedureName>(name: Name): Procedure<Name> {
    const known = this.#procedures.get(name) as Procedure<Name> | undefined;
    if (known !== undefined) return known;
    const made = procedureOf(name);
    this.#procedures.set(name, made);
    return made;
  }

  #hasRoom(): void {
    for (const resolve of this.#onRoom.splice(0)) resolve();
    this.#pump();
  }

  /** What stays in our hands while the socket is full has certainly not left. */
  #pump(): void {
    for (const call of this.#waiting) {
      const placesTaken = this.#open.size + this.#givenUp.size;
      if (placesTaken >= CALLS_OPEN_MAX || this.#socket.writableNeedDrain) return;
      this.#waiting.delete(call);
      this.#open.set(call.stream.serial, call);
      call.sent = true;
      this.#socket.write(call.frame);
    }
  }

  #giveUp(call: Call, why: (procedure: string, sent: boolean) => NoAnswer): void {
    const { serial } = call.stream;
    if (call.sent) {
      this.#givenUp.set(serial, this.#streams.has(serial) ? call.stream : undefined);
    }
    this.#waiting.delete(call);
    this.#open.delete(serial);
    call.reject(why(call.name, call.sent));
    if (this.#givenUp.size < CALLS_OPEN_MAX) return;
    const reason = `the daemon left ${CALLS_OPEN_MAX} calls unanswered past their time`;
    this.fail({ cause: "silent", reason });
  }

  #receive(chunk: Uint8Array): void {
    try {
      for (const frame of this.#splitter.push(chunk)) {
        if (this.#loss !== undefined) return;
        this.#framesReceived += 1;
        this.#dispatch(frame);
      }
    } catch (error) {
      if (!(error instanceof XdrError)) throw error;
      const reason = `the daemon does not speak libvirt's protocol: ${error.message}`;
      this.fail({ cause: "protocol", reason });
    }
    this.#pump();
  }

  #dispatch(frame: Frame): void {
    if (frame.program === KEEP_ALIVE.program) {
      if (frame.procedure === KEEP_ALIVE.ping) this.#socket.write(keepAliveFrame(KEEP_ALIVE.pong));
      return;
    }
    if (frame.program !== REMOTE_PROGRAM || frame.version !== REMOTE_VERSION) {
      throw new XdrError(`program ${frame.program} version ${frame.version} is unknown`);
    }
    if (frame.type === MESSAGE_TYPE.event) return this.#settings.onEvent(frame);
    // Late answers to calls that were given up are expected; to calls never made they are not.
    if (frame.serial === 0 || frame.serial > this.#lastSerial) {
      throw new XdrError(`an answer to call ${frame.serial}, which was never made`);
    }
    if (frame.type === MESSAGE_TYPE.reply) this.#reply(frame);
    else if (frame.type === MESSAGE_TYPE.stream) this.#streams.get(frame.serial)?.receive(frame);
    else throw new XdrError(`a message of the unknown type ${frame.type}`);
  }

  #reply(frame: Frame): void {
    if (this.#isGivenUp(frame)) return;
    const call = this.#open.get(frame.serial);
    if (call === undefined) return;
    if (frame.procedure !== call.stream.procedure) {
      throw new XdrError(`an answer of procedure ${frame.procedure} to ${call.name}`);
    }
    // Read before the call is settled: an answer that cannot be read ends the connection, and
    // the call with it.
    if (frame.status === STATUS.ok) call.accept(frame.body);
    else if (frame.status === STATUS.error) call.reject(readError(call.name, frame.body));
    else throw new XdrError(`a reply has the unknown status ${frame.status}`);
    this.#open.delete(frame.serial);
  }

  #isGivenUp({ serial, status }: Frame): boolean {
    const stream = this.#givenUp.get(serial);
    if (stream !== undefined && status === STATUS.ok) void this.sendStream(stream, STATUS.error);
    return this.#givenUp.delete(serial);
  }
}
