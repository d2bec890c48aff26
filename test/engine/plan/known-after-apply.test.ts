import { beforeAll, describe, expect, test } from "vitest";
import type { Address } from "../../../engine/model/address.ts";
import { prepareKinds } from "../../../schemas/index.ts";
import { type Planned, planText } from "../../support/platforms.ts";
import { stepAt } from "./support.ts";
import { ALL, applied, follows, HOSTS } from "./three-platforms.ts";

beforeAll(() => prepareKinds());

describe("values known after apply", () => {
  const at = (planned: Planned, address: Address) =>
    planned.plan.changes.find((change) => change.address === address);

  test("are unknown in the first plan, given by the cluster, and known from then on", () => {
    const first = planText(ALL, HOSTS);
    const taker = stepAt(first.plan, "configmap/shop/where");
    expect(at(first, "configmap/shop/where")?.unknown).toEqual(["/data/endpoint", "/data/secret"]);
    follows(first.plan, taker, stepAt(first.plan, "tkc/shop/dev"));
    const world = applied(ALL);
    expect(world.records.find(({ address }) => address === "configmap/shop/where")).toMatchObject({
      attributes: { data: { endpoint: "https://h:6443", secret: "dev-kubeconfig", note: "kept" } },
    });
    expect(planText(ALL, world).plan.steps).toEqual([]);
  });

  test("follow the cluster when it tells something else", () => {
    const world = applied(ALL);
    const objects = world.objects.map((object) =>
      object.name === "dev" && object.kind === "tkc"
        ? { ...object, status: { outputs: { endpoint: "https://new:1" } } }
        : object,
    );
    const planned = planText(ALL, { ...world, objects });
    expect(at(planned, "configmap/shop/where")?.diff).toMatchObject([
      { path: "/data/endpoint", before: "https://h:6443", after: "https://new:1" },
    ]);
  });

  test("are unknown again when the cluster is replaced", () => {
    const text = ALL.replace(
      "topology:",
      "settings: {network: {pods: {cidrBlocks: [100.64.0.0/16]}}}\n  topology:",
    );
    const planned = planText(text, applied(ALL));
    expect(planned.findings).toEqual([]);
    expect(at(planned, "configmap/shop/where")).toMatchObject({
      action: "update",
      unknown: ["/data/endpoint", "/data/secret"],
    });
  });

  test("block what needs them while nothing has told them", () => {
    const world = applied(ALL);
    const records = world.records
      .filter(({ address }) => address !== "configmap/shop/where")
      .map((record) => ({ ...record, outputs: {} }));
    const objects = world.objects.filter(({ name }) => name !== "where");
    const planned = planText(ALL, { ...world, records, objects });
    expect(planned.findings).toEqual([]);
    expect(at(planned, "configmap/shop/where")).toMatchObject({
      action: "blocked",
      reasons: [
        { code: "dependency-blocked", detail: "tkc/shop/dev has not told its endpoint yet" },
      ],
    });
  });
});
