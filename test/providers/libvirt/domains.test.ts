import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../engine/model/json.ts";
import {
  attributesOf,
  domainName,
  type HeldDomain,
  heldDomain,
  observedObject,
  placeOf,
  powerOf,
  revisionOf,
  unfinishedOf,
} from "../../../providers/libvirt/domains.ts";
import { HostLink } from "../../../providers/libvirt/link.ts";
import { type MachineRecord, metadataOf, recordOf } from "../../../providers/libvirt/record.ts";
import { domainXml } from "../../../providers/libvirt/xml/domain.ts";
import { fakeClock } from "../../support/fake-clock.ts";

const ID = "6ba7b810-9dad-51d1-80b4-00c04fd430c8";
const MEBIBYTE = 2 ** 20;
const TAG = { lineage: "l-1", address: "vm/shop/web-0", fence: 3, intent: "r/s-1" } as const;
const SIZING = { vcpus: 2, cpuMillicores: 2000, memoryBytes: 256 * MEBIBYTE };

const link = (name: string): HostLink => {
  const settings = {
    name,
    uri: "qemu:///system",
    peerUri: "qemu:///system",
    migrateUri: undefined,
    labels: {},
    cluster: "default",
    isInMaintenance: false,
    pool: "default",
    pools: ["default"],
    reservedMemoryBytes: 0,
  };
  return new HostLink(settings, fakeClock(), 4);
};

const recordWith = (over: Partial<MachineRecord> = {}): MachineRecord => ({
  attributes: { spec: { className: "small" }, sizing: SIZING },
  namespace: "shop",
  name: "web-0",
  stage: "made",
  origin: "made",
  volumesOn: ["kvm-a"],
  ...over,
});

const RUNNING = { state: 1, reason: 1 };

/** A domain of ours as libvirt would show it. */
function held(
  over: {
    record?: Partial<MachineRecord>;
    vcpus?: number;
    memoryMib?: number;
    state?: number;
    reason?: number;
  } = {},
): HeldDomain {
  const { vcpus = 2, memoryMib = 256, state = 1, reason = RUNNING.reason } = over;
  const xml = domainXml({
    type: "qemu",
    name: "shop.web-0",
    uuid: ID,
    memoryBytes: memoryMib * MEBIBYTE,
    vcpus,
    disks: [],
    interfaces: [],
    consolePath: "/images/console.log",
    metadata: metadataOf(recordWith(over.record), TAG),
  });
  const dom = { name: "shop.web-0", uuid: ID, id: 1 };
  return heldDomain(link("kvm-a"), dom, { state, reason }, xml);
}

describe("a domain of ours", () => {
  test("is shown as what was asked for, with its tag, its host and its console", () => {
    expect(observedObject(held(), "kvm")).toEqual({
      id: ID,
      provider: "kvm",
      kind: "vm",
      namespace: "shop",
      name: "web-0",
      attributes: recordWith().attributes,
      revision: revisionOf(held()),
      tag: TAG,
      host: "kvm-a",
      power: "on",
      active: undefined,
      status: {
        phase: "Running",
        vmPower: "on",
        domain: "shop.web-0",
        console: "/images/console.log",
      },
    });
  });

  test("shows the size that it really has where somebody changed it", () => {
    const attributes = attributesOf(held({ vcpus: 4, memoryMib: 512 }));
    expect(attributes["sizing"]).toEqual({
      vcpus: 4,
      cpuMillicores: 4000,
      memoryBytes: 512 * MEBIBYTE,
    });
  });

  test("is as asked for when libvirt has rounded its memory up to whole MiB", () => {
    const sizing = { ...SIZING, memoryBytes: 256 * MEBIBYTE - 1000 };
    const attributes: JsonObject = { sizing };
    expect(attributesOf(held({ record: { attributes } }))).toEqual(attributes);
  });

  test("has another revision as soon as anything that is shown is another", () => {
    const revisions = [
      held(),
      held({ vcpus: 4 }),
      held({ memoryMib: 512 }),
      held({ state: 5 }),
      held({ record: { stage: "making" } }),
      held({ record: { volumesOn: ["kvm-a", "kvm-b"] } }),
      held({ record: { attributes: { spec: {} } } }),
    ].map(revisionOf);
    expect(new Set(revisions).size).toBe(revisions.length);
    expect(revisionOf(held())).toBe(revisions[0]);
  });

  test("that no host can run is at no host", () => {
    const object = observedObject(held({ record: { stage: "unplaced" }, state: 5 }), "kvm");
    expect(object).toMatchObject({ host: undefined, status: { phase: "Pending" } });
  });

  const unfinished = [
    { name: "made and at one host", record: {}, says: undefined },
    { name: "with disks that were never finished", record: { stage: "making" }, says: "disks" },
    {
      name: "with volumes at a host that it has left",
      record: { volumesOn: ["kvm-a", "kvm-b"] },
      says: '"kvm-b"',
    },
    { name: "adopted", record: { origin: "adopted", volumesOn: ["kvm-b"] }, says: undefined },
  ] as const;
  test.for(unfinished)("$name says what is left to do", ({ record, says }) => {
    const told = unfinishedOf(held({ record }));
    if (says === undefined) expect(told).toBeUndefined();
    else expect(told).toContain(says);
  });

  const onTheirWay = [
    { name: "starting up where it was made", reason: 11, volumesOn: ["kvm-a"], says: "its start" },
    { name: "coming from another host", reason: 11, volumesOn: ["kvm-b", "kvm-a"], says: "a move" },
    { name: "halted by a migration", reason: 2, volumesOn: ["kvm-a", "kvm-b"], says: "a move" },
    { name: "paused by its user", reason: 1, volumesOn: ["kvm-a"], says: undefined },
  ] as const;
  test.for(onTheirWay)("$name says what has not ended", ({ reason, volumesOn, says }) => {
    const domain = held({ record: { volumesOn }, state: 3, reason });
    if (says === undefined) expect(unfinishedOf(domain)).toBeUndefined();
    else expect(unfinishedOf(domain)).toMatch(new RegExp(`^${says} .*has not ended$`));
  });
});

