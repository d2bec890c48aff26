import type { CommandError } from "../../exit.ts";
import { cleanLine, cleanText } from "../clean.ts";

/** A refused command line or request: what is wrong, then what to do. */
export function failureText(error: CommandError): string {
  const help = error.help.map((line) => `  help: ${cleanLine(line)}\n`);
  return `error: ${cleanText(error.message)}\n${help.join("")}`;
}
