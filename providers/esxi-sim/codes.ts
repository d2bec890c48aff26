type SimCodeName =
  | "foreign"
  | "nameTaken"
  | "notFound"
  | "staleRevision"
  | "staleFence"
  | "hostUnknown"
  | "hostNotReady"
  | "runtimeMissing"
  | "hostFull"
  | "hostInUse"
  | "namespaceInUse"
  | "unavailable"
  | "timeout"
  | "storeFailed"
  | "unreachable"
  | "cancelled";

/** What one code of the simulator means; the same form as the catalogues of the engine's rooms. */
interface SimCode {
  readonly code: `VP62${number}`;
  readonly severity: "error";
  readonly summary: string;
  readonly explanation: string;
  readonly example: { readonly wrong: string; readonly right: string };
}

const entry = (
  code: SimCode["code"],
  summary: string,
  explanation: string,
  [wrong, right]: readonly [wrong: string, right: string],
): SimCode => ({ code, severity: "error", summary, explanation, example: { wrong, right } });

/** The catalogue of the simulator, VP6200 to VP6299. */
export const SIM_CODES: Readonly<Record<SimCodeName, SimCode>> = {
  foreign: entry(
    "VP6201",
    "the object belongs to somebody else",
    "The object carries no ownership tag, or that of another lineage. vpac changes and " +
      "removes only what it made or was told to adopt.",
    ["an update of a VM made by hand", "annotate the document with vpac.dev/adopt"],
  ),
  nameTaken: entry(
    "VP6202",
    "the name is taken",
    "Another object of the kind has the name in this namespace and is not ours. Nothing " +
      "was changed.",
    ["two VMs named db-0", "adopt the one that is there, or choose another name"],
  ),
  notFound: entry(
    "VP6203",
    "there is no such object",
    "The object of the call does not exist in the simulated world; it was removed behind " +
      "vpac's back.",
    ["an update after `vpac sim delete`", "plan again: the object is created anew"],
  ),
  staleRevision: entry(
    "VP6204",
    "the object has changed since the plan",
    "The object is at a later revision than the one the plan was made from. Nothing was " +
      "changed.",
    ["a plan from before `vpac sim power-off`", "plan again and apply that"],
  ),
  staleFence: entry(
    "VP6205",
    "an older writer is fenced off",
    "A writer with a higher fence has written to the same lineage since. A process that " +
      "was thought dead must not change anything any more.",
    ["an apply that was paused for an hour", "plan and apply again"],
  ),
  hostUnknown: entry(
    "VP6210",
    "there is no such host",
    "The call names a host that the simulated world does not have.",
    ["vpac.dev/pin-host: esx-99", "the name of a declared host"],
  ),
  hostNotReady: entry(
    "VP6211",
    "the host cannot take the machine",
    "The host is disconnected, in standby or in maintenance, or it cannot run or reserve " +
      "what the machine needs.",
    ["a move to a host in maintenance", "plan again: another host is chosen"],
  ),
  runtimeMissing: entry(
    "VP6212",
    "the host lacks the runtime",
    "vSphere Pods need hosts with the runtime crx, VMs hosts with vmx (row C02).",
    ["runtimes: [vmx] and a Pod", "runtimes: [vmx, crx]"],
  ),
  hostFull: entry(
    "VP6213",
    "the host cannot reserve what the machine needs",
    "What the running machines of the host reserve, overhead included, may not exceed " +
      "what the host can give. The room was taken since the plan was made.",
    ["reservations of 65 GiB on a host of 64 GiB", "plan again: another host is chosen"],
  ),
  hostInUse: entry(
    "VP6214",
    "the host still has machines on it",
    "A host is removed only when no machine is registered on it, running or not.",
    ["a deleted Host document of a host with VMs", "drain the host first"],
  ),
  namespaceInUse: entry(
    "VP6215",
    "the namespace still has objects in it",
    "A namespace is removed only when it is empty; objects that are not ours stay and so " +
      "does their namespace.",
    ["a namespace with a VM made by hand", "remove or move what is in it"],
  ),
  unavailable: entry(
    "VP6220",
    "the simulated platform is busy",
    "A fault set with `vpac sim faults` answered 503. Nothing was changed; the call is " +
      "sent again.",
    ["vpac sim faults --rate 5%", "vpac sim faults --rate 0%"],
  ),
  timeout: entry(
    "VP6221",
    "the simulated platform did not answer",
    "The deadline passed, or a fault swallowed the answer. The call may have had its " +
      "effect; it is sent again and finds out.",
    ["--latency longer than the deadline", "vpac sim faults --latency 0s"],
  ),
  storeFailed: entry(
    "VP6222",
    "the simulated world cannot be read or written",
    "The files of the world are damaged, the disk is full, or another process holds the " +
      "lock. What was written is whole; what was not is not there.",
    ["a world.json changed by hand", "vpac sim reset, or remove the folder of the world"],
  ),
  unreachable: entry(
    "VP6223",
    "nobody serves the simulated world",
    "The provider has the setting socket, and no process listens there or the connection " +
      "broke.",
    ["socket: ./world.sock", "vpac sim serve --socket ./world.sock"],
  ),
  cancelled: entry(
    "VP6224",
    "the call was given up",
    "The run was stopped while the call was under way. What it began is continued by the " +
      "next run.",
    ["Ctrl-C during apply", "vpac apply again"],
  ),
};

/** The bare codes, as outcomes carry them. */
export const CODES: Readonly<Record<SimCodeName, string>> = Object.freeze(
  Object.fromEntries(Object.entries(SIM_CODES).map(([name, { code }]) => [name, code])),
) as Readonly<Record<SimCodeName, string>>;
