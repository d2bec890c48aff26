import { readFileSync } from "node:fs";

/** One command of a story: what is typed, how it shall end, lines its output must have. */
export interface StoryStep {
  readonly command: string;
  readonly exit: number;
  readonly output: readonly string[];
  readonly line: number;
}

/**
 * Reads the commands of every ```console block of a Markdown file. A line that starts with `$ ` is a
 * command, `# exit N` at its end the code it must end with (0 otherwise); the lines below it up to
 * the next command must each be found in what it prints, in any place.
 */
export function readStory(file: string): StoryStep[] {
  const steps: { command: string; exit: number; output: string[]; line: number }[] = [];
  let inside = false;
  for (const [index, text] of readFileSync(file, "utf8").split("\n").entries()) {
    if (text.startsWith("```")) inside = text === "```console";
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
