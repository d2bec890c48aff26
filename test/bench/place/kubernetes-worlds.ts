/** Random v1 objects that reach the branches of kube-scheduler's filters and scores. */
import type { JsonObject, JsonValue } from "../../../engine/model/json.ts";

/** A whole number from 0 up to but without `end`. */
export type Dice = (end: number) => number;

const MATCH_KEYS = ["zone", "rack", "disk", "num", "gone", "kubernetes.io/hostname"];
const VALUES = ["a", "b", "c", "1", "5", "10", "x", "node-1", ""];
const TOPOLOGIES = ["zone", "rack", "kubernetes.io/hostname", "disk", "gone"];
const NAMESPACES = ["red", "green", "blue"];
const IMAGES = ["web", "web:1", "db:2", "reg.example:5000/big", "reg.example:5000/big:latest"];
const LISTED = ["web:latest", "web:1", "db:2", "reg.example:5000/big:latest"];
const CPU = [
  "0",
  "1m",
  "100m",
  "0.1",
  "250m",
  ".5",
  "1",
  "1.5",
  "2",
  "1e0",
  "1500e-3",
  "100u",
  "m",
  "7",
];
const MEMORY = [
  "0",
  "128974848",
  "129e6",
  "129M",
  "123Mi",
  "0.5Gi",
  "1.5Gi",
  "2Gi",
  "1G",
  "100m",
  "1e9",
  "1E3",
  "5k",
  "1000Ki",
  "1024Mi",
  "e3",
  "Ki",
];
const STORAGE = ["0", "1Gi", "500M", "0.25Gi"];
const DEVICES = ["0", "1", "2", "3"];

/** Draws with one source of numbers. */
export class Draw {
  readonly dice: Dice;

  constructor(dice: Dice) {
    this.dice = dice;
  }

  one<Item>(items: readonly Item[]): Item {
    return items[this.dice(items.length)] as Item;
  }

  chance(percent: number): boolean {
    return this.dice(100) < percent;
  }

  some<Item>(upTo: number, make: (index: number) => Item): Item[] {
    return Array.from({ length: this.dice(upTo + 1) }, (_, index) => make(index));
  }

  /** The members with a value; each absent one was not drawn. */
  maybe(percent: number, make: () => JsonObject): JsonObject {
    return this.chance(percent) ? make() : {};
  }
}

function resourceList(draw: Draw, percent: number): JsonObject {
  return {
    ...draw.maybe(percent, () => ({ cpu: draw.one(CPU) })),
    ...draw.maybe(percent, () => ({ memory: draw.one(MEMORY) })),
    ...draw.maybe(12, () => ({ "ephemeral-storage": draw.one(STORAGE) })),
    ...draw.maybe(12, () => ({ "example.com/gpu": draw.one(DEVICES) })),
    ...draw.maybe(4, () => ({ "hugepages-2Mi": draw.one(["0", "2Mi", "4Mi"]) })),
  };
}

function resources(draw: Draw): JsonObject {
  const requests = resourceList(draw, 60);
  const limits = draw.chance(30) ? requests : resourceList(draw, 40);
  return draw.one<JsonObject>([{ requests, limits }, { requests }, { requests, limits }, {}]);
}

function ports(draw: Draw): JsonObject {
  const list = draw.some(2, (): JsonObject => {
    const hostPort = draw.one([0, 80, 443, 8080]);
    return {
      containerPort: hostPort === 0 ? 80 : hostPort,
      hostPort,
      ...draw.maybe(50, () => ({ protocol: draw.one(["TCP", "UDP", "SCTP"]) })),
      ...draw.maybe(50, () => ({ hostIP: draw.one(["0.0.0.0", "127.0.0.1", "10.0.0.1", ""]) })),
    };
  });
  return list.length === 0 ? {} : { ports: list };
}

const container = (draw: Draw, name: string): JsonObject => ({
  name,
  image: draw.one(IMAGES),
  ...draw.maybe(85, () => ({ resources: resources(draw) })),
  ...draw.maybe(12, () => ports(draw)),
});

