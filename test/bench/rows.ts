/** One line of a bench: a figure and, where there is one, the goal it is held against. */
interface Row {
  readonly what: string;
  readonly figure: string;
  readonly goal: string;
  readonly met: boolean | undefined;
}

export interface Rows {
  /** At least `goal` times the peer. */
  ratio(what: string, ratio: number, goal: number): void;
  /** At most `limit`; `unit` with the blank before it. */
  limit(what: string, value: number, limit: number, unit: string): void;
  /** A figure that nothing is asked of, such as a floor. */
  note(what: string, figure: string): void;
  /** Writes all lines to standard output; a goal that was missed is exit code 1. */
  print(): void;
}

export function startRows(): Rows {
  const rows: Row[] = [];
  return {
    ratio: (what, ratio, goal) =>
      void rows.push({
        what,
        figure: `${ratio.toFixed(1)}x`,
        goal: `>= ${goal}x`,
        met: ratio >= goal,
      }),
    limit: (what, value, limit, unit) =>
      void rows.push({
        what,
        figure: `${value.toFixed(1)}${unit}`,
        goal: `<= ${limit}${unit}`,
        met: value <= limit,
      }),
    note: (what, figure) => void rows.push({ what, figure, goal: "", met: undefined }),
    print: () => {
      for (const { what, figure, goal, met } of rows) {
        const verdict = met === undefined ? "" : met ? "met" : "MISSED";
        process.stdout.write(
          `${what.padEnd(58)} ${figure.padStart(12)}  ${goal.padEnd(12)} ${verdict}\n`,
        );
      }
      process.exitCode = rows.some((row) => row.met === false) ? 1 : 0;
    },
  };
}
