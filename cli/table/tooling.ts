import type { CommandEntry } from "../command.ts";
import { flag } from "./flags.ts";
import { simCommands } from "./simulator.ts";

/** State, simulator, first steps and tooling. */
export const TOOLING: readonly CommandEntry[] = [
  {
    name: "state",
    group: "State:",
    what: "look at and mend what vpac remembers",
    flags: [],
    examples: ["vpac state list"],
    subcommands: stateCommands(),
  },
  {
    name: "sim",
    group: "Simulator:",
    what: "look at the simulated world and break it behind vpac's back",
    flags: [],
    examples: ["vpac sim list"],
    subcommands: simCommands(),
  },
  {
    name: "demo",
    group: "Start:",
    what: "write a small data centre to ./vpac-demo, plan and apply it on the simulator",
    args: "[dir]",
    flags: [flag("--no-apply", "only write and plan")],
    examples: ["vpac demo"],
    load: async () => (await import("../commands/demo.ts")).command,
  },
  {
    name: "providers",
    group: "Tooling:",
    what: "the platforms this build can talk to",
    flags: [],
    examples: ["vpac providers"],
    load: async () => (await import("../commands/providers.ts")).command,
  },
  {
    name: "completion",
    group: "Tooling:",
    what: "print a completion script",
    args: "<shell>",
    flags: [],
    examples: ["vpac completion bash"],
    load: async () => (await import("../commands/completion.ts")).command,
  },
  {
    name: "version",
    group: "Tooling:",
    what: "print the version",
    flags: [],
    examples: ["vpac version"],
    load: async () => (await import("../commands/version.ts")).command,
  },
];

function stateCommands(): readonly CommandEntry[] {
  const dryRun = flag("--dry-run", "show what would be written");
  const entry = (name: string, what: string, args?: string): CommandEntry => ({
    name,
    group: "State:",
    what,
    ...(args === undefined ? {} : { args }),
    flags: name === "list" || name === "show" ? [] : [dryRun],
    examples: [`vpac state ${name}${args === undefined ? "" : " vm/shop/db-0"}`],
    load: async () => (await import("../commands/state.ts")).commandOf(name),
  });
  return [
    entry("list", "addresses of everything recorded", "[addr...]"),
    entry("show", "one record", "<addr>"),
    entry("rm", "drop a record; the object stays and is found again", "<addr...>"),
    entry("forget", "end ownership: the record and our tag go, the object stays", "<addr...>"),
  ];
}
