import { type Applicant, applicantOf } from "../classes/applicant.ts";
import { BruteStanding } from "./brute-standing.ts";
import type { WorkloadClass } from "../classes/classes.ts";
import { gpuMilliOf } from "../filters/gpu-device.ts";
import { GroupedStanding } from "./grouped-standing.ts";
import type { HostTree } from "./host-tree.ts";
import { Judge } from "../judging/judge.ts";
import type { KinTable } from "./kin.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { lightStandingOf } from "./light-standing.ts";
import { PlainStanding, Workspace } from "./plain-standing.ts";
import type { Row } from "./row.ts";
import { holdersOf, ScarceStanding } from "./scarce-standing.ts";
import type { ScoreValues } from "../scores/parted.ts";
import { standingMarks } from "./standing-marks.ts";
import { busyFilters, type HostVerdictCache } from "../judging/verdict.ts";

/**
 * How all hosts stand for one class: rejected by which reason, or feasible and where in the order.
 * Kept while members of the class may come; `sync` follows what others placed in between.
 */
export interface Standing {
  readonly applicant: Applicant;
  readonly ledger: Ledger;
  /** Hosts by reason number; position 0 counts the feasible ones. */
  readonly reasonCounts: Int32Array;
  /** Grows when these numbers may have changed. */
  readonly reasonVersion: number;
  /** Grows when other rejected hosts may have to be named, or other things be said of them. */
  readonly namedVersion: number;
  /** Number of feasible hosts. */
  readonly feasible: number;
  /** Reason number of a host; 0 is feasible. */
  readonly reasonOf: (host: number) => number;
  /** The best feasible hosts in order. */
  readonly top: (count: number) => readonly number[];
  /** Rejected hosts to be named: the first of every reason, then more, in host order. */
  readonly rejected: (countMax: number) => readonly number[];
  /** First term in which two feasible hosts differ; the number of terms when in none. */
  readonly difference: (left: number, right: number) => number;
  /** Kubernetes' rank of a feasible host, 1 is best; equal scores share a rank. */
  readonly rankOf: (host: number) => number;
  /**
   * Reads Kubernetes' scores of a feasible host: by the amounts that the ledger then has, and as
   * everything else is now. The same function as long as nothing else counts.
   */
  readonly valuesOf: (host: number) => (host: number) => ScoreValues;
  /** Brings the standing up to the ledger, after its own and other classes' placements. */
  readonly sync: () => void;
  /**
   * Seats up to `count` members of the class, each on the host that is then the best, and writes
   * them into the row anew; ends where what is said of rejected hosts changes. The standing has to
   * be in step with the ledger, and is so afterwards where any are left. Absent: they are decided
   * about one by one.
   */
  readonly seat?: (row: Row, count: number) => void;
  /**
   * False after a `sync` that could not follow what has happened: another has to be opened, and
   * nothing else asked. Absent: never.
   */
  readonly isLasting?: boolean;
  /** Gives up what it has lent; it must not be asked anything afterwards. */
  readonly close?: () => void;
  /** True when it keeps next to nothing by host, so that many may be kept. */
  readonly isLight?: boolean;
}

/**
 * `fast` keeps what one placement cannot have changed; `bounds` does so without keeping anything
 * by host wherever that is possible, which `fast` chooses where few decisions are expected. `brute`
 * judges every host anew, in the plainest way, and is what tests compare with. All give the same
 * answer.
 */
export type Search = "fast" | "bounds" | "brute";

/** What a standing is opened with. */
export interface Opening {
  readonly cache: HostVerdictCache;
  readonly search: Search;
  /** Changes of hosts that are expected before the standing is given up; absent: any number. */
  readonly changes?: number | undefined;
  /** Room that nobody uses until the standing is closed; absent: its own. */
  readonly space?: Workspace | undefined;
  /** As a standing has followed the ledger that cannot last; absent: it is made. */
  readonly applicant?: Applicant | undefined;
  /** What classes share that ask for what few hosts have; absent: all hosts are judged. */
  readonly kins?: KinTable;
  /** Bounds over the hosts; given where opening a standing counts, not how many it decides. */
  readonly tree?: (() => HostTree) | undefined;
}

export function standingOf(
  workloadClass: WorkloadClass,
  ledger: Ledger,
  opening: Opening,
): Standing {
  const { cache, search, changes = Number.POSITIVE_INFINITY, space, kins, tree } = opening;
  const room = (): Workspace => space ?? new Workspace(ledger.hosts.length);
  // Which GPUs are left tells hosts apart by more than amounts, and hosts with GPUs are few.
  const isBrute = search === "brute" || gpuMilliOf({ workloadClass }) > 0;
  const holders = isBrute ? undefined : holdersOf(workloadClass, ledger);
  const kin = holders && kins?.of(workloadClass, ledger, cache);
  if (kin) return new ScarceStanding(workloadClass, ledger, { kin, holders, space: room() });
  const applicant = opening.applicant ?? applicantOf(workloadClass, ledger);
  const hostVerdicts = cache.of(workloadClass, ledger);
  if (isBrute) return new BruteStanding(applicant, ledger, hostVerdicts);
  const light = tree && lightStandingOf(applicant, tree(), hostVerdicts);
  if (light) return light;
  const busy = busyFilters(applicant, ledger);
  const marks = standingMarks(applicant, ledger, busy);
  if (marks !== undefined) return new GroupedStanding(applicant, ledger, hostVerdicts, marks);
  const judge = new Judge(applicant, ledger, hostVerdicts, busy);
  return new PlainStanding(applicant, ledger, { judge, changes, space: room() });
}
