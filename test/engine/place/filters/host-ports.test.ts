import { describe, expect, test } from "vitest";
import type { HostPort } from "../../../../engine/model/scheduling.ts";
import { running, terms } from "../builders.ts";
import { rejection } from "./asked.ts";

describe("host ports", () => {
  const port = (given: Partial<HostPort> = {}): HostPort => ({
    hostIp: "",
    protocol: "TCP",
    port: 80,
    ...given,
  });
  const cases: readonly { name: string; taken: HostPort; wanted: HostPort; free: boolean }[] = [
    { name: "the same port", taken: port(), wanted: port(), free: false },
    { name: "another port", taken: port(), wanted: port({ port: 81 }), free: true },
    { name: "another protocol", taken: port(), wanted: port({ protocol: "UDP" }), free: true },
    {
      name: "two addresses",
      taken: port({ hostIp: "10.0.0.1" }),
      wanted: port({ hostIp: "10.0.0.2" }),
      free: true,
    },
    {
      name: "all addresses against one",
      taken: port({ hostIp: "0.0.0.0" }),
      wanted: port({ hostIp: "10.0.0.2" }),
      free: false,
    },
    {
      name: "one address against all",
      taken: port({ hostIp: "10.0.0.1" }),
      wanted: port({ hostIp: "0.0.0.0" }),
      free: false,
    },
    {
      name: "no address means all",
      taken: port(),
      wanted: port({ hostIp: "10.0.0.1" }),
      free: false,
    },
  ];
  test.for([...cases])("$name", ({ taken, wanted, free }) => {
    const old = running("old", "a", { scheduling: terms({ ports: [taken] }) });
    const found = rejection({}, { scheduling: terms({ ports: [wanted] }) }, [old]);
    expect(found).toEqual(free ? undefined : { filter: "NodePorts", code: "port", curable: true });
  });
});
