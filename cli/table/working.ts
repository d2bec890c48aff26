import type { CommandEntry } from "../command.ts";
import { APPLYING, flag, SELECTION, SHOWING } from "./flags.ts";

/** Commands that plan, apply and check documents. */
export const WORKING: readonly CommandEntry[] = [
  {
    name: "plan",
    group: "Plan and apply:",
    what: "show what would change, and where everything would run; changes nothing",
    flags: [
      flag("--out <file>", "write the plan to a file that apply takes"),
      flag("--detailed-exitcode", "exit 2 when there are changes"),
      flag("--destroy", "plan the removal of everything"),
      flag("--stage <name>", "print the result of one stage as JSON: load, validate, resolve, …"),
      flag("--ui", "browse the plan in the full-screen interface"),
      ...SELECTION,
      ...SHOWING,
    ],
    examples: ["vpac plan", "vpac plan -f shop.yaml --out shop.vpacplan", "vpac plan -o json"],
    load: async () => (await import("../commands/plan.ts")).command,
  },
  {
    name: "apply",
    group: "Plan and apply:",
    what: "make the world match the documents, or carry out a saved plan",
    args: "[plan-file]",
    flags: [...APPLYING, ...SELECTION, ...SHOWING],
    examples: ["vpac apply", "vpac apply shop.vpacplan", "vpac apply -f shop.yaml --yes"],
    load: async () => (await import("../commands/apply.ts")).command,
  },
  {
    name: "destroy",
    group: "Plan and apply:",
    what: "remove everything this workspace made",
    flags: [...APPLYING, ...SELECTION, ...SHOWING],
    examples: ["vpac destroy --yes --confirm default"],
    load: async () => (await import("../commands/apply.ts")).destroyCommand,
  },
  {
    name: "show",
    group: "Plan and apply:",
    what: "render a saved plan, a run, or the state",
    args: "<what>",
    flags: [
      flag("--format <format>", "text, json or terraform"),
      flag("--detailed-exitcode", "exit with the code the plan had"),
      ...SHOWING,
    ],
    examples: ["vpac show shop.vpacplan", "vpac show state"],
    load: async () => (await import("../commands/show.ts")).command,
  },
  {
    name: "validate",
    group: "Write:",
    what: "check documents without asking any provider",
    args: "[paths...]",
    flags: [
      flag("--format <format>", "text or json"),
      flag("--strict", "treat warnings as errors"),
      flag("--offline", "do not look at the state either"),
    ],
    examples: ["vpac validate", "vpac validate -f shop.yaml -o json"],
    load: async () => (await import("../commands/validate.ts")).command,
  },
  {
    name: "fmt",
    group: "Write:",
    what: "write documents in the canonical form; comments stay",
    args: "[paths...]",
    flags: [
      flag("--check", "exit 1 when a file would change; write nothing"),
      flag("--diff", "show the changes; write nothing"),
    ],
    examples: ["vpac fmt", "vpac fmt --check manifests"],
    load: async () => (await import("../commands/fmt.ts")).command,
  },
  {
    name: "schema",
    group: "Write:",
    what: "print published schemas",
    args: "[name]",
    flags: [flag("--all", "every schema"), flag("--out <dir>", "write them to a folder")],
    examples: ["vpac schema", "vpac schema vm"],
    load: async () => (await import("../commands/schema.ts")).command,
  },
];
