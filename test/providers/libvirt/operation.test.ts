import { describe, expect, test } from "vitest";
import { CODES } from "../../../providers/libvirt/codes.ts";
import { Operation, refusal } from "../../../providers/libvirt/operation.ts";
import {
  CallCancelled,
  ConnectionLost,
  DeadlineExceeded,
  LibvirtError,
} from "../../../providers/libvirt/rpc/errors.ts";
import { fakeClock } from "../../support/fake-clock.ts";

const operation = (): Operation =>
  new Operation(
    { clock: fakeClock(), signal: new AbortController().signal, log: () => undefined },
    1000,
  );

const refused = (code: number): LibvirtError =>
  new LibvirtError("DomainDefineXMLFlags", { code, domain: 10, level: 2, message: "because" });

const lost = (sent: boolean, cause: "unreachable" | "ended"): ConnectionLost =>
  new ConnectionLost("DomainDefineXMLFlags", sent, { cause, reason: "gone" });

const late = (sent: boolean): DeadlineExceeded =>
  new DeadlineExceeded("DomainDefineXMLFlags", sent, 5);

describe("an operation that ends with an error", () => {
  const cases = [
    { name: "a refusal of ours", error: refusal("conflict", "VP6313", "no"), is: "failed" },
    { name: "no daemon there", error: lost(false, "unreachable"), is: "failed" },
    { name: "a request that never left", error: lost(false, "ended"), is: "failed" },
    { name: "an answer that was lost", error: lost(true, "ended"), is: "unknown" },
    { name: "an answer that came too late", error: late(true), is: "unknown" },
    { name: "a deadline before the request left", error: late(false), is: "failed" },
    { name: "a call that was given up", error: new CallCancelled("x", true), is: "unknown" },
    { name: "a refusal of libvirt", error: refused(1), is: "failed" },
  ] as const;
  test.for(cases)("$name is $is", async ({ error, is }) => {
    const attempt = operation();
    await expect(attempt.change(() => Promise.reject(error))).rejects.toBe(error);
    expect(attempt.outcomeOf(error)).toMatchObject({ is });
  });

  test("is unknown whatever the error, once something was changed", async () => {
    const attempt = operation();
    await attempt.change(() => Promise.resolve());
    expect(attempt.outcomeOf(refused(8)).is).toBe("unknown");
    expect(attempt.outcomeOf(lost(false, "unreachable")).is).toBe("unknown");
  });

  test("throws on what is a bug of ours", () => {
    expect(() => operation().outcomeOf(new TypeError("oops"))).toThrow("oops");
  });

  const types = [
    { code: 42, what: "no domain", type: "notFound" },
    { code: 50, what: "no volume", type: "notFound" },
    { code: 8, what: "an argument", type: "invalid" },
    { code: 67, what: "a configuration", type: "invalid" },
    { code: 88, what: "access", type: "forbidden" },
    { code: 55, what: "a state", type: "conflict" },
    { code: 9, what: "a failed operation", type: "conflict" },
    { code: 1, what: "an internal error", type: "transient" },
    { code: 38, what: "a system error", type: "transient" },
  ] as const;
  test.for(types)("libvirt's error about $what is $type", ({ code, type }) => {
    expect(operation().outcomeOf(refused(code))).toMatchObject({
      is: "failed",
      why: { type, code: CODES.refused, message: expect.stringContaining("because") as string },
    });
  });
});