describe("a domain of others", () => {
  const xml = `<domain type='kvm'><name>legacy</name><uuid>${ID}</uuid><memory>262144</memory>
    <vcpu>2</vcpu></domain>`;
  const foreign = heldDomain(link("kvm-a"), { name: "legacy", uuid: ID, id: 7 }, RUNNING, xml);

  test("is shown without a tag, and takes all of its memory from the host", () => {
    expect(observedObject(foreign, "kvm")).toMatchObject({
      namespace: undefined,
      name: "legacy",
      tag: undefined,
      host: "kvm-a",
      attributes: { sizing: { vcpus: 2, reservation: { memoryBytes: 256 * MEBIBYTE } } },
    });
  });

  test("is nobody's when our metadata in it cannot be understood", () => {
    const damaged = xml.replace(
      "<memory>",
      "<metadata><v:object xmlns:v='https://vpac.dev/ns/libvirt/1'/></metadata><memory>",
    );
    const domain = heldDomain(link("kvm-a"), { name: "legacy", uuid: ID, id: 7 }, RUNNING, damaged);
    expect(domain).toMatchObject({ tag: undefined, record: undefined, isDamaged: true });
    expect(observedObject(domain, "kvm").status["reason"]).toBe("MetadataDamaged");
  });
});

describe("names of domains", () => {
  const names = [
    { full: "shop.web-0", place: { namespace: "shop", name: "web-0" } },
    { full: "shop.web.example", place: { namespace: "shop", name: "web.example" } },
    { full: "legacy", place: { name: "legacy" } },
    { full: ".hidden", place: { name: ".hidden" } },
    { full: "ends.", place: { name: "ends." } },
  ];
  test.for(names)("$full stands for one place", ({ full, place }) => {
    expect(placeOf(full)).toEqual(place);
  });

  test("lead back to namespace and name", () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
    fc.assert(
      fc.property(label, label, (namespace, name) => {
        expect(placeOf(domainName({ namespace, name }))).toEqual({ namespace, name });
      }),
    );
  });

  test("of a second domain end with a part of its id", () => {
    expect(domainName({ namespace: "shop", name: "web-0" }, ID)).toBe("shop.web-0.4fd430c8");
  });
});

describe("states of libvirt", () => {
  const states = [
    { name: "running", run: { state: 1, reason: 1 }, power: "on" },
    { name: "blocked", run: { state: 2, reason: 0 }, power: "on" },
    { name: "paused by somebody", run: { state: 3, reason: 1 }, power: "suspended" },
    { name: "paused while it moves", run: { state: 3, reason: 2 }, power: "on" },
    { name: "shutting down", run: { state: 4, reason: 1 }, power: "on" },
    { name: "shut off", run: { state: 5, reason: 1 }, power: "off" },
    { name: "crashed", run: { state: 6, reason: 1 }, power: "off" },
    { name: "suspended by its guest", run: { state: 7, reason: 0 }, power: "suspended" },
  ] as const;
  test.for(states)("$name is $power", ({ run, power }) => {
    expect(powerOf(run)).toBe(power);
  });
});

describe("the record in the metadata", () => {
  test("comes back as it was written, with its tag or without one", () => {
    const record = fc.record({
      attributes: fc.constantFrom<JsonObject>({}, { spec: { a: [1, "x"] } }),
      namespace: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
      name: fc.string({ minLength: 1 }),
      stage: fc.constantFrom("unplaced", "making", "made"),
      origin: fc.constantFrom("made", "adopted"),
      volumesOn: fc.array(fc.string()),
    }) as fc.Arbitrary<MachineRecord>;
    fc.assert(
      fc.property(record, fc.boolean(), (wanted, isTagged) => {
        const tag = isTagged ? TAG : undefined;
        expect(recordOf(metadataOf(wanted, tag))).toEqual({ record: wanted, tag });
      }),
    );
  });

  const damaged: readonly { readonly name: string; readonly attributes: JsonObject }[] = [
    { name: "without attributes", attributes: { name: "a", stage: "made" } },
    { name: "without a name", attributes: { attributes: {}, stage: "made" } },
    { name: "of a stage that there is not", attributes: { attributes: {}, name: "a", stage: "x" } },
  ];
  test.for(damaged)("$name is damaged", ({ attributes }) => {
    expect(recordOf({ tag: TAG, attributes })).toBe("damaged");
  });
});
