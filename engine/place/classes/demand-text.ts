import type { Amounts, Demand } from "../../model/demand.ts";

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
