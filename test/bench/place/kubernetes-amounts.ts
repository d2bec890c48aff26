/** Random containers, requests and reports of them, as v1 objects. */
import type { JsonObject, JsonValue } from "../../../engine/model/json.ts";

/** A whole number from 0 up to but without `end`. */
export type Dice = (end: number) => number;

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

const listOf = (text: string): readonly string[] => text.split(" ");

/** Names with and without tags, digests and ports; some containers have none. */
const IMAGES = listOf(
  "web web:1 db:2 reg.example:5000/big reg.example:5000/big:latest web@sha256:aa web:1@sha256:aa",
);
const CPU: readonly (string | number)[] = [
  ...listOf("0 1n 999n 100u 1m 0.0001 99m 100m 0.1 +0.1 101m 250m .5 500m 0.333 1 1. 1.0 1.5"),
  ...listOf("2 1e0 1500e-3 3e-1 m 7"),
  1,
  0.5,
];
const MEMORY: readonly (string | number)[] = [
  ...listOf("0 1 1m 100m 1500m e3 Ki 5k 1E3 0.1Ki 1000Ki 1024Mi 64Mi 123Mi 200Mi 209715200"),
  ...listOf("209715201 128974848 129e6 129M 1000000000n 0.3Gi 0.5Gi 1.5Gi 2Gi 1G 1.1G 1e9"),
  134_217_728,
];
const STORAGE = listOf("0 1 1Gi 500M 0.25Gi 100m 20Gi");
/** Counted one by one; the last two are none of those, whatever they look like. */
const COUNTED = [
  ...listOf("example.com/gpu example.com/gpu nvidia.com/gpu kubernetes.io/batch hugepages-2Mi"),
  ...listOf("hugepages-1Gi attachable-volumes-csi requests.example.com/gpu storage"),
];
const COUNTS = listOf("0 1 2 3 500m 2Mi 4Mi");

function resourceList(draw: Draw, percent: number): JsonObject {
  return {
    ...draw.maybe(percent, () => ({ cpu: draw.one(CPU) })),
    ...draw.maybe(percent, () => ({ memory: draw.one(MEMORY) })),
    ...draw.maybe(12, () => ({ "ephemeral-storage": draw.one(STORAGE) })),
    ...draw.maybe(14, () => ({ [draw.one(COUNTED)]: draw.one(COUNTS) })),
  };
}

function resources(draw: Draw): JsonObject {
  const requests = resourceList(draw, 60);
  const limits = draw.chance(30) ? requests : resourceList(draw, 40);
  return draw.one<JsonObject>([
    { requests, limits },
    { requests },
    { limits },
    { requests, limits },
    draw.chance(20) ? { requests: null, limits: null } : {},
  ]);
}

function ports(draw: Draw): JsonObject {
  const list = draw.some(2, (): JsonObject => {
    const hostPort = draw.one([0, 80, 443, 8080]);
    return {
      containerPort: hostPort === 0 ? 80 : hostPort,
      ...(hostPort === 0 && draw.chance(50) ? {} : { hostPort }),
      ...draw.maybe(50, () => ({ protocol: draw.one(["TCP", "UDP", "SCTP", ""]) })),
      ...draw.maybe(50, () => ({ hostIP: draw.one([...listOf("0.0.0.0 127.0.0.1 :: ::1"), ""]) })),
    };
  });
  return list.length === 0 ? {} : { ports: list };
}

const container = (draw: Draw, name: string): JsonObject => ({
  name,
  ...draw.maybe(94, () => ({ image: draw.one(IMAGES) })),
  ...draw.maybe(85, () => ({ resources: resources(draw) })),
  ...draw.maybe(12, () => ports(draw)),
});

/**
 * The peer adds overhead onto the Pod's own fractions of binary units in place, once more for
 * every time it is asked, so that its answers depend on their number: none are drawn here.
 */
const WHOLE_MEMORY = MEMORY.filter((text) => !/\..*i$/.test(String(text)));

const wholeList = (draw: Draw): JsonObject => ({
  ...draw.maybe(70, () => ({ cpu: draw.one(CPU) })),
  ...draw.maybe(70, () => ({ memory: draw.one(WHOLE_MEMORY) })),
  ...draw.maybe(8, () => ({ "hugepages-2Mi": "2Mi" })),
  ...draw.maybe(5, () => ({ "ephemeral-storage": "1Gi" })),
});

const podLevel = (draw: Draw): JsonObject => ({
  ...draw.maybe(60, () => ({ requests: wholeList(draw) })),
  ...draw.maybe(60, () => ({ limits: wholeList(draw) })),
});

const volume = (draw: Draw, index: number): JsonObject => ({
  name: `v${index}`,
  ...draw.one<JsonObject>([
    { image: { reference: draw.one(IMAGES) } },
    { image: {} },
    { emptyDir: {} },
    { persistentVolumeClaim: { claimName: "claim" } },
  ]),
});

/** All of a Pod's spec that says what it takes. */
export function containers(draw: Draw): JsonObject {
  const initContainers = draw.some(3, (index) => ({
    ...container(draw, `i${index}`),
    ...draw.maybe(55, () => ({ restartPolicy: draw.one(["Always", "Always", "Never"]) })),
  }));
  return {
    containers: [container(draw, "c"), ...draw.some(2, (index) => container(draw, `d${index}`))],
    ...draw.maybe(35, () => ({ initContainers })),
    ...draw.maybe(15, () => ({
      overhead: draw.chance(80)
        ? { cpu: draw.one(CPU), memory: draw.one(WHOLE_MEMORY) }
        : wholeList(draw),
    })),
    ...draw.maybe(10, () => ({ resources: podLevel(draw) })),
    ...draw.maybe(6, () => ({ volumes: draw.some(2, (index) => volume(draw, index)) })),
  };
}

function reportOf(draw: Draw, given: JsonValue): JsonObject {
  const { name, resources: stated } = given as JsonObject;
  const requests = (stated as JsonObject | undefined)?.["requests"] ?? {};
  return {
    name,
    ...draw.maybe(60, () => ({
      allocatedResources: draw.chance(50) ? requests : resourceList(draw, 70),
    })),
    ...draw.maybe(70, () => ({
      resources: draw.one<JsonObject>([{}, { requests: {} }, { requests: resourceList(draw, 70) }]),
    })),
  };
}

/** What a node reports of a Pod that is or was resized in place; `spec` is its own. */
export function resizeStatus(draw: Draw, spec: JsonObject): JsonObject {
  const reports = (field: string): JsonObject[] =>
    ((spec[field] ?? []) as readonly JsonValue[])
      .filter(() => draw.chance(85))
      .map((each) => reportOf(draw, each));
  const condition = {
    type: draw.one(["PodResizePending", "PodResizeInProgress"]),
    reason: draw.one(["Infeasible", "Deferred"]),
    status: "True",
  };
  return {
    containerStatuses: reports("containers"),
    ...draw.maybe(70, () => ({ initContainerStatuses: reports("initContainers") })),
    ...draw.maybe(30, () => ({ conditions: [condition] })),
    ...draw.maybe(15, () => ({ resources: draw.chance(80) ? podLevel(draw) : {} })),
    ...draw.maybe(15, () => ({ allocatedResources: wholeList(draw) })),
  };
}
