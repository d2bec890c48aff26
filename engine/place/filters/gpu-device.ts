import type { Applicant } from "../classes/applicant.ts";
import { gpuMilliAmong } from "../ledger/devices.ts";
import { type Filter, PASS } from "./filter.ts";

/** Thousandths of GPUs that a workload asks for. */
export const gpuMilliOf = ({ workloadClass }: Pick<Applicant, "workloadClass">): number =>
  gpuMilliAmong(workloadClass.extended);

/** A part of a GPU has to be left of one device; parts of several do not add up. */
export const gpuDevice: Filter = {
  name: "GpuDevice",
  origin: "vsphere",
  scope: "ledger",
  reasons: [{ code: "gpu-fragmented", curable: true }],
  isIdle: (applicant) => gpuMilliOf(applicant) === 0,
  test: (host, applicant, { devices }) =>
    devices.choice(host, gpuMilliOf(applicant)) === undefined ? 0 : PASS,
  describe: (host, applicant, { devices }) => ({
    message:
      `no device has the ${String(gpuMilliOf(applicant))} thousandths of a GPU that are wanted: ` +
      `left are ${devices.left(host).join(", ")}`,
  }),
};
