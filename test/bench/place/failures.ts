/**
 * How long it takes to try failures of a full vSphere cluster: every host of 64 is lost with its
 * 125 VMs, which look for other hosts under every filter. Processor time, best of several.
 */
import { FailureDrill } from "../../../engine/place/admission/drill.ts";
import { Ledger } from "../../../engine/place/ledger/ledger.ts";
import type { Seat } from "../../../engine/place/deciding/seating.ts";
import { goal, note, setExitCode } from "./goals.ts";
import { problemOf, syntheticHosts, syntheticWorkloads } from "./synthetic.ts";

const HOSTS = 64;
const VMS = 8000;
const RUNS = 9;

const PEER = "vSphere HA counts amounts or slots, and tries nothing";

function measure(): void {
  const hosts = syntheticHosts(HOSTS);
  const workloads = syntheticWorkloads(hosts, VMS, 1);
  const ledger = new Ledger(problemOf(hosts, workloads));
  const seats = workloads.map(
    (each, index): Seat => ({
      workloadClass: ledger.classes.classOf(each),
      host: index % HOSTS,
    }),
  );
  for (const { workloadClass, host } of seats) ledger.add(workloadClass, host, 1);
  const drill = new FailureDrill({ ledger, seats });
  let stranded = 0;
  const each = best(() => {
    stranded = 0;
    for (let host = 0; host < HOSTS; host++) if (drill.lose([host]) !== undefined) stranded++;
  });
  goal({ what: "every loss of one host, 64 x 125 VMs, ms", figure: each, atMost: 15, peer: PEER });
  note("  of them strand something", String(stranded));
  const pair = best(() => {
    for (let host = 1; host < HOSTS; host++) drill.lose([0, host]);
  });
  goal({ what: "63 losses of two hosts, ms", figure: pair, atMost: 30, peer: PEER });
  const counted = best(() => drill.survives(0, 1, -1));
  goal({ what: "one loss proved by counting places, ms", figure: counted, atMost: 2, peer: PEER });
}

/** Least processor time of several runs, in ms. */
function best(run: () => unknown): number {
  const times = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

measure();
setExitCode();
