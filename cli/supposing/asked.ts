import { suggest } from "../../engine/diagnostics/suggest.ts";
import type { DocumentEdit, HostOverlay, PlanOutcome } from "../../engine/index.ts";
import type { Address } from "../../engine/model/address.ts";
import type { SourceText } from "../../engine/model/document.ts";
import {
  type JsonPointer,
  type JsonValue,
  member,
  pointerKeys,
  pointerOf,
} from "../../engine/model/json.ts";
import { type FlagValues, flagList, flagText } from "../command.ts";
import { usageError } from "../exit.ts";
import { cleanLine } from "../views/clean.ts";
import { type Edit, valueOf } from "./edit.ts";
import { policiesBy } from "./policies.ts";

/** What is supposed, judged against what is there. */
export interface Supposed extends HostOverlay {
  readonly edits: readonly Edit[];
  /** The same edits by their places in the documents. */
  readonly places: readonly DocumentEdit[];
  /** Documents that hold what no document says. */
  readonly added: readonly SourceText[];
}

/** Reads the flags; every name in them has to be known to the plan that the world gives. */
export function supposedBy(flags: FlagValues, outcome: PlanOutcome): Supposed {
  const hosts = (outcome.problem?.hosts ?? []).map(({ name }) => name);
  const named = (flag: string, word: string): readonly string[] =>
    flagList(flags, flag).map((name) => knownHost(name, word, hosts));
  const settings = [
    ...flagList(flags, "scale").map(scaleOf),
    ...flagList(flags, "set").map((text) => settingOf(text, outcome)),
  ];
  const found = settings.map((setting) => located(setting, outcome));
  const policies = policiesBy(flags, outcome);
  return {
    drain: named("drain", "--drain"),
    fail: named("fail", "--fail"),
    add: addedHosts(flags, hosts),
    edits: [...found.map(({ edit }) => edit), ...policies.edits],
    places: [...found.map(({ place }) => place), ...policies.places],
    added: policies.added,
  };
}

function knownHost(name: string, flag: string, hosts: readonly string[]): string {
  const plain = name.startsWith("host/") ? name.slice("host/".length) : name;
  if (hosts.includes(plain)) return plain;
  const near = suggest(plain, hosts);
  throw usageError(
    `${flag}: there is no host "${cleanLine(plain)}"`,
    near === undefined ? "list the hosts: vpac hosts" : `did you mean ${near}?`,
  );
}

const HOST_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Every added host is like `--like`, or like the first host by name. */
function addedHosts(flags: FlagValues, hosts: readonly string[]): HostOverlay["add"] {
  const names = flagList(flags, "addHost");
  const given = flagText(flags, "like");
  if (names.length === 0) {
    if (given !== undefined) throw usageError("--like goes with --add-host");
    return [];
  }
  const like = given === undefined ? hosts[0] : knownHost(given, "--like", hosts);
  if (like === undefined) throw usageError("--add-host: there is no host that it could be like");
  return names.map((name, index) => {
    if (!HOST_NAME.test(name)) {
      throw usageError(`--add-host: "${cleanLine(name)}" cannot name a host`);
    }
    if (hosts.includes(name) || names.indexOf(name) !== index) {
      throw usageError(`--add-host: there is a host "${name}" already`);
    }
    return { name, like };
  });
}

interface Setting {
  readonly flag: "--scale" | "--set";
  readonly address: string;
  readonly path: JsonPointer;
  readonly to: JsonValue;
}

/** `ADDR=N`. */
function scaleOf(text: string): Setting {
  const at = text.lastIndexOf("=");
  const count = text.slice(at + 1);
  if (at <= 0 || !/^\d{1,6}$/.test(count)) {
    throw usageError(
      `--scale: "${cleanLine(text)}" is not an address and a number`,
      "for example --scale deployment/shop/web=6",
    );
  }
  return { flag: "--scale", address: text.slice(0, at), path: "/spec/replicas", to: Number(count) };
}

/** `ADDR.path=value`, or `ADDR/pointer=value` where a key has dots. */
function settingOf(text: string, { desired }: PlanOutcome): Setting {
  const at = text.indexOf("=");
  const left = text.slice(0, Math.max(0, at));
  const addresses = [...(desired?.resources.keys() ?? [])].filter(
    (address) => left.startsWith(address) && /[./]/.test(left[address.length] ?? ""),
  );
  const address = addresses.reduce<string>(
    (longest, each) => (each.length > longest.length ? each : longest),
    "",
  );
  const rest = left.slice(address.length);
  if (address === "" || rest.length < 2) {
    throw usageError(
      `--set: "${cleanLine(text)}" does not name a value of something declared`,
      "for example --set vm/shop/db-0.spec.className=guaranteed-medium",
    );
  }
  const path = rest.startsWith("/") ? rest : pointerOf(...rest.slice(1).split("."));
  return { flag: "--set", address, path, to: valueOf(text.slice(at + 1)) };
}

function located(
  { flag, address, path, to }: Setting,
  { desired, documents }: PlanOutcome,
): { readonly edit: Edit; readonly place: DocumentEdit } {
  const resource = desired?.resources.get(address as Address);
  if (resource === undefined) {
    const near = suggest(address, [...(desired?.resources.keys() ?? [])]);
    throw usageError(
      `${flag}: nothing is declared at ${cleanLine(address)}`,
      near === undefined ? "list what is there: vpac get all" : `did you mean ${near}?`,
    );
  }
  if (resource.owner !== undefined) {
    throw usageError(
      `${flag}: ${address} is made from ${resource.owner}`,
      `change ${resource.owner} instead`,
    );
  }
  const { path: file, document } = resource.source;
  const written = documents.find(({ source }) => source.path === file && source.index === document);
  const from = member(written?.value, ...pointerKeys(path));
  return {
    edit: { address, path, from, to },
    place: { path: file, document, pointer: path, value: to },
  };
}
