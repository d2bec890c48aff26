import { pointerToken } from "../../model/json.ts";
import type { Host } from "../../model/host.ts";
import type { SchedulingTerms, SpreadConstraint } from "../../model/scheduling.ts";
import { labelOf } from "../../model/selector.ts";
import type { Applicant } from "../classes/applicant.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { matchesRequiredAffinity } from "../classes/selectors.ts";
import type { Sums } from "../basics/sums.ts";
import {
  hostChange,
  hostEdit,
  type Relaxation,
  withoutRules,
  workloadChange,
  type Obstacles,
} from "./scene.ts";

const COST_PIN = 40;
const COST_SKEW = 45;
const COST_PORT = 55;
const COST_RULE = 60;
const COST_LABEL = 61;
const COST_RULE_OF_OTHERS = 63;

/** An edit of the workload's scheduling terms. */
const termsEdit = (
  given: Pick<Relaxation, "cost" | "description" | "edit">,
  change: (terms: SchedulingTerms) => Partial<SchedulingTerms>,
): Relaxation => ({
  ...given,
  change: workloadChange((workload) => ({
    ...workload,
    scheduling: { ...workload.scheduling, ...change(workload.scheduling) },
  })),
});

export function pinRelaxations(_index: number, { workloadClass }: Applicant): Obstacles {
  const { pinHost } = workloadClass.sample;
  return [
    [
      {
        cost: COST_PIN,
        description: `drop the pin to ${pinHost ?? ""}`,
        edit: { path: "/metadata/annotations/vpac.dev~1pin-host", from: pinHost, to: "" },
        change: workloadChange((workload) => ({ ...workload, pinHost: undefined })),
      },
    ],
  ];
}

export function nodeNameRelaxations(_index: number, { workloadClass }: Applicant): Obstacles {
  const { nodeName } = workloadClass.sample.scheduling;
  const edit = { path: "/spec/nodeName", from: nodeName, to: "" };
  const description = `drop the node name ${nodeName ?? ""}`;
  return [[termsEdit({ cost: COST_PIN, description, edit }, () => ({ nodeName: undefined }))]];
}

/** Each label of the node selector that the host lacks, and the required node affinity. */
export function nodeAffinityRelaxations(
  index: number,
  { workloadClass }: Applicant,
  ledger: Ledger,
): Obstacles {
  const host = ledger.hosts[index];
  if (host === undefined) return [];
  const { nodeSelector, nodeAffinity } = workloadClass.sample.scheduling;
  const obstacles: (readonly Relaxation[])[] = Object.entries(nodeSelector)
    .filter(([key, value]) => labelOf(host.labels, key) !== value)
    .map(([key, value]) => [withoutSelector(key, value), labelled(host, key, value)]);
  const affinityOnly = { nodeSelector: {}, nodeAffinity };
  if (!matchesRequiredAffinity(affinityOnly, host.labels, host.name)) {
    const description = "drop the required node affinity";
    const edit = { path: "/spec/affinity/nodeAffinity", from: "required", to: "" };
    obstacles.push([
      termsEdit({ cost: COST_RULE, description, edit }, (terms) => ({
        nodeAffinity: { ...terms.nodeAffinity, required: undefined },
      })),
    ]);
  }
  return obstacles;
}

function withoutSelector(key: string, value: string): Relaxation {
  const edit = { path: `/spec/nodeSelector/${pointerToken(key)}`, from: value, to: "" };
  const description = `drop ${key}=${value} from the node selector`;
  return termsEdit({ cost: COST_RULE, description, edit }, ({ nodeSelector }) => ({
    nodeSelector: Object.fromEntries(Object.entries(nodeSelector).filter(([each]) => each !== key)),
  }));
}

const labelled = (host: Host, key: string, value: string): Relaxation => ({
  cost: COST_LABEL,
  description: `label host ${host.name} with ${key}=${value}`,
  edit: hostEdit(host, {
    path: `/metadata/labels/${pointerToken(key)}`,
    from: labelOf(host.labels, key),
    to: value,
  }),
  change: hostChange(host, (known) => ({ ...known, labels: { ...known.labels, [key]: value } })),
});

export function portRelaxations(
  index: number,
  { workloadClass }: Applicant,
  ledger: Ledger,
): Obstacles {
  const { ports } = workloadClass.sample.scheduling;
  return ports
    .filter((port) => ledger.ports.conflict([port], index) !== undefined)
    .map(({ hostIp, protocol, port }) => {
      const name = `${hostIp}:${String(port)}/${protocol}`;
      const edit = { path: "/spec/hostPorts", from: name, to: "" };
      const description = `drop the host port ${String(port)}/${protocol}`;
      return [
        termsEdit({ cost: COST_PORT, description, edit }, (terms) => ({
          ports: terms.ports.filter(
            (each) => each.port !== port || each.protocol !== protocol || each.hostIp !== hostIp,
          ),
        })),
      ];
    });
}