function containers(draw: Draw): JsonObject {
  const initContainers = draw.some(3, (index) => ({
    ...container(draw, `i${index}`),
    ...draw.maybe(50, () => ({ restartPolicy: "Always" })),
  }));
  return {
    containers: [container(draw, "c"), ...draw.some(2, (index) => container(draw, `d${index}`))],
    ...draw.maybe(35, () => ({ initContainers })),
    ...draw.maybe(15, () => ({ overhead: { cpu: draw.one(CPU), memory: draw.one(MEMORY) } })),
    ...draw.maybe(8, () => ({ resources: podLevel(draw) })),
    ...draw.maybe(6, () => ({
      volumes: [
        draw.chance(70)
          ? { name: "v", image: { reference: draw.one(IMAGES) } }
          : { name: "v", emptyDir: {} },
      ],
    })),
  };
}

/**
 * The peer adds overhead onto the Pod's own fractions of binary units in place, once more for
 * every time it is asked, so that its answers depend on their number: none are drawn here.
 */
const WHOLE_MEMORY = MEMORY.filter((text) => !/\..*i$/.test(text));

const podLevel = (draw: Draw): JsonObject => ({
  ...draw.maybe(70, () => ({ requests: { cpu: draw.one(CPU), memory: draw.one(WHOLE_MEMORY) } })),
  ...draw.maybe(70, () => ({ limits: { cpu: draw.one(CPU), memory: draw.one(WHOLE_MEMORY) } })),
});

function requirement(draw: Draw, operators: readonly string[], isStrict: boolean): JsonObject {
  const operator = draw.one(operators);
  const key = draw.one(MATCH_KEYS);
  if (operator === "Exists" || operator === "DoesNotExist") return { key, operator };
  if (operator === "Gt" || operator === "Lt") {
    // The peer gives no answer to a preference that it cannot parse.
    return {
      key,
      operator,
      values: [draw.one(isStrict ? ["0", "5", "9"] : ["0", "5", "-1", "x"])],
    };
  }
  return { key, operator, values: [draw.one(VALUES), ...draw.some(2, () => draw.one(VALUES))] };
}

const NODE_OPERATORS = ["In", "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];
const LABEL_OPERATORS = ["In", "NotIn", "Exists", "DoesNotExist"];

const matchField = (draw: Draw): JsonObject => ({
  key: "metadata.name",
  operator: draw.one(["In", "In", "NotIn"]),
  values: [draw.one(["node-0", "node-1", "node-2", "node-x"])],
});

const matchFields = (draw: Draw): JsonObject => ({
  matchFields: [matchField(draw), ...(draw.chance(25) ? [matchField(draw)] : [])],
});

const nodeTerm = (draw: Draw, isStrict: boolean): JsonObject => ({
  ...draw.maybe(85, () => ({
    matchExpressions: draw.some(2, () => requirement(draw, NODE_OPERATORS, isStrict)),
  })),
  ...draw.maybe(15, () => matchFields(draw)),
});

const weight = (draw: Draw): number => 1 + draw.dice(100);

const nodeAffinity = (draw: Draw): JsonObject => ({
  ...draw.maybe(50, () => ({
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [nodeTerm(draw, false), ...draw.some(2, () => nodeTerm(draw, false))],
    },
  })),
  ...draw.maybe(60, () => ({
    preferredDuringSchedulingIgnoredDuringExecution: draw.some(3, () => ({
      weight: weight(draw),
      preference: nodeTerm(draw, true),
    })),
  })),
});

const podLabels = (draw: Draw): JsonObject => ({
  ...draw.maybe(80, () => ({ app: draw.one(["web", "db", "job"]) })),
  ...draw.maybe(40, () => ({ tier: draw.one(["1", "2"]) })),
});

const podRequirement = (draw: Draw): JsonObject => ({
  ...requirement(draw, LABEL_OPERATORS, true),
  key: draw.one(["app", "tier", "gone"]),
  ...(draw.chance(50) ? { operator: "In", values: ["web", "1"] } : {}),
});

