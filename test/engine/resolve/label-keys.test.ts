import { beforeAll, describe, expect, test } from "vitest";
import { readStoredPod } from "../../../engine/resolve/stored-objects.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";

beforeAll(() => prepareKinds());

const IN = { key: "rev", operator: "In", values: ["2"] };
const NOT_IN = { key: "rev", operator: "NotIn", values: ["2"] };

/** A Pod of revision 2 with one required term of anti-affinity. */
const podWith = (term: object): Parameters<typeof readStoredPod>[0] => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "default", labels: { app: "web", rev: "2" } },
  spec: {
    containers: [{ name: "c", image: "nginx:1" }],
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "rack", ...term }],
      },
    },
  },
});

const labelSelector = { matchLabels: { app: "web" } };

describe("D02: keys narrow the selector of a term by the Pod's own labels, as a server does", () => {
  test.for([
    ["matchLabelKeys", { labelSelector, matchLabelKeys: ["rev"] }, [IN]],
    ["mismatchLabelKeys", { labelSelector, mismatchLabelKeys: ["rev"] }, [NOT_IN]],
    ["both", { labelSelector, matchLabelKeys: ["rev"], mismatchLabelKeys: ["rev"] }, [IN, NOT_IN]],
    ["a label that the Pod has not", { labelSelector, matchLabelKeys: ["gone"] }, []],
  ] as const)("%s", ([, term, expected]) => {
    const found = resolveText(JSON.stringify(podWith(term))).value.resources.get("pod/default/web");
    const [read] = found?.workload?.scheduling.podAntiAffinity.required ?? [];
    expect(read?.selector).toEqual({ matchLabels: { app: "web" }, matchExpressions: expected });
  });

  test("nothing narrows a selector that is absent and so matches nothing", () => {
    const text = JSON.stringify(podWith({ matchLabelKeys: ["rev"] }));
    const found = resolveText(text).value.resources.get("pod/default/web");
    const [read] = found?.workload?.scheduling.podAntiAffinity.required ?? [];
    expect(read).toMatchObject({ topologyKey: "rack", selector: undefined });
  });

  test("a stored Pod keeps its selector, which its server has narrowed already", () => {
    const stored = readStoredPod(podWith({ labelSelector, matchLabelKeys: ["rev"] }));
    const [read] = stored.scheduling.podAntiAffinity.required;
    expect(read?.selector).toEqual({ matchLabels: { app: "web" }, matchExpressions: [] });
  });
});
