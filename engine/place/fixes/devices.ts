import { pointerToken } from "../../model/json.ts";
import type { Host } from "../../model/host.ts";
import { percentOf } from "../basics/units.ts";
import type { Applicant } from "../classes/applicant.ts";
import { gpuMilliOf } from "../filters/gpu-device.ts";
import { GPU_MILLI } from "../ledger/devices.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { withAsked } from "./resize.ts";
import { hostChange, hostEdit, type Obstacles, type Relaxation, workloadChange } from "./scene.ts";

/** Thousandths of one GPU. */
const DEVICE_MILLI = 1000;

/** Giving a host more of something. */
export const COST_HOST = 65;

/** As much of a resource as a host has it: a part of a GPU comes with the whole device. */
export const wholeDevices = (name: string, amount: number): number =>
  name === GPU_MILLI ? Math.ceil(amount / DEVICE_MILLI) * DEVICE_MILLI : amount;

/** No device has enough left: ask for what the emptiest has, or give the host another one. */
export function gpuRelaxations(index: number, applicant: Applicant, ledger: Ledger): Obstacles {
  const host = ledger.hosts[index];
  if (host === undefined) return [];
  const left = ledger.devices.left(index);
  const idle = left.filter((each) => each === DEVICE_MILLI).length;
  const part = Math.max(0, ...left.filter((each) => each < DEVICE_MILLI));
  const free = idle * DEVICE_MILLI + part;
  return [deviceRelaxations(host, GPU_MILLI, { amount: gpuMilliOf(applicant), free })];
}

/** Too few of an extended resource: ask for fewer, or give the host more. */
export function deviceRelaxations(
  host: Host,
  name: string,
  { amount, free }: { readonly amount: number; readonly free: number },
): readonly Relaxation[] {
  const there = host.allocatable.extended[name] ?? 0;
  const grown = there + wholeDevices(name, amount - free);
  const more: Relaxation = {
    cost: COST_HOST,
    description: `give host ${host.name} ${String(grown - there)} more ${name}`,
    edit: hostEdit(host, {
      path: `/spec/extended/${pointerToken(name)}`,
      from: String(there),
      to: String(grown),
    }),
    change: hostChange(host, (known) => ({
      ...known,
      allocatable: {
        ...known.allocatable,
        extended: { ...known.allocatable.extended, [name]: grown },
      },
    })),
  };
  if (free <= 0) return [more];
  const cut: Relaxation = {
    cost: Math.max(1, percentOf(amount - free, amount)),
    description: `${name} ${String(amount)} -> ${String(free)}`,
    edit: {
      path: `/resources/requests/${pointerToken(name)}`,
      from: String(amount),
      to: String(free),
    },
    change: workloadChange((workload) =>
      withAsked(workload, {
        extended: { ...workload.demand.request.extended, [name]: free },
      }),
    ),
  };
  return [cut, more];
}
