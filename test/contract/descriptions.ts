import type { HarnessDescription } from "./harness.ts";
import type { Rule } from "./rules.ts";

const noReview = "it has no checks of its own that could be asked beforehand";
const noParts = "it is one store, which is read whole or not at all";

export const SIM_EMBEDDED: HarnessDescription = {
  name: "esxi-sim, embedded",
  lacks: { review: noReview, parts: noParts },
};

export const SIM_SOCKET: HarnessDescription = { ...SIM_EMBEDDED, name: "esxi-sim, socket" };

const fencePerDomain = "a domain remembers its newest writer, but a host knows of no lineage";
const noDomainReview = "libvirt checks a domain only when it is defined";

export const LIBVIRT_TEST: HarnessDescription = {
  name: "libvirt, test driver",
  lacks: {
    liveMove: "the test driver cannot migrate",
    fencing: fencePerDomain,
    review: noDomainReview,
  },
};

export const LIBVIRT_QEMU: HarnessDescription = {
  name: "libvirt, QEMU",
  lacks: { fencing: fencePerDomain, review: noDomainReview },
};

const noMachines = "an API server holds no machines of its own";

export const CLUSTER_API: HarnessDescription = {
  name: "cluster-api",
  lacks: {
    machines: noMachines,
    admission: noMachines,
    liveMove: noMachines,
    sameNameTwice: "an API server holds one object of a name",
    fencing: "an object remembers its newest writer, but the API server knows of no lineage",
  },
};

/** The columns of docs/provider-support.md. */
export const DESCRIPTIONS: readonly HarnessDescription[] = [
  SIM_EMBEDDED,
  SIM_SOCKET,
  LIBVIRT_TEST,
  LIBVIRT_QEMU,
  CLUSTER_API,
];

/** Why a rule is not tried on a provider; undefined: it is. */
export function leftOut(rule: Rule, { lacks }: HarnessDescription): string | undefined {
  return (rule.needs ?? []).map((need) => lacks[need]).find((reason) => reason !== undefined);
}
