/** A list of items that are made each time somebody reads them: of many lists, few are kept. */
export abstract class OnDemandList<Item> implements Iterable<Item> {
  abstract readonly length: number;

  /** The item at a place from 0 on that is below the length. */
  protected abstract make(index: number): Item;

  /** As of an array: places below 0 count from the end. */
  at(index: number): Item | undefined {
    const place = index < 0 ? this.length + index : index;
    return place >= 0 && place < this.length ? this.make(place) : undefined;
  }

  *[Symbol.iterator](): Generator<Item> {
    for (let index = 0; index < this.length; index++) yield this.make(index);
  }

  forEach(each: (item: Item, index: number) => void): void {
    for (let index = 0; index < this.length; index++) each(this.make(index), index);
  }

  map<Other>(each: (item: Item, index: number) => Other): Other[] {
    return Array.from(this, each);
  }

  flatMap<Other>(each: (item: Item) => Other | readonly Other[]): Other[] {
    return this.map(each).flat() as Other[];
  }

  filter(isWanted: (item: Item) => boolean): Item[] {
    const found: Item[] = [];
    this.forEach((item) => {
      if (isWanted(item)) found.push(item);
    });
    return found;
  }

  every(isSo: (item: Item) => boolean): boolean {
    return this.find((item) => !isSo(item)) === undefined;
  }

  find(isWanted: (item: Item) => boolean): Item | undefined {
    for (let index = 0; index < this.length; index++) {
      const item = this.make(index);
      if (isWanted(item)) return item;
    }
    return undefined;
  }

  toJSON(): readonly Item[] {
    return [...this];
  }
}
