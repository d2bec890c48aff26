import type { Field } from "./field.ts";
import { Tournament } from "./tournament.ts";

/** Kinds of workloads by what they mostly use, from all memory to all CPU. */
export const LEANINGS = 8;

/** The host that is best to take a workload of each leaning: the emptiest in what it uses. */
export class Receivers {
  readonly #field: Field;
  /** Ppm that one millicore or one byte makes on a host of mean size. */
  readonly cpuWeight: number;
  readonly memoryWeight: number;
  readonly #trees: readonly Tournament[];

  constructor(field: Field) {
    this.#field = field;
    const count = Math.max(1, field.hosts.length);
    this.cpuWeight = field.perMillicore.reduce((sum, each) => sum + each, 0) / count;
    this.memoryWeight = field.perByte.reduce((sum, each) => sum + each, 0) / count;
    this.#trees = Array.from({ length: LEANINGS }, () => new Tournament(field.hosts.length));
    for (let slot = 0; slot < field.hosts.length; slot++) this.renew(slot);
  }

  /** Ppm that a workload takes of a host of mean size, both resources added up. */
  sizeOf(millicores: number, bytes: number): number {
    return millicores * this.cpuWeight + bytes * this.memoryWeight;
  }

  /** What a workload mostly uses, from 0 (memory) to `LEANINGS` - 1 (CPU). */
  leaningOf(millicores: number, bytes: number): number {
    const all = this.sizeOf(millicores, bytes);
    const cpu = millicores * this.cpuWeight;
    return all <= 0 ? 0 : Math.min(LEANINGS - 1, Math.floor((LEANINGS * cpu) / all));
  }

  best(leaning: number): number {
    return (this.#trees[leaning] as Tournament).winner;
  }

  renew(slot: number): void {
    const { cpu, memory, perMillicore, perByte } = this.#field;
    const byCpu = ((cpu[slot] as number) * (perMillicore[slot] as number)) / this.cpuWeight;
    const byMemory = ((memory[slot] as number) * (perByte[slot] as number)) / this.memoryWeight;
    for (let leaning = 0; leaning < LEANINGS; leaning++) {
      const part = (leaning + 0.5) / LEANINGS;
      (this.#trees[leaning] as Tournament).set(slot, part * byCpu + (1 - part) * byMemory);
    }
  }
}
