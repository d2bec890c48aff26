import { beforeAll, describe, expect, test } from "vitest";
import type { SchedulingTerms } from "../../../engine/model/scheduling.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { resolveText } from "../../support/specs.ts";
import { join } from "./documents.ts";
import { errors } from "./results.ts";
import { pod, vm } from "./workload-documents.ts";

beforeAll(() => prepareKinds());

describe("placement rules", () => {
  const rule = (name: string, spec: string): string =>
    `{apiVersion: vpac.dev/v1alpha1, kind: PlacementRule, metadata: {name: ${name}}, spec: ${spec}}`;
  const DB = "{app: db}";
  const SELECT = "select: {matchLabels: {app: db}}";
  const terms = (text: string): SchedulingTerms => {
    const found = resolveText(text).value.resources.get("pod/default/a")?.workload?.scheduling;
    if (found === undefined) throw new Error("no terms");
    return found;
  };

  test("D21: must becomes a requirement, should a preference", () => {
    const must = terms(join(pod("a", "{}", DB), rule("r", `{type: separate, ${SELECT}}`)));
    expect(must.podAntiAffinity.required).toMatchObject([
      {
        rule: "placementrule/default/r",
        topologyKey: "kubernetes.io/hostname",
        namespaces: ["default"],
      },
    ]);
    const should = terms(
      join(
        pod("a", "{}", DB),
        rule("r", `{type: together, enforcement: should, weight: 40, ${SELECT}}`),
      ),
    );
    expect(should.podAffinity).toMatchObject({ required: [], preferred: [{ weight: 40 }] });
  });

  test("D21: a rule is merged with what the Pod says itself", () => {
    const own =
      ", affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: rack, labelSelector: {matchLabels: {app: web}}}]}}";
    const found = terms(join(pod("a", "{}", DB, own), rule("r", `{type: separate, ${SELECT}}`)));
    expect(found.podAntiAffinity.required.map((term) => term.topologyKey)).toEqual([
      "rack",
      "kubernetes.io/hostname",
    ]);
  });

  test("a rule over named members selects them by a label of its own", () => {
    const found = resolveText(
      join(
        pod("a"),
        pod("b"),
        pod("c"),
        rule("r", "{type: separate, members: [pod/default/a, pod/default/b]}"),
      ),
    );
    const labels = (name: string): unknown =>
      found.value.resources.get(`pod/default/${name}`)?.attributes["metadata"];
    expect(labels("a")).toEqual({ labels: { "rule.vpac.dev/r": "member" } });
    expect(labels("c")).toBeUndefined();
  });

  test("VM-host rules become node affinity", () => {
    const on = terms(
      join(pod("a", "{}", DB), rule("r", `{type: on-hosts, ${SELECT}, hosts: {names: [h1, h2]}}`)),
    );
    expect(on.nodeAffinity.required?.map((term) => term.matchFields[0]?.values)).toEqual([
      ["h1"],
      ["h2"],
    ]);
    const off = terms(
      join(
        pod("a", "{}", DB),
        rule("r", `{type: off-hosts, ${SELECT}, hosts: {matchLabels: {gpu: "yes"}}}`),
      ),
    );
    expect(off.nodeAffinity.required).toEqual([
      { matchExpressions: [{ key: "gpu", operator: "NotIn", values: ["yes"] }], matchFields: [] },
    ]);
    const should = terms(
      join(
        pod("a", "{}", DB),
        rule("r", `{type: on-hosts, enforcement: should, ${SELECT}, hosts: {names: [h1]}}`),
      ),
    );
    expect(should.nodeAffinity).toMatchObject({
      required: undefined,
      preferred: [{ weight: 100 }],
    });
  });

  const conflicts: readonly { name: string; text: string; names: readonly string[] }[] = [
    {
      name: "D21: two rules, together and apart",
      text: join(
        pod("a", "{}", DB),
        pod("b", "{}", DB),
        rule("one", `{type: together, ${SELECT}}`),
        rule("two", `{type: separate, ${SELECT}}`),
      ),
      names: ["default/one", "default/two"],
    },
    {
      name: "D21: a rule against the Pod's own affinity",
      text: join(
        pod(
          "a",
          "{}",
          DB,
          ", affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: db}}}]}}",
        ),
        pod("b", "{}", DB),
        rule("apart", `{type: separate, ${SELECT}}`),
      ),
      names: ["placementrule/default/apart", "pod/default/a/spec/affinity/podAffinity"],
    },
  ];
  test.for(conflicts)("$name is an error that names both", ({ text, names }) => {
    const found = errors(text).filter(({ code }) => code === "VP2016");
    expect(found).toHaveLength(1);
    for (const name of names) expect(found[0]?.detail).toContain(name);
  });

  test("D21: a should rule conflicts with nothing, nor do rules over different workloads", () => {
    const both = join(
      pod("a", "{}", DB),
      pod("b", "{}", DB),
      rule("one", `{type: together, ${SELECT}}`),
    );
    expect(
      errors(join(both, rule("two", `{type: separate, enforcement: should, ${SELECT}}`))),
    ).toEqual([]);
    expect(
      errors(join(both, rule("two", "{type: separate, select: {matchLabels: {app: web}}}"))),
    ).toEqual([]);
  });

  test("D09: a PriorityClass says how important a Pod is and whether others end for it", () => {
    const kind = (name: string, rest: string): string =>
      `apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: ${name}}\n${rest}`;
    const polite = kind("polite", "value: 7\npreemptionPolicy: Never");
    const standard = kind("standard", "value: 3\nglobalDefault: true");
    const of = (given: string): SchedulingTerms =>
      terms(join(polite, standard, pod("a", "{}", "{}", given)));
    expect(of(", priorityClassName: polite")).toMatchObject({
      priority: 7,
      preemptionPolicy: "Never",
    });
    expect(of("").priority).toBe(3);
    expect(of("").preemptionPolicy).toBeUndefined();
    expect(of(", preemptionPolicy: Never").preemptionPolicy).toBe("Never");
  });

  test("a Pod's terms are read as upstream writes them", () => {
    const found = terms(
      pod(
        "a",
        "{}",
        "{}",
        `, nodeName: h1, nodeSelector: {disk: ssd}, priorityClassName: system-cluster-critical, tolerations: [{key: gpu, operator: Exists, effect: NoSchedule}],
          topologySpreadConstraints: [{maxSkew: 2, topologyKey: rack, whenUnsatisfiable: ScheduleAnyway, labelSelector: {}}],
          affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: cores, operator: Gt, values: ["8"]}]}]},
            preferredDuringSchedulingIgnoredDuringExecution: [{weight: 7, preference: {matchExpressions: [{key: rack, operator: In, values: [r1]}]}}]}}`,
      ),
    );
    expect(found).toMatchObject({
      nodeName: "h1",
      nodeSelector: { disk: "ssd" },
      priority: 2_000_000_000,
      runtime: "crx",
      images: ["x"],
      tolerations: [{ key: "gpu", operator: "Exists", value: "", effect: "NoSchedule" }],
      spread: [
        {
          maxSkew: 2,
          topologyKey: "rack",
          whenUnsatisfiable: "ScheduleAnyway",
          nodeAffinityPolicy: "Honor",
          nodeTaintsPolicy: "Ignore",
        },
      ],
      nodeAffinity: {
        required: [
          { matchExpressions: [{ key: "cores", operator: "Gt", values: ["8"] }], matchFields: [] },
        ],
        preferred: [{ weight: 7 }],
      },
    });
  });

  test("a VM's affinity is read from vmAffinity and vmAntiAffinity", () => {
    const text = vm(
      "a",
      "className: best-effort-small, groupName: g, affinity: {vmAntiAffinity: {requiredDuringSchedulingPreferredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: db}}}]}}",
    );
    const found = resolveText(text).value.resources.get("vm/default/a")?.workload?.scheduling;
    expect(found?.podAntiAffinity.required).toMatchObject([
      { selector: { matchLabels: { app: "db" } } },
    ]);
    expect(found?.runtime).toBe("vmx");
  });
});
