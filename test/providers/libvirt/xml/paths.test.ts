import { describe, expect, test } from "vitest";
import { parse } from "../../../../providers/libvirt/xml/parse.ts";
import { withPaths } from "../../../../providers/libvirt/xml/paths.ts";

const PATHS = new Map([
  ["/a/root.qcow2", "/b/root.qcow2"],
  ["/a/console.log", "/b/console.log"],
  ["/a/vmlinuz", "/b/vmlinuz"],
]);

describe("a document for another host", () => {
  const cases = [
    {
      name: "the file of a disk, and of the images below it",
      given: "<disk><source file='/a/root.qcow2'/><b><source file='/a/base'/></b></disk>",
      want: '<disk><source file="/b/root.qcow2"/><b><source file="/a/base"/></b></disk>',
    },
    {
      name: "the file of a console, with everything else that is said of it",
      given: "<serial><source path='/a/console.log' append='on'/></serial>",
      want: '<serial><source path="/b/console.log" append="on"/></serial>',
    },
    {
      name: "the kernel, but no other text",
      given: "<os><kernel>/a/vmlinuz</kernel><cmdline>/a/vmlinuz</cmdline></os>",
      want: "<os><kernel>/b/vmlinuz</kernel><cmdline>/a/vmlinuz</cmdline></os>",
    },
    {
      name: "no attribute that is not a path",
      given: "<metadata><x file='/a/root.qcow2'/></metadata>",
      want: '<metadata><x file="/a/root.qcow2"/></metadata>',
    },
  ];
  test.for(cases)("exchanges $name", ({ given, want }) => {
    expect(withPaths(given, PATHS)).toBe(want);
  });

  test("stays the same document where no path is another", () => {
    const text = "<domain a='&lt;'><x>a &amp; b</x></domain>";
    expect(parse(withPaths(text, PATHS))).toEqual(parse(text));
  });
});
