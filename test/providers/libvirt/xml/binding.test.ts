import { describe, expect, test } from "vitest";
import {
  type Binding,
  isBound,
  numberList,
  withBinding,
} from "../../../../providers/libvirt/xml/binding.ts";
import { type DomainSpec, domainXml } from "../../../../providers/libvirt/xml/domain.ts";
import { parse } from "../../../../providers/libvirt/xml/parse.ts";
import { childAt, childrenOf } from "../../../../providers/libvirt/xml/read.ts";

const spec: DomainSpec = {
  type: "kvm",
  name: "shop.db-0",
  uuid: "6ba7b810-9dad-51d1-80b4-00c04fd430c8",
  memoryBytes: 2 ** 30,
  vcpus: 4,
  vcpusMax: 8,
  disks: [],
  interfaces: [],
  consolePath: "/logs/console.log",
  metadata: {
    tag: { lineage: "line", address: "vm/shop/db-0", fence: 7, intent: "wish" },
    attributes: {},
  },
};

const NODE_0: Binding = {
  nodes: [0],
  cpus: Array.from({ length: 16 }, (_, cpu) => cpu),
  isPinned: false,
};
const PINNED: Binding = { nodes: [1], cpus: [16, 17, 18, 20], isPinned: true };

/** Attributes of the element at a path, and how often it is there. */
function boundIn(text: string): unknown {
  const domain = parse(text);
  const attributesAt = (...path: readonly string[]): unknown => {
    const found = childAt(domain, ...path);
    return found === undefined ? undefined : Object.fromEntries(found.attributes);
  };
  const pins = childrenOf(childAt(domain, "cputune"), "vcpupin");
  return {
    vcpu: attributesAt("vcpu"),
    memory: attributesAt("numatune", "memory"),
    pins: pins.map(({ attributes }) => [attributes.get("vcpu"), attributes.get("cpuset")]),
  };
}

const FREE = { vcpu: { current: "4" }, memory: undefined, pins: [] };
const ON_NODE_0 = {
  vcpu: { placement: "static", cpuset: "0-15", current: "4" },
  memory: { mode: "strict", nodeset: "0" },
  pins: [],
};

describe("what a domain is bound to", () => {
  test("nothing, where the plan says nothing", () => {
    expect(boundIn(domainXml(spec))).toEqual(FREE);
    expect(isBound(domainXml(spec))).toBe(false);
  });

  test("U04: one NUMA node and all of its CPUs", () => {
    const text = domainXml({ ...spec, binding: NODE_0 });
    expect(boundIn(text)).toEqual(ON_NODE_0);
    expect(isBound(text)).toBe(true);
  });

  test("U03: even parts of several nodes", () => {
    const binding = { nodes: [0, 2], cpus: [0, 1, 8, 9], isPinned: false };
    expect(boundIn(domainXml({ ...spec, binding }))).toEqual({
      vcpu: { placement: "static", cpuset: "0-1,8-9", current: "4" },
      memory: { mode: "strict", nodeset: "0,2" },
      pins: [],
    });
  });

  test("U05: one CPU for each virtual CPU, inside one node", () => {
    expect(boundIn(domainXml({ ...spec, binding: PINNED }))).toEqual({
      vcpu: { placement: "static", cpuset: "16-18,20", current: "4" },
      memory: { mode: "strict", nodeset: "1" },
      pins: [
        ["0", "16"],
        ["1", "17"],
        ["2", "18"],
        ["3", "20"],
      ],
    });
  });

  test("is exchanged where the machine goes to another host, and nothing else is", () => {
    const pinned = domainXml({ ...spec, binding: PINNED });
    expect(boundIn(withBinding(pinned, NODE_0))).toEqual(ON_NODE_0);
    expect(boundIn(withBinding(pinned, undefined))).toEqual(FREE);
    expect(withBinding(pinned, PINNED)).toBe(pinned);
    const free = domainXml(spec);
    expect(withBinding(free, undefined)).toBe(free);
  });
});

test.for([
  { numbers: [0, 1, 2, 3], want: "0-3" },
  { numbers: [16, 17, 18], want: "16-18" },
  { numbers: [0, 2, 4], want: "0,2,4" },
  { numbers: [3, 1, 0, 8], want: "0-1,3,8" },
  { numbers: [7], want: "7" },
  { numbers: [], want: "" },
])("numbers as libvirt writes them: $want", ({ numbers, want }) => {
  expect(numberList(numbers)).toBe(want);
});
