import { describe, expect, test } from "vitest";
import { terms } from "../builders.ts";
import { brief, evenly, order, sized, small, term } from "./orders.ts";

describe("rules", () => {
  const apart = terms({ podAntiAffinity: { required: [term("db")], preferred: [] } });
  const db = (name: string, at: string) =>
    sized(name, at, 1, { labels: { app: "db" }, scheduling: apart });

  test("who is on the way is near to both of its hosts", () => {
    const hosts = ["a", "b", "c"].map((name) => small(name, 8));
    const found = order({ hosts, workloads: [db("x", "a"), db("y", "b")] }, { x: "b", y: "c" });
    expect(brief(found)).toEqual([["y b-c"], ["x a-b", "y"]]);
  });

  test("who has to be apart changes places by way of a third host", () => {
    const hosts = ["a", "b", "c"].map((name) => small(name, 8));
    const found = order({ hosts, workloads: [db("x", "a"), db("y", "b")] }, { x: "b", y: "a" });
    expect(brief(found)).toEqual([["y b-c"], ["x a-b", "y"], ["y c-a", "y", "x"]]);
  });

  test("a port is free when its holder has left", () => {
    const scheduling = terms({ ports: [{ hostIp: "", protocol: "TCP", port: 80 }] });
    const hosts = ["a", "b", "c"].map((name) => small(name, 8));
    const workloads = [sized("x", "a", 1, { scheduling }), sized("y", "b", 1, { scheduling })];
    expect(brief(order({ hosts, workloads }, { x: "b", y: "c" }))).toEqual([
      ["y b-c"],
      ["x a-b", "y"],
    ]);
  });

  test("a match comes before and leaves after whoever needs it", () => {
    const near = terms({ podAffinity: { required: [term("db")], preferred: [] } });
    const found = order(
      {
        hosts: [small("a", 8), small("b", 8)],
        workloads: [
          sized("x", "a", 1, { scheduling: near }),
          sized("y1", "a", 1, { labels: { app: "db" } }),
          sized("y2", "a", 1, { labels: { app: "db" } }),
        ],
      },
      { x: "b", y1: "b", y2: "b" },
    );
    expect(brief(found)).toEqual([["y1 a-b"], ["x a-b", "y1"], ["y2 a-b", "x"]]);
    expect(found.parted).toEqual([]);
  });

  test("a pair that is to stay together goes one by one, and that is told", () => {
    const near = terms({ podAffinity: { required: [term("db")], preferred: [] } });
    const pair = ["x", "y"].map((name) =>
      sized(name, "a", 1, { labels: { app: "db" }, scheduling: near }),
    );
    const found = order(
      { hosts: [small("a", 8), small("b", 8)], workloads: pair },
      { x: "b", y: "b" },
    );
    expect(found.moves).toHaveLength(2);
    expect(found.parted).toEqual(["pod/shop/x", "pod/shop/y"]);
  });

  test("pairs that nothing keeps together part at once, not one after the other", () => {
    const pairs = ["p", "q", "r"].flatMap((app) => {
      const near = terms({ podAffinity: { required: [term(app)], preferred: [] } });
      return ["1", "2"].map((number) =>
        sized(`${app}${number}`, "a", 1, { labels: { app }, scheduling: near }),
      );
    });
    const hosts = [small("a", 8), small("b", 8)];
    const to = Object.fromEntries(pairs.map(({ key }) => [key.slice(-2), "b"]));
    const found = order({ hosts, workloads: pairs }, to);
    expect(found.parted).toHaveLength(6);
    // Six moves of which a host takes part in four at a time.
    expect(Math.max(...found.moves.map(({ wave }) => wave))).toBe(1);
    const [one, other] = pairs;
    const beside = [one, other, sized("free", "a", 1)].flatMap((each) => each ?? []);
    const all = order({ hosts, workloads: beside }, { p1: "b", p2: "b", free: "b" });
    expect(all.moves.map(({ wave }) => wave)).toEqual([0, 0, 0]);
  });

  test("a hard spread holds while several are on the way", () => {
    const scheduling = terms({ spread: [evenly("web")] });
    const web = (name: string, at: string) =>
      sized(name, at, 1, { labels: { app: "web" }, scheduling });
    const hosts = ["a", "b", "c"].map((name) => small(name, 8));
    const workloads = [web("x1", "a"), web("x2", "a"), web("y", "b"), web("z", "c")];
    // One can leave the fuller host; then each host has what it may have.
    const found = order({ hosts, workloads }, { x1: "b" });
    expect(brief(found)).toEqual([["x1 a-b"]]);
    // A circle would leave one host with none while another has two, whatever goes first.
    const circle = order({ hosts, workloads: workloads.slice(1) }, { x2: "b", y: "c", z: "a" });
    expect(circle.moves).toEqual([]);
    expect(circle.unordered).toHaveLength(3);
  });
});
