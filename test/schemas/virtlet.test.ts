import { beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../engine/model/json.ts";
import { VIRTLET_ANNOTATIONS } from "../../schemas/_shared/virtlet.ts";
import { kinds, prepareKinds } from "../../schemas/index.ts";

beforeAll(() => prepareKinds(["core/Pod"]));

const vmPod = (annotations: JsonObject, spec: JsonObject = {}): JsonObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "vm",
    annotations: { "kubernetes.io/target-runtime": "virtlet.cloud", ...annotations },
  },
  spec: { containers: [{ name: "vm", image: "virtlet.cloud/fedora" }], ...spec },
});

const issuesOf = (document: JsonObject) =>
  (kinds.byKey("core/Pod")?.check?.(document) ?? []).map(({ code, pointer }) => ({
    code,
    pointer,
  }));

/** A value that must be refused, and the documented default, for every annotation that has rules. */
const cases = [
  { key: "VirtletVCPUCount", bad: "256", fallback: "1", good: "255" },
  { key: "VirtletVCPUCount", bad: "two", fallback: "1", good: "2" },
  { key: "VirtletCPUModel", bad: "skylake", fallback: "", good: "host-model" },
  { key: "VirtletDiskDriver", bad: "ide", fallback: "scsi", good: "virtio" },
  { key: "VirtletRootVolumeSize", bad: "big", fallback: "", good: "10Gi" },
  {
    key: "VirtletSystemUUID",
    bad: "1234",
    fallback: "",
    good: "53008994-44c0-4017-ad44-9c49758083da",
  },
  { key: "VirtletCloudInitImageType", bad: "iso", fallback: "nocloud", good: "configdrive" },
  { key: "VirtletCloudInitUserDataOverwrite", bad: "yes", fallback: "false", good: "true" },
  { key: "VirtletCloudInitUserDataSource", bad: "file/x", fallback: "", good: "secret/x" },
  { key: "VirtletCloudInitUserDataSourceEncoding", bad: "hex", fallback: "plain", good: "base64" },
  { key: "VirtletSSHKeySource", bad: "x", fallback: "", good: "configmap/keys/main" },
  { key: "VirtletFilesFromDataSource", bad: "x", fallback: "", good: "configmap/files" },
  { key: "VirtletChown9pfsMounts", bad: "1", fallback: "", good: "true" },
  { key: "VirtletForceDHCPNetworkConfig", bad: "on", fallback: "", good: "true" },
];

test.for(cases)("K03: $key takes $good, refuses $bad and defaults to '$fallback'", (row) => {
  const pointer = `/metadata/annotations/${row.key}`;
  expect(issuesOf(vmPod({ [row.key]: row.good }))).toEqual([]);
  expect(issuesOf(vmPod({ [row.key]: row.bad }))).toEqual([{ code: "VP1541", pointer }]);
  expect(VIRTLET_ANNOTATIONS[row.key]?.default).toBe(row.fallback);
});

const free = [
  "VirtletLibvirtCPUSetting",
  "VirtletCloudInitMetaData",
  "VirtletCloudInitUserData",
  "VirtletCloudInitUserDataScript",
  "VirtletCloudInitUserDataSourceKey",
  "VirtletSSHKeys",
];

test.for(free)("K03: %s takes any text and defaults to none", (key) => {
  expect(issuesOf(vmPod({ [key]: "anything: at all" }))).toEqual([]);
  expect(VIRTLET_ANNOTATIONS[key]?.default).toBe("");
});

test("K03: every annotation is covered here", () => {
  const covered = new Set([...cases.map((row) => row.key), ...free]);
  expect(Object.keys(VIRTLET_ANNOTATIONS).filter((key) => !covered.has(key))).toEqual([]);
});

describe("a VM Pod", () => {
  test("X11: has one container", () => {
    const containers = [
      { name: "a", image: "virtlet.cloud/a" },
      { name: "b", image: "virtlet.cloud/b" },
    ];
    expect(issuesOf(vmPod({}, { containers }))).toEqual([
      { code: "VP1542", pointer: "/spec/containers" },
    ]);
  });

  test("has an image of Virtlet", () => {
    const containers = [{ name: "a", image: "nginx" }];
    expect(issuesOf(vmPod({}, { containers }))).toEqual([
      { code: "VP1541", pointer: "/spec/containers/0/image" },
    ]);
  });

  test("has no more disks than its driver takes", () => {
    const disk = (index: number) => ({
      name: `d${index}`,
      flexVolume: { driver: "virtlet/flexvolume_driver" },
    });
    const volumes = Array.from({ length: 21 }, (_, index) => disk(index));
    expect(issuesOf(vmPod({}, { volumes }))).toEqual([]);
    expect(issuesOf(vmPod({ VirtletDiskDriver: "virtio" }, { volumes }))).toEqual([
      { code: "VP1541", pointer: "/spec/volumes" },
    ]);
  });
});

test("K07: without the annotation the same Pod follows the rules of a Pod", () => {
  const pod = vmPod({ VirtletVCPUCount: "0" });
  const plain = { ...pod, metadata: { name: "vm", annotations: { VirtletVCPUCount: "0" } } };
  expect(issuesOf(plain)).toEqual([]);
});
