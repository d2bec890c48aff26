import { describe, expect, test } from "vitest";
import { differenceIn } from "../../../providers/libvirt/writing.ts";

const DISK = "<disk type='file'><source file='/images/a'/><target dev='vda'/></disk>";
const OTHER = "<disk type='file'><source file='/etc/shadow'/><target dev='vdb'/></disk>";
const domain = (devices: string): string => `<domain><devices>${devices}</devices></domain>`;

describe("a definition that is read back (row T12)", () => {
  const cases = [
    { name: "has what was asked for", held: DISK, says: undefined },
    { name: "reaches more of the host", held: DISK + OTHER, says: "/etc/shadow" },
    { name: "lacks a device", held: "", says: 'no "disk vda' },
  ];
  test.for(cases)("$name", ({ held, says }) => {
    const difference = differenceIn(domain(DISK), domain(held));
    if (says === undefined) expect(difference).toBeUndefined();
    else expect(difference).toContain(says);
  });
});
