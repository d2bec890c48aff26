import { beforeAll, describe, expect, test } from "vitest";
import { prepareKinds } from "../../../schemas/index.ts";
import { containers, judge, pod, told } from "./judged.ts";

beforeAll(() => prepareKinds());

describe("kind selection", () => {
  test.for([
    {
      name: "an unknown kind gets the nearest known one",
      yaml: "apiVersion: v1\nkind: Pood\nmetadata: {name: a}",
      want: { code: "VP1500", at: "0/kind value", help: "write kind: Pod" },
    },
    {
      name: "a known kind in a version of old gets the served one",
      yaml: "apiVersion: apps/v1beta2\nkind: Deployment\nmetadata: {name: a}",
      want: { code: "VP1501", at: "0/apiVersion value", help: "write apiVersion: apps/v1" },
    },
    {
      name: "a known kind in another group gets its own group",
      yaml: "apiVersion: v1\nkind: VirtualMachineClass\nmetadata: {name: a}",
      want: {
        code: "VP1501",
        at: "0/apiVersion value",
        help: "write apiVersion: vmoperator.vmware.com/v1alpha6",
      },
    },
    {
      name: "a document without kind is told as such",
      yaml: "name: web\nimage: nginx",
      want: {
        code: "VP1511",
        at: "0 key",
        help: "start it with apiVersion and kind, or leave the file out",
      },
    },
    {
      name: "a kind that is no text is told as such",
      yaml: "apiVersion: v1\nkind: 7",
      want: { code: "VP1511", at: "0/kind value", help: "" },
    },
  ])("$name", ({ yaml, want }) => {
    const result = judge(yaml);
    expect(result.diagnostics.map(told)).toEqual([want]);
    expect(result.value).toEqual([]);
  });
});

describe("shape", () => {
  test.for([
    {
      name: "an unknown field is marked at its key, with the nearest name",
      yaml: pod("{contianers: [], containers: [{name: a, image: b}]}"),
      want: {
        code: "VP1503",
        at: "0/spec/contianers key",
        help: "write containers instead of contianers",
      },
    },
    {
      name: "a missing field is marked at the key above it",
      yaml: pod("{restartPolicy: Never}"),
      want: { code: "VP1502", at: "0/spec key", help: "add containers" },
    },
    {
      name: "a number where text is wanted is to be quoted",
      yaml: pod(containers("command: [1]")),
      want: {
        code: "VP1504",
        at: "0/spec/containers/0/command/0 value",
        help: 'put it in quotes: "1"',
      },
    },
    {
      name: "a quoted number where a number is wanted is to be unquoted",
      yaml: pod("{terminationGracePeriodSeconds: '30', containers: [{name: a, image: b}]}"),
      want: {
        code: "VP1504",
        at: "0/spec/terminationGracePeriodSeconds value",
        help: "write 30 without quotes",
      },
    },
    {
      name: "a word in the wrong case gets the right one",
      yaml: pod("{restartPolicy: never, containers: [{name: a, image: b}]}"),
      want: { code: "VP1505", at: "0/spec/restartPolicy value", help: "write Never" },
    },
    {
      name: "a bad name is told in words and put right",
      yaml: pod(containers(""), "{name: My_App}"),
      want: { code: "VP1506", at: "0/metadata/name value", help: "write my-app" },
    },
    {
      name: "a port beyond the last one is out of range",
      yaml: pod(containers("ports: [{containerPort: 70000}]")),
      want: { code: "VP1507", at: "0/spec/containers/0/ports/0/containerPort value", help: "" },
    },
    {
      name: "S01: a CPU amount finer than 1m is refused",
      yaml: pod(containers("resources: {requests: {cpu: 0.0005}}")),
      want: {
        code: "VP1508",
        at: "0/spec/containers/0/resources/requests/cpu value",
        help: "write 1m or more",
      },
    },
    {
      name: "S02: a unit from elsewhere gets the Kubernetes one",
      yaml: pod(containers("resources: {limits: {memory: 4GB}}")),
      want: {
        code: "VP1508",
        at: "0/spec/containers/0/resources/limits/memory value",
        help: "write 4G",
      },
    },
    {
      name: "a negative amount is refused",
      yaml: pod(containers("resources: {limits: {memory: -1}}")),
      want: { code: "VP1508", at: "0/spec/containers/0/resources/limits/memory value", help: "" },
    },
    {
      name: "metadata.generateName is refused with the reason",
      yaml: pod(containers(""), "{name: a, generateName: a-}"),
      want: {
        code: "VP1520",
        at: "0/metadata/generateName key",
        help: "remove metadata.generateName",
      },
    },
    {
      name: "S08: the QoS class cannot be declared",
      yaml: pod("{qosClass: Guaranteed, containers: [{name: a, image: b}]}"),
      want: { code: "VP1503", at: "0/spec/qosClass key", help: "remove qosClass" },
    },
    {
      name: "G02: a datastore of another type is refused",
      yaml: "apiVersion: vpac.dev/v1alpha1\nkind: Datastore\nmetadata: {name: d}\nspec: {type: ext4}",
      want: { code: "VP1505", at: "0/spec/type value", help: "" },
    },
  ])("$name", ({ yaml, want }) => {
    expect(judge(yaml).diagnostics.map(told)).toEqual([want]);
  });

  test.for([
    { text: "0.5", fits: true },
    { text: "500m", fits: true },
    { text: "126754378954", fits: true },
    { text: "64Mi", fits: true },
    { text: "1e3", fits: true },
    { text: "0.001", fits: true },
    { text: "1.0005", fits: false },
    { text: "half", fits: false },
    { text: "1 Gi", fits: false },
  ])("S01, S02: the CPU amount $text is judged by its value", ({ text, fits }) => {
    const result = judge(pod(containers(`resources: {requests: {cpu: "${text}"}}`)));
    expect(result.diagnostics.map((item) => item.code)).toEqual(fits ? [] : ["VP1508"]);
  });

  test("all problems of a document are told at once, one per place", () => {
    const result = judge(pod("{restartPolicy: 3, hostname: 4, containers: []}", "{name: A}"));
    expect(result.diagnostics.map((item) => item.source?.pointer)).toEqual([
      "/spec/hostname",
      "/spec/restartPolicy",
      "/metadata/name",
      "/spec/containers",
    ]);
  });

  test("a document with many problems shows twenty and counts the rest", () => {
    const fields = Array.from({ length: 30 }, (_, index) => `wrong${index}: 1`).join(", ");
    const result = judge(pod(`{${fields}, containers: [{name: a, image: b}]}`));
    expect(result.diagnostics).toHaveLength(21);
    expect(result.diagnostics.at(-1)).toMatchObject({ severity: "note", code: "VP1513" });
    expect(result.diagnostics.at(-1)?.detail).toContain("10 more problems");
  });

  test("a key without a value is as good as absent", () => {
    const result = judge(pod("{hostname: , containers: [{name: a, image: b, env: }]}"));
    expect(result.diagnostics).toEqual([]);
    expect(result.value[0]?.value["spec"]).toEqual({ containers: [{ name: "a", image: "b" }] });
  });

  test("names of members of every object are not fields", () => {
    const result = judge(pod("{constructor: 1, toString: 2, containers: [{name: a, image: b}]}"));
    expect(result.diagnostics.map((item) => item.code)).toEqual(["VP1503", "VP1503"]);
  });
});
