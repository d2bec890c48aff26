import type { Host } from "../../model/host.ts";
import type { Taint } from "../../model/scheduling.ts";
import type { Applicant } from "../classes/applicant.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { untoleratedTaint } from "../classes/selectors.ts";
import { hostChange, hostEdit, type Relaxation, workloadChange, type Obstacles } from "./scene.ts";

const COST_WAKE = 10;
const COST_UNCORDON = 20;
const COST_TOLERATION = 30;
const COST_TAINT = 35;
const COST_MAINTENANCE = 40;
const COST_RECONNECT = 50;
const COST_EQUIPMENT = 62;
const COST_PRESSURE = 70;

/** A closed host is opened, or the workload tolerates that it is closed. */
export function cordonRelaxations(index: number, _applicant: Applicant, ledger: Ledger): Obstacles {
  const host = ledger.hosts[index];
  if (host === undefined) return [];
  const taint: Taint = { key: "node.kubernetes.io/unschedulable", value: "", effect: "NoSchedule" };
  const open: Relaxation = {
    cost: COST_UNCORDON,
    description: `open host ${host.name} for scheduling`,
    edit: hostEdit(host, { path: "/spec/unschedulable", from: "true", to: "false" }),
    change: hostChange(host, (known) => ({ ...known, unschedulable: false })),
  };
  return [[open, tolerationFor(taint)]];
}

const STATES: Readonly<
  Record<string, { readonly cost: number; readonly text: (name: string) => string }>
> = {
  standby: { cost: COST_WAKE, text: (name) => `wake host ${name}` },
  maintenance: { cost: COST_MAINTENANCE, text: (name) => `end the maintenance of host ${name}` },
  disconnected: { cost: COST_RECONNECT, text: (name) => `reconnect host ${name}` },
};

export function connectionRelaxations(
  index: number,
  _applicant: Applicant,
  ledger: Ledger,
): Obstacles {
  const host = ledger.hosts[index];
  const state = STATES[host?.connection ?? ""];
  if (host === undefined || state === undefined) return [];
  const to = "connected";
  return [
    [
      {
        cost: state.cost,
        description: state.text(host.name),
        edit: hostEdit(host, { path: "/status/connection", from: host.connection, to }),
        change: hostChange(host, (known) => ({ ...known, connection: to })),
      },
    ],
  ];
}

/** Every taint that keeps the workload off is tolerated, or taken from the host. */
export function taintRelaxations(
  index: number,
  { workloadClass }: Applicant,
  ledger: Ledger,
): Obstacles {
  const host = ledger.hosts[index];
  if (host === undefined) return [];
  const { tolerations } = workloadClass.sample.scheduling;
  return host.taints
    .filter((taint) => untoleratedTaint([taint], tolerations) !== undefined)
    .map((taint) => [tolerationFor(taint), withoutTaint(host, taint)]);
}

/** A taint as `kubectl taint` writes it. */
const taintText = ({ key, value, effect }: Taint): string => `${key}=${value}:${effect}`;

function tolerationFor(taint: Taint): Relaxation {
  const { key, value, effect } = taint;
  const toleration = { key, operator: "Equal", value, effect } as const;
  return {
    cost: COST_TOLERATION,
    description: `tolerate the taint ${taintText(taint)}`,
    edit: { path: "/spec/tolerations/-", from: undefined, to: taintText(taint) },
    change: workloadChange((workload) => ({
      ...workload,
      scheduling: {
        ...workload.scheduling,
        tolerations: [...workload.scheduling.tolerations, toleration],
      },
    })),
  };
}

function withoutTaint(host: Host, taint: Taint): Relaxation {
  const text = taintText(taint);
  return {
    cost: COST_TAINT,
    description: `take the taint ${text} from host ${host.name}`,
    edit: hostEdit(host, { path: "/spec/taints", from: text, to: "" }),
    change: hostChange(host, (known) => ({
      ...known,
      taints: known.taints.filter((each) => taintText(each) !== text),
    })),
  };
}

export function runtimeRelaxations(
  index: number,
  { workloadClass }: Applicant,
  ledger: Ledger,
): Obstacles {
  const host = ledger.hosts[index];
  if (host === undefined) return [];
  const { runtime } = workloadClass.sample.scheduling;
  return [
    [
      {
        cost: COST_EQUIPMENT,
        description: `give host ${host.name} the runtime ${runtime}`,
        edit: hostEdit(host, { path: "/spec/runtimes/-", from: undefined, to: runtime }),
        change: hostChange(host, (known) => ({ ...known, runtimes: [...known.runtimes, runtime] })),
      },
    ],
  ];
}

/** Every datastore or network that the host lacks is brought to it. */
const reachRelaxations =
  (what: "datastores" | "networks", text: (name: string, host: string) => string) =>
  (index: number, { workloadClass }: Applicant, ledger: Ledger): Obstacles => {
    const host = ledger.hosts[index];
    if (host === undefined) return [];
    const missing = workloadClass.sample.scheduling[what].filter(
      (name) => !host[what].includes(name),
    );
    return [...new Set(missing)].map((name) => [
      {
        cost: COST_EQUIPMENT,
        description: text(name, host.name),
        edit: hostEdit(host, { path: `/spec/${what}/-`, from: undefined, to: name }),
        change: hostChange(host, (known) => ({ ...known, [what]: [...known[what], name] })),
      },
    ]);
  };

export const datastoreRelaxations: ReturnType<typeof reachRelaxations> = reachRelaxations(
  "datastores",
  (name, host) => `mount datastore ${name} on host ${host}`,
);

export const networkRelaxations: ReturnType<typeof reachRelaxations> = reachRelaxations(
  "networks",
  (name, host) => `bring network ${name} to host ${host}`,
);

export function pressureRelaxations(
  index: number,
  _applicant: Applicant,
  ledger: Ledger,
): Obstacles {
  const host = ledger.hosts[index];
  if (host === undefined) return [];
  return [
    [
      {
        cost: COST_PRESSURE,
        description: `relieve the memory pressure on host ${host.name}`,
        edit: hostEdit(host, { path: "/status/memoryPressure", from: "true", to: "false" }),
        change: hostChange(host, (known) => ({ ...known, memoryPressure: false })),
      },
    ],
  ];
}
