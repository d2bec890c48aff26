import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../../cli/wiring/clock.ts";
import type { Clock } from "../../../engine/contract/clock.ts";
import { stringAt } from "../../../engine/model/json.ts";
import { KubeError } from "../../../providers/cluster-api/kube/errors.ts";
import type { KubeClient } from "../../../providers/cluster-api/kube/types.ts";
import { CONFIG_MAP, configMap, describeWithKube, failureOf, ref } from "./kube-under-test.ts";

describeWithKube("the client of a kube-apiserver that fails", (kube) => {
  /** A clock that runs `once` in place of the first pause between two tries of a read. */
  function pausing(once: () => Promise<unknown>): { clock: Clock; pauses: number[] } {
    const real = systemClock({});
    const pauses: number[] = [];
    const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
      // Anything longer is the deadline of the call.
      if (ms > 10_000) return real.sleep(ms, signal);
      pauses.push(ms);
      if (pauses.length > 1) return real.sleep(ms, signal);
      await once();
    };
    return { clock: { now: () => real.now(), sleep }, pauses };
  }

  test("reads over a short absence of the server; a write is told at once", async () => {
    const { clock, pauses } = pausing(() => kube.peer.startApiServer());
    const client = await kube.open(kube.peer.kubeconfig, {}, clock);
    await client.get(ref("absent"));
    await kube.peer.killApiServer();
    const written = await failureOf(client.apply(configMap("absent")));
    expect(written).toMatchObject({ kind: "unreachable", sent: false, applied: "no" });
    expect(pauses).toEqual([]);
    expect(await client.get(ref("absent"), { deadlineMs: 60_000 })).toBeUndefined();
    expect(pauses.length).toBeGreaterThan(0);
  });

  test("gives up reading a server that stays away, within its budget", async () => {
    const { clock, pauses } = pausing(async () => undefined);
    const client = await kube.open(kube.peer.kubeconfig, {}, clock);
    await client.get(ref("absent"));
    await kube.peer.killApiServer();
    try {
      const failed = await failureOf(client.get(ref("absent")));
      expect(failed).toMatchObject({ kind: "unreachable", sent: false, applied: "no" });
      expect(pauses).toHaveLength(5);
      const bounded = await failureOf(client.get(ref("absent"), { deadlineMs: 50 }));
      expect(bounded.applied).toBe("no");
      expect(pauses.length).toBeLessThan(10);
    } finally {
      await kube.peer.startApiServer();
    }
  });

  type Fault = (
    forward: () => Promise<void>,
    response: ServerResponse,
    incoming: IncomingMessage,
  ) => Promise<void>;

  /** A proxy before the real server, which meets each request with the next fault, then none. */
  async function between(faults: Fault[]): Promise<{ url: string; close: () => Promise<void> }> {
    const pki = (name: string): Buffer => readFileSync(join(kube.peer.folder, "pki", name));
    const tls = { cert: pki("apiserver.crt"), key: pki("apiserver.key") };
    const proxy = createServer(tls, (incoming, response) => {
      const forward = (): Promise<void> =>
        new Promise((resolve, reject) => {
          const { method, headers } = incoming;
          const options = { method, headers, ca: pki("ca.crt") };
          const onward = request(`${kube.peer.server}${incoming.url}`, options, (answer) => {
            if (!response.destroyed) response.writeHead(answer.statusCode ?? 0, answer.headers);
            answer.pipe(response);
            answer.once("end", resolve);
          });
          onward.once("error", reject);
          incoming.pipe(onward);
        });
      void (faults.shift() ?? ((go) => go()))(forward, response, incoming);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as AddressInfo;
    return {
      url: `https://127.0.0.1:${port}`,
      close: async () => {
        proxy.closeAllConnections();
        await new Promise((resolve) => proxy.close(resolve));
      },
    };
  }

  const answers =
    (status: number, headers: Record<string, string>, text: string): Fault =>
    async (_, response) => {
      response.writeHead(status, headers).end(text);
    };
  const busyFault = answers(429, { "Retry-After": "2" }, "Too many requests");
  const awayFault = answers(503, {}, "<html>Service unavailable</html>");
  const breaks: Fault = async (_, response) => {
    response.destroy();
  };
  /** The server gets the request and does it; its answer never arrives. */
  const losesAnswer: Fault = async (forward, response) => {
    response.cork();
    const done = forward();
    response.destroy();
    await done.catch(() => undefined);
  };
  const halfAnswer: Fault = async (_, response) => {
    response.writeHead(200, { "Content-Length": "100" }).write('{"kind":');
    setTimeout(() => response.destroy(), 50);
  };

  test.for([
    ["is busy (429)", busyFault, 2_000],
    ["is away (503)", awayFault, 75],
    ["breaks the connection", breaks, 75],
    ["stops in the middle of its answer", halfAnswer, 75],
  ] as const)("reads again when the server %s, and never writes again", async (row) => {
    const [, fault, pauseMs] = row;
    const faults: Fault[] = [];
    const proxy = await between(faults);
    const { clock, pauses } = pausing(async () => undefined);
    const file = kube.kubeconfig(
      "proxied",
      { token: kube.peer.tokens.admin },
      { server: proxy.url },
    );
    const client = await kube.open(file, {}, clock);
    try {
      await client.get(ref("proxied"));
      faults.push(fault);
      expect(await client.get(ref("proxied"))).toBeUndefined();
      expect(pauses).toEqual([pauseMs]);
      faults.push(fault);
      const written = await failureOf(client.create(configMap("proxied")));
      const refused = written.status === 429;
      expect(written).toMatchObject({ sent: true, applied: refused ? "no" : "unknown" });
      expect(written.retryAfterMs).toBe(refused ? 2_000 : undefined);
      expect(pauses).toEqual([pauseMs]);
      expect(await kube.admin.get(ref("proxied"))).toBeUndefined();
    } finally {
      await proxy.close();
    }
  });

  test("stops reading an answer without end: by its size, or at the deadline", async () => {
    const floods: Fault = async (_, response) => {
      const chunk = Buffer.alloc(1_048_576, " ");
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", pour);
      pour();
    };
    const drips: Fault = async (_, response) => {
      const timer = setInterval(() => response.write(" "), 20);
      response.once("close", () => clearInterval(timer));
    };
    const faults: Fault[] = [];
    const proxy = await between(faults);
    const file = kube.kubeconfig(
      "endless",
      { token: kube.peer.tokens.admin },
      { server: proxy.url },
    );
    const client = await kube.open(file);
    try {
      await client.get(ref("endless"));
      faults.push(floods);
      expect((await failureOf(client.get(ref("endless")))).kind).toBe("tooLarge");
      faults.push(drips);
      const slow = await failureOf(client.get(ref("endless"), { deadlineMs: 300 }));
      expect(slow).toMatchObject({ kind: "timeout", sent: true, applied: "no" });
    } finally {
      await proxy.close();
    }
  });

  test("finds the same kinds on a server that lists them one group at a time", async () => {
    const plain: Fault = (forward, _, incoming) => {
      incoming.headers.accept = "application/json";
      return forward();
    };
    const proxy = await between([plain, plain]);
    const file = kube.kubeconfig("older", { token: kube.peer.tokens.admin }, { server: proxy.url });
    const client = await kube.open(file);
    const names = async (from: KubeClient): Promise<readonly string[]> => {
      const { resources, missing } = await from.resources();
      expect(missing).toEqual([]);
      return resources.map((type) => JSON.stringify([type.apiVersion, type.kind, type.resource]));
    };
    try {
      const found = await names(client);
      expect(found.toSorted()).toEqual((await names(kube.admin)).toSorted());
      expect(found.length).toBeGreaterThan(50);
    } finally {
      await proxy.close();
    }
  });

  test("never says that a write whose answer was lost did not happen", async () => {
    const faults: Fault[] = [];
    const proxy = await between(faults);
    const file = kube.kubeconfig("lost", { token: kube.peer.tokens.admin }, { server: proxy.url });
    const client = await kube.open(file);
    try {
      await client.get(ref("lost"));
      faults.push(losesAnswer);
      const lost = await failureOf(client.apply(configMap("lost")));
      expect(lost).toMatchObject({ kind: "unreachable", sent: true, applied: "unknown" });
      await expect.poll(() => kube.admin.get(ref("lost"))).toMatchObject({ data: { a: "1" } });
      faults.push(losesAnswer);
      const again = await failureOf(client.delete(ref("lost")));
      expect(again).toMatchObject({ sent: true, applied: "unknown" });
      await expect.poll(() => kube.admin.get(ref("lost"))).toBeUndefined();
      faults.push(answers(200, {}, "no JSON at all"));
      const strange = await failureOf(client.apply(configMap("lost")));
      expect(strange).toMatchObject({ kind: "protocol", applied: "unknown" });
    } finally {
      await proxy.close();
    }
  });

  test("knows what was never sent when the server hangs", async () => {
    const { pid } = kube.processOf("kube-apiserver");
    await kube.admin.get(ref("hanging"));
    process.kill(pid, "SIGSTOP");
    try {
      const fresh = await kube.open(kube.peer.kubeconfig);
      const call = { deadlineMs: 400 };
      // The kind is known, but the connection is new: its handshake never ends.
      const never = await failureOf(fresh.apply(configMap("hanging"), call));
      expect(never).toMatchObject({ kind: "timeout", sent: false, applied: "no" });
      const sent = await failureOf(kube.admin.apply(configMap("hanging"), call));
      expect(sent).toMatchObject({ kind: "timeout", sent: true, applied: "unknown" });
      const asked = await failureOf(
        kube.admin.apply(configMap("hanging"), { ...call, dryRun: true }),
      );
      expect(asked).toMatchObject({ kind: "timeout", applied: "no" });
      const signal = AbortSignal.timeout(200);
      const late = await failureOf(kube.admin.apply(configMap("hanging"), { signal }));
      expect(late).toMatchObject({ kind: "timeout", applied: "no", sent: false });
      const ended = new AbortController();
      const cancelled = failureOf(kube.admin.apply(configMap("hanging"), { signal: ended.signal }));
      setTimeout(() => ended.abort(), 50);
      expect((await cancelled).kind).toBe("cancelled");
    } finally {
      process.kill(pid, "SIGCONT");
    }
  });

  test("tells the truth about writes when the server is killed under them", async () => {
    const metadata = { name: "many" };
    await kube.admin.apply({ apiVersion: "v1", kind: "Namespace", metadata });
    const outcomes = new Map<string, "done" | KubeError>();
    let next = 0;
    let stop = false;
    const worker = async (): Promise<void> => {
      while (!stop) {
        const name = `k${next++}`;
        const outcome = await kube.admin.create(configMap(name, {}, "many")).then(
          () => "done" as const,
          (error: unknown) => error as KubeError,
        );
        outcomes.set(name, outcome);
        if (outcome !== "done") await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const workers = Array.from({ length: 8 }, worker);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await kube.peer.killApiServer();
    await new Promise((resolve) => setTimeout(resolve, 200));
    stop = true;
    await Promise.all(workers);
    await kube.peer.startApiServer();
    const { items } = await kube.admin.list(CONFIG_MAP, { namespace: "many", deadlineMs: 60_000 });
    const there = new Set(items.map((item) => stringAt(item, "metadata", "name")));
    const wrong = [...outcomes].filter(([name, outcome]) => {
      if (outcome === "done") return !there.has(name);
      return !(outcome instanceof KubeError) || (outcome.applied === "no" && there.has(name));
    });
    expect(wrong).toEqual([]);
    const errors = [...outcomes.values()].filter((outcome) => outcome instanceof KubeError);
    expect(errors.some(({ sent }) => !sent)).toBe(true);
    expect(errors.every(({ sent, applied }) => sent || applied === "no")).toBe(true);
  });
});
