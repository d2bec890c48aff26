import type { CommandEntry } from "../command.ts";
import { flag, many, READING, SELECTION, WORLD } from "./flags.ts";

/** Commands that only look. */
export const LOOKING: readonly CommandEntry[] = [
  {
    name: "get",
    group: "Look:",
    what: "list objects with health and host",
    args: "<kind> [name]",
    flags: [flag("--all", "generated objects too"), ...READING],
    examples: ["vpac get pods", "vpac get vm/db-0 -n shop -o yaml"],
    load: async () => (await import("../commands/get.ts")).command,
  },
  {
    name: "describe",
    group: "Look:",
    what: "everything known about one object",
    args: "<addr>",
    flags: [],
    examples: ["vpac describe vm/shop/db-0"],
    load: async () => (await import("../commands/describe.ts")).command,
  },
  {
    name: "status",
    group: "Look:",
    what: "health of the workspace in one screen",
    flags: [...READING],
    examples: ["vpac status"],
    load: async () => (await import("../commands/status.ts")).command,
  },
  {
    name: "hosts",
    group: "Look:",
    what: "utilisation of every host",
    flags: [flag("--view <view>", "reserved, entitled or active"), ...READING],
    examples: ["vpac hosts", "vpac hosts --view active -o json"],
    load: async () => (await import("../commands/hosts.ts")).command,
  },
  {
    name: "explain",
    group: "Look:",
    what: "why a workload is where it is, what a host holds, an error code, or a field",
    args: "<what>",
    flags: [
      flag("--why-not <host>", "why this host was not chosen"),
      flag("--all-hosts", "the score card of every host"),
      flag("--fixes <n>", "the n smallest changes that make it fit"),
      flag("--plan <file>", "explain a saved plan"),
    ],
    examples: ["vpac explain pod/shop/front", "vpac explain VP3004", "vpac explain vm.spec"],
    load: async () => (await import("../commands/explain.ts")).command,
  },
  {
    name: "whatif",
    group: "Look:",
    what: "what would move, and who would find no host, if things were otherwise; changes nothing",
    flags: [
      many("--drain <host>", "suppose this host is emptied for maintenance"),
      many("--fail <host>", "suppose this host is lost"),
      many("--add-host <name>", "suppose there is one more host, empty"),
      flag("--like <host>", "what added hosts are like (default: the first host by name)"),
      many("--scale <addr=n>", "suppose this has n replicas"),
      many("--set <addr.path=value>", "suppose this value of a document"),
      ...WORLD,
    ],
    examples: [
      "vpac whatif --drain esx-03",
      "vpac whatif --fail esx-01 --add-host esx-09 --like esx-01 -o json",
      "vpac whatif --scale deployment/shop/web=6",
    ],
    load: async () => (await import("../commands/whatif.ts")).command,
  },
  {
    name: "tui",
    alias: "ui",
    group: "Look:",
    what: "full-screen interface: browse the plan, follow an apply",
    args: "[plan-or-run]",
    flags: [
      flag("--read-only", "nothing that changes anything"),
      flag("--replay <file>", "replay an event stream"),
      flag("--theme <name>", "dark, light, high-contrast, mono"),
      ...SELECTION,
    ],
    examples: [],
    load: async () => (await import("../commands/tui.ts")).command,
  },
];
