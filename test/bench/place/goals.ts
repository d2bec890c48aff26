/** One line of a placement bench: figure, goal and published peer side by side. */
interface Goal {
  readonly what: string;
  readonly figure: number;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** What others publish, in words. */
  readonly peer: string;
}

let missed = 0;

/** Writes a line at once, since benches take long; a goal that was missed is exit code 1. */
export function goal({ what, figure, atMost, atLeast, peer }: Goal): void {
  const isMet = figure <= (atMost ?? Infinity) && figure >= (atLeast ?? -Infinity);
  if (!isMet) missed++;
  const wish = atMost === undefined ? `>= ${amount(atLeast ?? 0)}` : `<= ${amount(atMost)}`;
  line([what, amount(figure), wish, isMet ? "met" : "MISSED", peer]);
}

/** A figure that nothing is asked of. */
export const note = (what: string, figure: string): void => line([what, figure, "", "", ""]);

/** For the end of a bench. */
export function setExitCode(): void {
  process.exitCode = missed > 0 ? 1 : 0;
}

function line([what = "", figure = "", wish = "", verdict = "", peer = ""]: string[]): void {
  const cells = [what.padEnd(58), figure.padStart(12), wish.padEnd(13), verdict.padEnd(6), peer];
  process.stdout.write(`${cells.join("  ").trimEnd()}\n`);
}

/** Whole above a hundred, else with as many decimals as tell something. */
const amount = (value: number): string =>
  Math.abs(value) >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(3);
