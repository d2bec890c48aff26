/** What a key means. One table: the help screen, the footers and the tests read it. */
export interface KeyEntry {
  readonly keys: readonly string[];
  readonly action: KeyAction;
  readonly what: string;
}

export type KeyAction =
  | "down"
  | "up"
  | "page-down"
  | "page-up"
  | "top"
  | "bottom"
  | "next-pane"
  | "open"
  | "back"
  | "filter"
  | "sort"
  | "mark"
  | "mark-all"
  | "mark-none"
  | "unchanged"
  | "hosts"
  | "plan-screen"
  | "apply-screen"
  | "replan"
  | "what-if"
  | "drain"
  | "fail"
  | "apply-marked"
  | "apply-all"
  | "help"
  | "stop"
  | "quit"
  /** The key has its meaning already, but nothing stands behind it yet. */
  | "later";

const NOW: readonly KeyEntry[] = [
  { keys: ["j", "down"], action: "down", what: "next line" },
  { keys: ["k", "up"], action: "up", what: "previous line" },
  { keys: ["pagedown"], action: "page-down", what: "next page" },
  { keys: ["pageup"], action: "page-up", what: "previous page" },
  { keys: ["g", "home"], action: "top", what: "first line" },
  { keys: ["G", "end"], action: "bottom", what: "last line" },
  { keys: ["tab"], action: "next-pane", what: "next pane" },
  { keys: ["enter"], action: "open", what: "open the detail" },
  { keys: ["esc"], action: "back", what: "back; ends a filter" },
  { keys: ["/"], action: "filter", what: "filter; ! in front turns it around" },
  { keys: ["s"], action: "sort", what: "sort by risk, kind, host, wave" },
  { keys: ["space"], action: "mark", what: "mark or unmark" },
  { keys: ["*"], action: "mark-all", what: "mark all that is shown" },
  { keys: ["-"], action: "mark-none", what: "mark nothing" },
  { keys: ["u"], action: "unchanged", what: "show what does not change, too" },
  { keys: ["p"], action: "hosts", what: "hosts before and after" },
  { keys: ["1"], action: "plan-screen", what: "plan" },
  { keys: ["4"], action: "apply-screen", what: "apply" },
  { keys: ["r"], action: "replan", what: "plan again" },
  { keys: ["a"], action: "apply-marked", what: "apply what is marked and what it needs" },
  { keys: ["A"], action: "apply-all", what: "apply all" },
  { keys: ["x"], action: "drain", what: "what if this host were drained; again: not" },
  { keys: ["f"], action: "fail", what: "what if this host failed; again: not" },
  { keys: ["w"], action: "what-if", what: "end the what-if" },
  { keys: ["?"], action: "help", what: "this help" },
  { keys: ["ctrl-c"], action: "stop", what: "stop a running apply; twice: at once; else quit" },
  { keys: ["q"], action: "quit", what: "quit; a running apply goes on as lines" },
];

const LATER: readonly (readonly [key: string, what: string])[] = [
  ["2", "placement"],
  ["3", "explain"],
  ["5", "status"],
  ["6", "events and logs"],
  ["7", "history"],
  ["8", "policies and guards"],
  ["d", "form of the diff"],
  ["e", "explain the change"],
  ["n", "why not that host"],
  ["i", "JSON of what is shown"],
  ["W", "write the what-if as a patch"],
  ["m", "move a workload in what-if"],
  ["v", "cpu, memory or use"],
  ["b", "before or after"],
  ["y", "YAML"],
  ["c", "copy the address"],
  ["o", "open in the editor"],
  ["l", "follow the log"],
  [":", "command"],
  ["ctrl-s", "save a report"],
  ["z", "suspend"],
];

export const KEYS: readonly KeyEntry[] = [
  ...NOW,
  ...LATER.map(([key, what]): KeyEntry => ({ keys: [key], action: "later", what })),
];

const BY_KEY: ReadonlyMap<string, KeyEntry> = new Map(
  KEYS.flatMap((entry) => entry.keys.map((key) => [key, entry] as const)),
);

export const keyEntry = (key: string): KeyEntry | undefined => BY_KEY.get(key);
