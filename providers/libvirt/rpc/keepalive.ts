import type { Clock } from "../../../engine/contract/clock.ts";
import { encodeFrame, MESSAGE_TYPE, STATUS } from "./frames.ts";

/** The keepalive program of libvirt's transport: "keep" in ASCII; ping 1, pong 2. */
export const KEEP_ALIVE = { program: 0x6b65_6570, version: 1, ping: 1, pong: 2 } as const;

export function keepAliveFrame(procedure: number): Uint8Array {
  const { program, version } = KEEP_ALIVE;
  return encodeFrame({
    program,
    version,
    procedure,
    type: MESSAGE_TYPE.event,
    serial: 0,
    status: STATUS.ok,
  });
}

export interface KeepAliveSettings {
  readonly intervalMs: number;
  /** Pings without a sign of life after which the peer counts as dead. */
  readonly unansweredMax: number;
}

/** libvirt's own defaults: dead after 30 seconds of silence. */
export const KEEP_ALIVE_USUAL: KeepAliveSettings = { intervalMs: 5000, unansweredMax: 5 };

interface Peer {
  /** Any frame is a sign of life. */
  framesReceived(): number;
  /** While we do not read, silence says nothing. */
  isPaused(): boolean;
  ping(): void;
  dead(silentMs: number): void;
}

/**
 * Pings a peer that is silent and reports it when it stays so. It counts intervals, not the time
 * that passed: a machine that was suspended must not lose its connections for that.
 */
export async function keepAlive(
  peer: Peer,
  settings: KeepAliveSettings,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let seen = -1;
  let unanswered = 0;
  while (!signal.aborted) {
    if (peer.framesReceived() !== seen || peer.isPaused()) {
      seen = peer.framesReceived();
      unanswered = 0;
    } else if (unanswered >= settings.unansweredMax) {
      peer.dead((unanswered + 1) * settings.intervalMs);
      return;
    } else {
      unanswered += 1;
      peer.ping();
    }
    await clock.sleep(settings.intervalMs, signal);
  }
}
