import { describe, expect, test } from "vitest";
import { diff, type DiffInput } from "../../../../engine/diff/diff.ts";
import type { DesiredResource } from "../../../../engine/model/desired.ts";
import type { JsonObject } from "../../../../engine/model/json.ts";
import {
  desiredState,
  host,
  observation,
  observedOf,
  pod,
  recordedOf,
  recordedState,
  resource,
} from "../../../support/builders.ts";
import {
  ADDRESS,
  AFTER,
  BEFORE,
  changeOf,
  FOREIGN,
  type Given,
  ID,
  inputOf,
  OTHER_LINEAGE,
} from "./one-resource.ts";

describe("what is told besides", () => {
  const codesOf = (given: Given): string[] =>
    diff(inputOf(given)).diagnostics.map(({ code }) => code);
  const cases: readonly (Given & { name: string; code: string })[] = [
    { name: "found, not recorded", world: AFTER, code: "VP2503" },
    { name: "adopt without an object", wish: AFTER, behaviour: { adopt: "lost" }, code: "VP2504" },
    {
      name: "adopt from another state",
      wish: AFTER,
      behaviour: { adopt: "theirs" },
      world: AFTER,
      worldOver: OTHER_LINEAGE,
      code: "VP2505",
    },
    { name: "a name that is taken", wish: AFTER, world: AFTER, worldOver: FOREIGN, code: "VP2506" },
    {
      name: "a provider that changed",
      wish: AFTER,
      record: AFTER,
      recordOver: { provider: "kvm" },
      code: "VP2509",
    },
    { name: "an incomplete reading", complete: false, code: "VP2510" },
    {
      name: "a replacement of what is not there",
      wish: AFTER,
      replace: ["vm/shop/db"],
      code: "VP2502",
    },
  ];
  test.for(cases)("$name is $code", ({ code, ...given }) => {
    expect(codesOf(given)).toContain(code);
  });

  test("timing is the worst of the fields, and nothing has to stop in a VM that is off", () => {
    const given = {
      wish: { spec: { image: "a", size: 2, cpus: 2 } },
      record: BEFORE,
      world: BEFORE,
    };
    expect(changeOf(given)?.timing).toBe("power-off");
    const off = { workload: { poweredOn: false }, worldOver: { power: "off" as const } };
    const wish = { ...given.wish, power: "off" };
    expect(changeOf({ ...given, ...off, wish })?.timing).toBe("live");
  });

  test("workloads leave a host whose document sends it into maintenance, or is gone", () => {
    const workload = pod("vm/shop/db", { attributes: AFTER });
    const record = recordedOf(workload, { host: "esx-a" });
    const esx = resource("host/esx-a", {
      host: host({ name: "esx-a", connection: "maintenance" }),
    });
    const given = (wishes: readonly DesiredResource[]): DiffInput => ({
      desired: desiredState(wishes),
      observation: observation(
        [observedOf(record), observedOf(recordedOf(esx), { power: undefined })],
        [host({ name: "esx-a" })],
      ),
      recorded: recordedState([record, recordedOf(esx)]),
      mode: "apply",
    });
    for (const wishes of [[workload, esx], [workload]]) {
      const change = diff(given(wishes)).value.changes.find(
        ({ address }) => address === "vm/shop/db",
      );
      expect(change).toMatchObject({ action: "move", reasons: [{ code: "host-leaving" }] });
    }
  });

  test("what a replacement left behind is removed under an address of its own", () => {
    const wish = pod(ADDRESS, { attributes: AFTER });
    const record = recordedOf(wish, { host: "esx-a" });
    const leftover = observedOf(record, { id: "0ldobject-1" });
    const { changes } = diff({
      desired: desiredState([wish]),
      observation: observation([observedOf(record), leftover], [host({ name: "esx-a" })]),
      recorded: recordedState([record]),
      mode: "apply",
    }).value;
    expect(changes.map(({ address, action, objectId }) => [address, action, objectId])).toEqual([
      [ADDRESS, "noop", ID],
      [`${ADDRESS}~0ldobjec`, "delete", "0ldobject-1"],
    ]);
  });

  test("T12: a guest cluster goes up by one minor at most, and never down", () => {
    const guest = (version: string): JsonObject => ({ guest: { version } });
    const codes = (from: string, to: string): string[] =>
      codesOf({ wish: guest(to), record: guest(from), world: guest(from) });
    expect(codes("v1.29.1", "v1.30.0")).toEqual([]);
    expect(codes("v1.29.1", "v1.29.4")).toEqual([]);
    expect(codes("v1.29.1", "v1.31.0")).toEqual(["VP2508"]);
    expect(codes("v1.30.0", "v1.29.9")).toEqual(["VP2507"]);
    expect(codes("v1.30.2", "v1.30.1")).toEqual(["VP2507"]);
    expect(codes("v1.30.0", "v2.0.0")).toEqual(["VP2508"]);
  });
});
