import type { Amounts, Demand } from "../../model/demand.ts";

/** Both amounts, of which either may be absent. */
export const amountsText = ({ cpuMillicores, memoryBytes }: Partial<Amounts>): string =>
  `${cpuMillicores ?? ""} ${memoryBytes ?? ""}`;

/** Extended resources as they are asked for; empty for none. */
export function extendedText({ request: { extended } }: Demand): string {
  const names = Object.keys(extended);
  if (names.length === 0) return "";
  const [first = ""] = names;
  // Most ask for one of one kind: no other text is without a space.
  if (names.length === 1 && extended[first] === 1 && isOneWord(first)) return first;
  // With its length before it, a name ends where it ends whatever is in it.
  const textOf = (name: string): string => `${name.length} ${name} ${extended[name] ?? ""} `;
  return names.sort().map(textOf).join("");
}

const isOneWord = (name: string): boolean => name !== "" && !name.includes(" ");
