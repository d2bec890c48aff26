import { describe, expect, test } from "vitest";
import { ConnectionLost } from "../../../providers/libvirt/rpc/errors.ts";
import { CREATE } from "../../../providers/libvirt/rpc/flags.ts";
import type { Domain } from "../../../providers/libvirt/rpc/shapes.ts";
import { daemonPid, emulatorPid } from "./processes.ts";
import { ALL, caught, clock, describeWithRpc, machine } from "./rpc-under-test.ts";

describeWithRpc("the protocol client and a real libvirtd in trouble", (rpc) => {
  describe("a daemon that stops answering", () => {
    test("meets the deadline of the call, and its late answer is nobody's", async () => {
      const connection = await rpc.open(rpc.host.testUri);
      const pid = daemonPid(rpc.host);
      process.kill(pid, "SIGSTOP");
      try {
        const call = connection.call("ConnectGetHostname", {}, { deadlineMs: 150 });
        expect(await caught(call)).toMatchObject({ name: "DeadlineExceeded", sent: true });
        const cancel = new AbortController();
        setTimeout(() => cancel.abort(), 20);
        const cancelled = connection.call("ConnectGetHostname", {}, { signal: cancel.signal });
        expect(await caught(cancelled)).toMatchObject({ name: "CallCancelled", sent: true });
      } finally {
        process.kill(pid, "SIGCONT");
      }
      const { capabilities } = await connection.call("ConnectGetCapabilities", {});
      expect(capabilities).toMatch(/^<capabilities>/);
    });

    test("is found dead by keepalive", async () => {
      const keepAlive = { intervalMs: 400, unansweredMax: 5 };
      const connection = await rpc.open(rpc.host.testUri, { keepAlive });
      await clock.sleep(4000);
      expect(connection.loss).toBeUndefined();
      const pid = daemonPid(rpc.host);
      process.kill(pid, "SIGSTOP");
      try {
        const error = await caught(connection.call("ConnectGetHostname", {}));
        expect(error).toBeInstanceOf(ConnectionLost);
        expect(error).toMatchObject({ sent: true, lossCause: "silent" });
      } finally {
        process.kill(pid, "SIGCONT");
      }
    });

    test("answers pings while all calls that may be open hang at a machine", async () => {
      const keepAlive = { intervalMs: 400, unansweredMax: 5 };
      const connection = await rpc.open(rpc.host.uri, { keepAlive });
      const name = "hangs";
      const { dom } = await connection.call("DomainDefineXMLFlags", {
        xml: machine(name),
        flags: 0,
      });
      await connection.call("DomainCreateWithFlags", { dom, flags: CREATE.paused });
      const pid = emulatorPid(rpc.host, name);
      process.kill(pid, "SIGSTOP");
      const resets = Promise.all(
        Array.from({ length: 6 }, () => connection.call("DomainReset", { dom, flags: 0 })),
      );
      try {
        await clock.sleep(4000);
        expect(connection.loss).toBeUndefined();
      } finally {
        process.kill(pid, "SIGCONT");
      }
      expect(await resets).toHaveLength(6);
      await connection.call("DomainDestroyFlags", { dom, flags: 0 });
      await connection.call("DomainUndefineFlags", { dom, flags: 0 });
    });
  });

  test("a daemon killed in mid-call: what was not sent was not done", async () => {
    const connection = await rpc.open(rpc.host.uri);
    const names = Array.from({ length: 7 }, (_, index) => `killed-${index}`);
    process.kill(daemonPid(rpc.host), "SIGSTOP");
    const calls = names.map((name) =>
      caught(connection.call("DomainDefineXMLFlags", { xml: machine(name), flags: 0 })),
    );
    await clock.sleep(50);
    await rpc.host.restartDaemon();
    const errors = (await Promise.all(calls)) as readonly ConnectionLost[];
    for (const error of errors) expect(error).toBeInstanceOf(ConnectionLost);
    expect(errors.map(({ sent }) => sent)).toEqual([true, true, true, true, false, false, false]);
    expect(errors[0]?.lossCause).toBe("ended");
    const again = await rpc.open(rpc.host.uri);
    const { domains } = await again.call("ConnectListAllDomains", { needResults: 1, flags: ALL });
    const made = new Set(domains.map(({ name }: Domain) => name));
    for (const [index, name] of names.entries()) {
      if (errors[index]?.sent === false) expect(made).not.toContain(name);
    }
  });

  test("a daemon that is down: nothing was sent, and the next attempt finds it again", async () => {
    await rpc.host.killDaemon();
    const error = await caught(rpc.open(rpc.host.uri));
    expect(error).toMatchObject({ name: "ConnectionLost", sent: false, lossCause: "unreachable" });
    await rpc.host.startDaemon();
    const connection = await rpc.open(rpc.host.uri);
    expect(connection.loss).toBeUndefined();
  });
});
