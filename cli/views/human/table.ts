import { cleanLine } from "../clean.ts";
import { padEnd, textWidth } from "../width.ts";

export interface Table {
  /** Undefined prints no heading. */
  readonly headers?: readonly string[] | undefined;
  readonly rows: readonly (readonly string[])[];
  /** Columns with numbers, by index. */
  readonly right?: readonly number[];
}

const GAP = "   ";

/** Columns aligned by their width in a terminal, two blanks or more apart, nothing cut. */
export function tableText({ headers, rows, right = [] }: Table): string {
  const cells = rows.map((row) => row.map(cleanLine));
  const all = headers === undefined ? cells : [headers, ...cells];
  const widths: number[] = [];
  for (const row of all) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, textWidth(cell));
    }
  }
  const line = (row: readonly string[]): string => {
    const parts = row.map((cell, index) => {
      const width = widths[index] ?? 0;
      return right.includes(index) ? cell.padStart(width) : padEnd(cell, width);
    });
    return `${parts.join(GAP).trimEnd()}\n`;
  };
  return all.map(line).join("");
}
