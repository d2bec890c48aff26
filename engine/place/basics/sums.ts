/** Domains of one page. */
const PAGE = 64;
const PAGE_BITS = 6;
const ZEROS: readonly number[] = Array.from({ length: PAGE }, () => 0);

/**
 * One whole number for each domain of a topology, 0 at first. Rules between single hosts have as
 * many domains as there are hosts, of which few are ever touched; only pages of those are kept.
 */
export class Sums {
  readonly #pages: (number[] | undefined)[];
  #total = 0;

  constructor(domainCount: number) {
    this.#pages = [];
    for (let first = 0; first < domainCount; first += PAGE) this.#pages.push(undefined);
  }

  /** Sum of all domains. */
  get total(): number {
    return this.#total;
  }

  /** The number of a domain; 0 for -1, which stands for none. */
  at(domain: number): number {
    if (domain < 0) return 0;
    return this.#pages[domain >> PAGE_BITS]?.[domain & (PAGE - 1)] ?? 0;
  }

  /** Adds to a domain that there is. */
  add(domain: number, amount: number): void {
    const number = domain >> PAGE_BITS;
    const page = (this.#pages[number] ??= ZEROS.slice());
    const index = domain & (PAGE - 1);
    page[index] = (page[index] ?? 0) + amount;
    this.#total += amount;
  }

  /** Domains whose number is not 0, in their order. */
  domains(): readonly number[] {
    const found: number[] = [];
    for (let number = 0; number < this.#pages.length; number++) {
      const page = this.#pages[number];
      if (page === undefined) continue;
      for (let index = 0; index < PAGE; index++) {
        if (page[index] !== 0) found.push(number * PAGE + index);
      }
    }
    return found;
  }

  copy(): Sums {
    const copy = new Sums(this.#pages.length * PAGE);
    this.#pages.forEach((page, number) => {
      copy.#pages[number] = page?.slice();
    });
    copy.#total = this.#total;
    return copy;
  }
}
