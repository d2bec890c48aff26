import { type Applicant, follow } from "../classes/applicant.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { HostTree } from "./host-tree.ts";
import { type Question, TreeVerdicts } from "./tree-verdicts.ts";

/** What light standings say alike: who is rejected, and why. How they rate hosts is their own. */
export class Light {
  readonly isLight = true;
  readonly applicant: Applicant;
  readonly ledger: Ledger;
  protected readonly verdicts: TreeVerdicts;

  constructor(applicant: Applicant, question: Question, tree: HostTree) {
    this.applicant = applicant;
    this.ledger = tree.ledger;
    this.verdicts = new TreeVerdicts(question, tree);
  }

  get isLasting(): boolean {
    return this.verdicts.isLasting;
  }

  get reasonCounts(): Int32Array {
    return this.verdicts.counts;
  }

  get reasonVersion(): number {
    return this.verdicts.version;
  }

  get feasible(): number {
    return this.reasonCounts[0] ?? 0;
  }

  get namedVersion(): number {
    return this.verdicts.named.version;
  }

  /** Judges a host anew that has changed. */
  protected renew(host: number): void {
    follow(this.applicant, host);
    this.verdicts.renew(host);
  }

  reasonOf(host: number): number {
    return this.verdicts.reasonOf(host);
  }

  rejected(countMax: number): readonly number[] {
    return this.verdicts.named.first(countMax);
  }
}
