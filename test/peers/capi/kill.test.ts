import { spawn } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  guestProject,
  type GuestProject,
  type GuestWish,
  kubectl,
  markedObjects,
} from "../../support/cluster-api-project.ts";
import { cleanEnv, VPAC } from "../../support/vpac.ts";
import { randomStream } from "../../sim/random.ts";
import type { KubernetesPeer } from "../kube/start.ts";
import { describeWithPeers } from "../peers.ts";
import { startManagementCluster } from "./start.ts";

const KILLS = Number(process.env["VPAC_KILLS"] ?? 20);
const SEED = Number(process.env["VPAC_KILL_SEED"] ?? 1);
const NOTES = 8;
/** A run is killed after so many finished steps, and then so long after the last of them. */
const STEPS_MAX = 12;
const KILL_MS_MAX = 1500;

interface Phase {
  readonly command: "apply" | "destroy";
  readonly wish: GuestWish;
}

/** In turn; the cluster grows, is upgraded and goes, while notes change in every run. */
const PHASES: readonly Phase[] = [
  { command: "apply", wish: { workers: 1, version: "v1.36.0" } },
  { command: "apply", wish: { workers: 3, version: "v1.36.0" } },
  { command: "apply", wish: { workers: 1, version: "v1.37.0" } },
  { command: "destroy", wish: { workers: 1, version: "v1.37.0" } },
];

describeWithPeers("capi", "a run over a management cluster that is killed", () => {
  let peer: KubernetesPeer;
  let work: GuestProject;

  beforeAll(async () => {
    peer = await startManagementCluster();
    work = guestProject(peer);
  });
  afterAll(async () => {
    work?.remove();
    await peer?.stop();
  });

  /** Runs the command until nothing is left to do. */
  const converge = async ({ command }: Phase): Promise<void> => {
    const check = command === "apply" ? "plan -f ." : "plan -f . --destroy";
    for (let round = 1; ; round++) {
      const applied = await work.run(wordsOf(command).join(" "));
      const { code, stdout } = await work.run(`${check} --detailed-exitcode`);
      if (code === 0) return;
      if (round === 3) expect.unreachable(`${applied.stdout}${applied.stderr}${stdout}`);
    }
  };

  const expectWhole = async ({ command, wish: { workers = 0 } }: Phase): Promise<void> => {
    const isEmpty = command === "destroy";
    const marked = await markedObjects(peer);
    const count = (kind: string) => marked.filter((name) => name.startsWith(`${kind}/`)).length;
    const recorded = (await work.run("state list")).stdout.trim().split("\n").filter(Boolean);
    expect(marked.length).toBe(recorded.length);
    const one = isEmpty ? 0 : 1;
    expect(count("configmap")).toBe(isEmpty ? 0 : NOTES);
    for (const kind of ["cluster", "kubeadmcontrolplane", "machinedeployment", "devcluster"]) {
      expect([kind, count(kind)]).toEqual([kind, one]);
    }
    expect(count("devmachinetemplate")).toBe(2 * one);
    const machines = await kubectl(peer, "get", "machines", "-A", "-o", "name");
    expect(machines.split("\n").filter(Boolean)).toHaveLength(isEmpty ? 0 : workers + 1);
  };

  test(`converges from ${KILLS} instants without an object too many`, async () => {
    const random = randomStream(SEED, "cluster-api kills");
    const perPhase = Math.ceil(KILLS / PHASES.length);
    let kills = 0;
    let killed = 0;
    for (const phase of PHASES) {
      for (let index = 0; index < perPhase && kills < KILLS; index++, kills++) {
        const notes = { count: NOTES, text: `kill ${kills}` };
        if (phase.command === "apply") work.wish({ ...phase.wish, notes });
        const instant = { steps: random.below(STEPS_MAX), afterMs: random.below(KILL_MS_MAX) };
        if (await runAndKill(work.path, phase.command, instant)) killed++;
      }
      await converge(phase);
      await expectWhole(phase);
    }
    // A run that has nothing left to do ends before its instant; most must not.
    expect(killed).toBeGreaterThan(KILLS / 2);
  });
});

interface Instant {
  readonly steps: number;
  readonly afterMs: number;
}

const wordsOf = (command: Phase["command"]): readonly string[] => [
  command,
  "-f",
  ".",
  "--yes",
  "--confirm",
  "default",
];

/** True when the run was still going on at the instant. */
function runAndKill(
  cwd: string,
  command: Phase["command"],
  { steps, afterMs }: Instant,
): Promise<boolean> {
  const child = spawn(process.execPath, [VPAC, ...wordsOf(command), "-o", "ndjson"], {
    cwd,
    env: cleanEnv(),
    stdio: ["ignore", "pipe", "ignore"],
  });
  let printed = "";
  let timer: NodeJS.Timeout | undefined;
  const arm = (): void => {
    timer ??= setTimeout(() => child.kill("SIGKILL"), afterMs);
  };
  // Without as many steps left, it is killed while it waits for the controllers.
  const patience = setTimeout(arm, 4 * KILL_MS_MAX);
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
    if (printed.split('"apply_complete"').length > steps) arm();
  });
  return new Promise((resolve) => {
    child.once("close", (_code, signal) => {
      clearTimeout(timer);
      clearTimeout(patience);
      resolve(signal === "SIGKILL");
    });
  });
}
