import { parseAddress } from "../../engine/model/address.ts";
import { numberAt, objectAt, stringAt } from "../../engine/model/json.ts";
import { bytesText, cpuText } from "../views/units.ts";
import type { Item } from "./items.ts";
import type { Column } from "./render.ts";

/** The public form of one object. */
export function itemJson(item: Item): object {
  const { observed, recorded, helper, ...rest } = item;
  return {
    ...rest,
    ...(helper ? { helper } : {}),
    ...(recorded === undefined
      ? {}
      : { recorded: { revision: recorded.revision, condition: recorded.condition } }),
    ...(observed === undefined ? {} : { revision: observed.revision, active: observed.active }),
  };
}

const dash = (text: string | undefined): string => text ?? "-";

/** `2 CPU, 8 GiB`: the configured size of a machine; a dash where there is none. */
export function sizeText({ attributes }: Item): string {
  const sizing = objectAt(attributes, "sizing");
  const cpu = numberAt(sizing, "cpuMillicores");
  const memory = numberAt(sizing, "memoryBytes");
  if (cpu === undefined || memory === undefined) return "-";
  return `${cpuText(cpu)} CPU, ${bytesText(memory)}`;
}

export const ITEM_COLUMNS: readonly Column<Item>[] = [
  { title: "ADDRESS", text: ({ address }) => address },
  { title: "HEALTH", text: ({ health }) => health },
  { title: "PHASE", text: ({ phase, power }) => dash(phase ?? power) },
  { title: "HOST", text: ({ host }) => dash(host) },
  { title: "SIZE", text: sizeText },
  { title: "POWER", text: ({ power }) => dash(power), wide: true },
  { title: "IP", text: ({ status }) => dash(stringAt(status, "address")), wide: true },
  { title: "KIND", text: kindOf, wide: true },
  { title: "PROVIDER", text: ({ provider }) => provider, wide: true },
  { title: "OWNER", text: ({ owner }) => dash(owner), wide: true },
  { title: "ID", text: ({ id }) => id, wide: true },
];

function kindOf({ kind, address }: Item): string {
  return kind === "" ? (parseAddress(address)?.kind ?? "") : kind;
}
