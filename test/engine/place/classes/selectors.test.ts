import { describe, expect, test } from "vitest";
import type {
  LabelSelector,
  MatchExpression,
  MatchOperator,
  NodeSelectorTerm,
  Taint,
  Toleration,
} from "../../../../engine/model/scheduling.ts";
import {
  matchesRequiredAffinity,
  matchesTerm,
  tolerates,
  untoleratedTaint,
} from "../../../../engine/place/classes/selectors.ts";
import { matchesExpression, matchesSelector } from "../../../../engine/model/selector.ts";

const labels = { disk: "ssd", rank: "5", empty: "" };

const expression = (
  key: string,
  operator: MatchOperator,
  ...values: readonly string[]
): MatchExpression => ({ key, operator, values });

describe("D02: match expressions as Kubernetes reads them", () => {
  const cases: readonly { name: string; given: MatchExpression; want: boolean }[] = [
    { name: "In holds a listed value", given: expression("disk", "In", "hdd", "ssd"), want: true },
    { name: "In refuses another value", given: expression("disk", "In", "hdd"), want: false },
    { name: "In refuses a missing key", given: expression("none", "In", "ssd"), want: false },
    { name: "In finds the empty value", given: expression("empty", "In", ""), want: true },
    {
      name: "NotIn refuses a listed value",
      given: expression("disk", "NotIn", "ssd"),
      want: false,
    },
    { name: "NotIn holds another value", given: expression("disk", "NotIn", "hdd"), want: true },
    { name: "NotIn holds a missing key", given: expression("none", "NotIn", "ssd"), want: true },
    { name: "Exists holds a present key", given: expression("disk", "Exists"), want: true },
    { name: "Exists holds an empty value", given: expression("empty", "Exists"), want: true },
    { name: "Exists refuses a missing key", given: expression("none", "Exists"), want: false },
    {
      name: "DoesNotExist holds a missing key",
      given: expression("none", "DoesNotExist"),
      want: true,
    },
    {
      name: "DoesNotExist refuses a present key",
      given: expression("disk", "DoesNotExist"),
      want: false,
    },
    { name: "Gt compares integers, not text", given: expression("rank", "Gt", "10"), want: false },
    { name: "Gt holds a larger integer", given: expression("rank", "Gt", "4"), want: true },
    { name: "Gt refuses the equal integer", given: expression("rank", "Gt", "5"), want: false },
    { name: "Lt holds a smaller integer", given: expression("rank", "Lt", "10"), want: true },
    { name: "Lt refuses the equal integer", given: expression("rank", "Lt", "5"), want: false },
    {
      name: "Gt refuses a label that is no integer",
      given: expression("disk", "Gt", "1"),
      want: false,
    },
    {
      name: "Lt refuses a bound that is no integer",
      given: expression("rank", "Lt", "x"),
      want: false,
    },
    { name: "Gt refuses a missing key", given: expression("none", "Gt", "1"), want: false },
    { name: "Gt reads a negative bound", given: expression("rank", "Gt", "-3"), want: true },
    { name: "Gt refuses two bounds", given: expression("rank", "Gt", "1", "2"), want: false },
    {
      name: "Gt refuses a bound beyond 64 bits",
      given: expression("rank", "Lt", "9223372036854775808"),
      want: false,
    },
    {
      name: "Lt holds the largest 64-bit bound",
      given: expression("rank", "Lt", "9223372036854775807"),
      want: true,
    },
    {
      name: "an inherited property is no label",
      given: expression("toString", "Exists"),
      want: false,
    },
  ];
  test.for([...cases])("$name", ({ given, want }) => {
    expect(matchesExpression(given, labels)).toBe(want);
  });
});

describe("label selectors", () => {
  const selector = (given: Partial<LabelSelector>): LabelSelector => ({
    matchLabels: {},
    matchExpressions: [],
    ...given,
  });
  const cases: readonly { name: string; given: LabelSelector | undefined; want: boolean }[] = [
    { name: "no selector matches nothing", given: undefined, want: false },
    { name: "an empty selector matches everything", given: selector({}), want: true },
    {
      name: "matchLabels need the value",
      given: selector({ matchLabels: { disk: "hdd" } }),
      want: false,
    },
    {
      name: "matchLabels accept the value",
      given: selector({ matchLabels: { disk: "ssd" } }),
      want: true,
    },
    {
      name: "labels and expressions have to hold together",
      given: selector({
        matchLabels: { disk: "ssd" },
        matchExpressions: [expression("rank", "NotIn", "5")],
      }),
      want: false,
    },
    {
      name: "a missing label is not the empty one",
      given: selector({ matchLabels: { none: "" } }),
      want: false,
    },
  ];
  test.for([...cases])("$name", ({ given, want }) => {
    expect(matchesSelector(given, labels)).toBe(want);
  });
});

