import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../cli/wiring/clock.ts";
import { HostLink } from "../../../providers/libvirt/link.ts";
import { readSettings } from "../../../providers/libvirt/settings.ts";

/** A daemon that takes connections and never answers, as one that is stopped. */
describe("a host that takes connections and says nothing", () => {
  let folder = "";
  let server: Server;
  let link: HostLink;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "vpac-link-"));
    const path = join(folder, "sock");
    server = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const uri = `qemu+unix:///system?socket=${path}`;
    const [host] = readSettings({ name: "kvm", type: "libvirt", settings: { uri } }).hosts;
    if (host === undefined) throw new Error("no host");
    link = new HostLink(host, systemClock({}), 1);
  });
  afterEach(async () => {
    await link.close();
    for (const socket of sockets.splice(0)) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    rmSync(folder, { recursive: true });
  });

  const ask = (signal: AbortSignal, deadlineMs: number): Promise<unknown> =>
    link.call("NodeGetInfo", {}, { signal, deadlineMs });

  test("is not waited for longer than the deadline, and nothing was sent", async () => {
    const late = { name: "DeadlineExceeded", sent: false };
    await expect(ask(new AbortController().signal, 50)).rejects.toMatchObject(late);
  });

  test("is not waited for by a caller who gives up", async () => {
    const giveUp = new AbortController();
    const asked = ask(giveUp.signal, 60_000);
    giveUp.abort();
    await expect(asked).rejects.toMatchObject({ name: "CallCancelled", sent: false });
  });
});
