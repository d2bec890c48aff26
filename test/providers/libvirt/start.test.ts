import { describe, expect, test } from "vitest";
import { heldDomain, type HeldDomain, type RunState } from "../../../providers/libvirt/domains.ts";
import type { HostLink } from "../../../providers/libvirt/link.ts";
import { Operation } from "../../../providers/libvirt/operation.ts";
import { metadataOf } from "../../../providers/libvirt/record.ts";
import { LibvirtError } from "../../../providers/libvirt/rpc/errors.ts";
import { readSettings } from "../../../providers/libvirt/settings.ts";
import { settleMoves } from "../../../providers/libvirt/settle.ts";
import { awaitStart } from "../../../providers/libvirt/start.ts";
import { findObject, World } from "../../../providers/libvirt/world.ts";
import { domainXml } from "../../../providers/libvirt/xml/domain.ts";
import { fakeClock } from "../../support/fake-clock.ts";

const ID = "6ba7b810-9dad-51d1-80b4-00c04fd430c8";
const DOM = { name: "shop.web-0", uuid: ID, id: 1 };
const STARTING = { state: 3, reason: 11 };
const RUNNING = { state: 1, reason: 1 };
const OFF = { state: 5, reason: 1 };

const XML = domainXml({
  type: "qemu",
  name: DOM.name,
  uuid: ID,
  memoryBytes: 256 * 2 ** 20,
  vcpus: 1,
  disks: [],
  interfaces: [],
  consolePath: "/images/console.log",
  metadata: metadataOf(
    {
      attributes: {},
      namespace: "shop",
      name: "web-0",
      stage: "made",
      origin: "made",
      volumesOn: ["kvm-a", "kvm-b"],
    },
    { lineage: "l-1", address: "vm/shop/web-0", fence: 3, intent: "r/s-1" },
  ),
});

/** What libvirt answers about the job of a domain, or the number of the error that it answers. */
type Job = "none" | "leaving" | { readonly error: number };
const ARRIVING: Job = { error: 84 };
const HELD: Job = { error: 68 };

/** What a host shows at a look; undefined: it has no such domain. */
type Look = { readonly run: RunState; readonly job: Job } | undefined;

const refused = (procedure: string, code: number): LibvirtError =>
  new LibvirtError(procedure, { code, domain: 10, level: 2, message: "because" });

/** Lets a host answer as `look` says; the answer is the list of the changes it is told to make. */
function answering(link: HostLink, look: () => Look): readonly string[] {
  const told: string[] = [];
  const answers: Readonly<Record<string, (look: NonNullable<Look>) => unknown>> = {
    DomainLookupByUUID: () => ({ dom: DOM }),
    DomainGetXMLDesc: () => ({ xml: XML }),
    DomainGetState: ({ run }) => run,
    ConnectListAllDomains: () => ({ domains: [], count: 0 }),
    DomainGetJobInfo: ({ job }) => {
      if (typeof job === "object") throw refused("DomainGetJobInfo", job.error);
      return { type: job === "none" ? 0 : 2 };
    },
  };
  const call = async (name: string): Promise<unknown> => {
    const seen = look();
    if (seen === undefined) throw refused(name, 42);
    const answer = answers[name];
    if (answer !== undefined) return answer(seen);
    told.push(name);
    throw refused(name, 1);
  };
  link.call = call as unknown as HostLink["call"];
  return told;
}

function worldOf(...names: readonly string[]): {
  readonly world: World;
  readonly links: readonly HostLink[];
  readonly operation: Operation;
  readonly sleptMs: () => number;
} {
  const clock = fakeClock();
  const hosts = names.map((name) => ({ name, uri: `qemu+unix:///system?socket=/${name}` }));
  const world = new World(
    readSettings({ name: "kvm", type: "libvirt", settings: { hosts } }),
    clock,
  );
  const context = { clock, signal: new AbortController().signal, log: () => undefined };
  const { links } = world;
  return { world, links, operation: new Operation(context, 60_000), sleptMs: clock.sleptMs };
}

describe("a start that an earlier call began", () => {
  const cases = [
    { name: "runs in the end", looks: [STARTING, STARTING, RUNNING], job: "none", ends: RUNNING },
    { name: "is given up by its daemon", looks: [STARTING, OFF], job: "none", ends: OFF },
    { name: "ends while its daemon is busy", looks: [STARTING, RUNNING], job: HELD, ends: RUNNING },
    { name: "is over already", looks: [RUNNING], job: "none", ends: RUNNING },
  ] as const;
  test.for(cases)("$name, and is waited for until then", async ({ looks, job, ends }) => {
    const { links, operation } = worldOf("kvm-a");
    const [link] = links as [HostLink];
    let read = 0;
    const told = answering(link, () => ({ run: looks[Math.min(read, looks.length - 1)]!, job }));
    const call = link.call.bind(link);
    link.call = (name, args, options) => {
      if (name === "DomainGetJobInfo") read++;
      return call(name, args, options);
    };
    const held: HeldDomain = heldDomain(link, DOM, looks[0], XML);
    expect((await awaitStart(held, operation)).run).toEqual(ends);
    expect(told).toEqual([]);
  });

  test("that its daemon has lost is told with what the host has to do", async () => {
    const { links, operation } = worldOf("kvm-a");
    const [link] = links as [HostLink];
    answering(link, () => ({ run: STARTING, job: HELD }));
    await expect(awaitStart(heldDomain(link, DOM, STARTING, XML), operation)).rejects.toMatchObject(
      {
        problem: {
          type: "forbidden",
          code: "VP6341",
          message: expect.stringMatching(
            /"kvm-a" .*"shop.web-0".*\/run\/libvirt\/qemu\/shop.web-0.xml/,
          ),
        },
      },
    );
  });

  test("that takes too long is asked for again later", async () => {
    const { links, operation, sleptMs } = worldOf("kvm-a");
    const [link] = links as [HostLink];
    answering(link, () => ({ run: STARTING, job: "none" }));
    await expect(awaitStart(heldDomain(link, DOM, STARTING, XML), operation)).rejects.toMatchObject(
      {
        problem: { type: "transient" },
      },
    );
    expect(sleptMs()).toBe(30_000);
  });
});

describe("the arriving half of a move", () => {
  /** Settles a move that its source is done with after a time; the other half ends at 20 s. */
  async function settled(idleAfterMs: number): Promise<readonly [string, readonly number[]]> {
    const { world, links, operation, sleptMs } = worldOf("kvm-a", "kvm-b");
    const [from, to] = links as [HostLink, HostLink];
    answering(from, () => ({ run: RUNNING, job: sleptMs() < idleAfterMs ? "leaving" : "none" }));
    const droppedMs: number[] = [];
    const told = answering(to, () => {
      if (told.length > droppedMs.length) droppedMs.push(sleptMs());
      return told.length > 0 || sleptMs() >= 20_000 ? undefined : { run: STARTING, job: ARRIVING };
    });
    const held = await settleMoves(world, await findObject(world, ID, operation), operation);
    expect(told.every((name) => name === "DomainMigrateFinish3Params")).toBe(true);
    return [held.link.name, droppedMs];
  }

  const cases = [
    { name: "is dropped where its source has run on for 5 s without it", idle: 0, at: [5250] },
    { name: "is waited for while its source sends it", idle: 12_000, at: [17_250] },
    { name: "is left alone where its source sends it to the end", idle: 20_000, at: [] },
  ];
  test.for(cases)("$name", async ({ idle, at }) => {
    expect(await settled(idle)).toEqual(["kvm-a", at]);
  });
});
