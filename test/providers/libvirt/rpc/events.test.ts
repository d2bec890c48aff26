import { describe, expect, test } from "vitest";
import { type LifecycleEvent, LifecycleEvents } from "../../../../providers/libvirt/rpc/events.ts";
import type { Frame } from "../../../../providers/libvirt/rpc/frames.ts";
import { LIFECYCLE_EVENT } from "../../../../providers/libvirt/rpc/protocol.ts";
import { fieldsCodec } from "../../../../providers/libvirt/rpc/shapes.ts";
import { XdrWriter } from "../../../../providers/libvirt/rpc/xdr.ts";

const [DEFINED, STARTED, STOPPED] = [0, 2, 5];
const A = "6695eb01-f6a4-8304-79aa-97f2502e193f";
const B = "c1201d58-149f-442e-b73d-0215c6e04c9e";

function frame(uuid: string, event: number, detail = 0): Frame {
  const writer = new XdrWriter();
  const dom = { name: "a", uuid, id: 1 };
  fieldsCodec(LIFECYCLE_EVENT.body).write(writer, { callbackId: 1, dom, event, detail });
  const header = { program: 0, version: 1, type: 2, serial: 0, status: 0 };
  return { ...header, procedure: LIFECYCLE_EVENT.number, body: writer.bytes };
}

interface Daemon {
  readonly asked: string[];
  readonly events: LifecycleEvents;
}

function daemon(register: () => Promise<number> = () => Promise.resolve(4)): Daemon {
  const asked: string[] = [];
  const events = new LifecycleEvents({
    register: () => {
      asked.push("register");
      return register();
    },
    deregister: async (callbackId) => {
      asked.push(`deregister ${callbackId}`);
    },
  });
  return { asked, events };
}

const short = ({ event, detail }: LifecycleEvent): string => `${event} ${detail}`;

describe("lifecycle events", () => {
  const cases: readonly {
    readonly name: string;
    readonly given: readonly Frame[];
    readonly want: readonly string[];
  }[] = [
    {
      name: "what a daemon says twice is told once",
      given: [frame(A, STARTED), frame(A, STARTED), frame(A, STARTED)],
      want: ["started 0"],
    },
    {
      name: "what happens again after something else is told again",
      given: [frame(A, STARTED), frame(A, STOPPED, 1), frame(A, STARTED)],
      want: ["started 0", "stopped 1", "started 0"],
    },
    {
      name: "the same of two domains are two events",
      given: [frame(A, STARTED), frame(B, STARTED), frame(A, STARTED)],
      want: ["started 0", "started 0"],
    },
    {
      name: "another detail is another event",
      given: [frame(A, STOPPED, 1), frame(A, STOPPED, 3)],
      want: ["stopped 1", "stopped 3"],
    },
    {
      name: "every definition is told, as each may say something else",
      given: [frame(A, DEFINED, 1), frame(A, DEFINED, 1)],
      want: ["defined 1", "defined 1"],
    },
    {
      name: "an event that vpac does not know is other",
      given: [frame(A, 99)],
      want: ["other 0"],
    },
  ];
  test.for(cases)("$name", async ({ given, want }) => {
    const { events } = daemon();
    const seen: LifecycleEvent[] = [];
    await events.subscribe((event) => seen.push(event));
    for (const one of given) events.receive(one);
    expect(seen.map(short)).toEqual(want);
  });

  test("any number of subscriptions are one registration, which ends with the last", async () => {
    const { asked, events } = daemon();
    const seen: string[] = [];
    const handler = (event: LifecycleEvent): void => void seen.push(short(event));
    const [first, second] = await Promise.all([
      events.subscribe(handler),
      events.subscribe(handler),
    ]);
    events.receive(frame(A, STARTED));
    expect(seen).toEqual(["started 0", "started 0"]);
    await first();
    await first();
    events.receive(frame(A, STOPPED));
    expect(seen).toHaveLength(3);
    await second();
    expect(asked).toEqual(["register", "deregister 4"]);
    await events.subscribe(handler);
    expect(asked.at(-1)).toBe("register");
  });

  test("a registration that fails is tried again by the next one", async () => {
    let isRefused = true;
    const { events, asked } = daemon(() =>
      isRefused ? Promise.reject(new Error("refused")) : Promise.resolve(4),
    );
    const seen: string[] = [];
    const handler = (event: LifecycleEvent): void => void seen.push(short(event));
    await expect(events.subscribe(handler)).rejects.toThrow("refused");
    isRefused = false;
    await events.subscribe(handler);
    events.receive(frame(A, STARTED));
    expect(seen).toEqual(["started 0"]);
    expect(asked).toEqual(["register", "register"]);
  });
});
