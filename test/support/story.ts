import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { run, VPAC } from "./vpac.ts";

/** One command of a story: what is typed, how it shall end, lines its output must have. */
interface StoryStep {
  readonly command: string;
  readonly exit: number;
  readonly output: readonly string[];
  readonly line: number;
}

/**
 * Reads the commands of every block of a Markdown file that opens with "```" and `fence`. A line that starts with `$ ` is a
 * command, `# exit N` at its end the code it must end with (0 otherwise); the lines below it up to
 * the next command must each be found in what it prints, in any place.
 */
function readStory(file: string, fence = "console"): StoryStep[] {
  const steps: { command: string; exit: number; output: string[]; line: number }[] = [];
  let inside = false;
  for (const [index, text] of readFileSync(file, "utf8").split("\n").entries()) {
    if (text.startsWith("```")) inside = text === `\`\`\`${fence}`;
    else if (inside && text.startsWith("$ ")) steps.push(stepOf(text.slice(2), index + 1));
    else if (inside && text.trim() !== "") steps.at(-1)?.output.push(text.trim());
  }
  return steps;
}

function stepOf(text: string, line: number): StoryStep & { output: string[] } {
  const match = /^(.*?)\s+# exit (\d+)$/.exec(text);
  const [command, exit] = match === null ? [text, "0"] : [match[1] ?? text, match[2] ?? "0"];
  return { command, exit: Number(exit), output: [], line };
}

/** Makes a folder with a `vpac` that can be put on the PATH, as the stories type it. */
export function storyTools(folder: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "vpac"), `#!/bin/sh\nexec "${process.execPath}" "${VPAC}" "$@"\n`);
  chmodSync(join(bin, "vpac"), 0o755);
  return bin;
}

export interface StorySettings {
  /** Folder of `storyTools`. */
  readonly bin: string;
  readonly fence?: string;
  /** Longest time of one command. */
  readonly timeoutMs?: number;
}

/** Runs the commands of a page one after the other in `start`, as somebody who reads it would. */
export async function followStory(
  page: string,
  start: string,
  { bin, fence = "console", timeoutMs = 120_000 }: StorySettings,
): Promise<void> {
  const steps = readStory(page, fence);
  expect(steps.length).toBeGreaterThan(0);
  let cwd = start;
  for (const step of steps) {
    const folderName = /^cd (\S+)$/.exec(step.command)?.[1];
    if (folderName !== undefined) {
      cwd = join(cwd, folderName);
      continue;
    }
    const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}` };
    const ran = await run("/bin/sh", ["-c", step.command], { cwd, env, timeoutMs });
    const printed = ran.stdout + ran.stderr;
    expect(ran.code, `line ${step.line}: ${step.command}\n${printed}`).toBe(step.exit);
    for (const line of step.output) {
      expect(printed, `line ${step.line}: ${step.command}`).toContain(line);
    }
  }
}
