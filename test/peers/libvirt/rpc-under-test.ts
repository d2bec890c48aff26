import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { systemClock } from "../../../cli/wiring/clock.ts";
import type { Clock } from "../../../engine/contract/clock.ts";
import {
  type ConnectionSettings,
  type LibvirtConnection,
  openConnection,
} from "../../../providers/libvirt/rpc/connection.ts";
import { LIST_DOMAINS } from "../../../providers/libvirt/rpc/flags.ts";
import { describeWithPeers } from "../peers.ts";
import { type LibvirtHost, type LibvirtHosts, startLibvirtHosts } from "./hosts.ts";

export const clock: Clock = systemClock({});
export const ALL: number = LIST_DOMAINS.active | LIST_DOMAINS.inactive;

/** A machine of one virtual CPU and no disk. */
export const machine = (name: string): string =>
  `<domain type='qemu'><name>${name}</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
   <os><type arch='x86_64' machine='q35'>hvm</type></os></domain>`;

export const volumeXml = (name: string, mebibytes: number): string =>
  `<volume><name>${name}</name><capacity unit='MiB'>${mebibytes}</capacity>
   <target><format type='raw'/></target></volume>`;

/** What a call throws; that it gives anything is a failure. */
export const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable("it did not fail"),
    (error: unknown) => error,
  );

/** Two libvirtd of their own for the tests of one file; each test's connections end with it. */
export interface RpcUnderTest {
  readonly host: LibvirtHost;
  readonly second: LibvirtHost;
  /** Holds everything of both. */
  readonly folder: string;
  readonly open: (
    uri: string,
    settings?: Partial<ConnectionSettings>,
  ) => Promise<LibvirtConnection>;
}

/** A `describe` with daemons that run from before its first test to after its last. */
export function describeWithRpc(title: string, define: (rpc: RpcUnderTest) => void): void {
  describeWithPeers("libvirt", title, () => {
    let peers: LibvirtHosts | undefined;
    const opened: LibvirtConnection[] = [];
    beforeAll(async () => {
      peers = await startLibvirtHosts({ names: ["rpc", "rpc-2"], tcp: true });
    });
    afterEach(async () => {
      for (const connection of opened.splice(0)) await connection.close();
    });
    afterAll(() => peers?.stop());
    define({
      get host() {
        return peers!.hosts[0]!;
      },
      get folder() {
        return peers!.folder;
      },
      get second() {
        return peers!.hosts[1]!;
      },
      open: async (uri, settings = {}) => {
        const connection = await openConnection(uri, { clock, ...settings });
        opened.push(connection);
        return connection;
      },
    });
  });
}
