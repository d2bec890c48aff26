import { describe, expect, test } from "vitest";
import type { DesiredResource } from "../../../../engine/model/desired.ts";
import type { Host } from "../../../../engine/model/host.ts";
import { host } from "../builders.ts";
import { build, creation, declared } from "./asking.ts";

describe("hosts of the problem", () => {
  const resource = (wish: Host): DesiredResource =>
    declared(wish.name, {
      address: `host/${wish.name}`,
      kind: "host",
      workload: undefined,
      host: wish,
    });

  test("observed and planned hosts in name order", () => {
    const { hosts } = build({
      hosts: [host("b")],
      resources: [
        resource(host("a", { planned: true })),
        resource(host("b", { planned: true })),
        resource(host("c", { planned: true })),
      ],
      // Host c is outside the selection of the run, so it will not exist.
      changes: [
        { ...creation(""), address: "host/a" },
        { ...creation(""), address: "host/b" },
      ],
    });
    expect(hosts.map(({ name, planned }) => [name, planned])).toEqual([
      ["a", true],
      ["b", false],
    ]);
  });

  test("documents override what a host offers, the world its state and use", () => {
    const active = { cpuMillicores: 5, memoryBytes: 6 };
    const seen = host("a", {
      connection: "disconnected",
      memoryPressure: true,
      active,
      images: ["i"],
    });
    const taints = [{ key: "k", value: "", effect: "NoSchedule" }] as const;
    const wish = host("a", { labels: { rack: "1" }, taints, planned: true });
    const update = { ...creation(""), address: "host/a", action: "update" } as const;
    const story = { hosts: [seen], resources: [resource(wish)] };
    expect(build({ ...story, changes: [update] }).hosts[0]).toMatchObject({
      connection: "disconnected",
      memoryPressure: true,
      active,
      images: ["i"],
      labels: { rack: "1" },
      taints,
      planned: false,
    });
    // What this plan leaves out, or cannot do, is still as observed.
    expect(build(story).hosts).toEqual([seen]);
    expect(build({ ...story, changes: [{ ...update, action: "blocked" }] }).hosts).toEqual([seen]);
  });

  test("a host that documents send into maintenance is in maintenance", () => {
    const wish = host("a", { connection: "maintenance" });
    expect(build({ resources: [resource(wish)] }).hosts[0]?.connection).toBe("maintenance");
  });

  test("a recorded host that left the documents takes nobody any more", () => {
    expect(build({ recorded: ["host/a"] }).hosts[0]?.connection).toBe("maintenance");
    expect(build({}).hosts[0]?.connection).toBe("connected");
  });

  test("hosts of two providers may share a name", () => {
    const { hosts } = build({ hosts: [host("a"), host("a", { provider: "kvm" })] });
    expect(hosts).toHaveLength(2);
  });
});
