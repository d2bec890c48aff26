import type { PlacementWorkload } from "../../../../engine/model/placement.ts";
import type { SchedulingTerms } from "../../../../engine/model/scheduling.ts";
import { amountOf, bytes, type Edit, KEYS, plain, taintOf } from "./edit-texts.ts";

/** The workload after an edit of its amounts, its terms or its gang. */
export function editWorkload(
  workload: PlacementWorkload,
  { path, from, to }: Edit,
): PlacementWorkload {
  const [, first = "", second = "", name = ""] = path.split("/");
  if (first === "resources") return editAmounts(workload, { kind: second, name: plain(name), to });
  if (path === "/gang") {
    const { gang: _gang, ...alone } = workload;
    return alone;
  }
  if (path === "/metadata/annotations/vpac.dev~1pin-host") {
    return { ...workload, pinHost: undefined };
  }
  return {
    ...workload,
    scheduling: { ...workload.scheduling, ...termsAfter(workload.scheduling, { path, from, to }) },
  };
}

function editAmounts(
  workload: PlacementWorkload,
  { kind, name, to }: { readonly kind: string; readonly name: string; readonly to: string },
): PlacementWorkload {
  const { demand } = workload;
  const resource = KEYS[name];
  if (resource === undefined) {
    const request =
      name === "ephemeral-storage"
        ? { ...demand.request, ephemeralStorageBytes: bytes(to) }
        : {
            ...demand.request,
            extended: { ...demand.request.extended, [name]: Number(to) },
          };
    return { ...workload, demand: { ...demand, request } };
  }
  const amount = amountOf(name, to);
  const asked = Math.max(demand.request[resource], demand.reservation[resource]);
  const cut = kind === "requests" ? asked - amount : 0;
  const cap = (value: number): number => Math.min(value, amount);
  const lower = (value: number): number =>
    kind === "requests" ? Math.max(amount, value - cut) : cap(value);
  const limit = demand.limit[resource];
  return {
    ...workload,
    demand: {
      ...demand,
      request: { ...demand.request, [resource]: cap(demand.request[resource]) },
      reservation: { ...demand.reservation, [resource]: cap(demand.reservation[resource]) },
      size: { ...demand.size, [resource]: lower(demand.size[resource]) },
      limit: limit === undefined ? demand.limit : { ...demand.limit, [resource]: lower(limit) },
    },
  };
}

function termsAfter(terms: SchedulingTerms, { path, from, to }: Edit): Partial<SchedulingTerms> {
  if (path === "/spec/nodeName") return { nodeName: undefined };
  if (path === "/spec/tolerations/-") {
    const { key, value, effect } = taintOf(to);
    return { tolerations: [...terms.tolerations, { key, operator: "Equal", value, effect }] };
  }
  if (path === "/spec/affinity/nodeAffinity") {
    return { nodeAffinity: { ...terms.nodeAffinity, required: undefined } };
  }
  if (path === "/spec/affinity/podAffinity") {
    return { podAffinity: { ...terms.podAffinity, required: [] } };
  }
  if (path === "/spec/affinity/podAntiAffinity") {
    const kept = terms.podAntiAffinity.required.filter(
      ({ rule }) => `anti-affinity ${rule}` !== from,
    );
    return { podAntiAffinity: { ...terms.podAntiAffinity, required: kept } };
  }
  return termsInLists(terms, { path, from, to });
}

function termsInLists(terms: SchedulingTerms, { path, from, to }: Edit): Partial<SchedulingTerms> {
  const [, , list = "", item = "", field] = path.split("/");
  if (list === "nodeSelector") {
    const dropped = plain(item);
    const { [dropped]: _dropped, ...kept } = terms.nodeSelector;
    return { nodeSelector: kept };
  }
  if (list === "hostPorts") {
    const name = (port: SchedulingTerms["ports"][number]): string =>
      `${port.hostIp}:${String(port.port)}/${port.protocol}`;
    return { ports: terms.ports.filter((port) => name(port) !== from) };
  }
  if (list === "topologySpreadConstraints") {
    return {
      spread: terms.spread.map((each, index) => {
        if (String(index) !== item) return each;
        return field === "maxSkew"
          ? { ...each, maxSkew: Number(to) }
          : { ...each, whenUnsatisfiable: "ScheduleAnyway" };
      }),
    };
  }
  throw new Error(`no such term: ${path}`);
}