function selector(draw: Draw): JsonObject {
  const matchExpressions = [podRequirement(draw)].map(withoutStray);
  return draw.one<JsonObject>([
    { matchLabels: { app: draw.one(["web", "db", "job"]) } },
    { matchLabels: { tier: "1" } },
    { matchExpressions },
    {},
  ]);
}

/** `Exists` and its opposite take no values. */
function withoutStray(value: JsonObject): JsonObject {
  const { key, operator, values } = value;
  const isUnary = operator === "Exists" || operator === "DoesNotExist";
  return isUnary ? { key, operator } : { key, operator, values: values ?? ["web"] };
}

const podTerm = (draw: Draw): JsonObject => ({
  topologyKey: draw.one(TOPOLOGIES),
  ...draw.maybe(92, () => ({ labelSelector: selector(draw) })),
  ...draw.maybe(30, () => ({ namespaces: [draw.one(NAMESPACES)] })),
  ...draw.maybe(25, () => ({
    namespaceSelector: draw.one<JsonObject>([
      {},
      { matchLabels: { team: draw.one(["x", "y"]) } },
      { matchExpressions: [{ key: "team", operator: draw.one(["Exists", "DoesNotExist"]) }] },
    ]),
  })),
});

const podTerms = (draw: Draw, required: number): JsonObject => ({
  ...draw.maybe(required, () => ({
    requiredDuringSchedulingIgnoredDuringExecution: [
      podTerm(draw),
      ...draw.some(1, () => podTerm(draw)),
    ],
  })),
  ...draw.maybe(55, () => ({
    preferredDuringSchedulingIgnoredDuringExecution: draw.some(2, () => ({
      weight: weight(draw),
      podAffinityTerm: podTerm(draw),
    })),
  })),
});

const affinity = (draw: Draw): JsonObject => ({
  ...draw.maybe(45, () => ({ nodeAffinity: nodeAffinity(draw) })),
  ...draw.maybe(40, () => ({ podAffinity: podTerms(draw, 45) })),
  ...draw.maybe(40, () => ({ podAntiAffinity: podTerms(draw, 50) })),
});

const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

function toleration(draw: Draw): JsonObject {
  const operator = draw.one(["Exists", "Exists", "Equal", "Equal", "", "", "Gt", "Lt"]);
  const effect = draw.maybe(60, () => ({ effect: draw.one(EFFECTS) }));
  if (operator === "Exists") {
    const key = draw.one(["", "k1", "k2", "node.kubernetes.io/unschedulable"]);
    return { operator, ...effect, ...(key === "" ? {} : { key }) };
  }
  return {
    key: draw.one(["k1", "k2", "node.kubernetes.io/unschedulable"]),
    ...(operator === "" ? {} : { operator }),
    ...draw.maybe(80, () => ({ value: draw.one(["", "v1", "v2", "5", "10"]) })),
    ...effect,
  };
}

function constraint(draw: Draw): JsonObject {
  const isHard = draw.chance(55);
  return {
    maxSkew: 1 + draw.dice(3),
    topologyKey: draw.one(TOPOLOGIES),
    whenUnsatisfiable: isHard ? "DoNotSchedule" : "ScheduleAnyway",
    ...draw.maybe(90, () => ({ labelSelector: selector(draw) })),
    ...(isHard ? draw.maybe(25, () => ({ minDomains: 1 + draw.dice(4) })) : {}),
    ...draw.maybe(35, () => ({ nodeAffinityPolicy: draw.one(["Honor", "Ignore"]) })),
    ...draw.maybe(35, () => ({ nodeTaintsPolicy: draw.one(["Honor", "Ignore"]) })),
    ...draw.maybe(10, () => ({ matchLabelKeys: [draw.one(["app", "tier"])] })),
  };
}

function spread(draw: Draw): JsonObject[] {
  const seen = new Set<string>();
  return [constraint(draw), ...draw.some(2, () => constraint(draw))].filter((item) => {
    const name = JSON.stringify([item["topologyKey"], item["whenUnsatisfiable"]]);
    const isNew = !seen.has(name);
    seen.add(name);
    return isNew;
  });
}

