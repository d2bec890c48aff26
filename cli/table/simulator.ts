import type { CommandEntry, Flag } from "../command.ts";
import { flag } from "./flags.ts";

/** `vpac sim …`: looking at the simulated world and breaking it. */
export function simCommands(): readonly CommandEntry[] {
  const entry = (
    name: string,
    what: string,
    rest: { readonly args?: string; readonly flags?: readonly Flag[] } = {},
  ): CommandEntry => ({
    name,
    group: "Simulator:",
    what,
    ...(rest.args === undefined ? {} : { args: rest.args }),
    flags: [
      ...(rest.flags ?? []),
      flag("--provider <name>", "which simulated world (default sim)"),
    ],
    examples: [],
    load: async () => (await import("../commands/sim.ts")).commandOf(name),
  });
  return [
    entry("list", "every object: id, kind, name, host, power, our tag"),
    entry("trace", "what happened to an object; of a Pod, the 14 steps of its start", {
      args: "<addr>",
    }),
    entry("power-on", "power an object on", { args: "<addr>" }),
    entry("power-off", "power an object off", { args: "<addr>" }),
    entry("delete", "delete an object", { args: "<addr>" }),
    entry("fail", "fail a host with all it runs", { args: "<host>" }),
    entry("restore", "bring a failed host back, or end its maintenance", { args: "<host>" }),
    entry("maintenance", "put a host into maintenance mode", { args: "<host>" }),
    entry("pressure", "let a host run short of memory, so that one Pod is evicted", {
      args: "<host>",
    }),
    entry("load", "set the use of an object", {
      args: "<addr>",
      flags: [
        flag("--cpu <amount>", "share of its size (80%) or an amount (1500m)"),
        flag("--memory <amount>", "share of its size or an amount (4Gi)"),
      ],
    }),
    entry("faults", "make calls fail and slow down", {
      flags: [
        flag("--seed <n>", "fixes which calls fail"),
        flag("--rate <percent>", "share of calls that fail, 0% ends it"),
        flag("--latency <duration>", "time every call takes"),
      ],
    }),
    entry("run", "tell a story: load, faults, applies and rebalances, and what must hold then", {
      args: "<file>",
    }),
    entry("reset", "empty the simulated world"),
    entry("serve", "run the world in this process", {
      flags: [flag("--socket <path>", "Unix socket to listen on")],
    }),
  ];
}
