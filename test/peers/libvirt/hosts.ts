import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PeerScript, startScript } from "../script.ts";

/** A real libvirtd in namespaces of its own: to everybody outside, a host. */
export interface LibvirtHost {
  readonly name: string;
  /** URI of its QEMU driver; virsh takes it too. */
  readonly uri: string;
  /** URI of the test driver in the same daemon; its state lasts while a connection is open. */
  readonly testUri: string;
  /** URI over TCP on loopback, when it was asked for; served by this process's event loop. */
  readonly tcpUri: string | undefined;
  readonly socket: string;
  /** Folder behind its storage pool "default", seen from outside the host. */
  readonly imagesFolder: string;
  /** Folder behind its /var/log/libvirt, seen from outside the host. */
  readonly logFolder: string;
  /** Folder in which its daemon keeps what it knows of active domains, seen from outside. */
  readonly statusFolder: string;
  /** Kills the daemon, which the host starts again at once; machines go on running. */
  restartDaemon(): Promise<void>;
  /** Kills the daemon and keeps it down; machines go on running. */
  killDaemon(): Promise<void>;
  /** Ends `killDaemon`. */
  startDaemon(): Promise<void>;
  /** Makes the daemon forget a domain whose start it has lost, as its administrator would. */
  forgetStart(domain: string): Promise<void>;
  /** The daemon and every machine of the host end at once; disks stay. */
  powerLoss(): Promise<void>;
  /** Ends `powerLoss`. */
  powerOn(): Promise<void>;
}

export interface LibvirtHosts {
  readonly hosts: readonly LibvirtHost[];
  /** Holds everything of the hosts; every host sees it under the same path. */
  readonly folder: string;
  /** False where the machine has no /dev/net/tun: the network "default" is then not started. */
  readonly hasTap: boolean;
  /** Switches every host off and removes the folder. */
  stop(): Promise<void>;
}

export interface LibvirtHostsOptions {
  /** Up to 20 lower-case letters, digits and dashes each. */
  readonly names: readonly string[];
  /** Memory that each host claims to have, in MiB; absent: that of this machine. */
  readonly memoryMiB?: number;
  /** NUMA cells over which `memoryMiB` is spread. */
  readonly cells?: number;
  /** Offer each daemon over TCP on loopback too. */
  readonly tcp?: boolean;
}

/**
 * Starts a daemon per name, each with an active storage pool and network "default". Whatever
 * happens to the calling process, its hosts end with it. Throws when one cannot be started.
 */
export async function startLibvirtHosts(options: LibvirtHostsOptions): Promise<LibvirtHosts> {
  // Short: the path of a Unix socket has at most 107 bytes.
  const folder = mkdtempSync(join(tmpdir(), "vpac-kvm-"));
  const control = await startScript("libvirt/hosts.sh", [folder]);
  const relays: Server[] = [];
  const stop = async (): Promise<void> => {
    for (const relay of relays.splice(0)) relay.close();
    await control.close();
  };
  try {
    const hosts: LibvirtHost[] = [];
    for (const name of options.names) {
      const { memoryMiB = "", cells = "" } = options;
      await control.obey(`start ${name} ${memoryMiB} ${cells}`);
      const socket = socketOf(folder, name);
      const relay = options.tcp === true ? await relayTo(socket) : undefined;
      if (relay !== undefined) relays.push(relay.server);
      hosts.push(hostOf({ folder, name, control, port: relay?.port }));
    }
    return { hosts, folder, hasTap: existsSync("/dev/net/tun"), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const socketOf = (folder: string, name: string): string => join(folder, name, "run/libvirt-sock");

interface HostParts {
  readonly folder: string;
  readonly name: string;
  readonly control: PeerScript;
  readonly port: number | undefined;
}

function hostOf({ folder, name, control, port }: HostParts): LibvirtHost {
  const socket = socketOf(folder, name);
  return {
    name,
    uri: `qemu+unix:///system?socket=${socket}`,
    testUri: `test+unix:///default?socket=${socket}`,
    tcpUri: port === undefined ? undefined : `qemu+tcp://127.0.0.1:${port}/system`,
    socket,
    imagesFolder: join(folder, name, "lib/images"),
    logFolder: join(folder, name, "log"),
    statusFolder: join(folder, name, "run/qemu"),
    restartDaemon: () => control.obey(`restart ${name}`),
    killDaemon: () => control.obey(`hold ${name}`),
    startDaemon: () => control.obey(`release ${name}`),
    forgetStart: async (domain) => {
      await control.obey(`hold ${name}`);
      rmSync(join(folder, name, "run/qemu", `${domain}.xml`));
      await control.obey(`release ${name}`);
    },
    powerLoss: () => control.obey(`off ${name}`),
    powerOn: () => control.obey(`start ${name}`),
  };
}

/** A port of loopback that leads to a socket: the daemons listen in networks of their own. */
async function relayTo(socket: string): Promise<{ server: Server; port: number }> {
  const server = createServer((near) => {
    const far = connect(socket);
    near.pipe(far).pipe(near);
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port for the relay");
  return { server, port: address.port };
}
