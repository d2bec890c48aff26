import { expect, test } from "vitest";
import { systemClock } from "../../../../cli/wiring/clock.ts";
import { CallScope } from "../../../../providers/cluster-api/kube/scope.ts";
import { fakeClock } from "../../../support/fake-clock.ts";

const clock = systemClock({});

function ended(scope: CallScope): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (scope.signal.aborted) resolve(scope.ended);
    else scope.signal.addEventListener("abort", () => resolve(scope.ended), { once: true });
  });
}

test("a call ends at its own deadline, or at the one that is usual", async () => {
  const own = new CallScope(clock, { deadlineMs: 5 }, 60_000);
  expect(await ended(own)).toBe("deadline");
  const usual = new CallScope(clock, {}, 5);
  expect(await ended(usual)).toBe("deadline");
});

test("a call whose caller gives up is cancelled, at once when it gave up before", async () => {
  const caller = new AbortController();
  const scope = new CallScope(clock, { signal: caller.signal }, 60_000);
  caller.abort();
  expect(scope.ended).toBe("cancelled");
  const late = new CallScope(clock, { signal: caller.signal }, 60_000);
  expect(late.ended).toBe("cancelled");
  late.close();
});

test("a signal that tells of a deadline is one, through scopes in scopes too", async () => {
  const outer = new CallScope(clock, { signal: AbortSignal.timeout(5) }, 60_000);
  const inner = new CallScope(clock, { signal: outer.signal }, 60_000);
  expect(await ended(inner)).toBe("deadline");
  expect(outer.ended).toBe("deadline");
  outer.close();
  inner.close();
});

test("a call that is done is ended by nothing any more", async () => {
  const caller = new AbortController();
  const fake = fakeClock();
  const scope = new CallScope(fake, { signal: caller.signal, deadlineMs: 5 }, 60_000);
  scope.close();
  caller.abort();
  await new Promise((resolve) => setImmediate(resolve));
  expect(scope.ended).toBeUndefined();
  expect(scope.signal.aborted).toBe(false);
});