/** A Pod; `nodeName` binds it, or asks for a node by name where the Pod still waits. */
function pod(draw: Draw, name: string, nodeName: string | undefined): JsonObject {
  return {
    metadata: {
      name,
      namespace: draw.one(NAMESPACES),
      labels: podLabels(draw),
      uid: name,
      ...draw.maybe(8, () => ({ deletionTimestamp: "2026-01-01T00:00:00Z" })),
    },
    spec: {
      ...containers(draw),
      ...draw.maybe(45, () => ({ affinity: affinity(draw) })),
      ...draw.maybe(40, () => ({ tolerations: draw.some(3, () => toleration(draw)) })),
      ...draw.maybe(30, () => ({ topologySpreadConstraints: spread(draw) })),
      ...draw.maybe(15, () => ({ nodeSelector: { [draw.one(MATCH_KEYS)]: draw.one(VALUES) } })),
      ...(nodeName === undefined ? {} : { nodeName }),
    },
  };
}

function node(draw: Draw, index: number): JsonObject {
  const label = (key: string, values: readonly JsonValue[]): JsonObject =>
    draw.maybe(75, () => ({ [key]: draw.one(values) }));
  const name = `node-${index}`;
  return {
    metadata: {
      name,
      labels: {
        ...label("zone", ["a", "b", "c"]),
        ...label("rack", ["a", "b"]),
        ...label("disk", ["a", "x", ""]),
        ...label("num", ["1", "5", "10", "x"]),
        ...draw.maybe(95, () => ({ "kubernetes.io/hostname": name })),
      },
    },
    spec: {
      ...draw.maybe(8, () => ({ unschedulable: true })),
      taints: draw.some(draw.chance(45) ? 2 : 0, () => ({
        key: draw.one(["k1", "k2"]),
        ...draw.maybe(70, () => ({ value: draw.one(["v1", "v2", "5", "9"]) })),
        effect: draw.one(EFFECTS),
      })),
    },
    status: {
      allocatable: {
        // Rarely a node says nothing of one, or that it has none.
        ...draw.maybe(96, () => ({ cpu: draw.one(["2", "4", "7777m", "16", "3.9", "3.9", "0"]) })),
        ...draw.maybe(96, () => ({
          memory: draw.one(["4Gi", "8Gi", "10G", "16777216k", "1.5Gi", "1.5Gi", "0"]),
        })),
        "ephemeral-storage": draw.one(["10Gi", "1Gi", "0"]),
        pods: draw.one(["110", "110", "110", "2"]),
        ...draw.maybe(40, () => ({ "example.com/gpu": draw.one(["1", "2", "8"]) })),
        ...draw.maybe(15, () => ({ "hugepages-2Mi": "4Mi" })),
      },
      images: draw.some(3, () => ({
        names: [draw.one(LISTED), ...(draw.chance(20) ? [draw.one(LISTED)] : [])],
        sizeBytes: draw.one([1_000_000, 104_857_600, 629_145_600, 3_145_728_000]),
      })),
    },
  };
}

/** A scenario in the oracle's input format. */
export function scenario(draw: Draw, pendingCount: number): JsonObject {
  const nodes = [node(draw, 0), ...draw.some(9, (index) => node(draw, index + 1))];
  const nameOf = (): string => `node-${draw.dice(nodes.length)}`;
  return {
    namespaces: NAMESPACES.map((name, index) => ({
      metadata: {
        name,
        labels: {
          "kubernetes.io/metadata.name": name,
          ...(index === 2 ? {} : { team: index === 0 ? "x" : "y" }),
        },
      },
    })),
    nodes,
    pods: draw.some(14, (index) => pod(draw, `b${index}`, nameOf())),
    pending: Array.from({ length: pendingCount }, (_, index) =>
      pod(draw, `p${index}`, draw.chance(4) ? nameOf() : undefined),
    ),
  };
}
