import type { Amounts, Demand } from "../../model/demand.ts";

/** Members that the text of a demand would leave out: those it has are named here. */
type Untold = readonly [
  Exclude<
    keyof Demand,
    | "request"
    | "limit"
    | "size"
    | "reservation"
    | "overheadBytes"
    | "shares"
    | "isDedicated"
    | "qos"
  >,
  Exclude<
    keyof Demand["request"],
    keyof Amounts | "ephemeralStorageBytes" | "extended" | "nonZero" | "nonZeroWaiting"
  >,
];

/** What demands are told apart by, extended resources aside. */
export type DemandParts = readonly (string | number | boolean | undefined)[];

/**
 * Equal for demands that differ in extended resources at most, and for no others. Written out, as
 * it is asked for every demand; it does not compile while a member of demands is left out.
 */
export const demandParts: Untold extends readonly [never, never]
  ? (demand: Demand) => DemandParts
  : never = ({
  request,
  limit,
  size,
  reservation,
  overheadBytes,
  shares,
  isDedicated = false,
  qos = "",
}) => [
  request.cpuMillicores,
  request.memoryBytes,
  request.ephemeralStorageBytes,
  request.nonZero.cpuMillicores,
  request.nonZero.memoryBytes,
  request.nonZeroWaiting?.cpuMillicores,
  request.nonZeroWaiting?.memoryBytes,
  limit.cpuMillicores,
  limit.memoryBytes,
  reservation.cpuMillicores,
  reservation.memoryBytes,
  overheadBytes,
  size.cpuMillicores,
  size.memoryBytes,
  size.vcpus,
  shares,
  isDedicated,
  qos,
];

/** True for the parts of demands that differ in extended resources at most. */
export const areSameParts = (one: DemandParts, other: DemandParts): boolean =>
  one.every((part, index) => part === other[index]);

/** Both amounts, of which either may be absent. */
export const amountsText = ({ cpuMillicores, memoryBytes }: Partial<Amounts>): string =>
  `${cpuMillicores ?? ""} ${memoryBytes ?? ""}`;

/** Extended resources as they are asked for; empty for none. */
export function extendedText({ request: { extended } }: Demand): string {
  const names = Object.keys(extended);
  if (names.length === 0) return "";
  // With its length before it, a name ends where it ends whatever is in it.
  const textOf = (name: string): string => `${name.length} ${name} ${extended[name] ?? ""} `;
  return names.length === 1 ? textOf(names[0] ?? "") : names.sort().map(textOf).join("");
}
