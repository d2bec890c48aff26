import type { HostPort } from "../../model/scheduling.ts";

const ANY_ADDRESS = "0.0.0.0";

/** Ports of the hosts that placed workloads take, as upstream's HostPortInfo counts them. */
export class PortTable {
  /** Per host: `protocol port` to the addresses that are bound, with the number of holders. */
  readonly #used: (Map<string, Map<string, number>> | undefined)[];

  constructor(hostCount: number) {
    this.#used = Array.from({ length: hostCount }, () => undefined);
  }

  add(ports: readonly HostPort[], host: number, sign: number): void {
    if (ports.length === 0) return;
    const used = (this.#used[host] ??= new Map<string, Map<string, number>>());
    for (const port of ports) {
      if (port.port <= 0) continue;
      const addresses = used.get(nameOf(port)) ?? new Map<string, number>();
      const address = addressOf(port);
      const count = (addresses.get(address) ?? 0) + sign;
      if (count === 0) addresses.delete(address);
      else addresses.set(address, count);
      if (addresses.size === 0) used.delete(nameOf(port));
      else used.set(nameOf(port), addresses);
    }
  }

  /** The first wanted port that is taken; the address 0.0.0.0 meets every other one. */
  conflict(ports: readonly HostPort[], host: number): HostPort | undefined {
    const used = this.#used[host];
    if (used === undefined) return undefined;
    return ports.find((port) => {
      const addresses = used.get(nameOf(port));
      if (addresses === undefined || port.port <= 0) return false;
      const address = addressOf(port);
      return address === ANY_ADDRESS || addresses.has(ANY_ADDRESS) || addresses.has(address);
    });
  }
}

const nameOf = (port: HostPort): string => `${port.protocol} ${String(port.port)}`;

const addressOf = (port: HostPort): string => (port.hostIp === "" ? ANY_ADDRESS : port.hostIp);