/** The affinity as a whole, since one workload has to match all of its terms. */
export function interPodRelaxations(
  index: number,
  { workloadClass, impact }: Applicant,
): Obstacles {
  const { terms, sample } = workloadClass;
  const isIn = (counts: Sums, domain = -1): boolean => counts.at(domain) > 0;
  const own = terms.antiAffinity
    .filter(({ counts, topology }) => isIn(counts, topology.domainOf[index]))
    .map(({ rule }) => rule);
  const others = impact.antiHolders
    .filter(({ weights, topology }) => isIn(weights, topology.domainOf[index]))
    .map(({ rule }) => rule);
  const lacksNear =
    terms.affinity?.terms.some(
      ({ counts, topology }) => !isIn(counts, topology.domainOf[index]),
    ) === true && !isFirst(terms.affinity, index);
  const rules = [...new Set(sample.scheduling.podAffinity.required.map(({ rule }) => rule))];
  return [
    ...(lacksNear ? [[withoutAffinity(rules)]] : []),
    ...[...new Set(own)].map((rule) => [withoutOwnRule(rule), withoutRule(rule)]),
    ...[...new Set(others)].map((rule) => [withoutRule(rule)]),
  ];
}

type AffinityGroup = NonNullable<Applicant["workloadClass"]["terms"]["affinity"]>;

/** The first of its own kind may go wherever the topology's labels are. */
const isFirst = ({ terms, matchesItself }: AffinityGroup, index: number): boolean =>
  matchesItself &&
  terms.every(
    ({ counts, topology }) => (topology.domainOf[index] ?? -1) >= 0 && counts.total === 0,
  );

function withoutAffinity(rules: readonly string[]): Relaxation {
  const what = `affinity ${rules.join(", ")}`;
  const edit = { path: "/spec/affinity/podAffinity", from: what, to: "" };
  return termsEdit({ cost: COST_RULE, description: `drop ${what}`, edit }, ({ podAffinity }) => ({
    podAffinity: { ...podAffinity, required: [] },
  }));
}

function withoutOwnRule(rule: string): Relaxation {
  const what = `anti-affinity ${rule}`;
  const edit = { path: "/spec/affinity/podAntiAffinity", from: what, to: "" };
  return {
    cost: COST_RULE,
    description: `drop ${what}`,
    edit,
    change: workloadChange((workload) => withoutRules(workload, new Set([rule]))),
  };
}

/** The rule ends for everyone who has it. */
const withoutRule = (rule: string): Relaxation => ({
  cost: COST_RULE_OF_OTHERS,
  description: `drop anti-affinity ${rule} for everyone`,
  edit: { path: `${rule}#`, from: rule, to: "" },
  change: (scene) => ({
    ...scene,
    workload: withoutRules(scene.workload, new Set([rule])),
    dropped: new Set([...scene.dropped, rule]),
  }),
});

/** A larger skew where that is enough, or a wish. */
export function spreadRelaxations(index: number, applicant: Applicant): Obstacles {
  const { terms, sample } = applicant.workloadClass;
  return terms.spreadHard.flatMap((term, number): Obstacles => {
    const { constraint, topology, matchesItself } = term;
    const counted = applicant.spreadHard[number];
    const position = sample.scheduling.spread.indexOf(constraint);
    const domain = topology.domainOf[index] ?? -1;
    if (domain < 0) return [[wishedSpread(constraint, position)]];
    const own = matchesItself ? 1 : 0;
    const skew = (counted?.counts[domain] ?? 0) + own - (counted?.minimum ?? 0);
    if (skew <= constraint.maxSkew) return [];
    return [[widerSkew(constraint, position, skew), wishedSpread(constraint, position)]];
  });
}

/** The constraint becomes a wish. */
function wishedSpread(softened: SpreadConstraint, position: number): Relaxation {
  const edit = {
    path: `/spec/topologySpreadConstraints/${String(position)}/whenUnsatisfiable`,
    from: "DoNotSchedule",
    to: "ScheduleAnyway",
  };
  const description = `wish for spread over ${softened.topologyKey}, not require it`;
  return termsEdit({ cost: COST_RULE, description, edit }, ({ spread }) => ({
    spread: spread.map((each) =>
      each === softened ? { ...each, whenUnsatisfiable: "ScheduleAnyway" } : each,
    ),
  }));
}

function widerSkew(widened: SpreadConstraint, position: number, skew: number): Relaxation {
  const edit = {
    path: `/spec/topologySpreadConstraints/${String(position)}/maxSkew`,
    from: String(widened.maxSkew),
    to: String(skew),
  };
  const description = `max skew over ${widened.topologyKey} ${edit.from} -> ${edit.to}`;
  return termsEdit({ cost: COST_SKEW, description, edit }, ({ spread }) => ({
    spread: spread.map((each) => (each === widened ? { ...each, maxSkew: skew } : each)),
  }));
}
