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

/**
 * Equal for demands that differ in extended resources at most, and for no others. Written out, as
 * it is asked for every demand; it does not compile while a member of demands is left out.
 */
export const demandText: Untold extends readonly [never, never]
  ? (demand: Demand) => string
  : never = ({
  request,
  limit,
  size,
  reservation,
  overheadBytes,
  shares,
  isDedicated = false,
  qos = "",
}) => {
  const scored = `${amountsText(request.nonZero)} ${amountsText(request.nonZeroWaiting ?? NONE)}`;
  const requested = `${amountsText(request)} ${request.ephemeralStorageBytes} ${scored}`;
  const kept = `${amountsText(limit)} ${amountsText(reservation)} ${overheadBytes}`;
  const sized = `${amountsText(size)} ${size.vcpus}`;
  return `${requested} ${kept} ${sized} ${shares} ${String(isDedicated)} ${qos}`;
};

const NONE = {};

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
