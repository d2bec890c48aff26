import { describe, expect, test } from "vitest";
import { type Resident, Residents } from "../../../providers/libvirt/residents.ts";
import { fakeClock } from "../../support/fake-clock.ts";

const resident = (name: string): Resident => ({ attributes: {}, macs: [], tag: undefined, name });
const dom = (uuid: string) => ({ dom: { name: uuid, uuid, id: 1 } });

function known(...uuids: readonly string[]) {
  const clock = fakeClock();
  const residents = new Residents(clock);
  const read = (uuid: string) => residents.read(uuid, () => Promise.resolve(resident(uuid)));
  const names = () => uuids.filter((uuid) => residents.get(uuid) !== undefined);
  return { clock, residents, names, ready: Promise.all(uuids.map(read)) };
}

describe("domains that were read a moment ago", () => {
  test("are not read again, until the moment is over", async () => {
    const { clock, names, ready } = known("a", "b");
    await ready;
    expect(names()).toEqual(["a", "b"]);
    await clock.sleep(5000);
    expect(names()).toEqual([]);
  });

  const writes = [
    { name: "its metadata", call: "DomainSetMetadata", args: dom("a"), left: ["b"] },
    { name: "its CPUs", call: "DomainSetVcpusFlags", args: dom("a"), left: ["b"] },
    { name: "nothing", call: "DomainGetState", args: dom("a"), left: ["a", "b"] },
    { name: "its power", call: "DomainCreateWithFlags", args: dom("a"), left: ["a", "b"] },
    { name: "a definition without answer", call: "DomainDefineXMLFlags", args: {}, left: [] },
  ] as const;
  test.for(writes)("count no more when a call wrote $name", async ({ call, args, left }) => {
    const { residents, names, ready } = known("a", "b");
    await ready;
    residents.written(call, args, undefined);
    expect(names()).toEqual(left);
  });

  test("count no more when they are defined anew", async () => {
    const { residents, names, ready } = known("a", "b");
    await ready;
    residents.written("DomainDefineXMLFlags", {}, dom("b"));
    expect(names()).toEqual(["a"]);
  });

  test("do not count when they were written to while they were read", async () => {
    const { residents } = known();
    await residents.read("a", () => {
      residents.written("DomainSetMetadata", dom("a"), undefined);
      return Promise.resolve(resident("old"));
    });
    expect(residents.get("a")).toBeUndefined();
  });

  test("are forgotten when they have gone", async () => {
    const { residents, names, ready } = known("a", "b");
    await ready;
    residents.keep(["b"]);
    expect(names()).toEqual(["b"]);
  });
});
