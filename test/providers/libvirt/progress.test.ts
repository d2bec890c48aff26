import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../../cli/wiring/clock.ts";
import type { ProviderProgress } from "../../../engine/contract/provider.ts";
import { Operation } from "../../../providers/libvirt/operation.ts";
import { type Copy, copyWithProgress } from "../../../providers/libvirt/progress.ts";

async function* chunks(sizes: readonly number[], pauseMs = 0): AsyncGenerator<Uint8Array> {
  for (const size of sizes) {
    if (pauseMs > 0) await wait(pauseMs);
    yield new Uint8Array(size);
  }
}

/** Bytes that never come, until the signal fires. */
async function* nothing(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  await new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("given up")));
  });
  yield new Uint8Array();
}

function copying(over: Partial<Copy>): {
  readonly end: Promise<void>;
  readonly told: readonly ProviderProgress[];
  readonly taken: readonly number[];
  readonly giveUp: AbortController;
} {
  const told: ProviderProgress[] = [];
  const taken: number[] = [];
  const giveUp = new AbortController();
  const context = { clock: systemClock({}), signal: giveUp.signal, log: told.push.bind(told) };
  const operation = new Operation(context, 60_000);
  const copy: Copy = {
    what: 'volume "root"',
    totalBytes: 100,
    stallMs: 40,
    read: () => chunks([10, 40, 50]),
    write: async (bytes) => {
      for await (const chunk of bytes) taken.push(chunk.length);
    },
    ...over,
  };
  return { end: copyWithProgress(copy, operation), told, taken, giveUp };
}

describe("a copy between hosts", () => {
  test("hands on every byte, and tells how far it is", async () => {
    const { end, told, taken } = copying({});
    await end;
    expect(taken).toEqual([10, 40, 50]);
    expect(told.map(({ percent }) => percent)).toEqual([10, 50, 99]);
  });

  test("may take many times as long as it may stand still", async () => {
    const { end, taken } = copying({
      read: () => chunks(Array<number>(60).fill(1), 10),
      stallMs: 400,
    });
    await end;
    expect(taken.length).toBe(60);
  });

  test("ends as transient when nothing comes, and names what it copies", async () => {
    const { end } = copying({ read: nothing });
    const problem = { type: "transient", code: "VP6303", message: expect.stringContaining("root") };
    await expect(end).rejects.toMatchObject({ problem });
  });

  test("ends when the caller gives up, with the error of that", async () => {
    const { end, giveUp } = copying({ read: nothing, stallMs: 60_000 });
    giveUp.abort();
    await expect(end).rejects.toThrow("given up");
  });
});
