import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { withTextAt } from "../../cli/format/set-text.ts";
import type { JsonValue } from "../../engine/model/json.ts";

describe("one value set in the text of a document", () => {
  const cases: readonly {
    readonly name: string;
    readonly text: string;
    readonly path: string;
    readonly value: JsonValue;
    readonly want: string | undefined;
  }[] = [
    {
      name: "a value is replaced where it stands, comments stay",
      text: "# head\nspec:\n  replicas: 2 # two\n  paused: false\n",
      path: "spec/replicas",
      value: 5,
      want: "# head\nspec:\n  replicas: 5 # two\n  paused: false\n",
    },
    {
      name: "a new key goes behind the last of its block",
      text: "spec:\n  a: 1\n  b:\n    c: 2 # deep\nstatus: {}\n",
      path: "spec/d",
      value: true,
      want: "spec:\n  a: 1\n  b:\n    c: 2 # deep\n  d: true\nstatus: {}\n",
    },
    {
      name: "a new key goes into a mapping of one line",
      text: "spec: {a: 1, b: [x, y]} # all\n",
      path: "spec/c",
      value: "z",
      want: "spec: {a: 1, b: [x, y], c: z} # all\n",
    },
    {
      name: "a new key goes into an empty mapping",
      text: "spec: {}\n",
      path: "spec/maintenance",
      value: true,
      want: "spec: {maintenance: true}\n",
    },
    {
      name: "blocks on the way are made",
      text: "metadata: {name: x}\n",
      path: "spec/admission/hostFailuresToTolerate",
      value: 1,
      want: "metadata: {name: x}\nspec: {admission: {hostFailuresToTolerate: 1}}\n",
    },
    {
      name: "what is empty is filled",
      text: "spec:\nkind: Host\n",
      path: "spec/maintenance",
      value: true,
      want: "spec: {maintenance: true}\nkind: Host\n",
    },
    {
      name: "an item of a list is replaced by its number",
      text: "rules:\n  - {cpu: 1}\n  - {cpu: 2}\n",
      path: "rules/1/cpu",
      value: 3,
      want: "rules:\n  - {cpu: 1}\n  - {cpu: 3}\n",
    },
    {
      name: "a block is replaced by one line",
      text: "spec:\n  a:\n    b: 1\n    c: 2\n  d: 3\n",
      path: "spec/a",
      value: { b: 4 },
      want: "spec:\n  a:\n    {b: 4}\n  d: 3\n",
    },
    {
      name: "JSON stays JSON",
      text: '{"spec": {"replicas": 2}}\n',
      path: "spec/mode",
      value: "on",
      want: '{"spec": {"replicas": 2, "mode": "on"}}\n',
    },
    {
      name: "words that YAML reads as something else are quoted",
      text: "a: x\n",
      path: "a",
      value: "off",
      want: 'a: "off"\n',
    },
    {
      name: "a plain value cannot have members",
      text: "a: x\n",
      path: "a/b",
      value: 1,
      want: undefined,
    },
    {
      name: "a list has no item past its end",
      text: "a: [1]\n",
      path: "a/3",
      value: 1,
      want: undefined,
    },
  ];
  test.for(cases)("$name", ({ text, path, value, want }) => {
    const keys = path.split("/");
    const edited = withTextAt(text, keys, value);
    expect(edited).toBe(want);
    if (edited === undefined) return;
    const read = keys.reduce<unknown>(
      (at, key) => (at as Record<string, unknown>)[key],
      parse(edited),
    );
    expect(read).toEqual(value);
  });
});
