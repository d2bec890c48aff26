import { existsSync, renameSync, statSync, writeFileSync } from "node:fs";

/** A large answer takes some milliseconds to write: well below a hundredth of the time between. */
const BETWEEN_MS = 2000;

/**
 * The file with the answer of a search that may be ended at any moment. Once the first answer is
 * kept there is always a whole one in it: a better one takes its place in a single step.
 */
export class AnswerFile {
  readonly #path: string;
  readonly #isReplaced: boolean;
  #writtenAt = Number.NEGATIVE_INFINITY;

  constructor(path: string) {
    this.#path = path;
    // A pipe or a device shows every answer it is given, so it is given the last one alone.
    this.#isReplaced = !existsSync(path) || statSync(path).isFile();
  }

  /** Keeps an answer unless one was kept a moment ago; throws where nothing can be written. */
  keep(answer: Int32Array): void {
    if (!this.#isReplaced || performance.now() - this.#writtenAt < BETWEEN_MS) return;
    this.end(answer);
    this.#writtenAt = performance.now();
  }

  end(answer: Int32Array): void {
    const text = `${answer.join(" ")}\n`;
    if (!this.#isReplaced) return writeFileSync(this.#path, text);
    const part = `${this.#path}.part`;
    writeFileSync(part, text);
    renameSync(part, this.#path);
  }
}
