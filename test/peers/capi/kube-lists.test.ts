import { expect, test } from "vitest";
import { stringAt } from "../../../engine/model/json.ts";
import type { WatchEvent } from "../../../providers/cluster-api/kube/types.ts";
import { CONFIG_MAP, configMap, describeWithKube, failureOf, ref } from "./kube-under-test.ts";

describeWithKube("the client of a kube-apiserver, lists and watches", (kube) => {
  test("lists 1,200 objects in pages, all of them once", async () => {
    const metadata = { name: "many" };
    await kube.admin.apply({ apiVersion: "v1", kind: "Namespace", metadata });
    const names = Array.from({ length: 1_200 }, (_, index) => `n${index}`);
    const wanted = new Set(names);
    const worker = async (): Promise<void> => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) {
        await kube.admin.create(configMap(name, {}, "many"));
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    const options = { namespace: "many", fieldSelector: "metadata.name!=kube-root-ca.crt" };
    const { items } = await kube.admin.list(CONFIG_MAP, options);
    expect(new Set(items.map((item) => stringAt(item, "metadata", "name")))).toEqual(wanted);
    expect(items).toHaveLength(1_200);
    expect(items[0]).toMatchObject(CONFIG_MAP);
    const bounded = kube.admin.list(CONFIG_MAP, { ...options, itemsMax: 600 });
    expect(await failureOf(bounded)).toMatchObject({ kind: "tooLarge" });
  });

  test("lists the names of secrets without what is in them", async () => {
    const type = { apiVersion: "v1", kind: "Secret" };
    const metadata = { name: "hidden", namespace: "many" };
    await kube.admin.apply({ ...type, metadata, stringData: { password: "canary" } });
    const { items } = await kube.admin.list(type, { namespace: "many", metadataOnly: true });
    expect(items.map((item) => stringAt(item, "metadata", "name"))).toContain("hidden");
    expect(items[0]).toMatchObject(type);
    expect(items.every((item) => item["data"] === undefined)).toBe(true);
  });

  test("lists well while the store forgets what was before", async () => {
    const { args } = kube.processOf("kube-apiserver");
    const store = /--etcd-servers (\S+)/.exec(args)?.[1] ?? "";
    let stop = false;
    const forget = async (): Promise<void> => {
      for (let round = 0; !stop; round++) {
        const now = await kube.admin.apply(configMap("moving", { round: String(round) }));
        const revision = stringAt(now, "metadata", "resourceVersion") ?? "";
        const body = JSON.stringify({ revision });
        const answer = await fetch(`${store}/v3/kv/compaction`, { method: "POST", body });
        expect(answer.status).toBe(200);
      }
    };
    const forgetting = forget();
    const { items } = await kube.admin.list(CONFIG_MAP, { namespace: "many", pageSize: 20 });
    stop = true;
    await forgetting;
    expect(new Set(items.map((item) => stringAt(item, "metadata", "name"))).size).toBe(1_201);
    expect(items).toHaveLength(1_201);
  });

  interface Followed {
    readonly events: (WatchEvent & { readonly resourceVersion: string })[];
    end(): Promise<void>;
  }

  function follow(namespace: string, resourceVersion?: string): Followed {
    const ended = new AbortController();
    const events: Followed["events"] = [];
    const watching = (async () => {
      const options = { namespace, resourceVersion, signal: ended.signal };
      for await (const event of kube.admin.watch(CONFIG_MAP, options)) events.push(event);
    })();
    return {
      events,
      end: () => {
        ended.abort();
        return watching;
      },
    };
  }

  /** What a follower knows to be there, if it believed every event. */
  function known({ events }: Followed): readonly string[] {
    const names = new Set<string>();
    for (const event of events) {
      if (event.type === "relisted") {
        names.clear();
        for (const item of event.items) names.add(stringAt(item, "metadata", "name") ?? "");
      } else if (event.type !== "bookmark") {
        const name = stringAt(event.object, "metadata", "name") ?? "";
        if (event.type === "deleted") names.delete(name);
        else names.add(name);
      }
    }
    return [...names].filter((name) => name !== "kube-root-ca.crt").sort();
  }

  test("watches from a list on, and from a version on", async () => {
    const seen = follow("watched");
    await kube.admin.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "watched" } });
    await expect.poll(() => seen.events[0]?.type).toBe("relisted");
    const first = await kube.admin.apply(configMap("w1", {}, "watched"));
    await kube.admin.apply(configMap("w1", { a: "2" }, "watched"));
    await kube.admin.delete(ref("w1", "watched"));
    const types = (followed: Followed): readonly string[] =>
      followed.events.flatMap((event) =>
        "object" in event && stringAt(event.object, "metadata", "name") === "w1" ? event.type : [],
      );
    await expect.poll(() => types(seen)).toEqual(["added", "modified", "deleted"]);
    await seen.end();
    const later = follow("watched", stringAt(first, "metadata", "resourceVersion"));
    await expect.poll(() => types(later)).toEqual(["modified", "deleted"]);
    await later.end();
  });

  test("ends a watch at its deadline, and in silence", async () => {
    const started = performance.now();
    for await (const event of kube.admin.watch(CONFIG_MAP, {
      namespace: "watched",
      deadlineMs: 300,
    })) {
      expect(event.type).not.toBe("deleted");
    }
    expect(performance.now() - started).toBeGreaterThan(250);
  });

  test("lets go of a watch whose reader stops, and forbids one without the right", async () => {
    for await (const event of kube.admin.watch(CONFIG_MAP, { namespace: "watched" })) {
      expect(event.type).toBe("relisted");
      break;
    }
    const forbidden = async (): Promise<void> => {
      for await (const event of kube.user.watch(CONFIG_MAP)) expect(event).toBeUndefined();
    };
    expect(await failureOf(forbidden())).toMatchObject({ kind: "forbidden" });
  });

  test("goes on watching over a restart of the server, and loses nothing", async () => {
    const seen = follow("watched");
    await kube.admin.apply(configMap("before", {}, "watched"));
    await expect.poll(() => known(seen)).toEqual(["before"]);
    await kube.peer.restartApiServer();
    await kube.admin.apply(configMap("after", {}, "watched"));
    await kube.admin.delete(ref("before", "watched"));
    await expect.poll(() => known(seen)).toEqual(["after"]);
    await seen.end();
  });

  test("lists anew when the server has forgotten the version (410)", async () => {
    const old = await kube.admin.apply(configMap("long-ago", {}, "watched"));
    const version = stringAt(old, "metadata", "resourceVersion") ?? "";
    const { args } = kube.processOf("kube-apiserver");
    const store = /--etcd-servers (\S+)/.exec(args)?.[1] ?? "";
    const now = await kube.admin.apply(configMap("long-ago", { a: "2" }, "watched"));
    const body = JSON.stringify({ revision: stringAt(now, "metadata", "resourceVersion") });
    await fetch(`${store}/v3/kv/compaction`, { method: "POST", body });
    await kube.peer.restartApiServer();
    const seen = follow("watched", version);
    await expect.poll(() => seen.events[0]?.type).toBe("relisted");
    expect(known(seen)).toEqual(["after", "long-ago"]);
    await seen.end();
  });
});