describe("node selector terms", () => {
  const term = (given: Partial<NodeSelectorTerm>): NodeSelectorTerm => ({
    matchExpressions: [],
    matchFields: [],
    ...given,
  });
  const name = (operator: "In" | "NotIn", ...values: readonly string[]): NodeSelectorTerm =>
    term({ matchFields: [expression("metadata.name", operator, ...values)] });
  const cases: readonly { name: string; given: NodeSelectorTerm; want: boolean }[] = [
    { name: "an empty term matches nothing", given: term({}), want: false },
    { name: "the host's name by In", given: name("In", "a"), want: true },
    { name: "another name by In", given: name("In", "b"), want: false },
    { name: "another name by NotIn", given: name("NotIn", "b"), want: true },
    { name: "the host's name by NotIn", given: name("NotIn", "a"), want: false },
    { name: "a field takes one value only", given: name("In", "a", "b"), want: false },
    {
      name: "an unknown field reads as empty text",
      given: term({ matchFields: [expression("metadata.uid", "In", "a")] }),
      want: false,
    },
    {
      name: "an unreadable expression spoils its term",
      given: term({ matchExpressions: [expression("disk", "In")] }),
      want: false,
    },
    {
      name: "NotIn without values is unreadable, too",
      given: term({ matchExpressions: [expression("disk", "NotIn")] }),
      want: false,
    },
    {
      name: "Exists with a value is unreadable",
      given: term({ matchExpressions: [expression("disk", "Exists", "ssd")] }),
      want: false,
    },
    {
      name: "fields and expressions have to hold together",
      given: term({
        matchExpressions: [expression("disk", "In", "ssd")],
        matchFields: [expression("metadata.name", "In", "b")],
      }),
      want: false,
    },
  ];
  test.for([...cases])("$name", ({ given, want }) => {
    expect(matchesTerm(given, labels, "a")).toBe(want);
  });

  const ssd = term({ matchExpressions: [expression("disk", "In", "ssd")] });
  const hdd = term({ matchExpressions: [expression("disk", "In", "hdd")] });
  const required: readonly {
    name: string;
    selector: Readonly<Record<string, string>>;
    given: readonly NodeSelectorTerm[] | undefined;
    want: boolean;
  }[] = [
    { name: "no requirement matches every host", selector: {}, given: undefined, want: true },
    { name: "an empty list of terms matches none", selector: {}, given: [], want: false },
    { name: "terms are alternatives", selector: {}, given: [hdd, ssd], want: true },
    { name: "no alternative holds", selector: {}, given: [hdd], want: false },
    { name: "the node selector holds besides", selector: { rank: "6" }, given: [ssd], want: false },
    { name: "both hold", selector: { rank: "5" }, given: [ssd], want: true },
  ];
  test.for([...required])("required: $name", ({ selector, given, want }) => {
    const terms = { nodeSelector: selector, nodeAffinity: { required: given, preferred: [] } };
    expect(matchesRequiredAffinity(terms, labels, "a")).toBe(want);
  });
});

describe("D02: taints and tolerations", () => {
  const taint = (given: Partial<Taint> = {}): Taint => ({
    key: "gpu",
    value: "yes",
    effect: "NoSchedule",
    ...given,
  });
  const toleration = (given: Partial<Toleration> = {}): Toleration => ({
    key: "gpu",
    operator: "Equal",
    value: "yes",
    effect: "NoSchedule",
    ...given,
  });
  const cases: readonly { name: string; given: Toleration; taint?: Taint; want: boolean }[] = [
    { name: "Equal needs key, value and effect", given: toleration(), want: true },
    { name: "Equal refuses another value", given: toleration({ value: "no" }), want: false },
    { name: "Equal refuses another key", given: toleration({ key: "cpu" }), want: false },
    {
      name: "Equal refuses another effect",
      given: toleration({ effect: "NoExecute" }),
      want: false,
    },
    {
      name: "Exists ignores the value",
      given: toleration({ operator: "Exists", value: "" }),
      want: true,
    },
    { name: "an empty effect covers every effect", given: toleration({ effect: "" }), want: true },
    {
      name: "an empty key with Exists covers every taint",
      given: toleration({ key: "", operator: "Exists", value: "", effect: "" }),
      taint: taint({ key: "other", effect: "NoExecute" }),
      want: true,
    },
    {
      name: "an empty key still minds its effect",
      given: toleration({ key: "", operator: "Exists", value: "", effect: "NoExecute" }),
      want: false,
    },
    {
      name: "Gt is switched off upstream",
      given: toleration({ operator: "Gt", value: "1" }),
      want: false,
    },
    {
      name: "Lt is switched off upstream",
      given: toleration({ operator: "Lt", value: "9" }),
      want: false,
    },
  ];
  test.for([...cases])("$name", ({ given, taint: other, want }) => {
    expect(tolerates(given, other ?? taint())).toBe(want);
  });

  test("PreferNoSchedule keeps nobody off", () => {
    expect(untoleratedTaint([taint({ effect: "PreferNoSchedule" })], [])).toBeUndefined();
  });

  test.for(["NoSchedule", "NoExecute"] as const)(
    "%s keeps off who does not tolerate it",
    (effect) => {
      expect(untoleratedTaint([taint({ effect })], [])).toEqual(taint({ effect }));
      expect(untoleratedTaint([taint({ effect })], [toleration({ effect })])).toBeUndefined();
    },
  );

  test("the first taint that is not tolerated is named", () => {
    const taints = [taint(), taint({ key: "b" }), taint({ key: "c" })];
    expect(untoleratedTaint(taints, [toleration()])?.key).toBe("b");
  });
});
