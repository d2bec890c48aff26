import { beforeAll, expect, test } from "vitest";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";

beforeAll(() => prepareKinds());

const deployment = (extra: string, labels = "{app: web}"): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: ${labels}}
  template:
    metadata: {labels: ${labels}}
    spec:
      containers: [{name: c, image: "nginx:1"}]
${extra}`;

const spreadOf = (text: string): readonly unknown[] | undefined =>
  resolveText(text).value.resources.get("pod/default/web-0")?.workload?.scheduling.spread;

test("D06: replicas are spread over hosts by default, softly, by their labels", () => {
  expect(spreadOf(deployment(""))).toMatchObject([
    {
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "ScheduleAnyway",
      selector: { matchLabels: { app: "web" } },
    },
  ]);
});

test("replicas that state their spread get that and nothing else", () => {
  const own = `      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule}
`;
  expect(spreadOf(deployment(own))).toMatchObject([{ topologyKey: "rack", maxSkew: 1 }]);
});

test("a Pod on its own is not spread: there is nothing to spread it from", () => {
  const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web-0, labels: {app: web}}\n";
  expect(spreadOf(`${pod}spec: {containers: [{name: c, image: "nginx:1"}]}\n`)).toEqual([]);
});
