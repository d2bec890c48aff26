import type { Flag } from "../command.ts";

export const flag = (flags: string, what: string): Flag => ({ flags, what });
export const many = (flags: string, what: string): Flag => ({ flags, what, repeatable: true });

/** From what world, with which choices. */
export const WORLD: readonly Flag[] = [
  flag("--no-refresh", "use the last reading of the world"),
  flag("--refresh <bool>", "--refresh=false is --no-refresh"),
  flag(
    "--inventory <file>",
    "plan from a snapshot, or from nodes and pods as kubectl lists them (- for stdin)",
  ),
  flag("--seed <n>", "number that fixes every choice"),
];

/** What to plan, from what, and how far it may go. */
export const SELECTION: readonly Flag[] = [
  many("--target <addr>", "plan only this address or glob, and what it depends on"),
  many("--exclude <addr>", "leave out this address or glob, and what depends on it"),
  flag("--target-file <file>", "addresses to target, one per line"),
  flag("--exclude-file <file>", "addresses to exclude, one per line"),
  many("--replace <addr>", "replace this resource even if nothing changed"),
  ...WORLD,
  flag("--max-moves <n>", "most moves this run may make"),
  flag("--max-replaces <n>", "most replacements this run may make"),
  flag("--allow-destroy <n>", "raise the delete budget to n and open the brake up to n"),
  flag("--strict", "treat warnings as errors"),
];

/** How much of a plan is shown. */
export const SHOWING: readonly Flag[] = [
  flag("--brief", "summary, blockers and the placement line only"),
  flag("--full", "unchanged fields too"),
  flag("--explain", "show for every workload why its host was chosen"),
];

/** How a plan is carried out. */
export const APPLYING: readonly Flag[] = [
  flag("-y, --yes", "do not ask"),
  flag("--confirm <workspace>", "name of the workspace, for what destroys"),
  flag("--resume <run>", "finish an interrupted run under its own approval"),
  flag("--parallelism <n>", "operations at once (default 10)"),
  flag("--grace <duration>", "how long Ctrl-C waits for running operations (default 60s)"),
  flag("--allow-partial", "apply what is not blocked"),
  flag("--fail-fast", "start nothing new after the first failure"),
  flag("--continue-on-error", "go on with independent work after a failure (the default)"),
  flag("--require-signature", "refuse a plan without a valid signature"),
  flag("--ui", "show the full-screen interface"),
];

/** What is listed, and how. */
export const READING: readonly Flag[] = [
  flag("-n, --namespace <ns>", "only this namespace"),
  flag("-A, --all-namespaces", "every namespace (the default)"),
  flag("-l, --selector <selector>", "only objects with these labels"),
  flag("--field-selector <expr>", "only objects whose fields match"),
  flag("--sort-by <path>", "sort by this field"),
  flag("--no-headers", "no table heading"),
  flag("--watch", "show changes until interrupted"),
];
