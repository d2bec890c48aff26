import { expect, test } from "vitest";
import { parseUri, UriRefused } from "../../../../providers/libvirt/rpc/uri.ts";

const taken: readonly { readonly text: string; readonly open: string; endpoint: unknown }[] = [
  {
    text: "qemu:///system",
    open: "qemu:///system",
    endpoint: {
      kind: "unix",
      paths: ["/run/libvirt/libvirt-sock", "/var/run/libvirt/libvirt-sock"],
    },
  },
  {
    text: "qemu+unix:///system?socket=/tmp/a%20b/libvirt-sock",
    open: "qemu:///system",
    endpoint: { kind: "unix", paths: ["/tmp/a b/libvirt-sock"] },
  },
  {
    text: "qemu+unix:///session?socket=/tmp/s",
    open: "qemu:///session",
    endpoint: { kind: "unix", paths: ["/tmp/s"] },
  },
  {
    text: "qemu+tcp://127.0.0.1:16599/system",
    open: "qemu:///system",
    endpoint: { kind: "tcp", host: "127.0.0.1", port: 16_599 },
  },
  {
    text: "test+tcp://[::1]/default",
    open: "test:///default",
    endpoint: { kind: "tcp", host: "::1", port: 16_509 },
  },
  {
    text: "qemu+tcp://localhost/system",
    open: "qemu:///system",
    endpoint: { kind: "tcp", host: "127.0.0.1", port: 16_509 },
  },
  {
    text: "test:///default?socket=/tmp/s",
    open: "test:///default",
    endpoint: { kind: "unix", paths: ["/tmp/s"] },
  },
];

test.for(taken)("$text is taken", ({ text, open, endpoint }) => {
  expect(parseUri(text)).toMatchObject({ open, endpoint });
});

const refused: readonly (readonly [text: string, why: RegExp])[] = [
  ["", /no URI/],
  ["/run/libvirt/libvirt-sock", /no URI/],
  ["xen:///system", /driver "xen"/],
  ["qemu+ssh://root@host/system", /a user/],
  ["qemu+ssh://host/system", /transport "ssh"/],
  ["qemu+tls://127.0.0.1/system", /transport "tls"/],
  ["qemu+tcp://192.0.2.1/system", /loopback only/],
  ["qemu+tcp://0.0.0.0/system", /loopback only/],
  ["qemu+tcp://127.0.0.1.example.org/system", /loopback only/],
  ["qemu+tcp://[::ffff:192.0.2.1]/system", /loopback only/],
  ["qemu+tcp:///system", /loopback only/],
  ["qemu+tcp://127.0.0.1:99999/system", /no URI/],
  ["qemu+tcp://127.0.0.1/system?socket=/tmp/s", /no parameters/],
  ["qemu+unix://host/system", /no host/],
  ["qemu+unix:///system?socket=run/s", /absolute/],
  ["qemu+unix:///system?socket=/a%00b", /absolute/],
  ["qemu+unix:///system?socket=/a&socket=/b", /twice/],
  ["qemu+unix:///system?command=/bin/sh", /parameter "command"/],
  [`qemu+unix:///system?socket=/${"x".repeat(107)}`, /108 bytes/],
  ["qemu:///session", /needs its socket/],
  ["qemu:///embed?root=/tmp/r", /path of qemu/],
  ["test:///etc/passwd", /path of test/],
  ["qemu:///system#x", /fragment/],
];

test.for(refused)("%s is refused", ([text, why]) => {
  expect(() => parseUri(text)).toThrow(UriRefused);
  expect(() => parseUri(text)).toThrow(why);
});
